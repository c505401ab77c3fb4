/** The examples by which others learn the wire: they must parse, and a slip in one must not. */
import { expect, test } from "vitest";
import { Cell, Query, Question } from "../schemas/query.ts";

const query = {
  v: 1,
  iss: "IT-028060",
  aud: "tavolo-hub",
  iat: 1795600000,
  exp: 1795600300,
  jti: "0f0f9c1e-6b1f-4a83-9a38-6b7a2f1f0001",
  purposeId: "5b7c2f0e-3c1d-4a57-8f10-2d1f9a3e0001",
  members: ["IT-028060", "IT-034027"],
  dataset: "prestazioni",
  period: "2022",
  measures: [{ count: "any" }, { count: "A2.07" }, { mean: "hours", of: "A2.07" }],
  by: ["sex"],
  where: { age: ["75-84"] },
};

/** Figures invented. */
const cells = [
  {
    by: { sex: "F" },
    figures: [
      { count: "any", value: 2104337, grid: 0.001, sd: 11.5, mark: "shown", letter: "A" },
      { count: "A2.07", value: 611082, grid: 0.001, sd: 11.5, mark: "shown", letter: "A" },
      { sum: "hours", of: "A2.07", value: -342150, grid: 0.01, sd: 224.0, mid: 15, mark: "shown" },
    ],
  },
];

test("a signed question is read as it was written", () => {
  expect(Query.parse(query)).toEqual(query);
});

test("so is what a person writes: the same without who signs it and when", () => {
  const { v: _v, iss: _iss, aud: _aud, iat: _iat, exp: _exp, jti: _jti, ...question } = query;
  expect(Question.parse(question)).toEqual(question);
  expect(Question.safeParse(query).success).toBe(false);
});

test("cells of a part are read as they were written: integers of their grid", () => {
  expect(Cell.array().parse(cells)).toEqual(cells);
});

test.each([
  ["another version", { v: 3 }],
  ["a property that nobody has heard of", { extra: true }],
  ["nobody to ask", { members: [] }],
  ["text where codes belong", { where: { age: "75-84" } }],
  ["a measure of two kinds", { measures: [{ count: "any", sum: "hours" }] }],
])("a question with %s is refused", (_, slip) => {
  expect(Query.safeParse({ ...query, ...slip }).success).toBe(false);
});

test.each([
  ["a figure that is no integer of its grid", { value: 2104.337 }],
  ["a mark that there is not", { mark: "hidden" }],
  ["a raw figure without its deviation", { sd: undefined }],
])("cells with %s are refused", (_, slip) => {
  const [{ by, figures }] = cells as [(typeof cells)[0]];
  expect(Cell.safeParse({ by, figures: [{ ...figures[0], ...slip }] }).success).toBe(false);
});
