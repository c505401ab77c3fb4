import { expect, test } from "vitest";
import { isOverdue, nextDate, notDue } from "./calendar.ts";

const on = (day: string) => Date.parse(`${day}T09:00:00Z`) / 1000;
const days = ["2023-03-31", "2023-09-30"];

test("a release is made on its date or after it, never before, and never once more than the calendar says", () => {
  expect(notDue(days, 1, [], on("2023-03-30"))).toMatch(/falls due on 2023-03-31/);
  expect(notDue(days, 1, [], on("2023-03-31"))).toBeUndefined();
  expect(notDue(days, 2, [], on("2023-04-01"))).toMatch(/2023-09-30/);
  expect(notDue(days, 3, [], on("2024-01-01"))).toMatch(/complete/);
});

test("no release is made in a closed window", () => {
  const closed = [{ from: "2023-03-20", until: "2023-04-10", reason: "municipal elections" }];
  expect(notDue(days, 1, closed, on("2023-04-10"))).toMatch(/municipal elections/);
  expect(notDue(days, 1, closed, on("2023-04-11"))).toBeUndefined();
});

test("a date that is missed by more than the days of grace closes the dataset; a complete calendar never does", () => {
  expect(isOverdue(days, 30, 1, on("2023-10-30"))).toBe(false);
  expect(isOverdue(days, 30, 1, on("2023-10-31"))).toBe(true);
  expect(isOverdue(days, 30, 2, on("2030-01-01"))).toBe(false);
});

test("who leaves is told the next date, of whatever period", () => {
  expect(nextDate({ "2022": days, "2023": ["2024-03-31"] }, on("2023-09-30"))).toBe("2024-03-31");
  expect(nextDate({ "2022": days }, on("2024-01-01"))).toBeUndefined();
});
