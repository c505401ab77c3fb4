/** Parquet through hyparquet, one row group at a time, only the columns asked for. */

import { basename } from "node:path";
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import {
  asyncBufferFromFile,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from "hyparquet";
import { FileFormat } from "../../schemas/file-format.ts";
import { found } from "../../schemas/found.ts";
import type { RawRow, Sample } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { unreadableBecause } from "./bytes.ts";
import { beginsWith, type FormatOf, type Reader } from "./reader.ts";
import { dateText, demandColumns, missingSigns, numberText } from "./text.ts";

type Parquet = FormatOf<"parquet">;

export const parquet: Reader<"parquet"> = {
  recognises: beginsWith("PAR1"),
  rows: parquetRows,
  sample: parquetSample,
};

/** A value as the file has it, to text; null for "no value"; undefined where it is nothing that a cell can hold. */
type Printer = (value: unknown) => string | null | undefined;

const compressors: Compressors = {
  ZSTD: (bytes) => zstdDecompressSync(bytes),
  GZIP: (bytes) => gunzipSync(bytes),
  BROTLI: (bytes) => brotliDecompressSync(bytes),
};

/**
 * Rows of a Parquet file; `line` is the position of the row, from 1. Numbers get the decimal sign of the format and dates its
 * manner, since the file itself has neither; timestamps become their day in UTC. Decimals are exact; a float
 * becomes the shortest text that means it. Throws `Refused` file-unreadable or file-columns.
 */
async function* parquetRows(
  path: string,
  format: Parquet,
  columns: readonly string[],
): AsyncGenerator<RawRow> {
  try {
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    demandColumns(
      parquetSchema(metadata).children.map(({ element }) => element.name),
      columns,
    );
    const printers = columns.map((column) => ({
      column,
      print: printerOf(metadata, column, format),
    }));
    const asStored = withoutDecimals(metadata);
    let rowStart = 0;
    for (const group of metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows);
      const rows = await parquetReadObjects({
        file,
        metadata: asStored,
        columns: [...columns],
        rowStart,
        rowEnd,
        compressors,
      });
      for (const [at, row] of rows.entries()) yield rowOf(row, rowStart + at + 1, printers);
      rowStart = rowEnd;
    }
  } catch (error) {
    if (error instanceof Refused || (error instanceof Error && "code" in error))
      throw unreadableBecause(error, path);
    throw new Refused(
      "file-unreadable",
      `${basename(path)} is not a Parquet file that can be read: it is damaged, or packed with LZ4 or LZO`,
    );
  }
}

/** What is looked at of a longer file. */
const MOST_ROWS = 200_000;

async function parquetSample(file: string): Promise<Sample> {
  const columns = await columnsOf(file);
  const rows: string[][] = [columns];
  const cells = {
    kind: "cells",
    name: basename(file),
    format: "parquet",
    rows,
    named: true,
  } as const;
  const format = FileFormat.parse({ format: "parquet" }) as Parquet;
  for await (const { values } of parquetRows(file, format, columns)) {
    if (rows.length > MOST_ROWS) return { ...cells, whole: false };
    rows.push(columns.map((column) => values[column] ?? ""));
  }
  return { ...cells, whole: true };
}

async function columnsOf(path: string): Promise<string[]> {
  try {
    const metadata = await parquetMetadataAsync(await asyncBufferFromFile(path));
    return parquetSchema(metadata).children.map(({ element }) => element.name);
  } catch (error) {
    throw unreadableBecause(error, path);
  }
}

function rowOf(
  row: { readonly [column: string]: unknown },
  line: number,
  printers: readonly { readonly column: string; readonly print: Printer }[],
): RawRow {
  const values: { [column: string]: string | null } = {};
  for (const { column, print } of printers) {
    const text = print(row[column]);
    if (text === undefined) return { line, values: {}, broken: "columns" };
    values[column] = text;
  }
  return { line, values };
}

function printerOf(metadata: FileMetaData, column: string, format: Parquet): Printer {
  const { element } = found(
    parquetSchema(metadata).children.find((child) => child.element.name === column),
  );
  const absent = missingSigns(format);
  const number = (printed: string) => numberText(printed, format.decimal);
  const scale = element.scale ?? 0;
  return (value) => {
    if (value === null || value === undefined) return null;
    if (isDecimal(element))
      return number(`${integerOf(value as number | bigint | Uint8Array)}e-${scale}`);
    if (typeof value === "number" && element.converted_type === "DECIMAL")
      return number(value.toFixed(scale));
    if (typeof value === "string") return absent(value);
    if (typeof value === "bigint") return value.toString();
    if (typeof value === "number")
      return number(element.type === "FLOAT" ? shortestFloat(value) : String(value));
    if (typeof value === "boolean") return String(value);
    return value instanceof Date ? dateText(value, format.dates) : undefined;
  };
}

type Element = FileMetaData["schema"][number];
/** Not those of variable length, which the reader would take for text without their mark: they come as floats of 15 good digits. */
const isDecimal = (element: Element) =>
  element.type !== "BYTE_ARRAY" &&
  (element.converted_type === "DECIMAL" || element.logical_type?.type === "DECIMAL");

/** The same metadata with decimals declared as the integers that they are stored as: the reader would multiply them into floats. */
function withoutDecimals(metadata: FileMetaData): FileMetaData {
  const plain = (element: Element): Element => {
    if (!isDecimal(element)) return element;
    const { converted_type: _, logical_type: __, ...stored } = element;
    return stored;
  };
  return { ...metadata, schema: metadata.schema.map(plain) };
}

/** An unscaled decimal: a number, or big-endian bytes in two's complement. */
function integerOf(stored: number | bigint | Uint8Array): bigint {
  if (!(stored instanceof Uint8Array)) return BigInt(stored);
  const hex = Buffer.from(stored).toString("hex");
  return hex === "" ? 0n : BigInt.asIntN(stored.length * 8, BigInt(`0x${hex}`));
}

/** The shortest decimal text that rounds to a float of 32 bits: 0.1, and not 0.10000000149011612. */
function shortestFloat(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === value) return String(text);
  }
  return String(value);
}
