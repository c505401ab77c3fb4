/** What the tests of the sources share: files made on the spot, and their rows. */
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll } from "vitest";
import { FileFormat } from "../../schemas/descriptor.ts";
import type { RawRow } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { fileSource } from "./source.ts";

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
export async function refusal(rows: Promise<unknown>): Promise<Refused> {
  const error = await rows.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Refused) return error;
  throw new TypeError("it was not refused", { cause: error });
}

/** A Parquet file with what DuckDB selects. */
export async function duckdb(select: string, path: string, options = "COMPRESSION zstd"): Promise<void> {
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet, ${options})`);
  connection.closeSync();
}
