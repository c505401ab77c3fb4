/** Over a thousand keys the errors have the promised mean and variance, and add up within rounding. */
import { expect, test } from "vitest";
import { treeOf } from "../../functions/disclosure/axes.ts";
import { emptyLattice, noiseLattice, pairsAt } from "../../functions/disclosure/lattice.ts";
import type { PlannedField } from "../../functions/disclosure/release-plan.ts";
import { drawsFrom } from "../../functions/release/protect/noise.ts";
import { Exact, Protected } from "../../functions/release/protect/protect.ts";
import type { CodeTree } from "../../schemas/words.ts";

// the small cube of the release-table vectors: an age tree of two levels, and sex
const age: CodeTree = [
  ["minor", ["0-5", "6-17"]],
  ["adult", ["18-34", "35-64", "65+"]],
];
const trees = [treeOf({ id: "age", codes: age }), treeOf({ id: "sex", codes: ["f", "m"] })];
const KEYS = 1000;
const V = 9;
const field = {
  released: { id: "any", order: 2, variance: V, grid: 0.001 },
  rule: { id: "any", kind: "any" },
  steps: 1000,
  scale: 1000 * Math.sqrt(V),
} as unknown as PlannedField;
const rows = [
  { codes: ["0-5", "f"], values: [12] },
  { codes: ["18-34", "m"], values: [7] },
  { codes: ["65+", "f"], values: [1] },
];
const keyOf = (n: number) => Buffer.alloc(32, 0).fill(String(n).padStart(8, "0"));

/** Released minus exact, in persons, by cell; one map a key. */
const errors = Array.from({ length: KEYS }, (_, n) => {
  const exact = emptyLattice(trees, 2);
  const truth = Exact.of({ rows }, trees, 2, 0);
  const plain = Protected.protect("none", Exact.of({ rows }, trees, 2, 0), field, () => 0);
  const { lattice } = Protected.protect(
    "lattice",
    truth,
    field,
    drawsFrom(keyOf(n), "test/cube/2025/1").draw,
  );
  const made = new Map<string, number>();
  for (const [name, marginal] of lattice.marginals)
    for (const [at, value] of marginal.values.entries())
      made.set(
        cellOf(pairsAt(exact, exact.marginals.get(name)!, at)),
        (value - plain.lattice.marginals.get(name)!.values[at]!) / 1000,
      );
  return made;
});
function cellOf(pairs: readonly (readonly [string, string])[]): string {
  return pairs.map(([axis, code]) => `${axis}=${code}`).join() || "all";
}
const cells = [...errors[0]!.keys()];

test("every cell of every marginal, at every level, is unbiased and has variance V", () => {
  for (const cell of cells) {
    const values = errors.map((error) => error.get(cell)!);
    const mean = values.reduce((sum, value) => sum + value, 0) / KEYS;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (KEYS - 1);
    // five standard errors: Var(mean) = V/n, Var(variance) = 2V²/(n−1)
    expect(Math.abs(mean), `mean at ${cell}`).toBeLessThan(5 * Math.sqrt(V / KEYS));
    expect(Math.abs(variance - V), `variance at ${cell}`).toBeLessThan(
      5 * V * Math.sqrt(2 / (KEYS - 1)),
    );
  }
});

test("the codes of a dimension add up to the cell without it, within (m+1)/2 grid steps", () => {
  const sums: [string, string[]][] = [
    ["all", ["sex=f", "sex=m"]],
    ["all", ["age=minor", "age=adult"]],
    ["age=adult", ["age=18-34", "age=35-64", "age=65+"]],
    ["sex=f", ["age=minor,sex=f", "age=adult,sex=f"]],
    ["age=minor,sex=m", ["age=0-5,sex=m", "age=6-17,sex=m"]],
  ];
  for (const error of errors)
    for (const [whole, parts] of sums) {
      const apart = parts.reduce((sum, part) => sum + error.get(part)!, 0) - error.get(whole)!;
      expect(Math.abs(apart)).toBeLessThanOrEqual(((parts.length + 1) / 2) * 0.001 + 1e-9);
    }
});

test("two cells of the same key are correlated as the union's variance says, two keys not at all", () => {
  const covariance = (a: (n: number) => number, b: (n: number) => number) =>
    Array.from({ length: KEYS }, (_, n) => a(n) * b(n)).reduce((x, y) => x + y, 0) / KEYS;
  const at = (cell: string) => (n: number) => errors[n % KEYS]!.get(cell)!;
  expect(Math.abs(covariance(at("sex=f"), at("sex=m")) + V / 2)).toBeLessThan(
    5 * V * Math.sqrt(2 / KEYS),
  );
  expect(Math.abs(covariance(at("all"), (n) => at("all")(n + 1)))).toBeLessThan(
    5 * V * Math.sqrt(1 / KEYS),
  );
});

test("the same key and id give the same noise; another id, other noise", () => {
  const draw = (key: number, id: string) =>
    noiseLattice(trees, 2, V, (pairs) =>
      drawsFrom(keyOf(key), id).draw("any", pairs),
    ).marginals.get("0,1")!.values;
  expect(draw(1, "a/b/2025/1")).toEqual(draw(1, "a/b/2025/1"));
  expect(draw(1, "a/b/2025/1")).not.toEqual(draw(1, "a/b/2025/2"));
  expect(draw(1, "a/b/2025/1")).not.toEqual(draw(2, "a/b/2025/1"));
});
