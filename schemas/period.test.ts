import fc from "fast-check";
import { expect, test } from "vitest";
import {
  byTime,
  firstDay,
  formerPeriod,
  inOrder,
  isSince,
  labelOf,
  lastDay,
  lengthOf,
  spokenPeriod,
  startInYears,
  touches,
  yearOf,
} from "./period.ts";
import { Period } from "./words.ts";

const year = fc.integer({ min: 1, max: 9999 }).map((one) => String(one).padStart(4, "0"));
const month = fc.integer({ min: 1, max: 12 }).map((one) => String(one).padStart(2, "0"));
const periods = fc.oneof(
  year,
  fc.tuple(year, fc.integer({ min: 1, max: 4 })).map(([of, quarter]) => `${of}-Q${quarter}`),
  fc.tuple(year, month).map(([of, one]) => `${of}-${one}`),
);
const days = fc
  .date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true })
  .map((day) => day.toISOString().slice(0, 10));
const holds = (fact: (...some: string[]) => boolean | undefined, ...some: fc.Arbitrary<string>[]) =>
  fc.assert(fc.property(fc.tuple(...some), (drawn) => fact(...drawn) !== false));
const dayAfter = (day: string) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

test.each([
  ["2022", "year", "2022-01-01", "2022-12-31", "2021"],
  ["2024-Q1", "quarter", "2024-01-01", "2024-03-31", "2023-Q4"],
  ["2022-Q3", "quarter", "2022-07-01", "2022-09-30", "2022-Q2"],
  ["2024-02", "month", "2024-02-01", "2024-02-29", "2024-01"],
  ["2023-02", "month", "2023-02-01", "2023-02-28", "2023-01"],
  ["2022-01", "month", "2022-01-01", "2022-01-31", "2021-12"],
])("%s is a %s from %s to %s, after %s", (period, length, first, last, former) => {
  expect([
    Period.parse(period),
    lengthOf(period),
    firstDay(period),
    lastDay(period),
    formerPeriod(period),
  ]).toEqual([period, length, first, last, former]);
});

test.each(["22", "2022-Q0", "2022-Q5", "2022-13", "2022-00", "2022-7", "2022-M07", "2022-Q1-Q2"])(
  "%s is no period",
  (text) => expect(Period.safeParse(text).success).toBe(false),
);

test("it is of one year, and begins before it ends", () =>
  holds(
    (period = "") =>
      Period.safeParse(period).success &&
      firstDay(period) <= lastDay(period) &&
      yearOf(firstDay(period)) === yearOf(period) &&
      yearOf(lastDay(period)) === yearOf(period) &&
      Math.floor(startInYears(period)) === Number(yearOf(period)),
    periods,
  ));

test("the one before is as long, and ends the day before", () =>
  holds(
    (period = "") =>
      yearOf(period) === "0001" ||
      (lengthOf(formerPeriod(period)) === lengthOf(period) &&
        dayAfter(lastDay(formerPeriod(period))) === firstDay(period) &&
        byTime(formerPeriod(period), period) < 0),
    periods,
  ));

test("the order is one of all periods, and of no two that differ the same", () => {
  holds(
    (a = "", b = "") =>
      Math.sign(byTime(a, b)) === -Math.sign(byTime(b, a)) && (byTime(a, b) === 0) === (a === b),
    periods,
    periods,
  );
  holds(
    (a = "", b = "", c = "") => byTime(a, b) > 0 || byTime(b, c) > 0 || byTime(a, c) <= 0,
    periods,
    periods,
    periods,
  );
  expect(inOrder(["2023-01", "2022", "2022-Q4", "2022-12", "2022-Q3", "2022"])).toEqual([
    "2022-Q3",
    "2022-12",
    "2022-Q4",
    "2022",
    "2023-01",
  ]);
});

test("of each length there is one period that a day lies in, and the longer ones hold the shorter", () => {
  const ofDay = (day: string) => [
    day.slice(0, 4),
    `${day.slice(0, 4)}-Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`,
    day.slice(0, 7),
  ];
  holds(
    (day = "", period = "") =>
      touches(period, { from: day, until: day }) === ofDay(day).includes(period),
    days,
    periods,
  );
  holds((day = "") => ofDay(day).every((one) => touches(one, { from: day, until: day })), days);
});

test("what begins before a point is not since it", () => {
  const since = (point: string) =>
    ["2022", "2022-Q1", "2022-Q2", "2022-04", "2023"].filter((period) => isSince(period, point));
  expect(since("2022")).toEqual(["2022", "2022-Q1", "2022-Q2", "2022-04", "2023"]);
  expect(since("2022-Q2")).toEqual(["2022-Q2", "2022-04", "2023"]);
});

test("days touch what lies between them, and run on without an end", () => {
  const three = ["2022-Q1", "2022-Q2", "2022-Q3", "2022-Q4", "2022", "2023"];
  const touched = (from: string, until?: string) =>
    three.filter((period) => touches(period, { from, until }));
  expect(touched("2022-03-31", "2022-07-01")).toEqual(["2022-Q1", "2022-Q2", "2022-Q3", "2022"]);
  expect(touched("2022-10-01")).toEqual(["2022-Q4", "2022", "2023"]);
  expect(touched("2021-05-01", "2021-12-31")).toEqual([]);
  expect(touched("2022-05-01", "2022-04-30")).not.toContain("2022-Q1");
});

test("it is called so in both languages", () => {
  expect(["2022", "2022-Q3", "2022-07"].map(labelOf)).toEqual([
    { it: "2022", en: "2022" },
    { it: "terzo trimestre 2022", en: "third quarter of 2022" },
    { it: "luglio 2022", en: "July 2022" },
  ]);
  expect(["2022", "2022-Q3", "2022-08"].map(spokenPeriod)).toEqual([
    { it: "2022", en: "2022" },
    { it: "terzo trimestre 2022", en: "the third quarter of 2022" },
    { it: "mese di agosto 2022", en: "August 2022" },
  ]);
});

test("no two periods are called the same", () =>
  holds(
    (a = "", b = "") =>
      a === b || (labelOf(a).it !== labelOf(b).it && labelOf(a).en !== labelOf(b).en),
    periods,
    periods,
  ));
