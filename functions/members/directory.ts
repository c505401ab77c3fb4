/** The directory of members at the hub: the entry in force of each, and every one before it. What they must be: chain.ts. */
import { keyOf } from "../../schemas/items/item.ts";
import { formerEntry, member, suspended as suspendedItem } from "../../schemas/items/members.ts";
import { DirectoryEntry } from "../../schemas/member.ts";
import type { Item, Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { boundedCache } from "../signing/bounded-cache.ts";
import { peek } from "../signing/jws.ts";
import { allItems, getItem, getItems, type Held, putNew, putNext } from "../store/stored.ts";
import { verifyEntry, verifyNext } from "./chain.ts";
import { noteWrite } from "./read-cache.ts";

const shutOut = (words: readonly Held<{ readonly suspended: boolean }>[]) =>
  new Set(words.filter(({ body }) => body.suspended).map(({ sk }) => sk));

/** Every method but `history` and `former` knows only members that are in: neither left nor suspended. */
export interface Directory {
  get(id: string): Promise<DirectoryEntry | undefined>;
  /** Those of some members that are in, by their ids. */
  some(ids: readonly string[]): Promise<ReadonlyMap<string, DirectoryEntry>>;
  all(): Promise<readonly DirectoryEntry[]>;
  /** The entries as their members signed them, for whoever wants to verify for themselves. */
  signed(): Promise<readonly string[]>;
  /** Entries that were replaced, oldest first, then the last ones of those who are not in any more. */
  former(): Promise<readonly string[]>;
  /** Every entry of one member, oldest first, whether it is in or not; none where nobody has this id. */
  history(id: string): Promise<readonly string[]>;
}

/** Reads the entries that a store holds, as they are at this moment. Verified ones are kept by their bytes. */
export function directory(store: Store): Directory {
  const verified = boundedCache<Promise<DirectoryEntry>>(1000);
  const read = async (jws: string, id: string): Promise<DirectoryEntry> => {
    const entry = await verified.of(jws, () => verifyEntry(jws));
    if (entry.id !== id) throw new Refused("signature-invalid");
    return entry;
  };
  const some = async (ids: readonly string[]) => {
    const named = ids.map((id) => ({ member: id }));
    const [items, out] = await Promise.all([
      getItems(store, member, named),
      getItems(store, suspendedItem, named),
    ]);
    const entries = await Promise.all(items.map(({ body, sk }) => read(body.entry, sk)));
    const suspended = shutOut(out);
    return new Map(
      entries
        .filter(({ id, left }) => left === undefined && !suspended.has(id))
        .map((entry) => [entry.id, entry]),
    );
  };
  const everybody = async () => {
    const [items, out] = await Promise.all([
      allItems(store, member, {}),
      allItems(store, suspendedItem, {}),
    ]);
    const suspended = shutOut(out);
    return Promise.all(
      items.map(async ({ body, sk }) => {
        const entry = await read(body.entry, sk);
        return {
          entry,
          jws: body.entry,
          isIn: entry.left === undefined && !suspended.has(sk),
        };
      }),
    );
  };
  return {
    some,
    get: async (id) => (await some([id])).get(id),
    all: async () => (await everybody()).filter(({ isIn }) => isIn).map(({ entry }) => entry),
    signed: async () => (await everybody()).filter(({ isIn }) => isIn).map(({ jws }) => jws),
    async former() {
      const held = await everybody();
      const inForce = new Set(held.map(({ jws }) => jws));
      const replaced = (await allItems(store, formerEntry, {})).map(({ body }) => body.entry);
      return [
        ...replaced.filter((jws) => !inForce.has(jws)),
        ...held.filter(({ isIn }) => !isIn).map(({ jws }) => jws),
      ];
    },
    async history(id) {
      const replaced = await allItems(store, formerEntry, {}, { prefix: `${id}#` });
      const held = await getItem(store, member, { member: id });
      const entries = [...replaced, ...(held ? [held] : [])].map(({ body }) => body.entry);
      // what a write left behind that then failed is the entry in force
      return [...new Set(entries)];
    },
  };
}

async function write(
  store: Store,
  before: Item | undefined,
  item: Omit<Item, "revision">,
): Promise<void> {
  const won = await putNext(store, before, item).finally(noteWrite);
  if (!won) throw new Refused("conflict");
}

/** Takes a member off the list at once. The operator's alone: no address on the network does it. Gives the second of its word. */
export const suspend = (store: Store, id: string, at: number): Promise<number> =>
  say(store, id, true, at);
/** Puts it back on. */
export const readmit = (store: Store, id: string, at: number): Promise<number> =>
  say(store, id, false, at);

/** Nodes go by the latest word: two of one second could not be told apart. Throws `Refused` conflict. */
async function say(store: Store, id: string, suspended: boolean, now: number): Promise<number> {
  const held = await getItem(store, suspendedItem, { member: id });
  const at = held === undefined ? now : Math.max(now, held.body.at + 1);
  await write(store, held, { ...keyOf(suspendedItem, { member: id }), body: { at, suspended } });
  return at;
}

/** The newest entry that the hub has of a member, in or not, unverified: to be compared with one that is new. */
export async function heldEntry(store: Store, id: string): Promise<DirectoryEntry | undefined> {
  const item = await getItem(store, member, { member: id });
  return item && peek(item.body.entry, DirectoryEntry);
}

/**
 * Takes up a member, or its newer entry; the one before stays in the history. Whether a newcomer is who it says is for the
 * operator to find out, beforehand. Throws `Refused`: signature-invalid; conflict where the entry is not newer than what is
 * there. `local` allows a node without TLS or at a private address. A public name that leads to a private address is not
 * noticed here.
 */
export async function register(
  store: Store,
  jws: string,
  { local = false } = {},
): Promise<DirectoryEntry> {
  const entry = await verifyEntry(jws);
  if (!local && entry.url !== undefined && !isPublic(entry.url))
    throw new Refused("body-invalid", "a node's url is https, at a public name");
  const at = { member: entry.id };
  const before = await getItem(store, member, at);
  if (before !== undefined) {
    if (before.body.entry === jws) return entry;
    await verifyNext(jws, peek(before.body.entry, DirectoryEntry));
    // first into the history, whoever wins: the entry of one revision is always the same
    const former = keyOf(formerEntry, { ...at, revision: before.revision });
    await putNew(store, { ...former, body: before.body });
  }
  await write(store, before, { ...keyOf(member, at), body: { entry: jws } });
  return entry;
}

/** Takes up what is newer of a member's chain. Throws `Refused` as `register` does. */
export async function registerChain(
  store: Store,
  chain: readonly string[],
  options: { readonly local?: boolean } = {},
): Promise<void> {
  for (const jws of chain) {
    const { id, iat } = peek(jws, DirectoryEntry);
    const held = await heldEntry(store, id);
    if (held === undefined || iat > held.iat) await register(store, jws, options);
  }
}

function isPublic(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  const isLocal =
    /^(localhost|.*\.localhost|.*\.local|.*\.internal)\.?$/i.test(hostname) ||
    hostname.startsWith("[");
  // URL has already turned every way of writing an IPv4 address into four numbers
  const isIp = /^\d+\.\d+\.\d+\.\d+$/.test(hostname);
  return protocol === "https:" && !isLocal && !isIp;
}
