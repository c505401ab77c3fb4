import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Refused } from "../../../schemas/refusal.ts";
import { daysOf } from "../../../tests/reference/values.ts";
import {
  arraySource,
  type Cells,
  example,
  goodRow,
  job,
  keep,
  refusal,
  storedRows,
} from "../../../tests/world/keep.ts";
import { versionInForce } from "../version-store.ts";
import { ingest } from "./ingest.ts";

/** What becomes of one row beside a good one. */
const fateOf = async (cells: Cells, more: object = {}) => {
  const deps = await keep({ a: [goodRow, { ...goodRow, ...cells }] });
  const report = await ingest(deps, job(more));
  return report.rejects[0] ?? (await storedRows(deps))![1];
};

describe("a good row", () => {
  test("is stored as codes, integers and a pseudonym", async () => {
    const deps = await keep({ a: [goodRow] });
    const report = await ingest(deps, job());
    const [row] = (await storedRows(deps))!;
    expect(row).toMatchObject({
      period: "2023",
      start: 19389,
      codes: ["65+", "F", "0-9999"],
      family: "A2.07",
      measures: [1235],
    });
    expect(row!.subject).toMatch(/^[\w-]{22}$/);
    expect(report).toEqual({
      dataset: "prestazioni",
      version: (await versionInForce(deps.store, "prestazioni"))!.pointer.digest,
      read: 1,
      kept: 1,
      rejected: 0,
      rules: {},
      recoded: {},
      rejects: [],
      withdrawn: 0,
      unconsented: 0,
      ranOut: 0,
      outside: 0,
    });
    expect(deps.logged.map(({ kind }) => kind)).toEqual(["ingest"]);
  });

  test("of the same subject has the same pseudonym, however the identifier is written", async () => {
    const deps = await keep({
      a: [
        goodRow,
        { ...goodRow, cf: " rssmra50a01h501u " },
        { ...goodRow, cf: "RSSMRA50A01H501U1", ente: "" + "1" },
      ],
    });
    await ingest(deps, job());
    const [first, second, third] = (await storedRows(deps))!.map(({ subject }) => subject);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  test("of a table about nobody has no subject", async () => {
    const deps = await keep({ a: [{ anno: "2023", n: "7" }] });
    const { subject: _, family: __, ...table } = example;
    const fields = [{ id: "n", kind: "count", title: example.title, column: "n" }];
    const policy = { ...example.policy, method: "none" };
    await ingest(deps, {
      ...job(),
      descriptor: { ...table, kind: "statistics", dimensions: [], fields, policy },
    });
    expect((await storedRows(deps))![0]).toEqual({
      subject: "",
      period: "2023",
      start: 0,
      codes: [],
      family: null,
      measures: [7],
    });
  });

  test("may lie in any of several files", async () => {
    const deps = await keep({
      a: [goodRow],
      b: [goodRow, { ...goodRow, anno: "2022" }, { ...goodRow, anno: "?" }],
    });
    const report = await ingest(deps, job({}, ["a", "b"]));
    expect(report).toMatchObject({
      read: 4,
      kept: 3,
      rejects: [{ file: 2, line: 4, field: "anno", rule: "period" }],
    });
    expect((await versionInForce(deps.store, "prestazioni"))!.pointer.periods).toEqual([
      "2022",
      "2023",
    ]);
  });
});

describe("a row with days of its own", () => {
  const calendar = {
    "2023-Q1": ["2023-06-01"],
    "2023-Q2": ["2023-09-01"],
    "2023": ["2024-06-01"],
    "2023-07": ["2023-10-01"],
  };
  const { policy } = example;
  const more = (end: object = { end: "fine" }) => ({
    v: 2,
    period: { start: "inizio", ...end },
    policy: { ...policy, calendar },
  });
  const storedOf = async (cells: Cells, end?: object) => {
    const deps = await keep({ a: [{ ...goodRow, ...cells }] });
    const report = await ingest(deps, job(more(end)));
    const rows = (await storedRows(deps)) ?? [];
    const { pointer } = (await versionInForce(deps.store, "prestazioni"))!;
    expect(pointer.periods).toEqual(rows.map(({ period }) => period));
    return { report, rows, periods: pointer.periods };
  };

  test("counts in each period of the calendar that they touch, once for each", async () => {
    const { rows, report } = await storedOf({ inizio: "31/03/2023", fine: "01/04/2023" });
    expect(rows.map(({ period }) => period)).toEqual(["2023-Q1", "2023-Q2", "2023"]);
    expect(new Set(rows.map(({ subject }) => subject)).size).toBe(1);
    expect(report).toMatchObject({ read: 1, kept: 1, outside: 0 });
  });

  test("runs on where it has no end, and is one day where no column has ends", async () => {
    const began = { inizio: "05/07/2023", fine: null };
    expect((await storedOf(began)).periods).toEqual(["2023-07", "2023"]);
    expect((await storedOf({ ...began, inizio: "05/02/2023" })).periods).toEqual([
      ...["2023-Q1", "2023-Q2", "2023-07", "2023"],
    ]);
    expect((await storedOf({ inizio: "05/02/2023" }, {})).periods).toEqual(["2023-Q1", "2023"]);
  });

  test("counts where the plain implementation counts it, whatever its days", async () => {
    const day = fc
      .date({ min: new Date("2022-11-01"), max: new Date("2024-02-01"), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
    const written = (date: string) => date.split("-").reverse().join("/");
    await fc.assert(
      fc.asyncProperty(day, fc.option(day), async (one, other) => {
        const [from, until] = other !== null && other < one ? [other, one] : [one, other];
        const { rows } = await storedOf({
          inizio: written(from),
          fine: until === null ? null : written(until),
        });
        const counted = Object.keys(calendar).filter((period) => {
          const [first, last] = daysOf(period);
          return from <= last && (until ?? "9999") >= first;
        });
        expect(rows.map(({ period }) => period).sort()).toEqual(counted.sort());
      }),
      { numRuns: 40 },
    );
  });

  test("is left out and counted where they touch none, and stored nowhere", async () => {
    const { report, rows } = await storedOf({ inizio: "05/02/2022", fine: "05/12/2022" });
    expect(report).toMatchObject({ read: 1, kept: 0, rejected: 0, outside: 1 });
    expect(rows).toEqual([]);
  });

  test("is of the age that its person has on the last day of each", async () => {
    const { rows } = await storedOf({
      nascita: "15/05/1958",
      inizio: "01/01/2023",
      fine: "31/12/2023",
    });
    expect(rows.map(({ period, codes }) => [period, codes[0]])).toEqual([
      ["2023-Q1", "18-64"],
      ["2023-Q2", "65+"],
      ["2023-07", "65+"],
      ["2023", "65+"],
    ]);
  });

  test.each([
    [{ inizio: null }, "inizio"],
    [{ fine: "31/02/2023" }, "fine"],
    [{ fine: "31/12/2022" }, "fine"],
  ])("%j is a reject", async (cells, field) => {
    const dates = { inizio: "01/02/2023", fine: "01/03/2023" };
    const deps = await keep({
      a: [goodRow, { ...goodRow, ...dates, ...cells }].map((one) => ({ fine: null, ...one })),
    });
    const report = await ingest(deps, job({ ...more(), rejects: { share: 1 } }));
    expect(report.rejects).toMatchObject([{ field, rule: "date" }]);
  });

  test("runs out period by period", async () => {
    const deps = await keep({ a: [{ ...goodRow, inizio: "01/01/2023", fine: "31/12/2023" }] });
    const retention = { keep: "P6M" };
    const later = Object.keys(calendar).map((period) => [period, ["2023-08-01"]]);
    const descriptor = { ...more(), retention };
    await ingest(
      { ...deps, clock: () => Date.parse("2023-10-15") / 1000 },
      job({ ...descriptor, policy: { ...policy, calendar: Object.fromEntries(later) } }),
    );
    expect((await storedRows(deps))?.map(({ period }) => period)).toEqual([
      ...["2023-Q2", "2023-07", "2023"],
    ]);
    expect((await versionInForce(deps.store, "prestazioni"))?.pointer.until).toBe("2023-12-31");
  });
});

test("a column holds a quarter or a month, and the row is of that and no other", async () => {
  const deps = await keep({
    a: ["2023-Q1", "2023-02", "2023", "2023-Q5", "2023Q1"].map((anno) => ({ ...goodRow, anno })),
  });
  const calendar = { "2023-Q1": ["2023-06-01"], "2023-02": ["2023-06-01"] };
  const policy = { ...example.policy, calendar };
  const report = await ingest(deps, job({ v: 2, policy, rejects: { share: 1 } }));
  expect((await storedRows(deps))?.map(({ period }) => period)).toEqual([
    ...["2023-Q1", "2023-02", "2023"],
  ]);
  expect(report.rules).toEqual({ period: 2 });
});

describe("a bad row is a reject by its rule", () => {
  test.each<[Cells, string, string]>([
    [{ anno: "23" }, "anno", "period"],
    [{ anno: null }, "anno", "period"],
    [{ cf: null }, "cf", "identifier"],
    [{ cf: "  " }, "cf", "identifier"],
    [{ inizio: "30/02/2023" }, "inizio", "date"],
    [{ inizio: null }, "inizio", "missing"],
    [{ nascita: "1950-12-31" }, "nascita", "date"],
    [{ nascita: "01/01/2024" }, "nascita", "code"],
    [{ nascita: null }, "nascita", "missing"],
    [{ isee: "9,999.99" }, "isee", "number"],
    [{ codice: null }, "codice", "missing"],
    [{ codice: "A9" }, "codice", "code"],
    [{ ore: "1.23" }, "ore", "number"],
    [{ ore: null }, "ore", "missing"],
  ])("%j", async (cells, field, rule) => {
    expect(await fateOf(cells)).toEqual({ line: 3, field, rule });
  });

  test("broken ones too", async () => {
    const deps = await keep({
      a: [
        goodRow,
        { line: 3, values: {}, broken: "quote" },
        { line: 4, values: {}, broken: "columns" },
      ],
    });
    const report = await ingest(deps, job({ rejects: { share: 0.7 } }));
    expect(report).toMatchObject({
      read: 3,
      kept: 1,
      rejected: 2,
      rules: { quote: 1, columns: 1 },
    });
  });

  test("a sum's column may be empty where another code is counted", async () => {
    expect(await fateOf({ ore: null, codice: "A2.08" })).toMatchObject({ measures: [null] });
  });

  test("a table's count is not rounded", async () => {
    const deps = await keep({ a: [{ n: "7" }, { n: "7,5" }] });
    const { subject: _, family: __, ...table } = example;
    const fields = [{ id: "n", kind: "count", title: example.title, column: "n" }];
    const descriptor = {
      ...table,
      kind: "statistics",
      period: { value: "2023" },
      dimensions: [],
      fields,
      policy: { ...example.policy, method: "none" },
    };
    expect((await ingest(deps, { ...job(), descriptor })).rejects).toEqual([
      { line: 3, field: "n", rule: "number" },
    ]);
  });
});

describe("a value outside a list", () => {
  test("becomes the other one, and is counted", async () => {
    const rows = [
      goodRow,
      { ...goodRow, sesso: "9" },
      { ...goodRow, sesso: null, isee: null },
      { ...goodRow, isee: "-1" },
    ];
    const deps = await keep({ a: rows });
    const report = await ingest(deps, job());
    expect(report.recoded).toEqual({ sex: 2, isee: 2 });
    expect((await storedRows(deps))!.map(({ codes }) => codes.slice(1))).toEqual([
      ["F", "0-9999"],
      ["X", "0-9999"],
      ["X", "none"],
      ["F", "none"],
    ]);
  });

  test("is not found in what every object has", async () => {
    expect(await fateOf({ codice: "constructor" })).toMatchObject({ rule: "code" });
  });
});

describe("too many rejects", () => {
  const bad = { ...goodRow, nascita: "SECRET" };
  test("stop the run, with counts and places", async () => {
    const deps = await keep({
      a: [goodRow, bad, bad, { ...goodRow, "or/e~": "x", ore: "SECRET" }],
    });
    const error = await refusal(ingest(deps, job()));
    expect(error.reason).toBe("too-many-rejects");
    expect(error.hint.detail).toContain("3 of 4 rows (date 2, number 1)");
    expect(error.hint.errors).toEqual([
      { pointer: "/lines/3/nascita", detail: "date" },
      { pointer: "/lines/4/nascita", detail: "date" },
      { pointer: "/lines/5/ore", detail: "number" },
    ]);
    expect(await versionInForce(deps.store, "prestazioni")).toBeUndefined();
    expect(await deps.blobs.list("drafts/")).toEqual([]);
    expect(await deps.blobs.list("versions/")).toEqual([]);
    expect(deps.logged).toMatchObject([
      { kind: "ingest-failed", facts: { reason: "too-many-rejects" } },
    ]);
  });

  test("a thousand are listed, the others counted", async () => {
    const deps = await keep({
      a: [
        ...Array.from({ length: 1500 }, () => bad),
        ...Array.from({ length: 1500 }, () => goodRow),
      ],
    });
    const report = await ingest(deps, job());
    expect([report.rejects.length, report.rejected, report.rules.date]).toEqual([1000, 1500, 1500]);
  });

  test("an empty file is refused: it would silently replace what is there", async () => {
    const deps = await keep({ a: [] });
    expect((await refusal(ingest(deps, job()))).reason).toBe("file-unreadable");
  });
});

test("reports, refusals and the log never hold a value", async () => {
  const column = fc.constantFrom(...Object.keys(goodRow));
  await fc.assert(
    fc.asyncProperty(
      column,
      fc.stringMatching(/^[a-z]{6,12}$/),
      fc.constantFrom(0, 1),
      async (name, letters, share) => {
        const value = `§${letters}`;
        const deps = await keep({ a: [goodRow, { ...goodRow, [name]: value }] });
        const outcome = await ingest(deps, job({ rejects: { share } })).catch(
          ({ hint }: Refused) => hint,
        );
        expect(JSON.stringify([outcome, deps.logged])).not.toContain(letters);
        expect(JSON.stringify([outcome, deps.logged])).not.toContain(goodRow.cf);
      },
    ),
    { numRuns: 60 },
  );
});

test("progress is told every ten thousand rows", async () => {
  const told: number[] = [];
  const source = arraySource({ a: Array.from({ length: 25_000 }, () => goodRow) });
  await ingest({ ...(await keep()), source }, { ...job(), onProgress: (rows) => told.push(rows) });
  expect(told).toEqual([10_000, 20_000]);
});
