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
import { lossOfAxis, lossOfLattice } from "../release/protect/gdp.ts";
import type { PlannedField, ReleasePlan } from "../release/protect/plan.ts";
import type { Tree } from "../shared/axes.ts";

/** Nodes from the root (left out) down to a node. */
function pathTo({ nodes }: Tree, node: number): number[] {
  const path: number[] = [];
  for (let at = node; at > 0; at = nodes[at]!.parent) path.unshift(at);
  return path;
}

/** k(x, x') of two nodes of one dimension. */
export function kernel(tree: Tree, a: number, b: number): number {
  const [left, right] = [pathTo(tree, a), pathTo(tree, b)];
  let sum = 0;
  for (const [level, node] of left.entries()) {
    const { siblings } = tree.nodes[node]!;
    if (node !== right[level]) return right[level] === undefined ? sum : sum - 1 / (siblings + 1);
    sum += (siblings - 1) / (siblings + 1);
  }
  return sum;
}

/** The two records' own terms and their inner product along one dimension. */
interface Turn {
  readonly own: number;
  readonly other: number;
  readonly cross: number;
}

/** Leaves of which no others differ in anything but name: of siblings that are alike below, two are enough. */
function typicalLeaves({ nodes }: Tree): number[] {
  const shape = (at: number): string => `(${nodes[at]!.children.map(shape).sort().join("")})`;
  const below = (at: number): number[] => {
    const { children } = nodes[at]!;
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
function turnsOf(tree: Tree, apart: boolean): Turn[] {
  const leaves = typicalLeaves(tree);
  const turns = new Map<string, Turn>();
  for (const a of leaves)
    for (const b of leaves) {
      if (apart && a === b) continue;
      const turn = { own: kernel(tree, a, a), other: kernel(tree, b, b), cross: kernel(tree, a, b) };
      turns.set([turn.own, turn.other, turn.cross].map((value) => value.toFixed(9)).join(), turn);
    }
  return [...turns.values()];
}

/** Fields that carry noise, a family's codes once with all the units that one subject may take of it. */
function groupsOf({ fields }: ReleasePlan): PlannedField[] {
  const noisy = fields.filter(({ released }) => released.variance > 0);
  const firstCode = noisy.findIndex(({ rule }) => rule.kind === "code");
  return noisy.filter(({ rule }, at) => rule.kind !== "code" || at === firstCode);
}

const worst = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, value), 0);

/**
 * d² of the one code that is not known, everything else of the record being: the person changes her leaf on dimension `axis`,
 * in all fields that she may be in. The loss is linear in k of that dimension, so the change is (k + k' − 2k×)·K of the others.
 */
export function attributeDistance(plan: ReleasePlan, axis: number): number {
  const others = plan.trees.filter((_, at) => at !== axis).map(lossOfAxis);
  const change = worst(turnsOf(plan.trees[axis]!, true).map(({ own, other, cross }) => own + other - 2 * cross));
  return groupsOf(plan).reduce((sum, { released: { units, variance, order } }) => {
    return order === 0 ? sum : sum + (units * change * lossOfLattice(others, order - 1)) / variance;
  }, 0);
}

/** d² of presence in one release: mu². */
export const presenceDistance = (plan: ReleasePlan): number => {
  const h = plan.trees.map(lossOfAxis);
  return groupsOf(plan).reduce((sum, { released: { units, variance, order } }) => sum + (units * lossOfLattice(h, order)) / variance, 0);
};

/** d² of the amounts of one story (all sums over the subjects of one count) between their lowest and their highest bounds: w from −1 to 1. */
export function amountDistance(plan: ReleasePlan, of: string): number {
  const h = plan.trees.map(lossOfAxis);
  return sumsOf(plan.fields, of).reduce((sum, { released }) => sum + (4 * lossOfLattice(h, released.order)) / released.variance, 0);
}
const sumsOf = (fields: readonly PlannedField[], of: string) =>
  fields.filter(({ released }) => released.kind === "sum" && released.of === of && released.variance > 0);

/** d² of one field for the weights that two records have in it, along given turns. */
type Moved = (field: PlannedField, w: number, other: number) => number;
function movedAlong(turns: readonly Turn[]): Moved {
  const known = new Map<number, Turn>();
  const at = (order: number): Turn => {
    const turn = known.get(order) ?? {
      own: lossOfLattice(
        turns.map(({ own }) => own),
        order,
      ),
      other: lossOfLattice(
        turns.map(({ other }) => other),
        order,
      ),
      cross: lossOfLattice(
        turns.map(({ cross }) => cross),
        order,
      ),
    };
    known.set(order, turn);
    return turn;
  };
  return ({ released: { order, variance } }, w, v) => {
    if (variance === 0) return 0;
    const { own, other, cross } = at(order);
    return (w * w * own + v * v * other - 2 * w * v * cross) / variance;
  };
}

