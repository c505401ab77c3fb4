/**
 * The Merkle tree of RFC 9162, 2.1, as pure functions over hashes (SHA-256, base64url). A leaf's own hash is made where an entry
 * is appended (functions/log/append.ts). A tree is never held whole: `Edge` is its right edge, from which it grows at a cost of
 * O(log n) a leaf; what is left behind goes into tiles, full subtrees that never change again and that proofs are read from.
 */

import { digestOf, fromBase64url, toBase64url } from "#bytes";
import { found } from "../../schemas/found.ts";
import { TILE } from "../../schemas/log.ts";

export type Hash = string;

/** The head of a tree without leaves: SHA-256 of nothing (2.1.1). */
export const EMPTY: Hash = toBase64url(digestOf(""));

/** Behind a byte of one, so that no leaf can pass for a node (2.1.1). */
export function nodeHash(left: Hash, right: Hash): Hash {
  const bytes = new Uint8Array(65);
  bytes[0] = 1;
  bytes.set(fromBase64url(left), 1);
  bytes.set(fromBase64url(right), 33);
  return toBase64url(digestOf(bytes));
}

/** Leaves `from` up to, and without, `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}
/** A full subtree: the `index`-th of those with 2^level leaves. */
export interface Node {
  readonly level: number;
  readonly index: number;
}

/** The largest power of two smaller than n, for n > 1: where a tree of n leaves divides. */
function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** The subtrees whose heads are the audit path of a leaf, from the leaf upwards (2.1.3.1). */
export function inclusionRanges(index: number, size: number): Range[] {
  const walk = (from: number, to: number): Range[] => {
    if (to - from === 1) return [];
    const middle = from + split(to - from);
    return index < middle
      ? [...walk(from, middle), { from: middle, to }]
      : [...walk(middle, to), { from, to: middle }];
  };
  return walk(0, size);
}

/** The subtrees whose heads prove that a tree of `second` leaves begins with the one of `first` (2.1.4.1). */
export function consistencyRanges(first: number, second: number): Range[] {
  const walk = (from: number, to: number, whole: boolean): Range[] => {
    if (first === to) return whole ? [] : [{ from, to }];
    const middle = from + split(to - from);
    return first <= middle
      ? [...walk(from, middle, whole), { from: middle, to }]
      : [...walk(middle, to, false), { from, to: middle }];
  };
  return first === 0 || first === second ? [] : walk(0, second, true);
}

