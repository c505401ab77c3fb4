/**
 * The private log: ingest, withdrawals, consent, erasure, runs that failed. Its dates may not show, nor how much happens, so its
 * head goes out only inside the manifest of a release, and there as a commitment: a digest that says nothing until the node
 * opens it to an auditor. What was logged before a release can then no longer be changed unseen.
 */
import { randomBytes } from "node:crypto";
import type * as z from "zod";
import { keyOf } from "../../schemas/items/item.ts";
import { commitment, opening as openingItem } from "../../schemas/items/log.ts";
import type { Clock, Store } from "../../schemas/ports.ts";
import { traceFault } from "../edge/fault.ts";
import { boundTo, type Facts, storeLog } from "../log/append.ts";
import { type Hash, treeHead } from "../log/merkle.ts";
import { sequence } from "../log/sequence.ts";
import { leavesIn, readHead } from "../log/tree.ts";
import { sha256 } from "../signing/jws.ts";
import { getItem, putNew, queryItems } from "../store/stored.ts";

const PREFIX = "keep#log";
type Opening = z.output<(typeof openingItem)["body"]>;
const digestOf = ({ nonce, size, root }: Opening): Hash =>
  sha256(`tavolo-private-head\n${nonce}\n${size}\n${root}`);

/** Appends, for the keep role, and gives what waits its place. */
export function privateLog(
  store: Store,
  member: string,
  clock: Clock,
): (kind: string, facts: Facts) => Promise<void> {
  const log = storeLog(store, member, PREFIX);
  return async (kind, facts) => {
    await log.append(kind, facts, clock());
    // it is recorded; a place can as well be given after the next one
    await settle(store, member, clock).catch(traceFault);
  };
}

/** Places what waits, also what the roles of release, owner and desk left, and leaves a commitment to the head where the release role reads it. */
export async function settle(store: Store, member: string, clock: Clock): Promise<void> {
  const { size, root, revision } = await sequence({
    store,
    member,
    prefix: PREFIX,
    inboxes: [PREFIX, "release#log", "own#log", "desk#log"],
    clock,
  });
  const held = await getItem(store, commitment, {});
  if (size === 0 || (held !== undefined && held.revision >= revision)) return;
  const opening: Opening = { nonce: randomBytes(16).toString("base64url"), size, root };
  const digest = digestOf(opening);
  await putNew(store, { ...keyOf(openingItem, { digest }), body: opening });
  await store.put(
    { ...keyOf(commitment, {}), body: { digest }, revision },
    { kind: "revision-below", than: revision },
  );
}

/** Faults of the private log, a sentence each: of its tree, and beside what releases committed to. For who has the store. */
export async function privateFaults(
  store: Store,
  releases: readonly { readonly id: string; readonly privateLog?: string | undefined }[],
): Promise<{ readonly size: number; readonly faults: readonly string[] }> {
  const head = await readHead(store, PREFIX);
  const entries = await leavesIn(store, PREFIX, head, { from: 0, to: head.size });
  const faults = entries.flatMap(({ index, stored, leaf }) =>
    stored === null
      ? [`entry ${index} is missing`]
      : stored === leaf
        ? []
        : [`entry ${index} was changed`],
  );
  const leaves = entries.map(({ stored }) => stored ?? "");
  if (faults.length === 0 && treeHead(leaves) !== head.root)
    faults.push("the hashes of the tree are not those of its head");
  const openings: Opening[] = [];
  for await (const { body } of queryItems(store, openingItem, {})) openings.push(body);
  for (const { id, privateLog } of releases) {
    if (privateLog === undefined) continue;
    const opening = openings.find((one) => boundTo(id, digestOf(one)) === privateLog);
    if (opening === undefined) faults.push(`nothing opens what release ${id} committed to`);
    else if (treeHead(leaves.slice(0, opening.size)) !== opening.root || opening.size > head.size)
      faults.push(
        `the first ${opening.size} entries are not those that release ${id} committed to`,
      );
  }
  return { size: head.size, faults };
}
