import { expect, test } from "vitest";
import { cities } from "../../docs/demo/cities.ts";
import { prestazioni } from "../../docs/demo/datasets.ts";
import type { Descriptor, Field } from "../../schemas/descriptor.ts";
import { Refused } from "../../schemas/refusal.ts";
import { accept } from "./descriptor-rules.ts";
import { fieldsOf, measureColumns } from "./fields.ts";

const common = prestazioni(cities[0]!);
const refusal = (change: object | ((d: Descriptor) => object)) => {
  try {
    accept({ ...common, ...(typeof change === "function" ? change(common) : change) });
    return "accepted";
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return error.reason;
  }
};
const dimension = (change: object) => ({
  dimensions: [{ ...common.dimensions[1]!, ...change }, ...common.dimensions.slice(2)],
});
const hours = common.fields.find(({ id }) => id === "hours")!;
const others = common.fields.filter(({ id }) => id !== "hours");

const ALONE = { controllers: [{ name: { it: "Comune di Prova", en: "City of Tests" } }] };

test("of v 2: an ambito, and who answers for its rows", () => {
  const change = { v: 2, level: "ambito", responsibility: ALONE };
  expect(accept({ ...common, ...change })).toMatchObject(change);
});

test("the common dataset is accepted, and lays out in the order of the descriptor", () => {
  expect(accept(common)).toEqual(common);
  expect(
    fieldsOf(common)
      .map(({ id }) => id)
      .slice(0, 3),
  ).toEqual(["any", "A2.07", "A2.08"]);
  expect(measureColumns(common).map(({ column }) => column)).toEqual(["ORE_MESE", "COSTO_ANNO"]);
});

const known: Field = {
  ...{ id: "with hours", kind: "known", column: "ORE_MESE", of: "A2.07" },
  title: { it: "Con le ore", en: "With hours" },
};
const overKnown = { ...hours, of: known.id };

test("a sum may be over those who have a value, from v 2", () => {
  expect(refusal({ v: 2, fields: [...others, known, overKnown] })).toBe("accepted");
  expect(refusal({ v: 1, fields: [...others, known, overKnown] })).toBe("descriptor-invalid");
});

test("a sum of ten million grid steps is accepted", () => {
  expect(refusal({ fields: [...others, { ...hours, bounds: [0, 100_000] }] })).toBe("accepted");
});

test.each([
  ["codes derived from other subjects: quintiles", dimension({ generalise: "quantile" })],
  ["codes derived from other subjects: ranks", dimension({ generalise: "rank" })],
  ["codes derived from other subjects: the most common", dimension({ generalise: "most-common" })],
  ["a code list taken from the data", dimension({ codes: "from-data" })],
  ["a list whose source is the rows", dimension({ source: "the rows" })],
  [
    "bounds that are odd together in grid steps",
    { fields: [...others, { ...hours, bounds: [0, 30.01] }] },
  ],
  ["one field under two names", { fields: [...common.fields, { ...hours, id: "hours again" }] }],
  [
    "one dimension under two names",
    { dimensions: [...common.dimensions, { ...common.dimensions[1]!, id: "sex again" }] },
  ],
  [
    "sums that take more than a quarter of the loss",
    { fields: [...others, { ...hours, share: 0.3 }] },
  ],
  ["records without protection", { policy: { ...common.policy, method: "none" } }],
])("banned: %s", (_, change) => {
  expect(refusal(change)).toBe("descriptor-banned");
});

test.each([
  [
    "a quarter in the calendar",
    { policy: { ...common.policy, calendar: { "2022-Q1": ["2022-06-30"] } } },
  ],
  ["a month for the whole file", { period: { value: "2022-07" } }],
  ["days of rows", { period: { start: "DATA_INIZIO", end: "DATA_FINE" } }],
])("from v 2: %s", (_, change) => {
  expect(refusal({ ...change, v: 1 })).toBe("descriptor-invalid");
  expect(refusal({ ...change, v: 2 })).toBe("accepted");
});

test.each([
  [
    "a quarter that is none",
    { policy: { ...common.policy, calendar: { "2022-Q5": ["2022-06-30"] } } },
  ],
  ["a period that SDMX writes otherwise", { period: { value: "2022-M07" } }],
  [
    "six dimensions",
    {
      dimensions: Array.from({ length: 6 }, (_, at) => ({
        ...common.dimensions[1]!,
        id: `d${at}`,
        column: `C${at}`,
      })),
    },
  ],
  ["an unknown member", { notes: "hello" }],
  ["a field that nobody filled in", { source: "" }],
  ["an empty source of a code list", dimension({ source: "" })],
  ["records without a subject", { subject: undefined }],
  ["a code twice", dimension({ codes: ["F", "F"] })],
  ["other outside the list", dimension({ other: "X" })],
  [
    "age classes that are no ranges",
    { dimensions: [{ ...common.dimensions[0]!, codes: ["young", "old"] }] },
  ],
  ["who has a value, and no sum over them", { v: 2, fields: [...others, known, hours] }],
  [
    "who has a value in another column than the sum's",
    { v: 2, fields: [...others, { ...known, column: "COSTO_ANNO" }, overKnown] },
  ],
  [
    "who has a value, of nobody",
    { v: 2, fields: [...others, { ...known, of: "nothing" }, overKnown] },
  ],
  ["a sum over nobody", { fields: [...others, { ...hours, of: "nothing" }] }],
  ["a sum without bounds", { fields: [...others, { ...hours, bounds: undefined }] }],
  [
    "a sum of more grid steps than the noise is proved for",
    { fields: [...others, { ...hours, bounds: [0, 100_000.02] }] },
  ],
  ["a grid that does not divide one", { fields: [...others, { ...hours, grid: 0.3 }] }],
  ["an ambito in v 1", { level: "ambito" }],
  ["who answers for the rows in v 1", { responsibility: ALONE }],
  ["records with a publisher", { v: 2, publisher: ALONE.controllers[0] }],
  [
    "joint controllers without their arrangement",
    { v: 2, responsibility: { controllers: [...ALONE.controllers, ...ALONE.controllers] } },
  ],
  ["more points than twenty", { policy: { ...common.policy, advantage: 25 } }],
  [
    "a calendar out of order",
    { policy: { ...common.policy, calendar: { "2022": ["2023-09-30", "2023-06-30"] } } },
  ],
  [
    "a release in a closed window",
    {
      policy: {
        ...common.policy,
        closed: [{ from: "2023-06-01", until: "2023-07-01", reason: "election" }],
      },
    },
  ],
  ["the same sign for decimals and thousands", { file: { ...common.file, thousands: "," } }],
])("invalid: %s", (_, change) => {
  expect(refusal(change)).toBe("descriptor-invalid");
});
