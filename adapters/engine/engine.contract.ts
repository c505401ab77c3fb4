/** What every engine keeps to: which cross it gives of which rows, wherever they lie. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type {
  Cross,
  CrossField,
  CrossRequest,
  Engine,
  RowsAt,
  VersionColumns,
  VersionRow,
} from "../../schemas/ports.ts";

export const columns: VersionColumns = {
  dimensions: ["sex", "zone"],
  family: true,
  measures: ["hours", "entry", "exit", "band"],
};
const ZONES = ["o'r", 'a "b"', "Ò", "Z"];
export const row = (
  subject: string,
  change: {
    readonly period?: string;
    readonly start?: number;
    readonly codes?: readonly [string, string];
    readonly family?: string;
    readonly hours?: number;
    readonly entry?: number;
    readonly exit?: number;
    readonly band?: number;
  } = {},
): VersionRow => ({
  subject,
  period: change.period ?? "2022",
  start: change.start ?? 0,
  codes: change.codes ?? ["F", "Z"],
  family: change.family ?? "A",
  measures: [change.hours ?? null, change.entry ?? null, change.exit ?? null, change.band ?? null],
});

const fields: readonly CrossField[] = [
  { id: "any", kind: "any" },
  { id: "A", kind: "code", code: "A" },
  { id: "B", kind: "code", code: "B" },
  { id: "A and B", kind: "both", of: ["A", "B"] },
  { id: "many hours", kind: "when", measure: "hours", combine: "sum", above: 10 },
  { id: "some hours", kind: "band", measure: "hours", combine: "max", from: 1, below: 10 },
  {
    ...{ id: "hours of A", kind: "sum", measure: "hours", combine: "sum", of: "A" },
    clip: { low: 0, high: 30, mid: 15 },
  },
  { id: "A with hours", kind: "known", measure: "hours", of: "A" },
  {
    ...{ id: "hours of those", kind: "sum", measure: "hours", combine: "sum", of: "A with hours" },
    clip: { low: 0, high: 30, mid: 15 },
  },
  { id: "back at all", kind: "known", measure: "=back", of: "any" },
  { id: "a long stay", kind: "when", measure: "=stay", combine: "max", above: 29 },
  { id: "back soon", kind: "band", measure: "=back", combine: "max", below: 10 },
  { id: "moved up", kind: "when", measure: "=moved", combine: "max", above: 0 },
  { id: "both at once", kind: "when", measure: "=together", combine: "max", above: 0 },
  {
    ...{ id: "days", kind: "sum", measure: "=stay", combine: "max", of: "any" },
    clip: { low: 0, high: 100, mid: 50 },
  },
];
/** One of everything that an engine is asked. */
export const request = (rows: RowsAt, change: Partial<CrossRequest> = {}): CrossRequest => ({
  rows,
  period: "2022",
  per: "subject",
  withdrawn: [],
  dimensions: [
    { id: "sex", codes: ["F", "M"] },
    { id: "zone", codes: ZONES },
  ],
  family: { codes: ["C", "A", "B"], atMost: 2 },
  derived: [
    {
      id: "stay",
      kind: "days",
      from: { measure: "entry", pick: "first" },
      to: { measure: "exit", pick: "last", open: 365 },
    },
    { id: "back", kind: "gap", start: "entry", end: "exit" },
    { id: "moved", kind: "change", measure: "band" },
    { id: "together", kind: "overlap", of: ["A", "B"], start: "entry", end: "exit" },
  ],
  fields,
  ...change,
});

/** Cells by their codes: an engine gives them in any order, and those of nobody or not at all. */
export function tableOf(...crosses: readonly Cross[]): Record<string, number[]> {
  const table: Record<string, number[]> = {};
  for (const { codes, values } of crosses.flatMap(({ rows }) => rows))
    table[codes.join(" ")] = values.map((value, at) => (table[codes.join(" ")]?.[at] ?? 0) + value);
  return table;
}

