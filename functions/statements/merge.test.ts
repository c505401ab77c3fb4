import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Cell, CountFigure, Partial, SumFigure } from "../../schemas/query.ts";
import type { Manifest } from "../../schemas/release.ts";
import { makeManifest } from "../../tests/world/federation.ts";
import { meanOf, units } from "../disclosure/reliability.ts";
import { merge } from "./merge.ts";

const count = (value: number, sd = 2, id = "n", grid = 0.001): CountFigure => ({
  count: id,
  value,
  grid,
  sd,
  mark: "shown",
});
const sum = (value: number, mid: number, sd = 30, grid = 0.01): SumFigure => ({
  sum: "d",
  of: "n",
  value,
  grid,
  sd,
  mid,
  mark: "shown",
});
const cell = (sex: string, ...figures: Cell["figures"]): Cell => ({ by: { sex }, figures });
const partial = (
  member: string,
  cells: Cell[],
  smallest = 5,
): { partial: Partial; manifest: Manifest } => {
  const made = makeManifest(member);
  const manifest = { ...made, policy: { ...made.policy, smallest } };
  const given: Partial = {
    v: 1,
    iss: member,
    iat: 1,
    query: "",
    agreement: "public",
    release: manifest.id,
    cube: "",
    manifest: "e30.e30.AA",
    cells,
  };
  return { partial: given, manifest };
};
const answers = (...tables: Cell[][]) =>
  tables.map((cells, at) => ({ member: `city-${at}`, ...partial(`city-${at}`, cells) }));
const question = { members: ["city-0", "city-1", "city-2"], by: ["sex"] };
const figuresOf = (cells: readonly Cell[]) => cells[0]!.figures;

test("counts add and variances add", () => {
  const { totals } = merge(
    question,
    answers([cell("F", count(100_500, 3))], [cell("F", count(20_250, 4))]),
  );
  expect(totals).toEqual([
    {
      by: { sex: "F" },
      figures: [{ count: "n", value: 120_750, grid: 0.001, sd: 5, mark: "shown", letter: "A" }],
    },
  ]);
});

test("cells stand in the order of the question, whoever answered first", () => {
  const [a, b] = answers([cell("F", count(1))], [cell("F", count(2))]);
  expect(merge(question, [b!, a!])).toEqual(merge(question, [a!, b!]));
  expect(merge(question, [b!, a!]).cells.map(({ member }) => member)).toEqual(["city-0", "city-1"]);
});

test("a total is given only where every member that answered has the cell, and the figure", () => {
  const { totals, cells } = merge(
    question,
    answers([cell("F", count(1), count(2, 2, "m")), cell("M", count(3))], [cell("F", count(4))]),
  );
  expect(cells).toHaveLength(3);
  expect(totals).toHaveLength(1);
  expect(figuresOf(totals)).toHaveLength(1);
});

test("one member alone still has totals; nobody has none", () => {
  expect(merge(question, answers([cell("F", count(9_000, 1))])).totals).toHaveLength(1);
  expect(merge(question, [])).toEqual({ cells: [], totals: [] });
});

test("the mark of a total is found again, by the largest k of the releases", () => {
  const [a, b] = [
    partial("city-0", [cell("F", count(3_000, 0.5))], 5),
    partial("city-1", [cell("F", count(4_000, 0.5))], 8),
  ];
  const answered = [
    { member: "city-0", ...a },
    { member: "city-1", ...b },
  ];
  expect(figuresOf(merge(question, answered).totals)[0]).toMatchObject({
    value: 7_000,
    mark: "below-k",
  });
  expect(figuresOf(merge(question, answered, 5).totals)[0]).toMatchObject({
    value: 7_000,
    mark: "shown",
  });
});

test("grids of different fineness add without rounding", () => {
  const { totals } = merge(
    question,
    answers([cell("F", count(3, 0, "n", 0.5))], [cell("F", count(3, 0, "n", 0.2))]),
  );
  expect(figuresOf(totals)[0]).toMatchObject({ value: 21, grid: 0.1 });
});

test("absurd numbers of one member cost a total, not the statement", () => {
  const { totals } = merge(
    question,
    answers(
      [cell("F", count(5, 1e300), count(5_000, 1, "m"))],
      [cell("F", count(Number.MAX_SAFE_INTEGER), count(6_000, 1, "m"))],
    ),
  );
  expect(figuresOf(totals).map((figure) => "count" in figure && figure.count)).toEqual(["m"]);
});

describe("sums that were centred at different points", () => {
  const members = fc.array(
    fc.record({
      n: fc.integer({ min: 20, max: 5_000 }),
      d: fc.integer({ min: -20_000, max: 20_000 }),
      mid: fc.integer({ min: 0, max: 400 }).map((steps) => steps / 2),
      sdN: fc.double({ min: 0.1, max: 3, noNaN: true }),
      sdD: fc.double({ min: 0.1, max: 90, noNaN: true }),
    }),
    { minLength: 1, maxLength: 3 },
  );

  test("the mean of the total is ΣŶ/Σn̂, with the deviation that the delta method gives from the parts", () => {
    fc.assert(
      fc.property(members, (parts) => {
        const tables = parts.map(({ n, d, mid, sdN, sdD }) => [
          cell("F", count(n * 1000, sdN), sum(d * 100, mid, sdD)),
        ]);
        const [n, d] = figuresOf(merge(question, answers(...tables)).totals) as [
          CountFigure,
          SumFigure,
        ];
        const people = parts.reduce((all, part) => all + part.n, 0);
        const mean = parts.reduce((all, part) => all + part.mid * part.n + part.d, 0) / people;
        // ∂mean/∂Dᵢ = 1/N, ∂mean/∂nᵢ = (midᵢ − mean)/N, and the noise of the parts is independent
        const variance = parts.reduce(
          (all, part) => all + part.sdD ** 2 + (part.mid - mean) ** 2 * part.sdN ** 2,
          0,
        );
        const read = meanOf(d, n, 5);
        expect(read.value).toBeCloseTo(mean, 6);
        expect(read.sd / (Math.sqrt(variance) / people)).toBeCloseTo(1, 6);
      }),
    );
  });

  test("the same midpoint needs no covariance, and integers add as they are", () => {
    const { totals } = merge(
      question,
      answers([cell("F", count(10_000), sum(-1_234, 15))], [cell("F", count(20_000), sum(34, 15))]),
    );
    const [, d] = figuresOf(totals) as [CountFigure, SumFigure];
    expect(d.value).toBe(-1_200);
    expect(d).not.toHaveProperty("cov");
    expect(d).not.toHaveProperty("letter");
    expect(units(d)).toBe(-12);
  });
});
