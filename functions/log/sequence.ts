/**
 * The sequencer: what waits in the inbox gets its place in the tree, and the head is signed. A pass, top to bottom: readHead →
 * waitingIn → coveredBy → place → putNew → grow → tileKey → writeHead → delete. Places are final: they are given before they are
 * indexed, and the inbox is emptied last. Any number may run at once, and each may die anywhere:
 * - a batch is written at its first place under the condition that nothing is there, one after the other. Whoever finds it taken
 *   takes over what lies there, whoever put it, so that all agree on the order, and the next one goes on where one that died stopped.
 * - the head is written under its revision: one wins, and trees cannot fork. Head and signature are one item.
 * - an entry leaves the inbox only once a head covers it. Late ones, of whatever second, are found there all the same; one that
 *   is found there again is known by its leaf.
 */

import { keyOf } from "../../schemas/items/item.ts";
import {
  inboxes,
  type Logged,
  type LogPrefix,
  type TreePrefix,
  trees,
} from "../../schemas/items/log.ts";
import { BLOCK, type TreeHead } from "../../schemas/log.ts";
import type { Clock, Item, Signer, Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { signCompact } from "../signing/jws.ts";
import { getItem, getItems, putNew, putNext } from "../store/stored.ts";
import { leafOf } from "./append.ts";
import { grow, rootOf } from "./merkle.ts";
import { batchKey, type Head, readHead, tileKey } from "./tree.ts";

interface SequenceDeps {
  readonly store: Store;
  readonly member: string;
  readonly prefix: TreePrefix;
  /** Where entries wait; more than one where several roles write to one log. */
  readonly inboxes: readonly LogPrefix[];
  /** Absent for a private log: its head is shown to nobody. */
  readonly signer?: Signer;
  readonly clock: Clock;
}

export const publicLogDeps = (
  store: Store,
  member: string,
  signer: Signer,
  clock: Clock,
): SequenceDeps & { readonly signer: Signer } => ({
  ...{ store, member, signer, clock },
  prefix: "log",
  inboxes: ["log"],
});

/** Entries of one pass, so that a head is signed soon even where many wait. */
const PASS = 250;
/** Passes of one call: where entries come faster than they are placed, a head is due all the same. */
const PASSES = 20;
/** Seconds after which a head is signed anew though nothing came: who asks shall see that the log is alive. */
const FRESH = 60;
/** Writes under way at once, of those whose order does not matter: few, since whoever asks something comes first. */
const ABREAST = 4;

/** Places all that waits, and gives the head. Throws where the store cannot be reached; then, or if it dies, it is called again. */
export async function sequence(deps: SequenceDeps): Promise<Head> {
  for (let passes = 1; ; passes++) {
    const { head, more } = await pass(deps);
    if (!more || passes === PASSES) return head;
  }
}

async function pass(deps: SequenceDeps): Promise<{ readonly head: Head; readonly more: boolean }> {
  const { store, prefix } = deps;
  const before = await readHead(store, prefix);
  const waiting = await waitingIn(deps);
  // whatever has a place beyond the head waits still
  if (waiting.length === 0 && before.revision > 0) return resigned(deps, before);
  const done = await coveredBy(before, deps, waiting);
  const placed = await place(
    deps,
    before.size,
    waiting.filter(({ logged }) => !done.has(logged.leaf)).map(({ logged }) => logged),
  );
  await abreast(placed, ({ leaf }, at) =>
    putNew(store, {
      ...keyOf(trees[prefix].leaf, { leaf }),
      body: { index: before.size + at },
    }),
  );
  const { edge, tiles } = grow(
    before.edge,
    before.size,
    placed.map(({ leaf }) => leaf),
  );
  await abreast(tiles, ({ hashes, ...tile }) =>
    putNew(store, { ...tileKey(prefix, tile), body: { hashes } }),
  );
  const head = await writeHead(deps, before, {
    size: before.size + placed.length,
    root: rootOf(edge),
    edge: edge.map((open) => [...open]),
  });
  // another was faster: what was placed here is covered by its head, or will be by the next
  if (head === undefined) return { head: before, more: true };
  const covered = new Set([...done, ...placed.map(({ leaf }) => leaf)]);
  await abreast(
    waiting.filter(({ logged }) => covered.has(logged.leaf)),
    ({ item }) => store.delete(item.pk, item.sk),
  );
  return { head, more: waiting.length === PASS && covered.size > 0 };
}

interface Waiting {
  readonly item: Item;
  readonly logged: Logged;
}
/** The oldest of what waits. The leaf is hashed here and not taken over: who could change an entry could change it too. */
async function waitingIn({ store, inboxes: names }: SequenceDeps): Promise<Waiting[]> {
  const waiting: Waiting[] = [];
  for (const { pk, body } of names.map((name) => inboxes[name]))
    for await (const item of store.query(pk, { limit: PASS - waiting.length })) {
      const read = body.safeParse(item.body);
      // what is no entry would stop the log for everybody: it stays where it is
      if (!read.success) continue;
      const { id, entry, salt } = read.data;
      waiting.push({ item, logged: { id, entry, salt, leaf: leafOf(salt, entry) } });
    }
  return waiting;
}

/** Those that a head covers already: whoever placed them died before it emptied the inbox. */
async function coveredBy(
  { size }: Head,
  { store, prefix }: SequenceDeps,
  waiting: readonly Waiting[],
): Promise<Set<string>> {
  const leaves = waiting.map(({ logged: { leaf } }) => ({ leaf }));
  const known = await getItems(store, trees[prefix].leaf, leaves);
  return new Set(known.filter(({ body }) => body.index < size).map(({ sk }) => sk));
}

/**
 * Gives places from `from` on, batch by batch: to what another had placed beyond the head, and to all of `entries`. Gives them in
 * their order.
 */
async function place(
  { store, prefix }: SequenceDeps,
  from: number,
  entries: readonly Logged[],
): Promise<Logged[]> {
  const placed: Logged[] = [];
  const left = new Map(entries.map((logged) => [logged.leaf, logged]));
  for (;;) {
    const at = from + placed.length;
    const key = batchKey(prefix, at);
    const next = [...left.values()].slice(0, BLOCK - (at % BLOCK));
    const body = { from: at, entries: next };
    const won = next.length > 0 && (await putNew(store, { ...key, body }));
    const lies = won ? next : await taken(store, prefix, at, next.length > 0);
    if (lies === undefined) return placed;
    placed.push(...lies);
    for (const { leaf } of lies) left.delete(leaf);
  }
}

async function taken(
  store: Store,
  prefix: TreePrefix,
  at: number,
  must: boolean,
): Promise<Logged[] | undefined> {
  const item = await getItem(store, trees[prefix].entry, {
    block: Math.floor(at / BLOCK),
    place: at,
  });
  if (item === undefined && must) throw new Refused("conflict");
  return item?.body.entries;
}

/** A head that is old is signed again. */
async function resigned(deps: SequenceDeps, before: Head) {
  const { size, root, edge, at = 0 } = before;
  const isFresh = deps.signer === undefined || deps.clock() - at < FRESH;
  return {
    head: (isFresh ? undefined : await writeHead(deps, before, { size, root, edge })) ?? before,
    more: false,
  };
}

/** One conditional write. Undefined where another head was written in between. */
async function writeHead(
  deps: SequenceDeps,
  before: Head,
  next: Pick<Head, "size" | "root" | "edge">,
): Promise<Head | undefined> {
  const { store, prefix, member, signer, clock } = deps;
  const now = clock();
  const { size, root } = next;
  const payload: TreeHead = { v: 1, iss: member, iat: now, log: member, size, root };
  const { head } = trees[prefix];
  const body = head.body.parse(
    signer === undefined
      ? next
      : { ...next, at: now, jws: await signCompact(signer, "tavolo-head+jws", payload) },
  );
  const former = before.revision === 0 ? undefined : before;
  const won = await putNext(store, former, { ...keyOf(head, {}), body });
  return won ? { ...body, revision: before.revision + 1 } : undefined;
}

async function abreast<T>(
  list: readonly T[],
  work: (one: T, at: number) => Promise<unknown>,
): Promise<void> {
  for (let from = 0; from < list.length; from += ABREAST)
    await Promise.all(list.slice(from, from + ABREAST).map((one, at) => work(one, from + at)));
}

/** One pass at a time in this process: whoever asks while one is under way waits for the one after, which sees what they wrote. */
export function sequencer(deps: SequenceDeps): () => Promise<Head> {
  let current: Promise<Head> | undefined;
  let next: Promise<Head> | undefined;
  const begin = (): Promise<Head> => {
    const run = sequence(deps).finally(() => {
      if (current === run) current = undefined;
    });
    current = run;
    return run;
  };
  return () => {
    if (current === undefined) return begin();
    next ??= current.then(ignore, ignore).then(() => {
      next = undefined;
      return begin();
    });
    return next;
  };
}
const ignore = () => {};
