/**
 * How far apart two whole records of one person can lie, and two choices within one record: distances of distance.ts over every
 * record that could be, not over any that is.
 */

import { found } from "../../schemas/found.ts";
import { lossOfAxis, lossOfLattice } from "../disclosure/gaussian-dp.ts";
import type { PlannedField, ReleasePlan } from "../disclosure/release-plan.ts";
import { sumsOf, type Turn, turnsOf, worst } from "./distance.ts";

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
function withSums(
  moved: Moved,
  fields: readonly PlannedField[],
  field: PlannedField,
  w: number,
  v: number,
): number {
  const ends = (weight: number) => (weight === 0 ? [0] : [-1, 1]);
  const sums = sumsOf(fields, field.released.id).map((sum) =>
    worst(ends(w).flatMap((a) => ends(v).map((b) => moved(sum, a, b)))),
  );
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
  const pairs = fields.flatMap((field) =>
    field.rule.kind === "both" ? [{ field, of: field.rule.of }] : [],
  );
  const named = [...new Set(pairs.flatMap(({ of }) => of))];
  const tried =
    named.length <= 4 ? codes.filter(({ released }) => named.includes(released.id)) : [];
  let free = fillUp(
    moved,
    fields,
    codes.filter((code) => !tried.includes(code)),
    most,
  );
  if (tried.length === 0) {
    const loose = pairs.reduce(
      (sum, { field }) => sum + worst(BITS.map(([w, v]) => withSums(moved, fields, field, w, v))),
      0,
    );
    free = free.map((row) => row.map((value) => value + loose));
  }
  let best = 0;
  for (const choice of each(tried.map((code) => BITS.map(([w, v]) => ({ code, w, v }))))) {
    const left = choice.reduce((rest, { w }) => rest - w, most);
    const right = choice.reduce((rest, { v }) => rest - v, most);
    if (left < 0 || right < 0) continue;
    let sum = found(free[left]?.[right]);
    for (const { code, w, v } of choice) sum += withSums(moved, fields, code, w, v);
    if (tried.length > 0)
      for (const { field, of } of pairs) {
        const both = (side: "w" | "v") =>
          of.every((id) => choice.some((one) => one.code.released.id === id && one[side] === 1));
        sum += withSums(moved, fields, field, both("w") ? 1 : 0, both("v") ? 1 : 0);
      }
    best = Math.max(best, sum);
  }
  return best;
}

/** For every number of codes that either record may still have: the farthest that they can be put. */
function fillUp(
  moved: Moved,
  fields: readonly PlannedField[],
  codes: readonly PlannedField[],
  most: number,
): number[][] {
  let table = Array.from({ length: most + 1 }, () => Array.from({ length: most + 1 }, () => 0));
  for (const code of codes) {
    const gains = BITS.map(([w, v]) => ({ w, v, gain: withSums(moved, fields, code, w, v) }));
    table = table.map((row, left) =>
      row.map((_, right) =>
        worst(
          gains
            .filter(({ w, v }) => w <= left && v <= right)
            .map(({ w, v, gain }) => gain + found(table[left - w]?.[right - v])),
        ),
      ),
    );
  }
  return table;
}

/** All ways to take one of each list. */
const each = <T>(lists: readonly (readonly T[])[]): T[][] =>
  lists.reduce<T[][]>(
    (all, list) => all.flatMap((taken) => list.map((one) => [...taken, one])),
    [[]],
  );

/** The banded fields of a plan: a subject is in one band of each, or in none. */
export function bandsOf({ fields }: ReleasePlan): PlannedField[][] {
  const names = [...new Set(fields.flatMap(({ released }) => released.band?.of ?? []))];
  return names.map((name) => fields.filter(({ released }) => released.band?.of === name));
}

/**
 * d² of the two records that lie farthest apart, of a person known to be there: codes on every dimension, family codes, bands,
 * conditions, who has a value, and amounts. What hangs together (conditions and bands on one column, a value and its code) is taken as free of each other, which can only say too much.
 */
export function recordDistance(plan: ReleasePlan): number {
  const { fields } = plan;
  const always = fields.filter(({ rule }) => rule.kind === "any");
  const conditions = fields.filter(({ rule }) => ["when", "known", "count"].includes(rule.kind));
  return worst(
    each(plan.trees.map((tree) => turnsOf(tree, false))).map((turns) => {
      const moved = movedAlong(turns);
      const parts = [
        familyDistance(moved, plan),
        ...always.map((field) => withSums(moved, fields, field, 1, 1)),
        ...bandsOf(plan).map((bands) => found(fillUp(moved, fields, bands, 1)[1]?.[1])),
        ...conditions.map((field) =>
          worst(BITS.map(([w, v]) => withSums(moved, fields, field, w, v))),
        ),
      ];
      return parts.reduce((sum, one) => sum + one, 0);
    }),
  );
}

/** Turns of a person whose codes are known: on each dimension the leaf that loses most. */
const still = (plan: ReleasePlan): Moved =>
  movedAlong(
    plan.trees.map(lossOfAxis).map((value) => ({ own: value, other: value, cross: value })),
  );

/**
 * d² of which of two things a person has where she has one of them, all else known: of family codes with the pairs and sums
 * that hang on them, or of bands.
 */
export function choiceDistance(plan: ReleasePlan, among: readonly PlannedField[]): number {
  const moved = still(plan);
  const alone = among.map((field) => {
    const hanging = plan.fields.filter(
      ({ rule }) =>
        (rule.kind === "both" && rule.of.includes(field.released.id)) ||
        (rule.kind === "known" && rule.of === field.released.id),
    );
    return [field, ...hanging].reduce(
      (sum, one) => sum + withSums(moved, plan.fields, one, 1, 0),
      0,
    );
  });
  const [first = 0, second = 0] = alone.sort((a, b) => b - a);
  return first + second;
}

/** d² of whether a person meets a condition, all else known, with the sums over those who do. */
export const conditionDistance = (plan: ReleasePlan, field: PlannedField): number =>
  withSums(still(plan), plan.fields, field, 1, 0);
