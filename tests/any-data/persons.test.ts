/** Files of persons: a synthetic population, a survey in two files, a desk's requests, the case records of two services. */
import { expect, test } from "vitest";
import { shared } from "../setup/shared.ts";
import {
  actionable,
  both,
  drafted,
  edited,
  findings,
  node,
  plainRows,
  refusalOf,
  sumBy,
  total,
} from "./setup.ts";

const { ingest, release } = node();
const silc = shared("data/silc/silc_population.csv.gz");
const persons = shared("data/shiw/carcom20.csv.gz");
const incomes = shared("data/shiw/rper20.csv");
const requests = shared("data/requests/segnalazioni_alessandria.csv");
const enrolments = shared("data/case-records/Enrollment.csv.gz");
const benefits = shared("data/case-records/IncomeBenefits.csv.gz");

const count = { id: "any", kind: "any", title: both("Persone") };
/** A list that a person takes from somewhere public. */
const dimension = (id: string, column: string, codes: readonly string[], rest: object = {}) => ({
  id,
  title: both(id),
  column,
  codes,
  source: "code list of the survey",
  ...rest,
});
const cents = (text: string) => Math.round(Number(text) * 100);

test.runIf(silc)("a population of 58,654: described and taken in", async () => {
  const found = await drafted(silc!);
  expect(found.rows).toBe(58_654);
  expect(found.draft).toMatchObject({
    kind: "records",
    subject: { columns: ["id"] },
    file: { format: "csv", delimiter: ",", missing: [""] },
  });
  // what belongs to the household stands on each of its members' rows
  expect(findings(found, "repeated").join()).toMatch(
    /eqIncome, hy040n, .*the same on all rows of one hid/,
  );
  const bands = ["0-17", "18-64", "65+", "other"];
  const codes =
    "Burgenland,Carinthia,Lower Austria,Salzburg,Styria,Tyrol,Upper Austria,Vienna,Vorarlberg".split(
      ",",
    );
  const pension = {
    id: "pension",
    kind: "when",
    title: both("Con pensione"),
    column: "py100n",
    above: 0,
    source: "survey",
  };
  const descriptor = edited(
    found,
    {
      id: "silc",
      period: { value: "2010" },
      dimensions: [
        dimension("region", "region", codes),
        dimension("age", "age", bands, { generalise: "band", other: "other" }),
      ],
      fields: [count, pension],
    },
    "2010",
  );
  const report = await ingest(descriptor, silc!);
  actionable(report, ["0000101", "Styria"]);
  expect([report.read, report.rejected]).toEqual([58_654, 0]);
  const rows = plainRows(silc!).slice(1);
  // an age of -1 is in no band
  expect(report.recoded).toEqual({ age: rows.filter((row) => Number(row[7]) < 0).length });
  const { exact } = await release(descriptor, "2010");
  for (const [region, size] of sumBy(rows, (row) => row[1]!))
    expect(exact("any", { region })).toBe(size);
  const pensioners = sumBy(
    rows.filter((row) => Number(row[14]) > 0 && Number(row[7]) >= 65),
    (row) => row[1]!,
  );
  for (const [region, size] of pensioners)
    expect(exact("pension", { region, age: "65+" })).toBe(size);
});

test.runIf(persons)("a survey's persons, known by two columns together", async () => {
  const found = await drafted(persons!);
  expect(found.draft).toMatchObject({ kind: "records", subject: { columns: ["NQUEST", "nord"] } });
  const region = Array.from({ length: 20 }, (_, at) => `${at + 1}`);
  const descriptor = edited(
    found,
    {
      id: "shiw-persons",
      period: { value: "2020" },
      dimensions: [
        dimension("region", "IREG", region),
        dimension("schooling", "STUDIO", [..."12345678"]),
        dimension("sex", "SEX", ["1", "2"]),
      ],
      fields: [{ ...count, order: 3 }],
    },
    "2020",
  );
  const report = await ingest(descriptor, persons!);
  actionable(report);
  expect([report.read, report.kept]).toEqual([15_198, 15_198]);
  const { exact } = await release(descriptor, "2020");
  const [header, ...rows] = plainRows(persons!);
  const at = (name: string) => header!.indexOf(name);
  const cells = sumBy(rows, (row) => `${row[at("IREG")]}|${row[at("STUDIO")]}|${row[at("SEX")]}`);
  expect(cells.size).toBeGreaterThan(250);
  for (const [cell, size] of cells) {
    const [place, schooling, sex] = cell.split("|");
    expect(exact("any", { region: place!, schooling: schooling!, sex: sex! })).toBe(size);
  }
});

