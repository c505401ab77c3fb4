/**
 * The tree as it is stored: the head (with the right edge, all that growing takes), entries by their place, places by their
 * leaf, and tiles. Entries, places and tiles are written once and never changed; of the head there is one item.
 */
import type * as z from "zod";
import { type Key, keyOf } from "../../schemas/items/item.ts";
import { type Logged, type TreePrefix, trees } from "../../schemas/items/log.ts";
import { BLOCK, TILE } from "../../schemas/log.ts";
import type { Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { getItem } from "../store/stored.ts";
import { leafOf } from "./append.ts";
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

/** The batch that begins at a place. */
export const batchKey = (prefix: TreePrefix, from: number): Key =>
  keyOf(trees[prefix].entry, { block: Math.floor(from / BLOCK), place: from });
export const tileKey = (prefix: TreePrefix, { level, index }: Node): Key =>
  keyOf(trees[prefix].tile, { level, tile: index });

export interface Head extends z.output<(typeof trees)["log"]["head"]["body"]> {
  /** 0 where there is no item yet. */
  readonly revision: number;
}

export async function readHead(store: Store, prefix: TreePrefix): Promise<Head> {
  const item = await getItem(store, trees[prefix].head, {});
  return item === undefined
    ? { size: 0, root: EMPTY, edge: [], revision: 0 }
    : { ...item.body, revision: item.revision };
}

/** The hashes of some tiles as the tree of this head has them: stored ones, or the edge where one is not full. */
async function tilesOf(
  store: Store,
  prefix: TreePrefix,
  { edge, size }: Pick<Head, "edge" | "size">,
  nodes: readonly Node[],
) {
  const isFull = ({ level, index }: Node) => (index + 1) * TILE ** (level + 1) <= size;
  const wanted = nodes.filter(isFull).map((tile) => tileKey(prefix, tile));
  const [first] = wanted;
  const items =
    first === undefined
      ? []
      : await store.getMany(first.pk, [...new Set(wanted.map(({ sk }) => sk))]);
  const read = new Map(
    items.map(({ sk, body }) => [sk, trees[prefix].tile.body.safeParse(body).data?.hashes]),
  );
  return (tile: Node): readonly Hash[] | undefined =>
    isFull(tile) ? read.get(tileKey(prefix, tile).sk) : edge[tile.level];
}

/** The heads of some ranges of the tree. Throws `Refused` log-damaged where a tile is gone. */
async function headsOf(
  store: Store,
  prefix: TreePrefix,
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
  prefix: TreePrefix,
  head: Head,
  index: number,
  size: number,
): Promise<Hash[]> => headsOf(store, prefix, head, inclusionRanges(index, size));

export const consistencyPath = (
  store: Store,
  prefix: TreePrefix,
  head: Head,
  from: number,
  to: number,
): Promise<Hash[]> => headsOf(store, prefix, head, consistencyRanges(from, to));

/** The place of a leaf in the tree of this head. */
export async function placeOf(
  store: Store,
  prefix: TreePrefix,
  head: Head,
  leaf: Hash,
): Promise<number | undefined> {
  const index = (await getItem(store, trees[prefix].leaf, { leaf }))?.body.index;
  // a place beyond the head was given by a sequencer that has not finished
  return index !== undefined && index < head.size ? index : undefined;
}

/** Entries by their place, for the blocks that a range touches. What cannot be read is left out. */
async function entriesIn(
  store: Store,
  prefix: TreePrefix,
  { from, to }: Range,
): Promise<ReadonlyMap<number, Logged>> {
  const entries = new Map<number, Logged>();
  const { entry: kind } = trees[prefix];
  for (let first = from - (from % BLOCK); first < to; first += BLOCK) {
    const [block] = batchKey(prefix, first).sk.split("#");
    for await (const { body } of store.query(kind.pk, { prefix: `${block}#` })) {
      const batch = kind.body.safeParse(body).data;
      if (batch === undefined) continue;
      for (const [at, entry] of batch.entries.entries()) entries.set(batch.from + at, entry);
    }
  }
  return entries;
}

export const entryAt = async (
  store: Store,
  prefix: TreePrefix,
  index: number,
): Promise<Logged | undefined> =>
  (await entriesIn(store, prefix, { from: index, to: index + 1 })).get(index);

/** What lies in the store at some places, and what the tree has there. `stored` is hashed anew from what is stored. */
export async function leavesIn(store: Store, prefix: TreePrefix, head: Head, { from, to }: Range) {
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