/** The full subtrees that a range of the tree is made of, from the left, each smaller than the one before. */
export function nodesOf({ from, to }: Range): Node[] {
  const nodes: Node[] = [];
  for (let at = from; at < to; ) {
    const level = Math.floor(Math.log2(to - at));
    nodes.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return nodes;
}

/** The head of neighbouring full subtrees, each smaller than the one before. */
export const joined = (heads: readonly Hash[]): Hash =>
  heads.length === 0 ? EMPTY : heads.reduceRight((right, left) => nodeHash(left, right));

/** The head of 2^k nodes of one level. */
export function headOf(nodes: readonly Hash[]): Hash {
  let level = [...nodes];
  while (level.length > 1)
    level = level.flatMap((left, at) =>
      at % 2 === 0 ? [nodeHash(left, found(level[at + 1]))] : [],
    );
  return found(level[0]);
}

/** Levels of the tree that one level of tiles spans. */
export const TILE_LEVELS = 4;

/** `TILE` nodes, all of one level; its head is a node of the level of tiles above. */
export interface Tile extends Node {
  readonly hashes: readonly Hash[];
}
/** By level of tiles, the nodes that do not fill one yet. */
export type Edge = readonly (readonly Hash[])[];

/** A tree of `size` leaves, and more leaves: its new edge, and the tiles that were filled. */
export function grow(
  edge: Edge,
  size: number,
  leaves: readonly Hash[],
): { readonly edge: Edge; readonly tiles: readonly Tile[] } {
  const open = edge.map((hashes) => [...hashes]);
  const tiles: Tile[] = [];
  for (const [at, leaf] of leaves.entries()) {
    let hash = leaf;
    for (let level = 0; ; level++) {
      const nodes = open[level] ?? [];
      open[level] = nodes;
      nodes.push(hash);
      if (nodes.length < TILE) break;
      const tile = {
        level,
        index: (size + at + 1) / TILE ** (level + 1) - 1,
        hashes: nodes.splice(0),
      };
      tiles.push(tile);
      hash = headOf(tile.hashes);
    }
  }
  return { edge: open, tiles };
}

/** The head of the tree with this edge. */
export function rootOf(edge: Edge): Hash {
  const heads = edge
    .toReversed()
    .flatMap((nodes) =>
      nodesOf({ from: 0, to: nodes.length }).map(({ level, index }) => inTile(nodes, level, index)),
    );
  return joined(heads);
}
const inTile = (nodes: readonly Hash[], level: number, index: number) =>
  headOf(nodes.slice(index * 2 ** level, (index + 1) * 2 ** level));

/** The head of a tree over these leaves. */
export const treeHead = (leaves: readonly Hash[]): Hash => rootOf(grow([], 0, leaves).edge);

/** The tile that a full subtree lies in: that of its own level of tiles which holds its nodes. */
export const tileOf = ({ level, index }: Node): Node => {
  const above = Math.floor(level / TILE_LEVELS);
  return { level: above, index: Math.floor((index * 2 ** (level % TILE_LEVELS)) / TILE) };
};
/** The head of a full subtree, from the hashes of its tile, or of the edge where that is not full. */
export function nodeIn(hashes: readonly Hash[], { level, index }: Node): Hash {
  const within = level % TILE_LEVELS;
  const first = (index * 2 ** within) % TILE;
  return headOf(hashes.slice(first, first + 2 ** within));
}

const isOdd = (n: number) => n % 2 === 1;
const half = (n: number) => Math.floor(n / 2);

/** Whether a leaf is in the tree of this head, at this place (2.1.3.2). */
export function verifyInclusion(
  leaf: Hash,
  index: number,
  size: number,
  path: readonly Hash[],
  root: Hash,
): boolean {
  if (index < 0 || index >= size) return false;
  let [first, last, hash] = [index, size - 1, leaf];
  for (const next of path) {
    if (last === 0) return false;
    if (isOdd(first) || first === last) {
      hash = nodeHash(next, hash);
      while (!isOdd(first) && first !== 0) [first, last] = [half(first), half(last)];
    } else hash = nodeHash(hash, next);
    [first, last] = [half(first), half(last)];
  }
  return last === 0 && hash === root;
}

/** Whether the tree of the second head begins with the tree of the first one (2.1.4.2). Every tree begins with the empty one. */
export function verifyConsistency(
  first: { readonly size: number; readonly root: Hash },
  second: { readonly size: number; readonly root: Hash },
  path: readonly Hash[],
): boolean {
  if (first.size > second.size) return false;
  if (first.size === second.size) return path.length === 0 && first.root === second.root;
  if (first.size === 0) return path.length === 0 && first.root === EMPTY;
  // the head of a tree of 2^k leaves is not sent: it is what is proved
  const [start, ...rest] = Number.isInteger(Math.log2(first.size)) ? [first.root, ...path] : path;
  if (start === undefined) return false;
  let [left, last, before, after] = [first.size - 1, second.size - 1, start, start];
  while (isOdd(left)) [left, last] = [half(left), half(last)];
  for (const next of rest) {
    if (last === 0) return false;
    if (isOdd(left) || left === last) {
      [before, after] = [nodeHash(next, before), nodeHash(next, after)];
      while (!isOdd(left) && left !== 0) [left, last] = [half(left), half(last)];
    } else after = nodeHash(after, next);
    [left, last] = [half(left), half(last)];
  }
  return last === 0 && before === first.root && after === second.root;
}
