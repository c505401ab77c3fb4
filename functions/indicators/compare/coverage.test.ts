/**
 * Whether a 95 % interval covers 95 %: releases drawn again and again, with chance and with noise as the lattice makes it, read by the
 * same code as any answer. Seeded; an error of three standard errors is allowed on the side of too little, and exact limits and
 * hiding make it a little more.
 */
import { describe, expect, test } from "vitest";
import { bell, type Random, random } from "../../../docs/demo/random.ts";
import { Indicator } from "../../../schemas/indicator.ts";
import type { Question } from "../../../schemas/query.ts";
import { type Node, statementOf } from "../../../tests/world/comparison.ts";
import { makeManifest } from "../../../tests/world/federation.ts";
import { compare } from "./compare.ts";
import { questionsFor } from "./questions.ts";

const BOTH = (text: string) => ({ it: text, en: text });
const CITY = "IT-028060";
const field = (id: string, variance: number, grid = 0.001) => ({
  ...{
    id,
    title: BOTH(id),
    kind: "count" as const,
    order: 3,
    grid,
    unit: BOTH("persone"),
    variance,
    units: 1,
    share: 0.25,
  },
});
const base = {
  ...{
    v: 1,
    id: "covered",
    version: 1,
    name: BOTH("x"),
    theme: "common",
    place: "output",
    target: BOTH("x"),
    level: "municipality",
  },
  ...{
    unit: BOTH("%"),
    multiplier: 100,
    direction: "none",
    origin: "mixed",
    source: BOTH("x"),
    note: BOTH("x"),
    sentence: BOTH("{name} {value}"),
  },
};
const RESIDENTS = 20_000;
const istat: Node = {
  manifest: makeManifest("istat", {
    ...{
      id: "istat/residenti/2022/1",
      dataset: "residenti",
      kind: "statistics",
      origin: "real",
      unit: undefined,
    },
    axes: [
      { id: "territory", title: BOTH("t"), codes: [CITY] },
      { id: "age", title: BOTH("a"), codes: ["young", "old"] },
    ],
    fields: [field("residents", 0, 1)],
    policy: { method: "none", releases: 1, smallest: 1, calendar: ["2022-12-31"], graceDays: 30 },
  }),
  figure: (_, by) =>
    by.age === undefined ? RESIDENTS : by.age === "old" ? RESIDENTS / 4 : (3 * RESIDENTS) / 4,
};
const residents = {
  dataset: "residenti",
  measure: { count: "residents" },
  member: "istat",
  territory: "territory",
};
const counted = (id: string, where = {}) => ({
  dataset: "prestazioni",
  measure: { count: id },
  where,
});

type Figure = (field: string, by: Readonly<Record<string, string>>, question: Question) => number;
const TIMES = 3000;

/** The share of releases whose interval holds the truth. */
function covered(
  name: string,
  definition: object,
  noise: number,
  truth: number,
  release: (draw: Random) => Figure,
): { share: number; error: number } {
  const draw = random(`coverage of ${name}`);
  const indicator = Indicator.parse({ ...base, ...definition });
  const asking = { indicator, members: [CITY], periods: ["2022"] };
  const questions = Object.entries(questionsFor(asking));
  const axes = [{ id: "age", title: BOTH("a"), codes: ["young", "old"] }];
  const manifest = makeManifest(CITY, {
    axes,
    fields: [field("any", noise ** 2), field("part", noise ** 2)],
  });
  let [shown, inside] = [0, 0];
  for (let time = 0; time < TIMES; time++) {
    const node: Node = { manifest, figure: release(draw) };
    const statements = Object.fromEntries(
      questions.map(([key, question]) => [key, statementOf(question, { [CITY]: node, istat })]),
    );
    const [figure] = compare(asking, statements).figures;
    // as a point or as an interval alone: a choice of those that came out high would not hold it as often
    if (figure === undefined || !("low" in figure)) continue;
    shown += 1;
    const [low, high] = [figure.low ?? 0, figure.high ?? Number.POSITIVE_INFINITY];
    if (low <= truth && truth <= high) inside += 1;
  }
  return { share: inside / shown, error: 3 * Math.sqrt((0.95 * 0.05) / shown) };
}

