/** What `describe` says of a file is how the sources read it: the same rows, whatever the format. */
import { execFile } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { sampleOf } from "../../adapters/source/source.ts";
import { describe } from "../../functions/describe/describe.ts";
import { duckdb, file, folder, type MadeCell, rowsOf, workbook } from "../world/source.ts";

const header: string[][] = [
  ["Utenti dei servizi per distretto", "", "", "", ""],
  ["Distretto", "2022", "", "2023", ""],
  ["", "Utenti", "Spesa", "Utenti", "Spesa"],
];
const body = Array.from({ length: 40 }, (_, at) => [
  `Nord ${at % 4}`,
  `${at}`,
  `${at}.25`,
  `${at + 1}`,
  `${at}.75`,
]);
const note = ["Fonte: ufficio di piano", "", "", "", ""];
const cellOf = (text: string): MadeCell =>
  text === "" ? null : /^[\d.]+$/.test(text) ? { n: text } : text;

const made: Record<string, () => Promise<string>> = {
  "CSV as Italian spreadsheets write it": () => {
    const lines = [
      ...header,
      ...body.map((row) => row.map((text) => text.replace(".", ","))),
      note,
    ];
    return file(Buffer.from(lines.map((line) => line.join(";")).join("\r\n"), "latin1"));
  },
  XLSX: () =>
    file(workbook({ Tavola: [...header, ...body, note].map((line) => line.map(cellOf)) })),
};
test.each(Object.entries(made))("%s: a title, two lines of names, a note", async (_, make) => {
  const path = await make();
  const { draft, findings } = describe(await sampleOf(path))!;
  expect(draft.file).toMatchObject({ skipRows: 1, headerRows: 2, skipLast: 1 });
  expect(findings.map(({ what }) => what)).toEqual(
    expect.arrayContaining(["lines-before", "two-header-lines", "notes-at-end"]),
  );
  const rows = await rowsOf(path, draft.file as object, [
    "Distretto",
    "2022 / Spesa",
    "2023 / Utenti",
  ]);
  const { decimal } = draft.file as { decimal: string };
  expect(rows.map(({ values }) => Object.values(values))).toEqual(
    body.map((row) => [row[0], row[2]!.replace(".", decimal), row[3]]),
  );
});

test("Parquet, with its types written out", async () => {
  const path = join(folder, "draft.parquet");
  await duckdb(
    "SELECT 'P' || i AS id, DATE '1950-01-01' + (i * 97)::INTEGER AS nascita, (i / 4)::DECIMAL(9,2) AS ore FROM range(400) t(i)",
    path,
  );
  const { draft } = describe(await sampleOf(path))!;
  expect(draft).toMatchObject({
    kind: "records",
    subject: { columns: ["id"] },
    dimensions: [{ column: "nascita", generalise: "age" }],
  });
  expect((await rowsOf(path, draft.file as object, ["id", "nascita", "ore"]))[3]!.values).toEqual({
    id: "P3",
    nascita: "1950-10-19",
    ore: "0.75",
  });
});

test("the command: a report on standard error, the draft on standard output or in a file that only its owner reads", async () => {
  const path = await made.XLSX!();
  const out = join(folder, "draft.json");
  const cli = (...args: string[]) =>
    promisify(execFile)(process.execPath, [resolve("adapters/cli/cli.ts"), "describe", ...args]);
  const { stdout, stderr } = await cli(path);
  expect(JSON.parse(stdout)).toMatchObject({ v: 1, kind: "statistics", source: "" });
  expect(stderr).toMatch(
    /drafted as statistics[\s\S]*How the file is written[\s\S]*What to do next[\s\S]*\/dimensions\/0\/source/,
  );
  const written = await cli(path, "--out", out, "--kind", "records");
  expect(written.stdout).toBe("");
  expect(JSON.parse(await readFile(out, "utf8"))).toMatchObject({ kind: "records" });
  expect((await stat(out)).mode & 0o077).toBe(0);
  const nothing = cli(await file("solo,nomi\n"));
  await expect(nothing).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining("[file-unreadable]"),
  });
});
