/**
 * How far a change in one subject's record moves a whole release, measured in the noise: d² = ΔᵀΣ⁻¹Δ. Whoever must tell two
 * records apart, knowing everybody else's, is right at most Φ(d/2) of the time from even odds (Neyman and Pearson; Dong, Roth,
 * Su, "Gaussian differential privacy", 2019, theorem 2.7). Exact for the lattice of equal variance, since its residuals are independent:
 *
 *   along one dimension, with c siblings at each split on the way, two subjects' residuals have the inner product
 *   k(x, x') = Σ over splits that both pass of (c−1)/(c+1) where they go the same way, and −1/(c+1) where they part;
 *   over a lattice of order o, K = Σ_{|T| ≤ o} Π_{a ∈ T} k_a, over V (the symmetric sums that also make the loss L).
 *
 * A subject who moves a count by w (0 or 1) or a sum by w half ranges (−1 … 1) lies at d² = (w²K(x,x) + w'²K(x',x') − 2ww'K(x,x'))/V.
 */

import { found } from "../../schemas/found.ts";
import type { Tree } from "../disclosure/axes.ts";
import { lossOfAxis, lossOfLattice } from "../disclosure/gaussian-dp.ts";
import type { PlannedField, ReleasePlan } from "../disclosure/release-plan.ts";

/** Nodes from the root (left out) down to a node. */
function pathTo({ nodes }: Tree, node: number): number[] {
  const path: number[] = [];
  for (let at = node; at > 0; at = found(nodes[at]).parent) path.unshift(at);
  return path;
}

/** k(x, x') of two nodes of one dimension. */
export function kernel(tree: Tree, a: number, b: number): number {
  const [left, right] = [pathTo(tree, a), pathTo(tree, b)];
  let sum = 0;
  for (const [level, node] of left.entries()) {
    const { siblings } = found(tree.nodes[node]);
    if (node !== right[level]) return right[level] === undefined ? sum : sum - 1 / (siblings + 1);
    sum += (siblings - 1) / (siblings + 1);
  }
  return sum;
}

/** The two records' own terms and their inner product along one dimension. */
export interface Turn {
  readonly own: number;
  readonly other: number;
  readonly cross: number;
}

/** Leaves of which no others differ in anything but name: of siblings that are alike below, two are enough. */
function typicalLeaves({ nodes }: Tree): number[] {
  const shape = (at: number): string => `(${found(nodes[at]).children.map(shape).sort().join("")})`;
  const below = (at: number): number[] => {
    const { children } = found(nodes[at]);
    if (children.length === 0) return [at];
    const seen = new Map<string, number>();
    return children.flatMap((child) => {
      const times = (seen.get(shape(child)) ?? 0) + 1;
      seen.set(shape(child), times);
      return times <= 2 ? below(child) : [];
    });
  };
  return below(0);
}

/** Every way in which two records can lie along a dimension, once each; `apart` leaves out those that agree. */
export function turnsOf(tree: Tree, apart: boolean): Turn[] {
  const leaves = typicalLeaves(tree);
  const turns = new Map<string, Turn>();
  for (const a of leaves)
    for (const b of leaves) {
      if (apart && a === b) continue;
      const turn = {
        own: kernel(tree, a, a),
        other: kernel(tree, b, b),
        cross: kernel(tree, a, b),
      };
      turns.set([turn.own, turn.other, turn.cross].map((value) => value.toFixed(9)).join(), turn);
    }
  return [...turns.values()];
}

/** Fields that carry noise; those of which a subject is in one or a few alone (a family's codes, bands) once, with its units. */
function groupsOf({ fields }: ReleasePlan): PlannedField[] {
  const noisy = fields.filter(({ released }) => released.variance > 0);
  const group = ({ rule, released }: PlannedField) =>
    rule.kind === "code" ? "code" : ((released.band && `band ${released.band.of}`) ?? released.id);
  return noisy.filter(
    (field, at) => noisy.findIndex((other) => group(other) === group(field)) === at,
  );
}

export const worst = (values: readonly number[]): number =>
  values.reduce((most, value) => Math.max(most, value), 0);

/**
 * d² of the one code that is not known, everything else of the record being: the person changes her leaf on dimension `axis`,
 * in all fields that she may be in. The loss is linear in k of that dimension, so the change is (k + k' − 2k×)·K of the others.
 */
export function attributeDistance(plan: ReleasePlan, axis: number): number {
  const others = plan.trees.filter((_, at) => at !== axis).map(lossOfAxis);
  const change = worst(
    turnsOf(found(plan.trees[axis]), true).map(({ own, other, cross }) => own + other - 2 * cross),
  );
  return groupsOf(plan).reduce((sum, { released: { units, variance, order } }) => {
    return order === 0 ? sum : sum + (units * change * lossOfLattice(others, order - 1)) / variance;
  }, 0);
}

/** d² of presence in one release: mu². */
export const presenceDistance = (plan: ReleasePlan): number => {
  const h = plan.trees.map(lossOfAxis);
  return groupsOf(plan).reduce(
    (sum, { released: { units, variance, order } }) =>
      sum + (units * lossOfLattice(h, order)) / variance,
    0,
  );
};

/** d² of the amounts of one story (all sums over the subjects of one count) between their lowest and their highest bounds: w from −1 to 1. */
export function amountDistance(plan: ReleasePlan, of: string): number {
  const h = plan.trees.map(lossOfAxis);
  return sumsOf(plan.fields, of).reduce(
    (sum, { released }) => sum + (4 * lossOfLattice(h, released.order)) / released.variance,
    0,
  );
}
export const sumsOf = (fields: readonly PlannedField[], of: string) =>
  fields.filter(
    ({ released }) => released.kind === "sum" && released.of === of && released.variance > 0,
  );
