import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CountFigure, SumFigure } from "../../schemas/query.ts";
import { interval95, markOf, meanOf, shareOf, units } from "./reliability.ts";

const count = (value: number, sd: number, id = "n"): CountFigure => ({
  count: id,
  value: Math.round(value * 1e6),
  grid: 1e-6,
  sd,
  mark: "shown",
});
const sum = (value: number, sd: number, mid: number, cov?: number): SumFigure => ({
  ...{ sum: "d", of: "n", value: Math.round(value * 100), grid: 0.01, sd, mid, mark: "shown" },
  ...(cov === undefined ? {} : { cov }),
});

const SHARED = process.env.TAVOLO_SHARED ?? join(import.meta.dirname, "../../../shared");
const file = join(SHARED, "vectors/sdc/display_quality.json");
const present = existsSync(file);
if (!present)
  console.warn(
    `display_quality is skipped: no vectors at ${SHARED}; set TAVOLO_SHARED to where they are`,
  );

interface Expect {
  shown: boolean;
  reason?: string;
  letter?: string;
  cv?: number;
  mean?: number;
  sd?: number;
}
interface Vectors {
  counts: { value: number; sd: number; k: number; expect: Expect }[];
  means: {
    n: number;
    d: number;
    sdN: number;
    sdD: number;
    mid: number;
    k: number;
    expect: Expect;
  }[];
}

// on a machine of its own the vectors may be missing; in CI their absence is a failure
describe.skipIf(!present && process.env.CI === undefined)("published display rules", () => {
  const vectors: Vectors = present
    ? JSON.parse(readFileSync(file, "utf8"))
    : { counts: [], means: [] };
  test("the vectors are there", () => expect(vectors.counts.length).toBeGreaterThan(0));

  test.each(vectors.counts)("count $value ± $sd, k $k", ({ value, sd, k, expect: expected }) => {
    const { mark, letter } = markOf(value, sd, k);
    expect(mark).toBe(expected.shown ? "shown" : expected.reason);
    if (expected.letter) expect(letter).toBe(expected.letter);
    if (expected.cv) expect(sd / value).toBeCloseTo(expected.cv, 9);
  });

  test.each(vectors.means)(
    "mean of $d over $n, k $k",
    ({ n, d, sdN, sdD, mid, k, expect: expected }) => {
      const mean = meanOf(sum(d, sdD, mid), count(n, sdN), k);
      expect(mean.mark).toBe(expected.shown ? "shown" : expected.reason);
      if (expected.letter) expect(mean.letter).toBe(expected.letter);
      if (expected.mean) expect(mean.value / expected.mean).toBeCloseTo(1, 9);
      if (expected.sd) expect(mean.sd / expected.sd).toBeCloseTo(1, 9);
    },
  );
});

test("a figure of an open table is shown, zero included", () => {
  expect(markOf(0, 0, 5)).toEqual({ mark: "shown", letter: "A" });
});

test("a count below k is never shown, whatever its noise", () => {
  fc.assert(
    fc.property(
      fc.double({ min: -1e6, max: 4.999, noNaN: true }),
      fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
      (value, sd) => {
        expect(markOf(value, sd, 5)).toEqual({ mark: "below-k" });
      },
    ),
  );
});

test("nothing divided by nothing is never shown", () => {
  expect(meanOf(sum(0, 0, 15), count(0, 0), 1).mark).toBe("below-k");
  expect(shareOf(count(0, 0, "a"), count(0, 0, "b"), 1).mark).toBe("below-k");
});

test("a share of a field in itself is exactly one", () => {
  expect(shareOf(count(300, 4, "a"), count(300, 4, "a"), 5)).toEqual({
    value: 1,
    sd: 0,
    mark: "shown",
    letter: "A",
  });
});

test("a share is marked where either part is", () => {
  expect(shareOf(count(2, 1, "a"), count(300, 4, "b"), 5).mark).toBe("below-k");
  expect(shareOf(count(300, 4, "a"), count(8, 1, "b"), 5).mark).toBe("below-2k");
  expect(shareOf(count(30, 4, "a"), count(12, 6, "b"), 5).mark).toBe("count-unreliable");
});

test("a mean does not depend on the point that its sum was centred at", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 50, max: 5000 }),
      fc.integer({ min: -90_000, max: 90_000 }),
      fc.integer({ min: -40, max: 40 }),
      (n, d, shift) => {
        // moving the midpoint moves the centred sum by shift·n, and makes it move with the count
        const plain = meanOf(sum(d, 60, 15), count(n, 2), 5);
        const moved = meanOf(
          sum(d + shift * n, Math.hypot(60, shift * 2), 15 - shift, shift * 4),
          count(n, 2),
          5,
        );
        expect(moved.value).toBeCloseTo(plain.value, 6);
        expect(moved.sd).toBeCloseTo(plain.sd, 6);
      },
    ),
  );
});

test("intervals and units", () => {
  expect(units({ value: 2104337, grid: 0.001 })).toBe(2104.337);
  expect(interval95(100, 10).map((bound) => Math.round(bound * 10) / 10)).toEqual([80.4, 119.6]);
});
