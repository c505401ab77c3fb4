/** What the tests of the sources share: files made on the spot, and their rows. */
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll } from "vitest";
import { fileSource } from "../../adapters/source/source.ts";
import { FileFormat } from "../../schemas/file-format.ts";
import type { RawRow } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";

/** A folder for the tests of one file; it goes when they have run. */
export let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "source-"));
});
afterAll(() => rm(folder, { recursive: true }));

export const file = async (content: string | Uint8Array): Promise<string> => {
  const path = join(folder, createHash("sha256").update(content).digest("hex").slice(0, 12));
  await writeFile(path, content);
  return path;
};
export async function rowsOf(path: string, format: object, columns: string[]): Promise<RawRow[]> {
  const rows: RawRow[] = [];
  for await (const row of fileSource(path, FileFormat.parse(format), columns)) rows.push(row);
  return rows;
}
export const csv = async (content: string | Uint8Array, columns: string[], format: object = {}) =>
  rowsOf(await file(content), { format: "csv", ...format }, columns);
export const json = async (content: string | Uint8Array, columns: string[], format: object = {}) =>
  rowsOf(await file(content), { format: "json", ...format }, columns);
export const xlsx = async (
  rows: readonly (readonly MadeCell[])[],
  columns: string[],
  format: object = {},
) => rowsOf(await file(workbook({ Foglio1: rows })), { format: "xlsx", ...format }, columns);
export async function refusal(rows: Promise<unknown>): Promise<Refused> {
  const error = await rows.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Refused) return error;
  throw new TypeError("it was not refused", { cause: error });
}

/** A cell of a made workbook: text, a number as written in the file, a date by its serial number, or XML of one's own. */
export type MadeCell =
  | string
  | { readonly n: string }
  | { readonly day: number }
  | { readonly xml: string }
  | boolean
  | null;

/** A workbook with sheets of cells, made by hand: nothing here depends on what another program would write. */
export function workbook(
  sheets: Readonly<Record<string, readonly (readonly MadeCell[])[]>>,
): Uint8Array {
  const plain = (text: string) =>
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
  const cell = (value: MadeCell, address: string) => {
    if (value === null) return "";
    if (typeof value === "string")
      return `<c r="${address}" t="inlineStr"><is><t xml:space="preserve">${plain(value)}</t></is></c>`;
    if (typeof value === "boolean") return `<c r="${address}" t="b"><v>${value ? 1 : 0}</v></c>`;
    if ("xml" in value) return value.xml.replace("<c", `<c r="${address}"`);
    return "n" in value
      ? `<c r="${address}"><v>${value.n}</v></c>`
      : `<c r="${address}" s="1"><v>${value.day}</v></c>`;
  };
  const letter = (at: number) => String.fromCharCode(65 + at);
  const xml = (rows: readonly (readonly MadeCell[])[]) =>
    rows
      .map(
        (row, at) =>
          `<row r="${at + 1}">${row.map((value, column) => cell(value, `${letter(column)}${at + 1}`)).join("")}</row>`,
      )
      .join("");
  const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
  const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  const packaged = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"';
  const names = Object.keys(sheets);
  return zip({
    "_rels/.rels": `<Relationships ${packaged}><Relationship Id="a" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    "xl/workbook.xml": `<workbook ${main} xmlns:r="${office}"><sheets>${names.map((name, at) => `<sheet name="${plain(name)}" sheetId="${at + 1}" r:id="s${at}"/>`).join("")}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `<Relationships ${packaged}>${names.map((_, at) => `<Relationship Id="s${at}" Type="${office}/worksheet" Target="worksheets/sheet${at + 1}.xml"/>`).join("")}<Relationship Id="st" Type="${office}/styles" Target="styles.xml"/></Relationships>`,
    "xl/styles.xml": `<styleSheet ${main}><cellXfs><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>`,
    ...Object.fromEntries(
      names.map((name, at) => [
        `xl/worksheets/sheet${at + 1}.xml`,
        `<worksheet ${main}><sheetData>${xml(sheets[name]!)}</sheetData></worksheet>`,
      ]),
    ),
  });
}

/** A ZIP file that packs nothing (APPNOTE 6.3: local headers, central directory, end). */
function zip(files: Readonly<Record<string, string>>): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, text] of Object.entries(files)) {
    const [name, bytes] = [
      Buffer.from(path),
      Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${text}`),
    ];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(bytes.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(name.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    parts.push(Buffer.from("PK\x03\x04"), common, name, bytes);
    directory.push(Buffer.from("PK\x01\x02\x14\0"), common, tail, name);
    offset += 30 + name.length + bytes.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(Object.keys(files).length, 4);
  end.writeUInt16LE(Object.keys(files).length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, central, Buffer.from("PK\x05\x06"), end]);
}

/** A Parquet file with what DuckDB selects. */
export async function duckdb(
  select: string,
  path: string,
  options = "COMPRESSION zstd",
): Promise<void> {
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet, ${options})`);
  connection.closeSync();
}
