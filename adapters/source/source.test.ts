import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parquetWriteFile } from "hyparquet-writer";
import { describe, expect, test } from "vitest";
import type { RawRow } from "../../schemas/ports.ts";
import {
  csv,
  duckdb,
  file,
  folder,
  json,
  refusal,
  rowsOf,
  xlsx,
} from "../../tests/world/source.ts";
import { numberText } from "./text.ts";

describe("the same rows in every format", () => {
  const asked = ["name", "born", "hours", "flag"];
  const expected = [
    { name: "Nicolò, «il Grande»", born: "29/02/1952", hours: "1234,50", flag: "true" },
    { name: 'so "called"', born: "31/12/1999", hours: "-0,25", flag: "false" },
    { name: "two\nlines", born: null, hours: null, flag: null },
    { name: null, born: "01/01/1900", hours: "7", flag: "true" },
  ];
  const manner = { decimal: ",", dates: "dd/mm/yyyy", missing: ["", "n.d."] };
  const files: Record<string, () => Promise<RawRow[]>> = {
    "CSV, as in RFC 4180": async () =>
      csv(
        `name,unused,born,hours,flag\r\n"Nicolò, «il Grande»",x,29/02/1952,"1234,50",true\r\n"so ""called""",x,31/12/1999,"-0,25",false\r\n"two\nlines",x,,,\r\n,x,01/01/1900,7,true\r\n`,
        asked,
        manner,
      ),
    "CSV, semicolons, apostrophes, Windows, gzipped": async () => {
      const text = `flag;hours;born;name\ntrue;1234,50;29/02/1952;Nicolò, «il Grande»\nfalse;-0,25;31/12/1999;'so "called"'\nn.d.;n.d.; n.d. ;'two\nlines'\ntrue;7;01/01/1900;`;
      return csv(gzipSync(Buffer.from(text, "latin1")), asked, {
        ...manner,
        delimiter: ";",
        quote: "'",
        encoding: "windows-1252",
      });
    },
    JSON: async () =>
      json(
        `{"data":{"rows":[{"name":"Nicolò, «il Grande»","born":"29/02/1952","hours":1234.50,"flag":true},
        {"name":"so \\"called\\"","born":"31/12/1999","hours":-0.25,"flag":false},
        {"name":"two\\nlines","born":null},{"name":"n.d.","born":"01/01/1900","hours":"7","flag":true}]}}`,
        asked,
        { ...manner, rows: ["data", "rows"] },
      ),
    Parquet: async () => {
      const path = join(folder, "four.parquet");
      await duckdb(
        `SELECT * FROM (VALUES ('Nicolò, «il Grande»', 1, DATE '1952-02-29', 1234.50::DECIMAL(12,2), true),
        ('so "called"', 1, DATE '1999-12-31', -0.25, false), ('two' || chr(10) || 'lines', 1, NULL, NULL, NULL), ('n.d.', 1, DATE '1900-01-01', 7, true))
        AS t(name, unused, born, hours, flag)`,
        path,
      );
      return rowsOf(path, { format: "parquet", ...manner }, asked);
    },
    XLSX: async () =>
      xlsx(
        [
          ["Elenco, aggiornato a giugno"],
          ["name", "unused", "born", "hours", "flag"],
          ["Nicolò, «il Grande»", { n: "1" }, { day: 19053 }, { n: "1234.50" }, true],
          ['so "called"', { n: "1" }, { day: 36525 }, { n: "-0.25" }, false],
          [],
          ["two\nlines", { n: "1" }, null, null, "n.d."],
          ["n.d.", { n: "1" }, "01/01/1900", { n: "7" }, true],
          ["Fonte: ufficio"],
        ],
        asked,
        { ...manner, skipRows: 1, skipLast: 1 },
      ),
  };
  test.each(Object.entries(files))("%s", async (name, rows) => {
    // a decimal of Parquet has the digits of its type
    const seven = name === "Parquet" ? "7,00" : "7";
    const values = expected.map((row) => (row.hours === "7" ? { ...row, hours: seven } : row));
    expect((await rows()).map((row) => row.values)).toEqual(values);
  });
});

describe("JSON", () => {
  test("a number keeps the digits that it was written with", async () => {
    const numbers = ["1.10", "12345678901234567890.123456789", "1e3", "1.25E-2", "-0", "0"];
    const rows = await json(`[${numbers.map((number) => `{"a":${number}}`).join()}]`, ["a"]);
    expect(rows.map(({ values }) => values.a)).toEqual([
      "1.10",
      "12345678901234567890.123456789",
      "1000",
      "0.0125",
      "-0",
      "0",
    ]);
  });

  test("text stays as it is, and numbers get the sign of the format", async () => {
    const rows = await json('[{"a":"1.5","b":1.5}]', ["a", "b"], { decimal: ",", thousands: "." });
    expect(rows[0]!.values).toEqual({ a: "1.5", b: "1,5" });
  });

  test("rows count from one, and what is no row is broken", async () => {
    const rows = await json('[{"a":"x"}, 5, {"a":{"b":1}}, {"c":1}]', ["a"]);
    expect(rows).toEqual([
      { line: 1, values: { a: "x" } },
      { line: 2, values: {}, broken: "columns" },
      { line: 3, values: {}, broken: "columns" },
      { line: 4, values: { a: null } },
    ]);
  });

  test("gzipped and marked too", async () => {
    expect(await json(gzipSync('\ufeff[{"a":1}]'), ["a"])).toEqual([
      { line: 1, values: { a: "1" } },
    ]);
  });

  test("what is inherited is no column", async () => {
    expect((await refusal(json('[{"a":1}]', ["a", "constructor"]))).hint.detail).toBe(
      "not in the file: constructor",
    );
  });

  test.each(['{"a":SECRET}', "[", '{"rows":{}}', '"x"', ""])("%s has no rows", async (text) => {
    const error = await refusal(json(text, ["a"]));
    expect(error.reason).toBe("file-unreadable");
    expect(JSON.stringify(error.hint)).not.toContain("SECRET");
  });
});

