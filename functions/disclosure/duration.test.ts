import fc from "fast-check";
import { expect, test } from "vitest";
import { after, dayAt, daysOf } from "./duration.ts";

test.each([
  ["2025-12-31", "P5Y", "2030-12-31"],
  ["2024-02-29", "P1Y", "2025-02-28"],
  ["2024-02-29", "P4Y", "2028-02-29"],
  ["2025-01-31", "P1M", "2025-02-28"],
  ["2025-11-30", "P18M", "2027-05-30"],
  ["2025-12-31", "P2W", "2026-01-14"],
  ["2025-12-31", "P1Y1M1D", "2027-02-01"],
  ["2025-06-30", "P0D", "2025-06-30"],
])("%s and %s is %s", (day, duration, then) => expect(after(day, duration)).toBe(then));

test.each(["P", "", "5Y", "PT5H", "P1.5Y", "P-1D"])("%j is no duration", (duration) => {
  expect(() => after("2025-01-01", duration)).toThrow(TypeError);
});

const anyDay = fc.integer({ min: 0, max: 30_000 }).map(dayAt);
test("a longer one ends later, days are days, and a month never leaves out the next one", () => {
  fc.assert(
    fc.property(anyDay, fc.integer({ min: 0, max: 400 }), (day, count) => {
      expect(daysOf(after(day, `P${count}D`))).toBe(daysOf(day) + count);
      expect(after(day, `P${count + 1}M`) > after(day, `P${count}M`)).toBe(true);
      const [from, to] = [day, after(day, `P${count}M`)].map(
        (one) => Number(one.slice(0, 4)) * 12 + Number(one.slice(5, 7)),
      );
      expect(to! - from!).toBe(count);
    }),
  );
});