/** A whole and its two parts, with noise as the lattice has it: the same variance everywhere, and parts that add up to the whole. */
function latticeOf(
  draw: Random,
  noise: number,
): readonly [whole: number, old: number, young: number] {
  const [whole, a, b] = [
    noise * bell(draw),
    noise * Math.sqrt(1.5) * bell(draw),
    noise * Math.sqrt(1.5) * bell(draw),
  ];
  return [whole, whole / 2 + (a - b) / 2, whole / 2 + (b - a) / 2];
}
/** Knuth's way of drawing a Poisson number, a hundred at a time. */
function poisson(draw: Random, mean: number): number {
  if (mean > 100) return poisson(draw, 100) + poisson(draw, mean - 100);
  const floor = Math.exp(-mean);
  let count = -1;
  for (let product = 1; product > floor; count++) product *= draw();
  return count;
}
const binomial = (draw: Random, of: number, share: number): number =>
  Array.from({ length: of }, draw).filter((one) => one < share).length;

describe("the 95 % interval holds the truth", () => {
  const holds = ({ share, error }: { share: number; error: number }, most: number) => {
    expect(share).toBeGreaterThan(0.95 - error);
    expect(share).toBeLessThan(most);
  };

  test.each([
    [30, 8, 0.99],
    [200, 13, 0.97],
  ])("of a rate of events: %i of them, noise %i", (mean, noise, most) => {
    const definition = { numerator: counted("any"), denominator: residents, chance: "poisson" };
    holds(
      covered(`events ${mean}`, definition, noise, (100 * mean) / RESIDENTS, (draw) => {
        const count = poisson(draw, mean) + noise * bell(draw);
        return () => count;
      }),
      most,
    );
  });

  test("of what was counted, where it is described as it is", () => {
    const definition = { numerator: counted("any"), denominator: residents };
    holds(
      covered("described", definition, 13, 1, (draw) => {
        const count = 200 + 13 * bell(draw);
        return () => count;
      }),
      0.97,
    );
  });

  test.each([
    [300, 0.5, 10, 0.965],
    [300, 0.95, 10, 0.99],
    [100, 0.5, 8, 0.98],
  ])(
    "of a part of the same field: %i people, a share of %f, noise %i",
    (people, share, noise, most) => {
      const definition = {
        numerator: counted("any", { age: ["old"] }),
        denominator: counted("any"),
        chance: "binomial",
      };
      holds(
        covered(`part ${people} ${share}`, definition, noise, 100 * share, (draw) => {
          const [whole, old] = latticeOf(draw, noise);
          const part = binomial(draw, people, share);
          return (_, __, { where }) => (where.age === undefined ? people + whole : part + old);
        }),
        most,
      );
    },
  );

  test("of a share of two fields with noise of their own", () => {
    const definition = {
      numerator: counted("part"),
      denominator: counted("any"),
      chance: "binomial",
    };
    holds(
      covered("two fields", definition, 13, 30, (draw) => {
        const [part, all] = [binomial(draw, 600, 0.3) + 13 * bell(draw), 600 + 13 * bell(draw)];
        return (field) => (field === "part" ? part : all);
      }),
      0.97,
    );
  });

  test("of a rate standardised by age, whose classes have noise that moves together", () => {
    const standard = { dimension: "age", weights: { young: 1, old: 3 }, source: "test" };
    const definition = {
      numerator: counted("any"),
      denominator: residents,
      chance: "poisson",
      standard,
    };
    const [young, old] = [60, 140];
    const truth = 100 * (0.25 * (young / 15_000) + 0.75 * (old / 5000));
    holds(
      covered("standardised", definition, 10, truth, (draw) => {
        const [, noiseOld, noiseYoung] = latticeOf(draw, 10);
        const [a, b] = [poisson(draw, young) + noiseYoung, poisson(draw, old) + noiseOld];
        return (_, by) => (by.age === "old" ? b : a);
      }),
      0.975,
    );
  });

  test("and would not, were the noise left out of it", () => {
    const definition = { numerator: counted("any"), denominator: residents, chance: "poisson" };
    // the release says less noise than it has
    const { share } = covered("less said", definition, 1, (100 * 200) / RESIDENTS, (draw) => {
      const count = poisson(draw, 200) + 20 * bell(draw);
      return () => count;
    });
    expect(share).toBeLessThan(0.85);
  });
});