test.runIf(incomes)("its incomes, to the cent, clipped one by one", async () => {
  const found = await drafted(incomes!);
  expect(found.draft).toMatchObject({ subject: { columns: ["NQUEST", "nord"] }, dimensions: [] });
  const sum = (id: string, column: string, bounds: [number, number], of: string) => ({
    ...{
      id,
      kind: "sum",
      title: both(id),
      column,
      of,
      bounds,
      grid: 0.01,
      unit: both("EUR"),
      source: "tariff",
    },
  });
  const descriptor = edited(
    found,
    {
      id: "shiw-incomes",
      period: { value: "2020" },
      fields: [
        count,
        {
          id: "pension",
          kind: "when",
          title: both("Con pensione"),
          column: "YTP",
          above: 0,
          source: "survey",
        },
        sum("pensions", "YTP", [0, 60_000], "pension"),
        sum("transfers", "YTA", [-10_000, 10_000], "any"),
      ],
    },
    "2020",
  );
  const report = await ingest(descriptor, incomes!);
  actionable(report);
  expect([report.read, report.rejected]).toEqual([10_876, 0]);
  const { exact } = await release(descriptor, "2020");
  const [header, ...rows] = plainRows(incomes!);
  const column = (name: string) => rows.map((row) => cents(row[header!.indexOf(name)]!));
  const paid = column("YTP").filter((amount) => amount > 0);
  expect([exact("any"), exact("pension")]).toEqual([10_876, 4510]);
  expect(paid).toHaveLength(4510);
  expect(exact("pensions")).toBe(
    total(paid.map((amount) => Math.min(amount, 6_000_000) - 3_000_000)) / 100,
  );
  expect(exact("transfers")).toBe(
    total(column("YTA").map((amount) => Math.max(-1_000_000, Math.min(amount, 1_000_000)))) / 100,
  );
});

test.runIf(requests)(
  "citizens' requests: what is not in the list is a reject that says where",
  async () => {
    const found = await drafted(requests!);
    expect(found.draft).toMatchObject({
      file: { delimiter: ";" },
      subject: { columns: ["Id"] },
      period: { column: "Anno" },
    });
    expect(findings(found, "identifier").join(" ")).toContain(
      "If one person can have several of them",
    );
    const states = ["chiusa", "aperta", "annullata", "in carico", "archiviata"];
    const edits = (more: readonly string[], rejects: number) => ({
      id: "requests",
      subject: { unit: both("segnalazione"), columns: ["Id"] },
      dimensions: [dimension("state", "Stato", [...states, ...more])],
      fields: [count],
      rejects: { share: rejects },
    });
    const calendar = {
      "2023": ["2024-06-30"],
      "2024": ["2025-06-30"],
      "2025": ["2026-06-30"],
      "2026": ["2027-06-30"],
    };
    const [, ...rows] = plainRows(requests!, { delimiter: ";" });
    const odd = rows.flatMap((row, at) => (row[1] === "eliminata" ? [at + 2] : []));
    expect(odd).toHaveLength(4);
    const strict = await refusalOf(ingest(edited(found, edits([], 0), "2024"), requests!));
    expect(strict.reason).toBe("too-many-rejects");
    expect(strict.hint.errors).toEqual(
      odd.map((line) => ({ pointer: `/lines/${line}/Stato`, detail: "code" })),
    );
    expect(strict.hint.detail).toBe(
      `4 of 4651 rows (code 4); at most a share of 0 may be. First: ${odd
        .slice(0, 3)
        .map((line) => `line ${line} Stato: code`)
        .join("; ")}`,
    );
    const descriptor = edited(found, { ...edits([], 0.02), policy: { calendar } }, "2024");
    const report = await ingest(descriptor, requests!);
    actionable(report, ["eliminata"]);
    expect([report.kept, report.rules]).toEqual([4647, { code: 4 }]);
    const { exact } = await release(descriptor, "2024");
    const year = rows.filter((row) => row[2] === "2024" && row[1] !== "eliminata");
    expect(exact("any")).toBe(year.length);
    for (const [state, size] of sumBy(year, (row) => row[1]!))
      expect(exact("any", { state })).toBe(size);
  },
);

