import fc from "fast-check";
import { expect, test } from "vitest";
import { bandOf, bandsOf } from "./bands.ts";
import { ageAtEnd, parseDay } from "./dates.ts";

test("reads three manners, and each only in its own", () => {
  const day = { year: 2024, days: 19782 };
  expect(parseDay("2024-02-29", "yyyy-mm-dd")).toEqual(day);
  expect(parseDay(" 29/02/2024 ", "dd/mm/yyyy")).toEqual(day);
  expect(parseDay("20240229", "yyyymmdd")).toEqual(day);
  expect(parseDay("29/02/2024", "yyyy-mm-dd")).toBeUndefined();
  expect(parseDay("1969-12-31", "yyyy-mm-dd")?.days).toBe(-1);
});

test.each([
  "2023-02-29",
  "2023-13-01",
  "2023-00-10",
  "2023-04-31",
  "2023-4-1",
  "0000-01-01",
  "0099-01-01",
  "2023-01-01T00:00",
  "",
  "ieri",
])("%s is no day", (text) => {
  expect(parseDay(text, "yyyy-mm-dd")).toBeUndefined();
});

test("age is what a calendar says on the last day of the period", () => {
  const years = fc.record({
    birth: fc.integer({ min: 1900, max: 2023 }),
    period: fc.integer({ min: 2000, max: 2030 }),
  });
  const days = fc.record({
    month: fc.integer({ min: 1, max: 12 }),
    day: fc.integer({ min: 1, max: 31 }),
  });
  fc.assert(
    fc.property(years, days, ({ birth, period }, { month, day }) => {
      const text = `${birth}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
      const born = parseDay(text, "yyyy-mm-dd");
      fc.pre(born !== undefined && birth <= period);
      // birthdays counted one by one; who was born on 29 February has the birthday by 1 March
      for (const [name, end] of [
        [`${period}`, Date.UTC(period, 11, 31)],
        [`${period}-Q1`, Date.UTC(period, 2, 31)],
        [`${period}-02`, Date.UTC(period, 2, 0)],
        [`${period}-08`, Date.UTC(period, 7, 31)],
      ] as const) {
        let age = -1;
        for (let year = birth; Date.UTC(year, month - 1, day) <= end; year++) age++;
        if (age >= 0) expect(ageAtEnd(born!, name)).toBe(age);
      }
    }),
  );
});

test("a leaf holds both ends of its range", () => {
  const bands = bandsOf(["0-2", "3", "4-64", "65+", "unknown"]);
  expect([0, 2, 3, 4, 64, 65, 120].map((age) => bandOf(bands, age))).toEqual([
    "0-2",
    "0-2",
    "3",
    "4-64",
    "4-64",
    "65+",
    "65+",
  ]);
  expect(bandOf(bands, -1)).toBeUndefined();
  expect(bandOf(bandsOf(["0-2"]), 3)).toBeUndefined();
});
