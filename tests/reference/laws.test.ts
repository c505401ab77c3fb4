/** What must hold of any lattice: laws of the mathematics, on axes and keys that nobody chose. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { CodeTree } from "../../schemas/words.ts";
import { axisCovariance, type Cell, draw, latticeNoise, sumVariance } from "./noise.ts";
import { inverseNormal, normalCdf } from "./normal.ts";
import { allCells, type PlannedField, releaseCube } from "./release.ts";
import { type Tree, tree, upwards } from "./tree.ts";

/** A tree of up to three levels: how many codes at the top, and how many below each. */
const shape: fc.Arbitrary<number[][]> = fc.array(
  fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 3 }),
  {
    minLength: 1,
    maxLength: 4,
  },
);
function codesOf(tops: readonly number[][]): CodeTree {
  const list = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, at) => `${prefix}.${at}`);
  return tops.map((middles, t) => {
    if (middles.length === 0) return `${t}`;
    return [
      `${t}`,
      middles.map((count, m) =>
        count === 0 ? `${t}.${m}` : ([`${t}.${m}`, list(`${t}.${m}`, count)] as const),
      ),
    ] as const;
  });
}
const anyAxes: fc.Arbitrary<Tree[]> = fc
  .array(shape, { minLength: 1, maxLength: 3 })
  .map((shapes) => shapes.map((tops, at) => tree(`axis${at}`, codesOf(tops))));
const anyKey = fc.uint8Array({ minLength: 32, maxLength: 32 });

/** Every split of a cell: the cell on one side, the cells that it falls into along one axis on the other. */
function* splits(
  axes: readonly Tree[],
  cells: readonly Cell[],
): Generator<{ whole: Cell; parts: Cell[] }> {
  for (const whole of cells)
    for (const { id, nodes } of axes) {
      const parts = [...nodes.values()]
        .filter(({ parent }) => parent === whole[id])
        .map(({ code }) => ({ ...whole, [id]: code }));
      if (parts.length > 0) yield { whole, parts };
    }
}

test("parts add up to their whole, along every axis and at every level", () => {
  fc.assert(
    fc.property(anyAxes, anyKey, fc.double({ min: 0.1, max: 500, noNaN: true }), (axes, key, V) => {
      const noise = latticeNoise({
        axes,
        V,
        normal: (pairs) => draw(key, "m/d/2022/1", "any", pairs).normal,
      });
      for (const { whole, parts } of splits(axes, allCells(axes, axes.length)))
        expect(parts.reduce((sum, part) => sum + noise(part), 0)).toBeCloseTo(noise(whole), 8);
    }),
    { numRuns: 30 },
  );
});

test("released figures: exact parts add up, rounded ones within (m + 1)/2 steps of the grid", () => {
  const field: PlannedField = { id: "any", order: 2, V: 20, half: 1000, grid: 0.001 };
  const people = fc.array(fc.array(fc.nat(), { minLength: 3, maxLength: 3 }), { maxLength: 30 });
  fc.assert(
    fc.property(anyAxes, anyKey, people, (axes, key, picks) => {
      const leaf = ({ leaves }: Tree, pick: number) => leaves[pick % leaves.length]!;
      const subjects = picks.map((pick) => ({
        dims: Object.fromEntries(axes.map((axis, at) => [axis.id, leaf(axis, pick[at]!)])),
        adds: { any: 1000 },
      }));
      const name = (cell: Cell) => axes.map(({ id }) => cell[id] ?? "_T").join("|");
      const cube = new Map(
        releaseCube({ axes, fields: [field] }, subjects, key, "m/d/2022/1").map((figure) => [
          name(figure.cell),
          figure,
        ]),
      );
      for (const { whole, parts } of splits(
        axes,
        [...cube.values()].map(({ cell }) => cell),
      )) {
        const figures = parts.map((part) => cube.get(name(part)));
        if (figures.includes(undefined)) continue;
        const total = cube.get(name(whole))!;
        expect(figures.reduce((sum, figure) => sum + figure!.exact, 0)).toBe(total.exact);
        const gap = figures.reduce((sum, figure) => sum + figure!.value, -total.value);
        expect(Math.abs(gap)).toBeLessThanOrEqual((parts.length + 1) / 2 + 1e-6);
      }
    }),
    { numRuns: 30 },
  );
});

test("every cell has variance V, and siblings together have their parent's", () => {
  fc.assert(
    fc.property(anyAxes, (axes) => {
      for (const axis of axes)
        for (const code of axis.nodes.keys())
          expect(axisCovariance(axis, code, code)).toBeCloseTo(1, 10);
      for (const { whole, parts } of splits(axes, allCells(axes, 2).slice(0, 200)))
        expect(sumVariance(axes, 7, parts)).toBeCloseTo(sumVariance(axes, 7, [whole]), 8);
    }),
    { numRuns: 30 },
  );
});

test("an only child has its parent's noise", () => {
  const axis = tree("a", [["x", ["y"]], "z"]);
  const noise = latticeNoise({
    axes: [axis],
    V: 3,
    normal: (pairs) => draw(new Uint8Array(32), "r", "f", pairs).normal,
  });
  expect(upwards(axis, "y").map(({ code }) => code)).toEqual(["y", "x"]);
  expect(noise({ a: "y" })).toBe(noise({ a: "x" }));
});

test("the inverse normal undoes the normal", () => {
  fc.assert(
    fc.property(fc.double({ min: -8, max: 5, noNaN: true }), (x) => {
      expect(inverseNormal(normalCdf(x))).toBeCloseTo(x, 9);
    }),
  );
});
