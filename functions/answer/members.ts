/** A member that changes its keys, or leaves, tells the nodes with which it has agreements. They ask nobody whether it is true. */

import { Agreement } from "../../schemas/agreement.ts";
import { ifRefused } from "../../schemas/caught.ts";
import { found } from "../../schemas/found.ts";
import { nodeAgreement } from "../../schemas/items/agreements.ts";
import { DirectoryEntry, type MemberPost, type Suspension } from "../../schemas/member.ts";
import type { Clock, Store } from "../../schemas/ports.ts";
import type { Log } from "../log/append.ts";
import { keyring, type Pinned, storeEntries, storeSuspension } from "../members/keyring.ts";
import { peek, verifyAgreement } from "../signing/jws.ts";
import type { Trust } from "./verify.ts";

interface HearingDeps {
  readonly trust: Trust;
  readonly store: Store;
  readonly log: Log;
  readonly clock: Clock;
}

/** What the node pinned when it was set up, with what the two have said of themselves since. */
export async function trusted(store: Store, { self, hub }: Trust): Promise<Trust> {
  const [selfNow, hubNow] = await keyring(store).entriesOf([self, hub]);
  return { self: found(selfNow), hub: found(hubNow) };
}

/** Keeps a member's newer entries, if they follow from keys that this node has pinned itself. Throws `Refused` as `storeEntries` does. */
export async function receiveEntry(
  { store, trust, clock, log }: HearingDeps,
  post: MemberPost,
): Promise<DirectoryEntry> {
  const now = clock();
  const { id } = peek(found(post.entries[0]), DirectoryEntry);
  const entry = await storeEntries(store, await pinsOf(store, trust, id, now), post, now);
  await log.append(
    "member",
    { member: id, entry: entry.iat, state: entry.left === undefined ? "in" : "left" },
    now,
  );
  return entry;
}

/** Takes the hub's word that a member is shut out: a token that it still has opens nothing here either. Throws `Refused` as `storeSuspension` does. */
export async function receiveSuspension(
  { store, trust, clock, log }: HearingDeps,
  jws: string,
): Promise<Suspension> {
  const now = clock();
  const { hub } = await trusted(store, trust);
  const suspension = await storeSuspension(store, hub, jws, now);
  await log.append(
    "member",
    { member: suspension.member, state: suspension.suspended ? "suspended" : "readmitted" },
    now,
  );
  return suspension;
}

/** The keys of one member in every agreement that both parties signed, and in what the node was set up with. */
async function pinsOf(
  store: Store,
  { self, hub }: Trust,
  id: string,
  now: number,
): Promise<Pinned[]> {
  const pins: Pinned[] = [self, hub].filter((entry) => entry.id === id);
  for await (const { body } of store.query(nodeAgreement.pk)) {
    const read = nodeAgreement.body.safeParse(body);
    if (!read.success) continue;
    const { consumer, provider } = peek(`.${read.data.jws.payload}.`, Agreement);
    if (consumer.id !== id && provider.id !== id) continue;
    const agreement = await verifyAgreement(
      read.data.jws,
      Agreement,
      (party, claimed) => (party === self.id ? self.keys : claimed),
      now,
    )
      // one that only one side signed pins nothing
      .catch(ifRefused(undefined));
    if (agreement !== undefined)
      pins.push(...[agreement.consumer, agreement.provider].filter((party) => party.id === id));
  }
  return pins;
}
