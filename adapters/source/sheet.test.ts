/** What surrounds the rows in files that people made for people, and the workbook's own ways to be odd. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { RawRow } from "../../schemas/ports.ts";
import {
  csv,
  file,
  folder,
  json,
  type MadeCell,
  refusal,
  rowsOf,
  workbook,
  xlsx,
} from "../../tests/world/source.ts";

const texts = (rows: RawRow[]) => rows.map(({ values }) => Object.values(values));

/** The same lines as CSV and as a sheet. */
const lines = [
  ["Reddito per comune", "", ""],
  ["Comune", "2021", ""],
  ["", "Maschi", "Femmine"],
  ["Parma", "1", "2"],
  ["Como", "3", "4"],
  ["Fonte: Istat", "", ""],
];
const ways: [string, (columns: string[], format: object) => Promise<RawRow[]>][] = [
  [
    "CSV",
    (columns, format) => csv(lines.map((line) => line.join(",")).join("\n"), columns, format),
  ],
  [
    "XLSX",
    (columns, format) =>
      xlsx(
        lines.map((line) => line.map((text): MadeCell => text || null)),
        columns,
        format,
      ),
  ],
];
describe.each(ways)("%s", (_, rows) => {
  const asked = ["Comune", "2021 / Maschi", "2021 / Femmine"];
  test("a title, two lines of names and a note at the end", async () => {
    const found = await rows(asked, { skipRows: 1, headerRows: 2, skipLast: 1 });
    expect(texts(found)).toEqual([
      ["Parma", "1", "2"],
      ["Como", "3", "4"],
    ]);
    expect(found.map(({ line }) => line)).toEqual([4, 5]);
  });
  test("more rows left out than there are", async () => {
    expect(await rows(asked, { skipRows: 1, headerRows: 2, skipLast: 9 })).toEqual([]);
    expect((await refusal(rows(asked, { skipRows: 9 }))).reason).toBe("file-columns");
  });
});

describe.each<[string, (header: string[], row: string[], columns: string[]) => Promise<RawRow[]>]>([
  ["CSV", (header, row, columns) => csv(`${header.join()}\n${row.join()}\n`, columns)],
  ["XLSX", (header, row, columns) => xlsx([header, row], columns)],
])("a column named twice in %s", (_, rows) => {
  const header = ["id", "name", "id", "name", "name#3"];
  test("is asked for by its number", async () => {
    expect(
      texts(await rows(header, ["1", "a", "2", "b", "c"], ["id#2", "name#1", "name#2", "name#3"])),
    ).toEqual([["2", "a", "b", "c"]]);
  });
  test("is refused only where the descriptor leaves open which", async () => {
    expect((await refusal(rows(header, ["1", "a", "2", "b", "c"], ["id"]))).hint.detail).toBe(
      "there more than once: id; say which one in the descriptor: id#1, id#2",
    );
    expect((await refusal(rows(header, ["1", "a", "2", "b", "c"], ["id#3"]))).hint.detail).toBe(
      "not in the file: id#3",
    );
  });
});

test("lines with blanks at their ends, where the descriptor says so", async () => {
  const text = "a;b; \n1;2\n1;2;;\n1;2;\n1\n1;2;;3\n";
  const broken = async (format: object) =>
    (await csv(text, ["a", "b"], { delimiter: ";", ...format })).map((row) => row.broken);
  expect(await broken({ ragged: "blank-ends" })).toEqual([
    undefined,
    undefined,
    undefined,
    "columns",
    "columns",
  ]);
  expect(await broken({})).toEqual(["columns", "columns", undefined, "columns", "columns"]);
});

test("text that was encoded twice is put right, and what cannot be is a reject", async () => {
  const repair = "utf-8-twice";
  const twice = "citt\u00c3\u00a0,\u00e2\u201a\u00ac 5";
  expect(
    texts(await csv(`citt\u00c3\u00a0,b\n${twice}\nplain,x\n`, ["città", "b"], { repair })),
  ).toEqual([
    ["città", "€ 5"],
    ["plain", "x"],
  ]);
  expect((await csv("a,b\ncittà,1\n", ["a"], { repair }))[0]).toEqual({
    line: 2,
    values: {},
    broken: "encoding",
  });
  const rows = await json(
    JSON.stringify([{ a: "contabilit\u00c3\u00a0" }, { a: "Umbria" }, { a: "è" }]),
    ["a"],
    { repair },
  );
  expect(rows.map(({ values, broken }) => broken ?? values.a)).toEqual([
    "contabilità",
    "Umbria",
    "encoding",
  ]);
});

describe("workbooks", () => {
  test("another sheet by its name", async () => {
    const path = await file(workbook({ Note: [["x"]], "Dati 2023": [["a"], ["1"]] }));
    expect(texts(await rowsOf(path, { format: "xlsx", sheet: "Dati 2023" }, ["a"]))).toEqual([
      ["1"],
    ]);
    expect(
      (await refusal(rowsOf(path, { format: "xlsx", sheet: "Dati" }, ["a"]))).hint.detail,
    ).toContain("has no sheet called Dati");
  });
  test("numbers have the digits that the spreadsheet meant", async () => {
    const numbers = ["1234.5699999999999", "0.1", "1E-7", "9007199254740993", "123456789012345"];
    const rows = await xlsx([["a"], ...numbers.map((n) => [{ n }])], ["a"], { decimal: "," });
    expect(texts(rows).flat()).toEqual([
      "1234,57",
      "0,1",
      "0,0000001",
      "9007199254740992",
      "123456789012345",
    ]);
  });
  test("a formula is read by its result; an error of one is no value", async () => {
    const cells = [
      '<c t="str"><f>A1</f><v>x</v></c>',
      "<c><f>1+1</f><v>2</v></c>",
      '<c t="e"><v>#DIV/0!</v></c>',
    ];
    const rows = await xlsx([["a", "b"], ...cells.map((xml) => [{ xml }, "y"])], ["a"]);
    expect(texts(rows).flat()).toEqual(["x", "2", null]);
    const error = await refusal(xlsx([["a"], [{ xml: '<c t="s"><v>5</v></c>' }]], ["a"]));
    expect(error.hint.detail).toContain("row 2, column 1 cannot be read");
  });
  test("what is no workbook is refused", async () => {
    const whole = workbook({ a: [["a"]] });
    for (const bytes of [
      new Uint8Array(),
      Buffer.from("a,b\n"),
      whole.subarray(0, 300),
      Buffer.from("d0cf11e0a1b11ae1", "hex"),
    ])
      expect((await refusal(rowsOf(await file(bytes), { format: "xlsx" }, ["a"]))).reason).toBe(
        "file-unreadable",
      );
    expect(
      (await refusal(rowsOf(join(folder, "none"), { format: "xlsx" }, ["a"]))).hint.detail,
    ).toContain("no such file");
    expect((await refusal(xlsx([], ["a"]))).reason).toBe("file-columns");
  });
});