const day = fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined });
const anyRow = (subjects: readonly string[]): fc.Arbitrary<VersionRow> =>
  fc
    .record({
      subject: fc.constantFrom(...subjects),
      period: fc.constantFrom("2022", "2022", "2022", "2021", "2022-Q3"),
      start: fc.integer({ min: 18_993, max: 18_996 }),
      codes: fc.tuple(fc.constantFrom("F", "M"), fc.constantFrom(...ZONES)),
      family: fc.constantFrom("A", "B", "C"),
      hours: fc.option(fc.integer({ min: -10_000_000, max: 10_000_000 }), { nil: undefined }),
      entry: fc.integer({ min: 0, max: 400 }),
      stay: day,
      band: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    })
    .map(({ subject, stay, hours, band, ...rest }) =>
      row(subject, {
        ...rest,
        ...(hours === undefined ? {} : { hours }),
        ...(band === undefined ? {} : { band }),
        ...(stay === undefined ? {} : { exit: rest.entry + stay }),
      }),
    );
/** A few subjects, so that several rows meet in one; amounts far beyond any bound, on both sides. */
export const someRows = (subjects: readonly string[]) =>
  fc.array(anyRow(subjects), { minLength: 1, maxLength: 30 });
const RUNS = { numRuns: 8 };

