import { expect, test } from "vitest";
import { bell, random } from "../../../docs/demo/random.ts";
import { normalLimits } from "./intervals.ts";
import { criteriaOf, peersOf } from "./peers.ts";
import { type Dated, trendOf } from "./trend.ts";

const point = (year: number, value: number, sd: number): Dated => ({
  year,
  value,
  sd,
  limits: normalLimits(value, sd),
});

test("a trend of two points is their difference", () => {
  const { change, slope, verdict } = trendOf([point(2020, 10, 3), point(2022, 30, 4)])!;
  expect(change.value).toBe(20);
  expect(change.high - change.value).toBeCloseTo(1.959964 * 5, 4);
  expect(slope.value).toBeCloseTo(10, 12);
  expect(slope.high - slope.value).toBeCloseTo((1.959964 * 5) / 2, 4);
  expect(verdict).toBe("up");
});

test("points with more noise weigh less", () => {
  const { slope } = trendOf([point(2020, 10, 1), point(2021, 40, 1000), point(2022, 10, 1)])!;
  expect(Math.abs(slope.value)).toBeLessThan(0.01);
});

test("exact figures have an exact slope, and one point has none", () => {
  expect(trendOf([point(2020, 1, 0), point(2021, 2, 0), point(2022, 3, 0)])!.slope).toEqual({
    value: 1,
    low: 1,
    high: 1,
  });
  expect(trendOf([point(2020, 1, 1)])).toBeUndefined();
});

test("where nothing moves, a change is seen in one of twenty", () => {
  const draw = random("still");
  const TIMES = 3000;
  let seen = 0;
  for (let time = 0; time < TIMES; time++)
    if (
      trendOf([2020, 2021, 2022].map((year) => point(year, 100 + 5 * bell(draw), 5)))!.verdict !==
      "no-change-seen"
    )
      seen += 1;
  expect(Math.abs(seen / TIMES - 0.05)).toBeLessThan(3 * Math.sqrt((0.05 * 0.95) / TIMES));
});

test("peers are the nearest in standard deviations, whatever the units", () => {
  const contexts = {
    a: { residents: 100_000, old: 0.25 },
    b: { residents: 110_000, old: 0.26 },
    c: { residents: 400_000, old: 0.25 },
    d: { residents: 100_000, old: 0.3 },
    e: { residents: 90_000, old: 0.4 },
  };
  expect(peersOf("a", contexts, 2).map(({ member }) => member)).toEqual(["b", "d"]);
  const thousands = Object.fromEntries(
    Object.entries(contexts).map(([id, { residents, old }]) => [
      id,
      { residents: residents / 1000, old: old * 100 },
    ]),
  );
  const [first, again] = [peersOf("a", contexts, 3), peersOf("a", thousands, 3)];
  expect(again.map(({ member }) => member)).toEqual(first.map(({ member }) => member));
  for (const [at, { distance }] of again.entries())
    expect(distance).toBeCloseTo(first[at]!.distance, 12);
});

test("only criteria that differ are named", () => {
  const contexts = {
    a: { residents: 100, aid: 0, share: 0.1 },
    b: { residents: 200, aid: 0, share: 0.1 },
    c: { residents: 400, aid: 0, share: 0.1 },
  };
  expect(criteriaOf(contexts)).toEqual(["residents"]);
  expect(criteriaOf({ ...contexts, d: { residents: 1, aid: 1 } })).toEqual(["residents", "aid"]);
});

test("what somebody lacks, or has like all others, does not count", () => {
  const contexts = {
    a: { residents: 1, income: 5 },
    b: { residents: 2 },
    c: { residents: 3 },
  } as Record<string, Record<string, number>>;
  expect(peersOf("a", contexts, 1)).toEqual([{ member: "b", distance: expect.any(Number) }]);
  expect(peersOf("nobody", contexts, 1)).toEqual([]);
});
