/** The noise of a union of codes: exact, since the covariances of the lattice are public. */
import type { Tree } from "../shared/axes.ts";

/** Codes on the way from the root to a node, the node last. */
function pathTo(tree: Tree, code: string): number[] {
  const path: number[] = [];
  for (let at = tree.index.get(code)!; at > 0; at = tree.nodes[at]!.parent) path.unshift(at);
  return path;
}

/**
 * Covariance factor of two codes of one dimension, neither inside the other: 1 for the same code, −1/c for
 * siblings; where branches part under a node with c children, −1/c times the product of 1/c over the splits below on both paths.
 */
export function covariance(tree: Tree, a: string, b: string): number {
  if (a === b) return 1;
  const [left, right] = [pathTo(tree, a), pathTo(tree, b)];
  let common = 0;
  while (left[common] === right[common]) common++;
  const below = [...left.slice(common + 1), ...right.slice(common + 1)].reduce((product, at) => product / tree.nodes[at]!.siblings, 1);
  return (-1 / tree.nodes[left[common]!]!.siblings) * below;
}

/** Variance of the sum over a set of codes, relative to V. Over several dimensions the factors multiply. */
export const unionFactor = (tree: Tree, codes: readonly string[]): number =>
  codes.reduce((sum, a) => sum + codes.reduce((inner, b) => inner + covariance(tree, a, b), 0), 0);
