/** The noise of a union of codes: exact, since the covariances of the lattice are public. */
import { found } from "../../schemas/found.ts";
import type { Tree } from "./axes.ts";

/** Codes on the way from the root to a node, the node last. */
function pathTo(tree: Tree, code: string): number[] {
  const path: number[] = [];
  for (let at = found(tree.index.get(code)); at > 0; at = found(tree.nodes[at]).parent)
    path.unshift(at);
  return path;
}

/**
 * Covariance factor of two codes of one dimension, `_T` among them: 1 for the same code; the product of 1/c over the splits between
 * where one lies inside the other; −1/c for siblings; where branches part under a node with c children, −1/c times the product of 1/c
 * over the splits below on both paths.
 */
export function covariance(tree: Tree, a: string, b: string): number {
  if (a === b) return 1;
  const [left, right] = [pathTo(tree, a), pathTo(tree, b)];
  let common = 0;
  while (common < left.length && left[common] === right[common]) common++;
  // one inside the other: an ancestor's noise is passed down in equal parts
  const further = left.length > right.length ? left : right;
  const split = (part: number, at: number) => part / found(tree.nodes[at]).siblings;
  if (common === Math.min(left.length, right.length)) return further.slice(common).reduce(split, 1);
  const below = [...left.slice(common + 1), ...right.slice(common + 1)].reduce(split, 1);
  return split(-1, found(left[common])) * below;
}

/** Covariance of the sums over two sets of codes, relative to V. Over several dimensions the factors multiply. */
export const unionCovariance = (
  tree: Tree,
  left: readonly string[],
  right: readonly string[],
): number =>
  left.reduce((sum, a) => sum + right.reduce((inner, b) => inner + covariance(tree, a, b), 0), 0);

/** Variance of the sum over a set of codes, relative to V. Over several dimensions the factors multiply. */
export const unionFactor = (tree: Tree, codes: readonly string[]): number =>
  unionCovariance(tree, codes, codes);