/** A count's own change, with the sums over its subjects put at whichever bounds lie farthest apart. */
function withSums(moved: Moved, fields: readonly PlannedField[], field: PlannedField, w: number, v: number): number {
  const ends = (weight: number) => (weight === 0 ? [0] : [-1, 1]);
  const sums = sumsOf(fields, field.released.id).map((sum) => worst(ends(w).flatMap((a) => ends(v).map((b) => moved(sum, a, b)))));
  return sums.reduce((total, one) => total + one, moved(field, w, v));
}

const BITS = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
] as const;

/**
 * The farthest choice of family codes, at most b in either record, with the fields that hold two codes at once. The codes of such
 * pairs are tried out (up to four of them; beyond that, pairs are taken as free, which can only say too much), the rest is added up
 * by how many codes either record has left.
 */
function familyDistance(moved: Moved, { fields, descriptor }: ReleasePlan): number {
  const most = descriptor.family?.atMost ?? 0;
  const codes = fields.filter(({ rule }) => rule.kind === "code");
  const pairs = fields.flatMap((field) => (field.rule.kind === "both" ? [{ field, of: field.rule.of }] : []));
  const named = [...new Set(pairs.flatMap(({ of }) => of))];
  const tried = named.length <= 4 ? codes.filter(({ released }) => named.includes(released.id)) : [];
  let free = fillUp(
    moved,
    fields,
    codes.filter((code) => !tried.includes(code)),
    most,
  );
  if (tried.length === 0) {
    const loose = pairs.reduce((sum, { field }) => sum + worst(BITS.map(([w, v]) => withSums(moved, fields, field, w, v))), 0);
    free = free.map((row) => row.map((value) => value + loose));
  }
  let best = 0;
  for (let choice = 0; choice < 4 ** tried.length; choice++) {
    const bits = new Map(tried.map(({ released }, at) => [released.id, BITS[Math.floor(choice / 4 ** at) % 4]!]));
    const used = [0, 1].map((side) => [...bits.values()].reduce((sum, pair) => sum + pair[side]!, 0));
    if (used[0]! > most || used[1]! > most) continue;
    let sum = free[most - used[0]!]![most - used[1]!]!;
    for (const code of tried) sum += withSums(moved, fields, code, ...bits.get(code.released.id)!);
    if (tried.length > 0)
      for (const { field, of } of pairs) {
        const [first, second] = of.map((code) => bits.get(code) ?? ([0, 0] as const));
        sum += withSums(moved, fields, field, first![0] * second![0], first![1] * second![1]);
      }
    best = Math.max(best, sum);
  }
  return best;
}

/** For every number of codes that either record may still have: the farthest that they can be put. */
function fillUp(moved: Moved, fields: readonly PlannedField[], codes: readonly PlannedField[], most: number): number[][] {
  let table = Array.from({ length: most + 1 }, () => Array.from({ length: most + 1 }, () => 0));
  for (const code of codes) {
    const gains = BITS.map(([w, v]) => ({ w, v, gain: withSums(moved, fields, code, w, v) }));
    table = table.map((row, left) =>
      row.map((_, right) =>
        worst(gains.filter(({ w, v }) => w <= left && v <= right).map(({ w, v, gain }) => gain + table[left - w]![right - v]!)),
      ),
    );
  }
  return table;
}

/** All ways to take one of each list. */
const each = <T>(lists: readonly (readonly T[])[]): T[][] =>
  lists.reduce<T[][]>((all, list) => all.flatMap((taken) => list.map((one) => [...taken, one])), [[]]);

/**
 * d² of the two records that lie farthest apart, of a person known to be there: codes on every dimension, family codes, conditions
 * and amounts. Conditions on one and the same column are taken as free of each other, which can only say too much.
 */
export function recordDistance(plan: ReleasePlan): number {
  const loose = plan.fields.filter(({ released, rule }) => released.kind === "count" && !["any", "code", "both"].includes(rule.kind));
  const always = plan.fields.filter(({ rule }) => rule.kind === "any");
  const familyAlone = plan.fields.some(({ rule }) => rule.kind === "code");
  return worst(
    each(plan.trees.map((tree) => turnsOf(tree, false))).map((turns) => {
      const moved = movedAlong(turns);
      const family = familyAlone ? familyDistance(moved, plan) : 0;
      const conditions = loose.map((field) => worst(BITS.map(([w, v]) => withSums(moved, plan.fields, field, w, v))));
      return [...always.map((field) => withSums(moved, plan.fields, field, 1, 1)), ...conditions].reduce((sum, one) => sum + one, family);
    }),
  );
}

/** d² of which of two codes of the family a person has, all else known: the two that lie farthest apart, with what hangs on them. */
export function codeDistance(plan: ReleasePlan): number {
  const h = plan.trees.map(lossOfAxis);
  const moved = movedAlong(h.map((value) => ({ own: value, other: value, cross: value })));
  const alone = plan.fields.flatMap((field) => {
    if (field.rule.kind !== "code") return [];
    const { code } = field.rule;
    const pairs = plan.fields.filter(({ rule }) => rule.kind === "both" && rule.of.includes(code));
    return [[field, ...pairs].reduce((sum, one) => sum + withSums(moved, plan.fields, one, 1, 0), 0)];
  });
  const [first = 0, second = 0] = alone.sort((a, b) => b - a);
  return first + second;
}
