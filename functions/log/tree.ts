/**
 * The tree as it is stored: the head (with the right edge, all that growing takes), entries by their place, places by their
 * leaf, and tiles. Entries, places and tiles are written once and never changed; of the head there is one item.
 */
import * as z from "zod";
import { BLOCK, TILE } from "../../schemas/log.ts";
import type { Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { CompactJws, Digest } from "../../schemas/words.ts";
import { type Logged, type LogPrefix, leafOf } from "./append.ts";
import {
  consistencyRanges,
  EMPTY,
  type Hash,
  inclusionRanges,
  joined,
  type Node,
  nodeIn,
  nodesOf,
  type Range,
  tileOf,
} from "./merkle.ts";

const padded = (n: number) => String(n).padStart(12, "0");
export const headKey = (prefix: LogPrefix) => ({ pk: `${prefix}#head`, sk: "head" });
const blockOf = (index: number) => `${padded(Math.floor(index / BLOCK))}#`;
/** The batch that begins at a place. */
export const batchKey = (prefix: LogPrefix, from: number) => ({
  pk: `${prefix}#entry`,
  sk: `${blockOf(from)}${padded(from)}`,
});
export const leafKey = (prefix: LogPrefix, leaf: Hash) => ({ pk: `${prefix}#leaf`, sk: leaf });
export const tileKey = (prefix: LogPrefix, { level, index }: Node) => ({
  pk: `${prefix}#tile`,
  sk: `${level}#${padded(index)}`,
});

export const StoredEntry = z.strictObject({
  id: z.string(),
  entry: z.string(),
  salt: z.string(),
  leaf: Digest,
});
export const StoredBatch = z.strictObject({
  from: z.number().int(),
  entries: z.array(StoredEntry).min(1).max(BLOCK),
});
const StoredTile = z.strictObject({ hashes: z.array(Digest).length(TILE) });
export const StoredLeaf = z.strictObject({ index: z.number().int() });
export const StoredHead = z.strictObject({
  size: z.number().int(),
  root: Digest,
  edge: z.array(z.array(Digest)),
  /** When it was signed, and the signature: absent in a private log, whose head nobody is shown. */
  at: z.number().optional(),
  jws: CompactJws.optional(),
});
export interface Head extends z.infer<typeof StoredHead> {
  /** 0 where there is no item yet. */
  readonly revision: number;
}

export async function readHead(store: Store, prefix: LogPrefix): Promise<Head> {
  const { pk, sk } = headKey(prefix);
  const item = await store.get(pk, sk);
  return item === undefined
    ? { size: 0, root: EMPTY, edge: [], revision: 0 }
    : { ...StoredHead.parse(item.body), revision: item.revision };
}

/** The hashes of some tiles as the tree of this head has them: stored ones, or the edge where one is not full. */
async function tilesOf(
  store: Store,
  prefix: LogPrefix,
  { edge, size }: Pick<Head, "edge" | "size">,
  nodes: readonly Node[],
) {
  const isFull = ({ level, index }: Node) => (index + 1) * TILE ** (level + 1) <= size;
  const wanted = nodes.filter(isFull).map((tile) => tileKey(prefix, tile));
  const items =
    wanted.length === 0
      ? []
      : await store.getMany(wanted[0]!.pk, [...new Set(wanted.map(({ sk }) => sk))]);
  const read = new Map(items.map(({ sk, body }) => [sk, StoredTile.safeParse(body).data?.hashes]));
  return (tile: Node): readonly Hash[] | undefined =>
    isFull(tile) ? read.get(tileKey(prefix, tile).sk) : edge[tile.level];
}

/** The heads of some ranges of the tree. Throws `Refused` log-damaged where a tile is gone. */
async function headsOf(
  store: Store,
  prefix: LogPrefix,
  head: Head,
  ranges: readonly Range[],
): Promise<Hash[]> {
  const tiles = await tilesOf(store, prefix, head, ranges.flatMap(nodesOf).map(tileOf));
  const hashOf = (node: Node): Hash => {
    const hashes = tiles(tileOf(node));
    if (hashes === undefined) throw new Refused("log-damaged");
    return nodeIn(hashes, node);
  };
  return ranges.map((range) => joined(nodesOf(range).map(hashOf)));
}

/** The audit path of the entry at a place, in the tree of the first `size` entries. */
export const inclusionPath = (
  store: Store,
  prefix: LogPrefix,
  head: Head,
  index: number,
  size: number,
): Promise<Hash[]> => headsOf(store, prefix, head, inclusionRanges(index, size));

export const consistencyPath = (
  store: Store,
  prefix: LogPrefix,
  head: Head,
  from: number,
  to: number,
): Promise<Hash[]> => headsOf(store, prefix, head, consistencyRanges(from, to));

/** The place of a leaf in the tree of this head. */
export async function placeOf(
  store: Store,
  prefix: LogPrefix,
  head: Head,
  leaf: Hash,
): Promise<number | undefined> {
  const { pk, sk } = leafKey(prefix, leaf);
  const item = await store.get(pk, sk);
  const index = item && StoredLeaf.parse(item.body).index;
  // a place beyond the head was given by a sequencer that has not finished
  return index !== undefined && index < head.size ? index : undefined;
}

/** Entries by their place, for the blocks that a range touches. What cannot be read is left out. */
async function entriesIn(
  store: Store,
  prefix: LogPrefix,
  { from, to }: Range,
): Promise<ReadonlyMap<number, Logged>> {
  const entries = new Map<number, Logged>();
  for (let first = from - (from % BLOCK); first < to; first += BLOCK)
    for await (const { body } of store.query(`${prefix}#entry`, { prefix: blockOf(first) })) {
      const batch = StoredBatch.safeParse(body).data;
      for (const [at, entry] of batch?.entries.entries() ?? [])
        entries.set(batch!.from + at, entry);
    }
  return entries;
}

export const entryAt = async (
  store: Store,
  prefix: LogPrefix,
  index: number,
): Promise<Logged | undefined> =>
  (await entriesIn(store, prefix, { from: index, to: index + 1 })).get(index);

/** What lies in the store at some places, and what the tree has there. `stored` is hashed anew from what is stored. */
export async function leavesIn(store: Store, prefix: LogPrefix, head: Head, { from, to }: Range) {
  const places = Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at);
  const entries = await entriesIn(store, prefix, { from, to });
  const inTiles = (index: number) => tileOf({ level: 0, index });
  const tiles = await tilesOf(store, prefix, head, places.map(inTiles));
  return places.map((index) => {
    const entry = entries.get(index);
    const hashes = tiles(inTiles(index));
    return {
      index,
      entry,
      stored: entry === undefined ? null : leafOf(entry.salt, entry.entry),
      leaf: hashes?.[index % TILE] ?? null,
    };
  });
}
