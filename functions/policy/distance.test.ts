import { expect, test } from "vitest";
import { Descriptor } from "../../schemas/descriptor.ts";
import type { CodeTree } from "../../schemas/words.ts";
import { descriptorWith } from "../../tests/world/policy.ts";
import { leavesOf, subsets, type Tree, treeOf } from "../disclosure/axes.ts";
import {
  addLeaf,
  emptyLattice,
  type Lattice,
  noiseLattice,
  rollUp,
} from "../disclosure/lattice.ts";
import { normalCdf } from "../disclosure/normal.ts";
import { type PlannedField, planRelease, type ReleasePlan } from "../disclosure/release-plan.ts";
import { amountDistance, attributeDistance, kernel, presenceDistance } from "./distance.ts";
import { choiceDistance, recordDistance } from "./record.ts";

/** Every cell of a lattice as one vector. */
const flat = ({ marginals }: Lattice): number[] =>
  [...marginals.values()].flatMap(({ values }) => [...values]);

/** The full covariance of a lattice of variance 1: each elementary draw's effect on every cell, squared and added up. */
function covarianceOf(trees: readonly Tree[], order: number): number[][] {
  const places: string[] = [];
  noiseLattice(trees, order, 1, (pairs) => {
    places.push(JSON.stringify(pairs));
    return 0;
  });
  const effects = places.map((place) =>
    flat(noiseLattice(trees, order, 1, (pairs) => (JSON.stringify(pairs) === place ? 1 : 0))),
  );
  const size = effects[0]!.length;
  return Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) => effects.reduce((s, e) => s + e[i]! * e[j]!, 0)),
  );
}

/** ΔᵀΣ⁺Δ by conjugate gradients: Δ lies in the range of Σ, so that the singular directions never come up. */
function squared(covariance: readonly (readonly number[])[], delta: readonly number[]): number {
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, at) => sum + value * b[at]!, 0);
  const times = (v: readonly number[]) => covariance.map((row) => dot(row, v));
  let x = delta.map(() => 0);
  let r = [...delta];
  let p = r;
  for (let step = 0; step < 4 * delta.length && dot(r, r) > 1e-24; step++) {
    const q = times(p);
    const alpha = dot(r, r) / dot(p, q);
    x = x.map((value, at) => value + alpha * p[at]!);
    const next = r.map((value, at) => value - alpha * q[at]!);
    const beta = dot(next, next) / dot(r, r);
    p = next.map((value, at) => value + beta * p[at]!);
    r = next;
  }
  return dot(delta, x);
}

function cellsOf(
  trees: readonly Tree[],
  order: number,
  leaves: readonly string[],
  weight: number,
): number[] {
  const lattice = emptyLattice(trees, order);
  addLeaf(
    lattice,
    leaves.map((code, at) => trees[at]!.index.get(code)!),
    weight,
  );
  rollUp(lattice);
  return flat(lattice);
}

interface Record_ {
  readonly leaves: readonly string[];
  readonly held: readonly string[];
  readonly hours: number;
}

/** Every record that a person could have, amounts at their bounds. */
function recordsOf(plan: ReleasePlan, leaves: readonly (readonly string[])[]): Record_[] {
  const codes = plan.fields.flatMap(({ rule }) => (rule.kind === "code" ? [rule.code] : []));
  const most = plan.descriptor.family!.atMost;
  return leaves.flatMap((place) =>
    subsets(codes.length, most).flatMap((held) =>
      [-1, 1].map((hours) => ({ leaves: place, held: held.map((at) => codes[at]!), hours })),
    ),
  );
}
function weightOf({ rule }: PlannedField, { held, hours }: Record_): number {
  if (rule.kind === "any") return 1;
  if (rule.kind === "code") return held.includes(rule.code) ? 1 : 0;
  if (rule.kind === "both") return rule.of.every((code) => held.includes(code)) ? 1 : 0;
  return held.includes("A") ? hours : 0;
}

const product = (lists: readonly (readonly string[])[]): string[][] =>
  lists.reduce<string[][]>(
    (all, list) => all.flatMap((taken) => list.map((one) => [...taken, one])),
    [[]],
  );

function bruteForce(plan: ReleasePlan) {
  const leaves = product(
    plan.descriptor.dimensions.map(({ codes }) => leavesOf(codes as CodeTree)),
  );
  const covariances = new Map<number, number[][]>();
  const known = new Map<string, number>();
  const between = (field: PlannedField, a: Record_, b: Record_): number => {
    const { order, variance } = field.released;
    const [w, v] = [weightOf(field, a), weightOf(field, b)];
    const name = JSON.stringify([order, w, v, a.leaves, b.leaves]);
    if (!known.has(name)) {
      if (!covariances.has(order)) covariances.set(order, covarianceOf(plan.trees, order));
      const [x, y] = [
        cellsOf(plan.trees, order, a.leaves, w),
        cellsOf(plan.trees, order, b.leaves, v),
      ];
      known.set(
        name,
        squared(
          covariances.get(order)!,
          x.map((value, at) => value - y[at]!),
        ),
      );
    }
    return known.get(name)! / variance;
  };
  const records = recordsOf(plan, leaves);
  const distance = (a: Record_, b: Record_) =>
    plan.fields.reduce((sum, field) => sum + between(field, a, b), 0);
  return { records, distance };
}
const most = (values: readonly number[]) => Math.max(...values);

