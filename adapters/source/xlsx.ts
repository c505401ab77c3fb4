/** XLSX: one sheet of a workbook, read whole. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { InvalidSpreadsheetError, readSheet, SheetNotFoundError } from "read-excel-file/universal";
import { FileFormat } from "../../schemas/file-format.ts";
import type { RawRow, Sample } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { unreadableBecause } from "./bytes.ts";
import { beginsWith, type FormatOf, type Reader } from "./reader.ts";
import { allButLast, columnNames, dateText, missingSigns, numberText, placesOf } from "./text.ts";

type Xlsx = FormatOf<"xlsx">;

/** A ZIP is taken for a workbook. */
export const xlsx: Reader<"xlsx"> = {
  recognises: beginsWith("PK\u0003\u0004"),
  rows: xlsxRows,
  sample: xlsxSample,
};

/** A number as the file has it, before it becomes a float. */
type Cell = string | boolean | Date | { readonly number: string } | null;

/**
 * Rows of a sheet; `line` is its row number, as the spreadsheet shows it. Numbers get the decimal sign of the format and dates
 * its manner: what a cell looks like on the screen is not in the file. Of a formula, its last result is read; where
 * that is an error, or the program that wrote the file left none, there is no value. Rows without anything in them are no rows. Throws `Refused` file-unreadable or file-columns.
 */
function xlsxRows(file: string, format: Xlsx, columns: readonly string[]): AsyncIterable<RawRow> {
  const rows = allRows(file, format, columns);
  return format.skipLast ? allButLast(rows, format.skipLast) : rows;
}

async function* allRows(
  file: string,
  format: Xlsx,
  columns: readonly string[],
): AsyncGenerator<RawRow> {
  const { skipRows = 0, headerRows = 1 } = format;
  const cells = await cellsOf(file, format.sheet);
  const print = printer(format);
  const first = skipRows + headerRows;
  if (cells.length < first)
    throw new Refused(
      "file-columns",
      `the sheet ends before row ${first}, which names the columns`,
    );
  const places = placesOf(
    columnNames(cells.slice(skipRows, first).map((row) => row.map((cell) => print(cell) ?? ""))),
    columns,
  );
  for (const [at, row] of cells.slice(first).entries()) {
    if (row.every((cell) => cell === null)) continue;
    const values: { [column: string]: string | null } = {};
    for (const [index, column] of columns.entries())
      values[column] = print(row[places[index] ?? -1] ?? null);
    yield { line: first + at + 1, values };
  }
}

async function xlsxSample(file: string, sheet?: string): Promise<Sample> {
  const format = FileFormat.parse({ format: "xlsx", sheet, missing: [] }) as Xlsx;
  const print = printer(format);
  const rows = (await cellsOf(file, sheet)).map((row) => row.map((cell) => print(cell) ?? ""));
  return { kind: "cells", name: basename(file), format: "xlsx", rows, whole: true };
}

function printer(format: Xlsx): (cell: Cell) => string | null {
  const absent = missingSigns(format);
  return (cell) => {
    if (cell === null) return null;
    if (cell instanceof Date) return dateText(cell, format.dates);
    if (typeof cell === "boolean") return String(cell);
    return typeof cell === "string"
      ? absent(cell)
      : absent(numberText(shortest(cell.number), format.decimal));
  };
}

/** Spreadsheets write floats with up to 17 digits, `1234.5699999999999` for 1234.57; the shortest text means the same float. */
const shortest = (written: string) =>
  written.replace(/\D/g, "").length < 16 ? written : String(Number(written));

async function cellsOf(
  file: string,
  sheet: string | undefined,
): Promise<readonly (readonly Cell[])[]> {
  const name = basename(file);
  const bytes = await readFile(file).catch((error: unknown) => {
    throw unreadableBecause(error, file);
  });
  try {
    const options = { trim: false, parseNumber: (number: string) => ({ number }) };
    return (await readSheet(
      Uint8Array.from(bytes).buffer,
      sheet ?? 1,
      options,
    )) as unknown as Cell[][];
  } catch (error) {
    if (error instanceof SheetNotFoundError)
      throw new Refused("file-unreadable", `${name} has no sheet called ${sheet}`);
    if (error instanceof InvalidSpreadsheetError)
      throw new Refused("file-unreadable", `${name}: ${faultyCell(error)}`);
    throw new Refused(
      "file-unreadable",
      `${name} is not an XLSX file that can be read; an older XLS must be saved as XLSX`,
    );
  }
}

/** Where the reader found a cell that it cannot read. Its message has a place, never a value. */
function faultyCell({ message }: Error): string {
  const [, row, column] = /row (\d+), col (\d+): [A-Z_]+/.exec(message) ?? [];
  const what =
    row === undefined ? "the sheet is damaged" : `row ${row}, column ${column} cannot be read`;
  return `${what}; open the file in a spreadsheet and save it again`;
}
