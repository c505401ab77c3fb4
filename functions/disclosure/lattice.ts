/**
 * Tables over a lattice of marginals, and the noise that is additive over it: after residual bases (Xiao, He, Zhang, Kifer,
 * ResidualPlanner, NeurIPS 2023, arXiv 2305.08175) and weighted Fourier factorisations (Lebeda, Nikolov, Tang 2025,
 * arXiv 2512.21499), of which equal variance is the maximum-variance solution.
 *
 * A lattice holds, for every set S of at most `order` dimensions, a dense array over the codes of S at every level of their
 * trees. A child is its parent over c (its siblings) plus a centred draw, along each dimension in turn.
 */

import { found } from "../../schemas/found.ts";
import { TOTAL } from "../../schemas/words.ts";
import { subsets, type Tree } from "./axes.ts";

/** A place of the lattice: pairs of dimension and code, sorted by the UTF-8 bytes of the dimension's id. */
export type Pairs = readonly (readonly [axis: string, code: string])[];

interface Marginal {
  /** Positions of the dimensions, ascending. */
  readonly axes: readonly number[];
  /** Codes a dimension (roots left out). */
  readonly sizes: readonly number[];
  readonly strides: readonly number[];
  readonly values: Float64Array;
}
export interface Lattice {
  readonly trees: readonly Tree[];
  readonly marginals: ReadonlyMap<string, Marginal>;
}

export function emptyLattice(trees: readonly Tree[], order: number): Lattice {
  const marginals = subsets(trees.length, order).map((axes): [string, Marginal] => {
    const sizes = axes.map((axis) => found(trees[axis]).nodes.length - 1);
    const strides = sizes.map((_, at) =>
      sizes.slice(at + 1).reduce((product, size) => product * size, 1),
    );
    return [
      axes.join(),
      {
        axes,
        sizes,
        strides,
        values: new Float64Array(sizes.reduce((product, size) => product * size, 1)),
      },
    ];
  });
  return { trees, marginals: new Map(marginals) };
}

/** The node (1 …) that a flat position has on the dimension at place `k` of the marginal. */
const nodeAt = ({ strides, sizes }: Marginal, k: number, at: number): number =>
  (Math.floor(at / (strides[k] ?? Number.NaN)) % (sizes[k] ?? Number.NaN)) + 1;

/** Adds `value` at one combination of leaf nodes to every marginal, at the leaf level only. */
export function addLeaf(lattice: Lattice, leaves: readonly number[], value: number): void {
  for (const { axes, strides, values } of lattice.marginals.values()) {
    let at = 0;
    for (let k = 0; k < axes.length; k++)
      at += (found(leaves[found(axes[k])]) - 1) * found(strides[k]);
    values[at] = found(values[at]) + value;
  }
}

/** The value of a cell: a code a dimension, at any level, or `_T`. */
export function valueAt({ trees, marginals }: Lattice, codes: readonly string[]): number {
  const axes = [...codes.keys()].filter((axis) => codes[axis] !== TOTAL);
  const { strides, values } = found(marginals.get(axes.join()));
  const at = axes.reduce(
    (sum, axis, k) =>
      sum + (found(trees[axis]?.index.get(found(codes[axis]))) - 1) * found(strides[k]),
    0,
  );
  return found(values[at]);
}

/** Adds leaves up to the codes above them, along each dimension. */
export function rollUp(lattice: Lattice): void {
  for (const { axes, sizes, strides, values } of lattice.marginals.values())
    for (const [k, axis] of axes.entries()) {
      const { nodes } = found(lattice.trees[axis]);
      const stride = found(strides[k]);
      const block = stride * found(sizes[k]);
      for (let from = 0; from < values.length; from += block)
        // children come after their parents, so from the end each value is complete before it is passed up
        for (let node = nodes.length - 1; node > 0; node--) {
          const { parent } = found(nodes[node]);
          if (parent === 0) continue;
          for (let inner = 0; inner < stride; inner++) {
            const at = from + (node - 1) * stride + inner;
            const up = from + (parent - 1) * stride + inner;
            values[up] = found(values[up]) + found(values[at]);
          }
        }
    }
}

/** The pairs of dimension and code at a flat position. */
export const pairsAt = (lattice: Lattice, marginal: Marginal, at: number): Pairs =>
  marginal.axes.map((axis, k) => {
    const { id, nodes } = found(lattice.trees[axis]);
    return [id, found(nodes[nodeAt(marginal, k, at)]).code] as const;
  });

/**
 * Noise of variance `variance` in every cell of every marginal, from standard normals.
 * z_T(x) ~ N(0, V·Π(1 + 1/c)), centred among siblings along each dimension of T, then η(child) = η(parent)/c + centred draw.
 */
export function noiseLattice(
  trees: readonly Tree[],
  order: number,
  variance: number,
  normal: (pairs: Pairs) => number,
): Lattice {
  const lattice = emptyLattice(trees, order);
  for (const marginal of lattice.marginals.values()) {
    for (let at = 0; at < marginal.values.length; at++) {
      const scale = marginal.axes.reduce((v, axis, k) => {
        const { siblings } = found(found(trees[axis]).nodes[nodeAt(marginal, k, at)]);
        return v * (1 + 1 / siblings);
      }, variance);
      marginal.values[at] = Math.sqrt(scale) * normal(pairsAt(lattice, marginal, at));
    }
    marginal.axes.forEach((_, k) => {
      centre(lattice, marginal, k);
    });
  }
  trees.forEach((_, axis) => {
    inherit(lattice, axis);
  });
  return lattice;
}

/** Subtracts from every draw the mean of its siblings along one dimension. */
function centre({ trees }: Lattice, { axes, sizes, strides, values }: Marginal, k: number): void {
  const stride = found(strides[k]);
  const block = stride * found(sizes[k]);
  for (const { children } of found(trees[found(axes[k])]).nodes) {
    if (children.length === 0) continue;
    for (let from = 0; from < values.length; from += block)
      for (let inner = from; inner < from + stride; inner++) {
        let sum = 0;
        for (const child of children) sum += found(values[inner + (child - 1) * stride]);
        for (const child of children) {
          const at = inner + (child - 1) * stride;
          values[at] = found(values[at]) - sum / children.length;
        }
      }
  }
}

/** η(child) = η(parent)/c + g(child) along one dimension; the parent of a top code lies in the marginal without it. */
function inherit({ trees, marginals }: Lattice, axis: number): void {
  const { nodes } = found(trees[axis]);
  for (const { axes, sizes, strides, values } of marginals.values()) {
    const k = axes.indexOf(axis);
    if (k < 0) continue;
    const { values: above } = found(marginals.get(axes.filter((other) => other !== axis).join()));
    const stride = found(strides[k]);
    const block = stride * found(sizes[k]);
    for (let outer = 0; outer * block < values.length; outer++)
      for (let node = 1; node < nodes.length; node++) {
        const { parent, siblings } = found(nodes[node]);
        for (let inner = 0; inner < stride; inner++) {
          const at = outer * block + (node - 1) * stride + inner;
          const from =
            parent === 0 ? above[outer * stride + inner] : values[at - (node - parent) * stride];
          values[at] = found(values[at]) + found(from) / siblings;
        }
      }
  }
}
