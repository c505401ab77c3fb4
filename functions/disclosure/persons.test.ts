import { describe, expect, test } from "vitest";
import { example } from "../../tests/world/keep.ts";
import { accept } from "./descriptor-rules.ts";
import { retainedUntil, termsOf } from "./persons.ts";

const both = (text: string) => ({ it: text, en: text });
const refused = (change: object) => {
  try {
    accept({ ...example, ...change });
  } catch (error) {
    return (error as { hint: { detail: string } }).hint.detail;
  }
  return undefined;
};
const { subject } = example;
const consent = { from: "register" };
const home = {
  id: "home",
  title: both("home"),
  column: "via",
  codes: ["north", "south"],
  source: "a table of streets",
};

test.each<[string, object, RegExp | undefined]>([
  [
    "consent and where it is known from",
    { legalBasis: { basis: "consent", reference: "x", consent } },
    undefined,
  ],
  [
    "consent by columns",
    {
      legalBasis: {
        basis: "consent",
        reference: "x",
        consent: { from: "column", column: "ok", given: ["yes"], date: "on", validity: "P2Y" },
      },
    },
    undefined,
  ],
  [
    "consent that nobody can know of",
    { legalBasis: { basis: "consent", reference: "x" } },
    /how it is known who gave it/,
  ],
  [
    "consent for a public task",
    { legalBasis: { basis: "public-task", reference: "x", consent } },
    /this is public-task/,
  ],
  [
    "terms of articles 6 and 9",
    {
      legalBasis: {
        basis: "public-task",
        reference: "x",
        terms: ["eu-gdpr:A6-1-e-public-interest", "eu-gdpr:A9-2-g"],
      },
    },
    undefined,
  ],
  [
    "terms of another basis",
    { legalBasis: { basis: "public-task", reference: "x", terms: ["eu-gdpr:A6-1-a"] } },
    /do not go with public-task/,
  ],
  [
    "terms that are none",
    { legalBasis: { basis: "public-task", reference: "x", terms: ["A6"] } },
    /legalBasis\/terms/,
  ],
  [
    "identifiers of its columns",
    {
      subject: { ...subject, identifiers: { cf: ["codice-fiscale", "stp", { card: "T\\d{6}" }] } },
    },
    undefined,
  ],
  [
    "identifiers of another column",
    { subject: { ...subject, identifiers: { other: ["stp"] } } },
    /none of its columns/,
  ],
  [
    "a pattern that could run long",
    { subject: { ...subject, identifiers: { cf: [{ card: "(a+)+" }] } } },
    /identifiers/,
  ],
  [
    "contacts and what is promised",
    { subject: { ...subject, of: "contact", promise: both("each contact alone") } },
    undefined,
  ],
  [
    "contacts and no promise",
    { subject: { ...subject, of: "contact" } },
    /what the privacy promise then means/,
  ],
  ["rows that outlast the calendar", { retention: { keep: "P2Y" } }, undefined],
  [
    "rows that would be gone before",
    { retention: { keep: "P5M" } },
    /gone before its last release/,
  ],
  ["rows that run out by their start", { retention: { keep: "P5M", from: "start" } }, undefined],
  [
    "starts that are in no column",
    { retention: { keep: "P5M", from: "start" }, subject: { ...subject, start: undefined } },
    /names no column/,
  ],
  [
    "a table of streets",
    {
      dimensions: [
        { ...home, generalise: "address", streets: [{ street: "Via Roma", code: "north" }] },
      ],
    },
    undefined,
  ],
  [
    "an address without one",
    { dimensions: [{ ...home, generalise: "address" }] },
    /has a table of streets/,
  ],
  [
    "a street that leads nowhere",
    {
      dimensions: [
        { ...home, generalise: "address", streets: [{ street: "Via Roma", code: "west" }] },
      ],
    },
    /is no leaf/,
  ],
])("%s", (_, change, why) => {
  if (why === undefined) expect(refused(change)).toBeUndefined();
  else expect(refused(change)).toMatch(why);
});

describe("terms", () => {
  test("follow from the basis, or are what is said", () => {
    expect(termsOf({ basis: "legal-obligation", reference: "x" })).toEqual(["eu-gdpr:A6-1-c"]);
    expect(termsOf({ basis: "open-data", reference: "x" })).toEqual([]);
    expect(
      termsOf({ basis: "consent", reference: "x", terms: ["eu-gdpr:A6-1-a", "eu-gdpr:A9-2-a"] }),
    ).toHaveLength(2);
  });
});

test("rows are kept to the last day, and not on the next", () => {
  const d = accept({ ...example, retention: { keep: "P2Y" } });
  expect(retainedUntil(d, { period: "2023" })).toBe("2026-01-01");
  expect(retainedUntil(d, { period: "2023-Q1" })).toBe("2025-04-01");
  expect(retainedUntil(d, { period: "2024-02" })).toBe("2026-03-01");
  expect(retainedUntil(d, { start: "2023-05-01" })).toBe("2025-05-01");
  expect(retainedUntil(accept(example), { period: "2023" })).toBeUndefined();
});
