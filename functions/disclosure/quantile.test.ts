import fc from "fast-check";
import { expect, test } from "vitest";
import { type BandCount, quantileOf } from "./reliability.ts";

const band = (n: number, sd: number, from?: number, below?: number): BandCount => ({
  count: { count: "b", value: Math.round(n * 1000), grid: 0.001, sd, mark: "shown" },
  ...(from === undefined ? {} : { from }),
  ...(below === undefined ? {} : { below }),
});

test("the median of evenly filled bands lies where half of the persons are", () => {
  const bands = [
    band(100, 3, undefined, 10),
    band(200, 3, 10, 30),
    band(100, 3, 30, 90),
    band(0, 3, 90),
  ];
  const median = quantileOf(bands, 0.5, 5);
  expect(median.value).toBeCloseTo(20, 9);
  expect(quantileOf(bands, 0.75, 5).value).toBeCloseTo(30, 9);
});

test("its standard deviation is what simulated noise gives", () => {
  const exact = [120, 260, 150, 40];
  const edges = [
    [0, 10],
    [10, 30],
    [30, 90],
    [90, 365],
  ] as const;
  const sd = 6;
  const values: number[] = [];
  // a plain generator of normals: sums of twelve uniforms are near enough
  let state = 1;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const normal = () => Array.from({ length: 12 }, uniform).reduce((sum, u) => sum + u, 0) - 6;
  for (let run = 0; run < 4000; run++)
    values.push(
      quantileOf(
        exact.map((n, at) => band(n + sd * normal(), sd, ...edges[at]!)),
        0.5,
        5,
      ).value,
    );
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const spread = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
  const promised = quantileOf(
    exact.map((n, at) => band(n, sd, ...edges[at]!)),
    0.5,
    5,
  ).sd;
  expect(Math.abs(spread / promised - 1)).toBeLessThan(0.1);
});

test("a quantile in an open band, or of too few, is not shown", () => {
  expect(quantileOf([band(10, 1, undefined, 10), band(300, 1, 10)], 0.5, 5).mark).toBe(
    "unreliable",
  );
  expect(quantileOf([band(4, 1, 0, 10), band(3, 1, 10, 20)], 0.5, 5).mark).toBe("below-2k");
});

test("quantiles rise with q and stay inside the bands", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 2, maxLength: 6 }),
      (counts) => {
        const bands = counts.map((n, at) => band(n, 0.1, at * 10, at * 10 + 10));
        const values = [0.1, 0.25, 0.5, 0.75, 0.9]
          .map((q) => quantileOf(bands, q, 1))
          .filter(({ mark }) => mark === "shown" || mark === "unreliable");
        const known = values.map(({ value }) => value).filter((value) => !Number.isNaN(value));
        expect([...known].sort((a, b) => a - b)).toEqual(known);
        for (const value of known) expect(value).toBeLessThanOrEqual(counts.length * 10);
      },
    ),
  );
});
