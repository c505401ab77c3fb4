import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bell, random } from "../../../docs/demo/random.ts";
import { groupsOf, holm, overlapFactor, pairsOf, type Valued } from "./groups.ts";
import { normalLimits, Z95 } from "./intervals.ts";

const valued = (value: number, sd: number, at: number): Valued => ({
  member: `m${at}`,
  value,
  sd,
  limits: normalLimits(value, sd),
});

describe("bars to judge by eye", () => {
  // Goldstein and Healy 1995: 1.39 where deviations are equal
  test("are 1.39 deviations where all are alike", () => {
    expect(overlapFactor([3, 3, 3, 3])).toBeCloseTo(1.386, 3);
  });
  test("are longer where deviations differ, up to the whole interval", () => {
    expect(overlapFactor([1, 10])).toBeCloseTo((Z95 * Math.sqrt(101)) / 11, 12);
    expect(overlapFactor([1, 1e9])).toBeCloseTo(Z95, 6);
  });
  test("two that just touch are told apart with 95 %", () => {
    const sd = 2;
    const apart = 2 * overlapFactor([sd, sd]) * sd;
    expect(pairsOf([valued(0, sd, 1), valued(apart * 1.0001, sd, 2)])[0]!.p).toBeCloseTo(0.05, 3);
  });
});

describe("many comparisons", () => {
  test("Holm: the smallest p counts for all, the next for one fewer, never below the one before", () => {
    const close = (found: number[], wanted: number[]) =>
      expect(found).toEqual(wanted.map((one) => expect.closeTo(one, 12)));
    close(holm([0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02]);
    close(holm([0.5, 0.6]), [1, 1]);
  });

  test("of members that are all alike, some two are told apart in at most one comparison of twenty", () => {
    const draw = random("alike");
    const TIMES = 2000;
    let wrong = 0;
    let uncorrected = 0;
    for (let time = 0; time < TIMES; time++) {
      const pairs = pairsOf(
        Array.from({ length: 8 }, (_, at) => valued(100 + 4 * bell(draw), 4, at)),
      );
      if (pairs.some(({ apart }) => apart)) wrong += 1;
      if (pairs.some(({ difference }) => Math.abs(difference.value) > Z95 * 4 * Math.SQRT2))
        uncorrected += 1;
    }
    expect(wrong / TIMES).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / TIMES));
    expect(uncorrected / TIMES).toBeGreaterThan(0.3);
  });
});

describe("groups in place of places", () => {
  test("nobody stands in a group with somebody that they differ from; whoever cannot be told apart shares one", () => {
    const figure = fc.record({
      value: fc.integer({ min: 0, max: 40 }),
      sd: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(figure, { minLength: 1, maxLength: 9 }), (drawn) => {
        const figures = drawn.map(({ value, sd }, at) => valued(value, sd, at));
        const pairs = pairsOf(figures);
        const groups = groupsOf(figures, pairs);
        for (const { a, b, apart } of pairs)
          expect(groups.some((group) => group.includes(a) && group.includes(b))).toBe(!apart);
        expect(new Set(groups.flat())).toEqual(new Set(figures.map(({ member }) => member)));
        // none lies inside another
        for (const group of groups)
          expect(
            groups.filter((other) => group.every((member) => other.includes(member))),
          ).toHaveLength(1);
      }),
    );
  });

  test("stand in the order asked, whatever the values", () => {
    const figures = [valued(90, 1, 1), valued(10, 1, 2), valued(50, 1, 3)];
    expect(groupsOf(figures, pairsOf(figures))).toEqual([["m1"], ["m2"], ["m3"]]);
  });
});