test.runIf(enrolments)(
  "case records: one table of enrolments, whose 8, 9 and 99 are no answers",
  async () => {
    const found = await drafted(enrolments!);
    expect(found.draft).toMatchObject({ kind: "records", subject: { columns: ["PersonalID"] } });
    expect(findings(found, "not-known-codes").join()).toContain("DisablingCondition");
    expect(findings(found, "dates").join()).toContain("DateCreated");
    const descriptor = edited(
      found,
      {
        id: "enrolments",
        period: { value: "2021" },
        subject: { unit: both("persona"), columns: ["PersonalID"], start: "EntryDate" },
        dimensions: [
          dimension("disabling", "DisablingCondition", ["0", "1", "not known"], {
            other: "not known",
          }),
        ],
        fields: [count],
      },
      "2021",
    );
    const report = await ingest(descriptor, enrolments!);
    actionable(report);
    expect([report.read, report.kept, report.recoded]).toEqual([2004, 2004, { disabling: 22 }]);
    const { exact } = await release(descriptor, "2021");
    const [header, ...rows] = plainRows(enrolments!);
    const [who, when, what] = ["PersonalID", "EntryDate", "DisablingCondition"].map((name) =>
      header!.indexOf(name),
    ) as [number, number, number];
    const code = (row: string[]) => (["0", "1"].includes(row[what]!) ? row[what]! : "not known");
    // one row a person: the latest by its start, and of several the one of the smallest code
    const latest = new Map<string, string[]>();
    for (const row of rows) {
      const before = latest.get(row[who]!);
      const later =
        before === undefined ||
        row[when]! > before[when]! ||
        (row[when] === before[when] && code(row) < code(before));
      if (later) latest.set(row[who]!, row);
    }
    expect([exact("any"), latest.size]).toEqual([1831, 1831]);
    for (const [disabling, size] of sumBy([...latest.values()], code))
      expect(exact("any", { disabling })).toBe(size);
  },
);

test.runIf(benefits)("case records: several reviews a person, most without an amount", async () => {
  const found = await drafted(benefits!);
  expect(found.draft).toMatchObject({ kind: "records", subject: { columns: ["PersonalID"] } });
  const known = {
    id: "income",
    kind: "when",
    title: both("Con reddito"),
    column: "TotalMonthlyIncome",
    combine: "max",
    above: 0,
    source: "form",
  };
  const largest = {
    ...{
      id: "largest",
      kind: "sum",
      title: both("Reddito"),
      column: "TotalMonthlyIncome",
      combine: "max",
      of: "income",
    },
    ...{ bounds: [0, 4000], grid: 0.01, unit: both("USD a month"), source: "form" },
  };
  const descriptor = edited(
    found,
    { id: "benefits", period: { value: "2021" }, dimensions: [], fields: [count, known, largest] },
    "2021",
  );
  const report = await ingest(descriptor, benefits!);
  actionable(report);
  expect([report.read, report.rejected]).toEqual([4001, 0]);
  const { exact } = await release(descriptor, "2021");
  const [header, ...rows] = plainRows(benefits!);
  const [who, amount] = [header!.indexOf("PersonalID"), header!.indexOf("TotalMonthlyIncome")];
  const most = new Map<string, number>();
  for (const row of rows)
    if (row[amount] !== "")
      most.set(row[who]!, Math.max(most.get(row[who]!) ?? 0, cents(row[amount]!)));
  expect([exact("any"), exact("income")]).toEqual([1830, most.size]);
  expect(exact("largest")).toBe(
    total([...most.values()].map((one) => Math.min(one, 400_000) - 200_000)) / 100,
  );
});
