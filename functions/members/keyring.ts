/**
 * The keys that a node holds of others, whatever its hub says: those pinned when it agreed with them, and later ones that their
 * own entries prove, link by link from a pinned key. A key can only be added or ended by such an entry, never exchanged.
 */

import { ifRefused } from "../../schemas/caught.ts";
import { found } from "../../schemas/found.ts";
import { keyOf } from "../../schemas/items/item.ts";
import { heardSuspension, pinnedEntries } from "../../schemas/items/members.ts";
import {
  DirectoryEntry,
  type MemberKey,
  type MemberPost,
  Suspension,
} from "../../schemas/member.ts";
import type { Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { boundedCache } from "../signing/bounded-cache.ts";
import { peek, SKEW, sha256, verifyCompact } from "../signing/jws.ts";
import { getItem, getItems, putNext } from "../store/stored.ts";
import { mergeKeys, verifyEntry } from "./chain.ts";

/** A party of an agreement, or a whole entry that was pinned when the node was set up. */
export interface Pinned {
  readonly id: string;
  readonly keys: readonly MemberKey[];
}

interface Keyring {
  /** The keys of a party now: none where it has left, or the hub has shut it out. Each still has its own validity, which whoever verifies with it checks. */
  keysOf(party: Pinned): Promise<readonly MemberKey[]>;
  /** Pinned entries with the keys and the address that their members have since, in one call. */
  entriesOf(pinned: readonly DirectoryEntry[]): Promise<readonly DirectoryEntry[]>;
}

interface Followed {
  readonly keys: readonly MemberKey[];
  /** The newest entry that is proved; none where nothing follows from the pinned keys. */
  readonly last?: DirectoryEntry;
  /** The entries that were proved, oldest first. */
  readonly proved: readonly string[];
}

/** Walks entries from the oldest on, taking up each that a key known so far signed; what does not follow is passed over. */
async function follow({ id, keys: pinned }: Pinned, entries: readonly string[]): Promise<Followed> {
  let followed: Followed = { keys: pinned, proved: [] };
  for (const jws of entries) {
    const entry = await verifyEntry(jws, followed.keys).catch(ifRefused(undefined));
    if (entry === undefined || entry.id !== id || entry.iat <= (followed.last?.iat ?? -1)) continue;
    followed = {
      keys: mergeKeys(followed.keys, entry.keys),
      last: entry,
      proved: [...followed.proved, jws],
    };
  }
  return followed;
}

// the same entries follow from the same keys for ever; which are there is read from the store each time
const walked = boundedCache<Promise<Followed>>(1000);
function followOnce(pinned: Pinned, entries: readonly string[]): Promise<Followed> {
  const name = sha256(JSON.stringify([pinned.id, pinned.keys, entries]));
  return walked.of(name, () => follow(pinned, entries));
}

const entriesIn = (body: unknown): readonly string[] =>
  body === undefined ? [] : pinnedEntries.body.parse(body).entries;

/** Reads what `storeEntries` kept. What lies in the store is proved again, so that whoever can write there can forge nothing. */
export function keyring(store: Store): Keyring {
  return {
    async keysOf(party) {
      const at = { member: party.id };
      const [held, heard] = [keyOf(pinnedEntries, at), keyOf(heardSuspension, at)];
      const items = await store.getMany(held.pk, [held.sk, heard.sk]);
      const bodyOf = (name: string) => items.find(({ sk }) => sk === name)?.body;
      const word = bodyOf(heard.sk);
      if (word !== undefined && heardSuspension.body.parse(word).suspended) return [];
      const entries = entriesIn(bodyOf(held.sk));
      if (entries.length === 0) return party.keys;
      const { keys, last } = await followOnce(party, entries);
      return last?.left === undefined ? keys : [];
    },
    async entriesOf(pinned) {
      const items = await getItems(
        store,
        pinnedEntries,
        pinned.map(({ id }) => ({ member: id })),
      );
      return Promise.all(
        pinned.map(async (entry) => {
          const item = items.find(({ sk }) => sk === entry.id);
          if (item === undefined) return entry;
          const { keys, last } = await followOnce(entry, item.body.entries);
          return {
            ...(last !== undefined && last.iat > entry.iat ? last : entry),
            keys: [...keys],
          };
        }),
      );
    },
  };
}

/** As many entries as a node keeps of one member: a rotation a year, for longer than anybody plans. */
const MOST = 100;

/**
 * Keeps a member's newer entries at a node. `pins` are all the keys by which the node knows it: one proof is enough. The same
 * entries again change nothing. Throws `Refused`: unknown-member where nothing is pinned; signature-invalid where nothing
 * follows from it; expired where an entry is of the future; conflict.
 */
export async function storeEntries(
  store: Store,
  pins: readonly Pinned[],
  { entries }: MemberPost,
  now: number,
): Promise<DirectoryEntry> {
  const { id } = peek(found(entries[0]), DirectoryEntry);
  const mine = pins.filter((pin) => pin.id === id);
  if (mine.length === 0)
    throw new Refused("unknown-member", "this node has no agreement with that member");
  if (entries.some((jws) => peek(jws, DirectoryEntry).iat > now + SKEW))
    throw new Refused("expired", "an entry is of the future");
  const item = await getItem(store, pinnedEntries, { member: id });
  const held = item?.body.entries ?? [];
  const { last, proved } = await follow(
    { id, keys: mine.map(({ keys }) => keys).reduce(mergeKeys) },
    [...held, ...entries.filter((jws) => !held.includes(jws))],
  );
  if (last === undefined || !entries.some((jws) => proved.includes(jws)))
    throw new Refused("signature-invalid", "no entry follows from a key that this node has pinned");
  if (proved.length > MOST)
    throw new Refused(
      "conflict",
      "too many entries; make a new agreement, which pins the keys of today",
    );
  if (proved.length > held.length) {
    const next = { ...keyOf(pinnedEntries, { member: id }), body: { entries: [...proved] } };
    if (!(await putNext(store, item, next))) throw new Refused("conflict");
  }
  return last;
}

/**
 * Keeps the hub's word on a member. Only the newest counts: an older one, put again, changes nothing. Throws `Refused`:
 * signature-invalid; expired where it is of long ago or of the future; conflict where a newer one is there.
 */
export async function storeSuspension(
  store: Store,
  hub: DirectoryEntry,
  jws: string,
  now: number,
): Promise<Suspension> {
  const { kid: _, ...word } = await verifyCompact(jws, "tavolo-suspension+jws", Suspension, {
    keys: hub.keys,
    use: "hub",
    now,
  });
  if (word.iss !== hub.id) throw new Refused("signature-invalid");
  if (word.iat < now - SKEW) throw new Refused("expired");
  const item = await getItem(store, heardSuspension, word);
  const held = item?.body;
  if (held !== undefined && held.at >= word.iat) {
    if (held.suspended === word.suspended) return word;
    throw new Refused("conflict");
  }
  const body = { at: word.iat, suspended: word.suspended };
  if (!(await putNext(store, item, { ...keyOf(heardSuspension, word), body })))
    throw new Refused("conflict");
  return word;
}
