/** Each format is read back by a reader that knows nothing of ours, and must say what the table says. */
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "csv-parse/sync";
import { parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import JSONstat from "jsonstat-toolkit";
import readXlsx from "read-excel-file/universal";
import { beforeAll, describe, expect, test } from "vitest";
import { shared } from "../../tests/setup/shared.ts";
import { NAMES, sampleStatement } from "../../tests/world/formats.ts";
import { ATTRIBUTES, csv, NUMBERS } from "./csv.ts";
import { csvText } from "./csv-text.ts";
import { json } from "./json.ts";
import { jsonStat } from "./json-stat.ts";
import { parquet } from "./parquet.ts";
import { sdmxCsv } from "./sdmx-csv.ts";
import { type TidyRow, type TidyTable, timeDimension } from "./table.ts";
import { tidyStatement } from "./tidy.ts";
import { xlsx } from "./xlsx.ts";

const MEASURES = ["any", "sum:hours", "mean:hours", "share:A2.07:any"];
let jws: string;
let table: TidyTable;
beforeAll(async () => {
  jws = await sampleStatement();
  table = tidyStatement(jws, NAMES);
});

const rowOf = (...codes: string[]): TidyRow => {
  const found = table.rows.filter((row) => codes.every((code, at) => row.codes[at] === code));
  expect(found).toHaveLength(1);
  return found[0]!;
};

describe("the table", () => {
  test("has a row for everybody asked, every combination and every measure, and the totals", () => {
    expect(table.dimensions.map(({ id }) => id)).toEqual([
      "MEMBER",
      "sex",
      "MEASURE",
      "TIME_PERIOD",
    ]);
    const members = ["IT-028060", "IT-034027", "IT-016024", "_T"];
    const expected = members.flatMap((member) =>
      ["F", "M"].flatMap((sex) => MEASURES.map((measure) => [member, sex, measure, "2022"])),
    );
    expect(table.rows.map(({ codes }) => codes)).toEqual(expected);
  });

  test("hidden is absent, never zero; missing is another thing", () => {
    expect(rowOf("IT-034027", "F", "any")).toMatchObject({
      value: null,
      sd: null,
      low: null,
      obsStatus: "Q",
      confStatus: "C",
      mark: "below-k",
    });
    expect(rowOf("IT-034027", "F", "share:A2.07:any")).toMatchObject({
      value: null,
      obsStatus: "Q",
      mark: "below-k",
    });
    expect(rowOf("IT-016024", "M", "any")).toMatchObject({
      value: null,
      obsStatus: "O",
      confStatus: null,
      mark: "too-slow",
      release: null,
    });
    expect(table.rows.filter(({ value }) => value === 0)).toEqual([]);
  });

  test("a shown figure has its interval, its release and its grid; a mean has no grid", () => {
    const any = rowOf("IT-028060", "F", "any");
    expect(any).toMatchObject({
      sd: 2,
      obsStatus: "A",
      confStatus: "F",
      mark: "shown",
      grid: 0.001,
      release: "IT-028060/prestazioni/2022/1",
    });
    expect(any.high! - any.value!).toBeCloseTo(1.96 * 2, 3);
    expect(rowOf("IT-028060", "F", "mean:hours").grid).toBeNull();
  });

  test("a sum is moved from its midpoint: mean times count", () => {
    const count = tidyStatement(jws).rows; // the count of A2.07 is not asked for as a measure of its own
    expect(count.some(({ codes }) => codes.includes("A2.07"))).toBe(false);
    const [sum, mean, share, any] = ["sum:hours", "mean:hours", "share:A2.07:any", "any"].map(
      (id) => rowOf("IT-028060", "F", id).value!,
    );
    expect(sum).toBeCloseTo(mean! * share! * any!, 6);
  });

  test("a restriction is a dimension of one code, several codes of it a code of its own", async () => {
    const narrow = tidyStatement(
      await sampleStatement({
        measures: [{ count: "any" }],
        by: ["sex"],
        where: { age: ["65-74", "85+"] },
      }),
    );
    expect(narrow.dimensions.map(({ id }) => id)).toEqual([
      "MEMBER",
      "sex",
      "age",
      "MEASURE",
      "TIME_PERIOD",
    ]);
    expect(new Set(narrow.rows.map(({ codes }) => codes[2]))).toEqual(new Set(["65-74 | 85+"]));
  });
});

/** What any reader must find, as text by column. */
const expected = () =>
  table.rows.map((row) => {
    const own = Object.fromEntries(table.dimensions.map(({ id }, at) => [id, row.codes[at]!]));
    return {
      ...own,
      OBS_VALUE: row.value,
      SD: row.sd,
      OBS_STATUS: row.obsStatus,
      MARK: row.mark,
      LETTER: row.letter,
      RELEASE: row.release,
    };
  });
const expectRows = (
  read: readonly Record<string, unknown>[],
  numbers: (text: unknown) => number | null = (value) => value as number | null,
) => {
  expect(read).toHaveLength(table.rows.length);
  const wanted = expected();
  for (const [at, row] of read.entries())
    for (const [name, value] of Object.entries(wanted[at]!)) {
      const found = NUMBERS.has(name) ? numbers(row[name]) : row[name] === "" ? null : row[name];
      expect(found, `${name} of row ${at}`).toEqual(value);
    }
};
const numberIn = (text: unknown) => (text === "" ? null : Number(text));

describe("CSV", () => {
  const read = () =>
    parse(csv(table), { columns: true, record_delimiter: "\r\n" }) as Record<string, string>[];
  test("is read back by csv-parse, line for line", () => expectRows(read(), numberIn));
  test("units, source and licence stand in every row", () => {
    const [row] = read();
    expect(Object.keys(row!)).toEqual([...table.dimensions.map(({ id }) => id), ...ATTRIBUTES]);
    expect(row).toMatchObject({ UNIT_MEASURE: "persons", LICENCE: "CC0" });
  });
  test("no cell begins as a formula would, and no number loses its sign", () => {
    const textCell = (text: string) => csvText([[text]], "");
    for (const row of read())
      for (const [name, value] of Object.entries(row))
        if (!NUMBERS.has(name)) expect(value).not.toMatch(/^[=+\-@\t\r]/);
    expect(read()[0]!.SOURCE).toBe("'=cmd|' /C calc'!A0");
    expect(["=1", "+1", "-1", "@a", "\ta", "a=1", " =1"].map(textCell)).toEqual([
      "'=1",
      "'+1",
      "'-1",
      "'@a",
      "'\ta",
      "a=1",
      " '=1",
    ]);
    // wide signs; a cell that begins after a semicolon where the decimal sign is the comma, or on another line
    expect(["\uFF1D1", "x;=1", "x; +1", "x\n@a", "a; b", "a\n\nb"].map(textCell)).toEqual([
      "'\uFF1D1",
      `"x;'=1"`,
      `"x; '+1"`,
      `"x\n'@a"`,
      `"a; b"`,
      `"a\n\nb"`,
    ]);
  });
  test("quotes and line ends of a source are kept", () => {
    const parma = read().find(({ MEMBER }) => MEMBER === "IT-034027")!;
    expect(parma.SOURCE).toBe(`Comune, "servizi sociali"\n'@2022`);
  });
});

describe("SDMX-CSV 2.0", () => {
  const read = () =>
    parse(sdmxCsv(table), { columns: true, record_delimiter: "\r\n" }) as Record<string, string>[];
  const example = shared("data/formats/sdmx-csv/guide_example-01.csv");
  test.runIf(example)("begins as the guide's examples do", () => {
    const guide = readFileSync(example!, "utf8").split(/\r?\n/)[0]!.split(",");
    const own = sdmxCsv(table).split("\r\n")[0]!.split(",");
    expect(own.slice(0, 3)).toEqual(guide.slice(0, 3));
    expect(own).toContain("OBS_VALUE");
    for (const name of own) expect(name).toMatch(/^[A-Z][A-Z0-9_]*$/);
    expect(new Set(own).size).toBe(own.length);
  });
  test("every row names one dataflow, an action and its key, as in the guide", () => {
    for (const row of read()) {
      expect(row).toMatchObject({
        STRUCTURE: "dataflow",
        ACTION: "I",
        FREQ: "A",
        TIME_PERIOD: "2022",
      });
      expect(row.STRUCTURE_ID).toMatch(
        /^[A-Za-z][\w-]*(\.[\w-]+)*:[A-Za-z][\w-]*\(\d+\.\d+\.\d+\)$/,
      );
    }
    const keys = read().map((row) =>
      [row.DATA_PROVIDER, row.SEX, row.INDICATOR, row.TIME_PERIOD].join("\n"),
    );
    expect(new Set(keys).size).toBe(table.rows.length);
  });
  test.each([
    ["2022-Q3", "Q", "terzo trimestre 2022"],
    ["2022-07", "M", "luglio 2022"],
  ])("a table of %s has frequency %s, and its period a name", (period, frequency, name) => {
    const time = timeDimension(period);
    const at = table.dimensions.findIndex(({ role }) => role === "time");
    const finer = {
      ...{ ...table, period, dimensions: table.dimensions.with(at, time) },
      rows: table.rows.map((row) => ({ ...row, codes: row.codes.with(at, period) })),
    };
    const rows = parse(sdmxCsv(finer), { columns: true, record_delimiter: "\r\n" });
    for (const row of rows) expect(row).toMatchObject({ FREQ: frequency, TIME_PERIOD: period });
    const { dimension } = JSON.parse(jsonStat(finer, "it"));
    expect(dimension.TIME_PERIOD.category.label).toEqual({ [period]: name });
  });
  test("figures, marks and deviations are those of the table", () =>
    expectRows(
      read().map((row) => ({
        ...row,
        MEMBER: row.DATA_PROVIDER,
        MEASURE: row.INDICATOR,
        sex: row.SEX,
      })),
      numberIn,
    ));
});

describe("JSON-stat 2.0", () => {
  const samples = shared("data/formats/json-stat");
  const sample = (name: string) => JSON.parse(readFileSync(join(samples!, `${name}.json`), "utf8"));
  test.runIf(samples)("the standard's schema takes it, and the standard's own samples", () => {
    const valid = new Ajv2020({
      strict: false,
      validateFormats: false,
      unicodeRegExp: false,
    }).compile(sample("schema_dataset"));
    expect(valid(JSON.parse(jsonStat(table))), JSON.stringify(valid.errors)).toBe(true);
    for (const name of ["galicia", "order"]) expect(valid(sample(name)), name).toBe(true);
    expect(valid({ ...JSON.parse(jsonStat(table)), size: "4" })).toBe(false);
  });
  test("what the schema cannot say holds: sizes, indexes, roles, positions", () => {
    const { id, size, dimension, role, value, status } = JSON.parse(jsonStat(table));
    expect(Object.keys(dimension)).toEqual(id);
    expect(id.map((one: string) => dimension[one].category.index.length)).toEqual(size);
    for (const one of id)
      expect(Object.keys(dimension[one].category.label)).toEqual(dimension[one].category.index);
    for (const ids of Object.values(role) as string[][])
      for (const one of ids) expect(id).toContain(one);
    for (const measure of dimension.MEASURE.category.index)
      expect(dimension.MEASURE.category.unit[measure].label).toBeTruthy();
    const length = size.reduce((product: number, n: number) => product * n, 1);
    expect(Object.keys(status)).toEqual(Object.keys(value));
    for (const at of Object.keys(value)) expect(Number(at)).toBeLessThan(length);
  });
  test.each(["it", "en"] as const)(
    "jsonstat-toolkit finds each figure, deviation and status (%s)",
    (language) => {
      const dataset = JSONstat(JSON.parse(jsonStat(table, language)));
      expect(dataset.length).toBeGreaterThan(0);
      for (const { codes, value, sd, low, high, obsStatus } of table.rows) {
        const [member, sex, measure, period] = codes;
        const at = { MEMBER: member, sex, MEASURE: measure, TIME_PERIOD: period };
        expect(dataset.Data({ ...at, STATISTIC: "value" })).toEqual({ value, status: obsStatus });
        expect(dataset.Data({ ...at, STATISTIC: "sd" })).toEqual({ value: sd, status: obsStatus });
        expect(dataset.Data({ ...at, STATISTIC: "low" }).value).toBe(low);
        expect(dataset.Data({ ...at, STATISTIC: "high" }).value).toBe(high);
      }
      expect(dataset.Dimension("MEMBER").Category("IT-028060").label).toBe(
        NAMES.get("IT-028060")![language],
      );
      expect(dataset.role).toMatchObject({
        time: ["TIME_PERIOD"],
        geo: ["MEMBER"],
        metric: ["MEASURE"],
      });
    },
  );
});

describe("Parquet", () => {
  test("DuckDB reads it: numbers are doubles, hidden is null", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tavolo-formats-"));
    try {
      const file = join(folder, "table.parquet");
      await writeFile(file, parquet(table));
      const connection = await (await DuckDBInstance.create(":memory:")).connect();
      expectRows(
        (await connection.runAndReadAll(`select * from '${file}'`)).getRowObjectsJS() as Record<
          string,
          unknown
        >[],
      );
      const types = await connection.runAndReadAll(
        `select column_name, column_type from (describe select * from '${file}')`,
      );
      for (const [name, type] of types.getRowsJS() as [string, string][])
        expect([name, type]).toEqual([name, NUMBERS.has(name) ? "DOUBLE" : "VARCHAR"]);
      connection.closeSync();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
  test("hyparquet reads it, and what the file says of itself", async () => {
    const file = parquet(table).slice().buffer as ArrayBuffer;
    expectRows(await parquetReadObjects({ file }), (value) => (value as number) ?? null);
    const { key_value_metadata: pairs } = await parquetMetadataAsync(file);
    const about = JSON.parse(pairs!.find(({ key }) => key === "tavolo")!.value!);
    expect(about).toMatchObject({
      dataset: "prestazioni",
      period: "2022",
      statement: table.statement,
    });
  });
});

describe("XLSX", () => {
  const sheets = async () => readXlsx(new Blob([(await xlsx(table, "it")).slice()]));
  test("read-excel-file finds numbers as numbers and hidden cells empty", async () => {
    const [{ data }] = (await sheets()) as unknown as [{ data: (string | number | null)[][] }];
    const [head, ...rows] = data;
    expectRows(
      rows.map((row) => Object.fromEntries(head!.map((name, at) => [name, row[at] ?? null]))),
    );
    const at = head!.indexOf("OBS_VALUE");
    for (const row of rows) expect(typeof row[at] === "number" || row[at] === null).toBe(true);
  });
  test("the second sheet has notes, digest, who did not answer, sources and units", async () => {
    const [, { sheet, data }] = (await sheets()) as unknown as [
      unknown,
      { sheet: string; data: (string | null)[][] },
    ];
    expect(sheet).toBe("Note");
    const text = data.map((row) => row.join("\t")).join("\n");
    for (const part of [
      table.statement!,
      "too-slow",
      "=HYPERLINK(1)",
      "CC0",
      "possono non sommare",
      "Padova",
      "persons",
    ])
      expect(text).toContain(part);
  });
  test("no text became a formula", async () => {
    const bytes = Buffer.from(await xlsx(table)).toString("latin1");
    expect(bytes).not.toContain("<f>");
  });
});

describe("JSON", () => {
  test("says the same, with figures by their codes", () => {
    const read = JSON.parse(json(table)) as {
      rows: { codes: Record<string, string>; value: number | null }[];
      members: object[];
      statement: string;
    };
    expect(read.rows.map(({ codes, value }) => ({ ...codes, value }))).toEqual(
      expected().map(
        ({
          OBS_VALUE: value,
          SD: _,
          OBS_STATUS: __,
          MARK: ___,
          LETTER: ____,
          RELEASE: _____,
          ...codes
        }) => ({
          ...codes,
          value,
        }),
      ),
    );
    expect(read.statement).toBe(table.statement);
    expect(read.members[2]).toMatchObject({ member: "IT-016024", outcome: "too-slow" });
  });
});
