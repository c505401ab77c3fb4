/** Trees of codes, flattened: what every step that walks a dimension needs. Pure. */
import { found } from "../../schemas/found.ts";
import type { Axis, CodeTree } from "../../schemas/words.ts";
import { TOTAL } from "../../schemas/words.ts";

interface Node {
  readonly code: string;
  /** Index of the parent in `Tree.nodes`; -1 for the root. */
  readonly parent: number;
  /** How many children the parent has, this node included; 1 for the root. */
  readonly siblings: number;
  readonly children: readonly number[];
}

/** A dimension as an array of nodes: the root `_T` first, every parent before its children. */
export interface Tree {
  readonly id: string;
  readonly nodes: readonly Node[];
  readonly index: ReadonlyMap<string, number>;
}

export function treeOf(axis: Pick<Axis, "id" | "codes">): Tree {
  const nodes: { code: string; parent: number; siblings: number; children: number[] }[] = [
    { code: TOTAL, parent: -1, siblings: 1, children: [] },
  ];
  const grow = (codes: CodeTree, parent: number): void => {
    for (const entry of codes) {
      const [code, below] = typeof entry === "string" ? [entry, undefined] : entry;
      const at = nodes.push({ code, parent, siblings: codes.length, children: [] }) - 1;
      found(nodes[parent]).children.push(at);
      if (below !== undefined) grow(below, at);
    }
  };
  grow(axis.codes, 0);
  return { id: axis.id, nodes, index: new Map(nodes.map((node, at) => [node.code, at])) };
}

/** The codes without codes below them, in the order of the list. */
export const leavesOf = (codes: CodeTree): string[] =>
  codes.flatMap((entry) => (typeof entry === "string" ? [entry] : leavesOf(entry[1])));

/** Every code of a tree, at every level, parents first. */
export const codesOf = (codes: CodeTree): string[] =>
  codes.flatMap((entry) =>
    typeof entry === "string" ? [entry] : [entry[0], ...codesOf(entry[1])],
  );

/** The codes of a level at or below a node: of a branch that ends before, its last one. The first level is 1. */
function under(tree: Tree, at: number, level: number): number[] {
  let depth = 0;
  for (let up = at; up > 0; up = found(tree.nodes[up]).parent) depth++;
  const down = (node: number, left: number): number[] => {
    const { children } = found(tree.nodes[node]);
    if (left <= 0 || children.length === 0) return [node];
    return children.flatMap((child) => down(child, left - 1));
  };
  return down(at, level - depth);
}

/** What a listed dimension shows: the codes that are named or else the list's first level; of a deeper level, those within them. */
export function codesAt(
  tree: Tree,
  named: readonly string[] | undefined,
  level: number | undefined,
): string[] {
  if (named !== undefined && level === undefined) return [...named];
  const from = named?.map((code) => tree.index.get(code) ?? 0) ?? [0];
  return from
    .flatMap((at) => under(tree, at, level ?? 1))
    .filter((at) => at > 0)
    .map((at) => found(tree.nodes[at]).code);
}

/** All sets of at most `most` of `size` things, as arrays of ascending positions, smaller sets first. */
export function subsets(size: number, most: number): number[][] {
  const all: number[][] = [[]];
  // what is pushed is walked over in its turn
  for (const set of all)
    if (set.length < most)
      for (let next = (set.at(-1) ?? -1) + 1; next < size; next++) all.push([...set, next]);
  return all;
}

/** The sum, over all sets of at most `most` of some values, of the product of each set: 1 for the empty one. */
export function overSets(values: readonly number[], most: number): number {
  let symmetric = [1, ...values.map(() => 0)];
  for (const value of values)
    symmetric = symmetric.map((sum, k) => (k === 0 ? sum : sum + found(symmetric[k - 1]) * value));
  return symmetric.slice(0, most + 1).reduce((sum, value) => sum + value, 0);
}