const small: {
  readonly name: string;
  readonly axes: readonly CodeTree[];
  readonly pair: boolean;
}[] = [
  {
    name: "two flat dimensions",
    axes: [
      ["a", "b", "c"],
      ["f", "m"],
    ],
    pair: true,
  },
  {
    name: "a tree and a flat one",
    axes: [
      [["u", ["u1", "u2", "u3"]], "v"],
      ["f", "m"],
    ],
    pair: true,
  },
  {
    name: "an uneven tree",
    axes: [[["u", ["u1", "u2"]], ["v", ["v1", "v2", "v3"]], "w"]],
    pair: false,
  },
];

for (const { name, axes, pair } of small)
  for (const atMost of [1, 2])
    test(`every distance is what the full covariance gives: ${name}, at most ${atMost}`, () => {
      const plan = planRelease(descriptorWith({ axes, atMost, pair: pair && atMost > 1 }), "2022");
      const { records, distance } = bruteForce(plan);
      const all = records.flatMap((a) => records.map((b) => ({ a, b, d2: distance(a, b) })));
      expect(recordDistance(plan)).toBeCloseTo(most(all.map(({ d2 }) => d2)), 8);

      const alike = (a: Record_, b: Record_) =>
        JSON.stringify(a.held) === JSON.stringify(b.held) && a.hours === b.hours;
      for (const [axis, { id }] of plan.trees.entries()) {
        const others = (a: Record_, b: Record_) =>
          a.leaves.every((leaf, at) => at === axis || leaf === b.leaves[at]);
        const found = most(
          all.filter(({ a, b }) => alike(a, b) && others(a, b)).map(({ d2 }) => d2),
        );
        // nobody is in every field that the loss charges for; the bound says "at most"
        expect(attributeDistance(plan, axis), id).toBeGreaterThanOrEqual(found - 1e-9);
        if (!pair) expect(attributeDistance(plan, axis), id).toBeCloseTo(found, 8);
      }
      const sameLeaves = all.filter(({ a, b }) => a.leaves.join() === b.leaves.join());
      const amounts = sameLeaves.filter(({ a, b }) => a.held.join() === b.held.join());
      expect(amountDistance(plan, "A")).toBeCloseTo(most(amounts.map(({ d2 }) => d2)), 8);
      // one code for another, the amount of a code that stays being known
      const oneOther = (a: Record_, b: Record_) =>
        a.held.length === b.held.length && a.held.filter((c) => !b.held.includes(c)).length === 1;
      const stays = (a: Record_, b: Record_) =>
        a.hours === b.hours || !(a.held.includes("A") && b.held.includes("A"));
      const swapped = sameLeaves.filter(({ a, b }) => oneOther(a, b) && stays(a, b));
      const codes = plan.fields.filter(({ rule }) => rule.kind === "code");
      expect(choiceDistance(plan, codes)).toBeGreaterThanOrEqual(
        most(swapped.map(({ d2 }) => d2)) - 1e-9,
      );
    });

test("presence is the loss that the account charges", () => {
  const plan = planRelease(
    descriptorWith({
      axes: [
        ["a", "b", "c"],
        ["f", "m"],
      ],
      atMost: 2,
      pair: true,
    }),
    "2022",
  );
  expect(presenceDistance(plan)).toBeCloseTo(plan.mu2, 12);
});

test("along one dimension: the same leaf, siblings, cousins", () => {
  const tree = treeOf({ id: "a", codes: [["u", ["u1", "u2", "u3"]], ["v", ["v1", "v2"]], "w"] });
  const at = (code: string) => tree.index.get(code)!;
  expect(kernel(tree, at("u1"), at("u1"))).toBeCloseTo(2 / 4 + 2 / 4, 12);
  expect(kernel(tree, at("u1"), at("u2"))).toBeCloseTo(2 / 4 - 1 / 4, 12);
  expect(kernel(tree, at("u1"), at("v2"))).toBeCloseTo(-1 / 4, 12);
});

test("ten points over five dimensions: sex about 58 %, the whole record 63 to 64 %", () => {
  const codes = (count: number) => Array.from({ length: count }, (_, at) => `c${at}`);
  const base = descriptorWith({ axes: [5, 2, 3, 5, 7].map(codes), atMost: 2, pair: false });
  const plan = planRelease(Descriptor.parse(base), "2022");
  const right = (d2: number) => 100 * normalCdf(Math.sqrt(d2) / 2);
  expect(right(presenceDistance(plan))).toBeCloseTo(60, 6);
  expect(right(attributeDistance(plan, 1))).toBeGreaterThan(57.9);
  expect(right(attributeDistance(plan, 1))).toBeLessThan(60);
  expect(right(recordDistance(plan))).toBeGreaterThan(63);
  expect(right(recordDistance(plan))).toBeLessThan(64.5);
});