describe("Parquet", () => {
  test("numbers, dates and decimals are exact, and in the manner of the format", async () => {
    const path = join(folder, "types.parquet");
    await duckdb(
      `SELECT 57::DECIMAL(4,2) / 100 * 1 AS x, 0.57::DECIMAL(4,2) AS small, -1234567890123.57::DECIMAL(18,2) AS middle,
       -12345678901234567890123456789.57::DECIMAL(38,2) AS large, 9007199254740993::BIGINT AS big, 0.1::FLOAT AS float, 1e-7::DOUBLE AS double,
       'NaN'::DOUBLE AS nan, DATE '1899-12-31' AS day, TIMESTAMP '2023-06-30 23:59:59' AS moment, 255::UTINYINT AS tiny, [1, 2] AS list`,
      path,
    );
    const asked = [
      "small",
      "middle",
      "large",
      "big",
      "float",
      "double",
      "nan",
      "day",
      "moment",
      "tiny",
    ];
    const [row] = await rowsOf(path, { format: "parquet", decimal: ",", dates: "yyyymmdd" }, asked);
    expect(row!.values).toEqual({
      small: "0,57",
      middle: "-1234567890123,57",
      large: "-12345678901234567890123456789,57",
      big: "9007199254740993",
      float: "0,1",
      double: "0,0000001",
      nan: "NaN",
      day: "18991231",
      moment: "20230630",
      tiny: "255",
    });
    expect(await rowsOf(path, { format: "parquet" }, ["list"])).toEqual([
      { line: 1, values: {}, broken: "columns" },
    ]);
  });

  test.each(["uncompressed", "snappy", "gzip", "zstd", "brotli"])(
    "packed with %s, in several row groups",
    async (codec) => {
      const path = join(folder, `${codec}.parquet`);
      await duckdb(
        "SELECT i AS a, 'v' || i AS b FROM range(10000) t(i)",
        path,
        `COMPRESSION ${codec}, ROW_GROUP_SIZE 2048`,
      );
      const rows = await rowsOf(path, { format: "parquet" }, ["b"]);
      expect([rows.length, rows[0], rows.at(-1)]).toEqual([
        10_000,
        { line: 1, values: { b: "v0" } },
        { line: 10_000, values: { b: "v9999" } },
      ]);
    },
  );

  test("written by another program", async () => {
    const path = join(folder, "other.parquet");
    parquetWriteFile({
      filename: path,
      columnData: [
        { name: "a", data: ["x", null, "z"], type: "STRING" },
        { name: "n", data: [1.5, 2, null], type: "DOUBLE" },
      ],
    });
    expect(
      (await rowsOf(path, { format: "parquet" }, ["a", "n"])).map(({ values }) => values),
    ).toEqual([
      { a: "x", n: "1.5" },
      { a: null, n: "2" },
      { a: "z", n: null },
    ]);
  });

  test("columns that are not there, and files that are none, are refused", async () => {
    const path = join(folder, "one.parquet");
    await duckdb("SELECT 1 AS a", path);
    expect((await refusal(rowsOf(path, { format: "parquet" }, ["a", "b"]))).hint.detail).toBe(
      "not in the file: b",
    );
    const bytes = await readFile(path);
    for (const content of [
      "",
      "no parquet at all",
      bytes.subarray(0, bytes.length - 10),
      bytes.fill(7, 4, 20),
    ])
      expect(
        (await refusal(rowsOf(await file(content), { format: "parquet" }, ["a"]))).reason,
      ).toBe("file-unreadable");
    expect(
      (await refusal(rowsOf(join(folder, "nowhere"), { format: "parquet" }, ["a"]))).hint.detail,
    ).toContain("no such file");
  });
});

test.each([
  ["1e21", "1000000000000000000000"],
  ["1.5e-7", "0,00000015"],
  ["-12.5e1", "-125"],
  ["-12.55e1", "-125,5"],
  ["5e-2", "0,05"],
  ["0e0", "0"],
  ["1e999999999", "1e999999999"],
  ["Infinity", "Infinity"],
])("%s is printed as %s", (printed, text) => {
  expect(numberText(printed, ",")).toBe(text);
});