/** Runs the contract on an engine; `place` puts rows where it reads them. */
export function engineContract(
  engine: Engine,
  place: (columns: VersionColumns, rows: readonly VersionRow[]) => Promise<RowsAt>,
): void {
  const crossOf = async (rows: readonly VersionRow[], change: Partial<CrossRequest> = {}) =>
    tableOf(await engine.cross(request(await place(columns, rows), change)));
  /** What everybody together adds to some fields. */
  const totals = async (
    rows: readonly VersionRow[],
    ids: readonly string[],
    change: Partial<CrossRequest> = {},
  ) => {
    const { "": values = fields.map(() => 0) } = await crossOf(rows, { dimensions: [], ...change });
    return ids.map((id) => values[fields.findIndex((field) => field.id === id)]);
  };
  const any = { fields: fields.slice(0, 1) };

  test("a subject counts once, at the codes of its latest row; among equals at the smallest by its bytes", async () => {
    const rows = [
      row("p", { start: 1, codes: ["M", "Z"] }),
      row("p", { start: 2, codes: ["F", "Ò"] }),
      row("p", { start: 2, codes: ["M", "o'r"] }),
      row("p", { start: 9, codes: ["M", "Z"], period: "2021" }),
      row("q", { codes: ["M", 'a "b"'] }),
    ];
    expect(await crossOf(rows, any)).toEqual({ "F o'r": [1], 'M a "b"': [1] });
  });

  test("a quarter has the rows of that quarter, and neither those of its year nor of its months", async () => {
    const rows = ["2022", "2022-Q1", "2022-Q1", "2022-01", "2022-Q2"].map((period, at) =>
      row(`p${at}`, { period, codes: ["F", "Z"] }),
    );
    expect(await crossOf(rows, { ...any, period: "2022-Q1" })).toEqual({ "F Z": [2] });
    expect(await crossOf(rows, { ...any, period: "2022-01" })).toEqual({ "F Z": [1] });
    expect(await crossOf(rows, any)).toEqual({ "F Z": [1] });
  });

  test("where every row counts for itself, each does", async () => {
    const rows = [row("p", { hours: 4 }), row("p", { hours: 5, codes: ["M", "Z"] }), row("p")];
    const statistics: readonly CrossField[] = [
      { id: "persons", kind: "count", measure: "hours" },
      { id: "sum", kind: "sum", measure: "hours", combine: "sum", of: "persons" },
    ];
    const { family: _, ...plain } = request({ kind: "parquet", path: "" });
    const own = { ...plain, per: "row", derived: [], fields: statistics } as const;
    const cross = await engine.cross({ ...own, rows: await place(columns, rows) });
    expect(tableOf(cross)).toEqual({ "F Z": [4, 4], "M Z": [5, 5] });
  });

  test("a family keeps the first codes of its priority, and no more than it may", async () => {
    const rows = [
      ...["B", "A", "C"].map((family) => row("p", { family })),
      ...["B", "A", "A"].map((family) => row("q", { family })),
    ];
    expect(await totals(rows, ["any", "A", "B", "A and B"])).toEqual([2, 2, 1, 1]);
  });

  test("a sum adds the rows of its code, clips, and takes the midpoint away; without a value it stands there", async () => {
    const of = async (...rows: VersionRow[]) => (await totals(rows, ["hours of A"]))[0];
    expect(await of(row("p", { hours: 40 }))).toBe(15);
    expect(await of(row("p", { hours: -4 }))).toBe(-15);
    expect(await of(row("p", { hours: 4 }), row("p", { hours: 5 }))).toBe(-6);
    expect(await of(row("p", { hours: 4 }), row("p", { hours: 5, family: "B" }))).toBe(-11);
    expect(await of(row("p"))).toBe(0);
    expect(await of(row("p", { hours: 4, family: "B" }))).toBe(0);
  });

  test("who has a value is counted in the rows of the code, zero is a value, and a sum over them is that of the code", async () => {
    const rows = [
      row("p", { hours: 0 }),
      row("q", { hours: 4 }),
      row("q", { hours: 5, family: "B" }),
      row("r"),
      row("r", { hours: 7, family: "B" }),
      row("s", { hours: 9, family: "B" }),
    ];
    const ids = ["A", "A with hours", "hours of those", "hours of A"];
    expect(await totals(rows, ids)).toEqual([3, 2, -26, -26]);
    const stays = [
      row("p", { entry: 0, exit: 5, start: 1 }),
      row("p", { entry: 14, exit: 20 }),
      row("q"),
    ];
    expect(await totals(stays, ["any", "back at all"])).toEqual([2, 1]);
  });

  test("thresholds are strict, a band holds its lower end, and nobody without a value is in either", async () => {
    const rows = [
      row("p", { hours: 10 }),
      row("q", { hours: 6 }),
      row("q", { hours: 5, family: "B" }),
      row("r", { hours: 1 }),
      row("s"),
    ];
    expect(await totals(rows, ["many hours", "some hours"])).toEqual([1, 2]);
  });

  test("derived values look at a subject's own story", async () => {
    const ids = ["a long stay", "back soon", "moved up", "both at once", "days"];
    const story = (...rows: VersionRow[]) => totals(rows, ids);
    expect(await story(row("p", { entry: 0, exit: 29 }))).toEqual([0, 0, 0, 0, -21]);
    expect(await story(row("p", { entry: 300 }))).toEqual([1, 0, 0, 0, 15]);
    const away = [row("p", { entry: 0, exit: 5, start: 1 }), row("p", { entry: 14, exit: 20 })];
    expect(await story(...away)).toEqual([0, 1, 0, 0, -30]);
    // still there when the next stay begins: no gap
    expect(await story(row("p", { entry: 0 }), row("p", { entry: 9, exit: 12 }))).toEqual([
      ...[1, 0, 0, 0, 50],
    ]);
    const moved = [row("p", { band: 3, start: 2 }), row("p", { band: 2, start: 1 })];
    expect(await story(...moved)).toEqual([0, 0, 1, 0, 0]);
    const met = [row("p", { entry: 1, exit: 5 }), row("p", { entry: 5, exit: 9, family: "B" })];
    expect(await story(...met)).toEqual([0, 0, 0, 1, -42]);
  });

  test("who withdrew is not counted, and nobody is nobody", async () => {
    const rows = [row("p"), row("q")];
    expect(await crossOf(rows, { ...any, withdrawn: ["q", "never was"] })).toEqual({ "F Z": [1] });
    expect(await crossOf(rows, { ...any, withdrawn: ["p", "q"] })).toEqual({});
    expect(await totals([], ["any", "A", "hours of A"])).toEqual([0, 0, 0]);
  });

  test("rows that lie where it does not read are refused", async () => {
    const elsewhere = { kind: "elsewhere", path: "/dev/null" } as unknown as RowsAt;
    await expect(engine.cross(request(elsewhere))).rejects.toThrow(TypeError);
  });

  describe("whatever the rows,", () => {
    test("a subject's contribution looks at that subject alone: the cross of two groups is the sum of their crosses", async () => {
      const placed = async (rows: readonly VersionRow[]) =>
        engine.cross(request(await place(columns, rows)));
      await fc.assert(
        fc.asyncProperty(someRows(["a", "b", "c"]), someRows(["d", "e"]), async (some, others) => {
          expect(tableOf(await placed([...some, ...others]))).toEqual(
            tableOf(await placed(some), await placed(others)),
          );
        }),
        RUNS,
      );
    });

    test("no figure depends on their order", async () => {
      const shuffled = someRows(["a", "b", "c", "d"]).chain((rows) =>
        fc.tuple(
          fc.constant(rows),
          fc.shuffledSubarray(rows, { minLength: rows.length, maxLength: rows.length }),
        ),
      );
      await fc.assert(
        fc.asyncProperty(shuffled, async ([rows, mixed]) => {
          expect(await crossOf(mixed)).toEqual(await crossOf(rows));
        }),
        RUNS,
      );
    });
  });
}
