/**
 * Writes versions as Parquet (ZSTD) with DuckDB. The columns: `subject`, `period`, `start`, then `dim_<id>` for each dimension,
 * `family` where there is one, and `val_<column>` for each measure. The rows keep their order and the bytes depend on nothing
 * but them: one thread, row groups of a set size.
 */

import { rm } from "node:fs/promises";
import {
  BIGINT,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBType,
  type DuckDBValue,
  INTEGER,
  VARCHAR,
} from "@duckdb/node-api";
import { found } from "../../schemas/found.ts";
import type { VersionColumns, VersionRow, VersionWriter } from "../../schemas/ports.ts";

/** Rows of a DuckDB vector: what goes over at once. */
const CHUNK = 2048;
const ROW_GROUP = 122_880;

interface Column {
  readonly name: string;
  readonly type: DuckDBType;
  readonly value: (row: VersionRow) => DuckDBValue;
}

function layOut(columns: VersionColumns): Column[] {
  const measure = (value: number | null | undefined) =>
    value === null || value === undefined ? null : BigInt(value);
  return [
    { name: "subject", type: VARCHAR, value: (row) => row.subject },
    { name: "period", type: VARCHAR, value: (row) => row.period },
    { name: "start", type: INTEGER, value: (row) => row.start },
    ...columns.dimensions.map(
      (id, at): Column => ({
        name: `dim_${id}`,
        type: VARCHAR,
        value: (row) => found(row.codes[at]),
      }),
    ),
    ...(columns.family
      ? [{ name: "family", type: VARCHAR, value: (row: VersionRow) => row.family }]
      : []),
    ...columns.measures.map(
      (name, at): Column => ({
        name: `val_${name}`,
        type: BIGINT,
        value: (row) => measure(row.measures[at]),
      }),
    ),
  ];
}

/** Paths are of the local file system. Rejects where DuckDB cannot write there; the file is then incomplete. */
export const duckdbVersions: VersionWriter = {
  write: (path, columns, rows) =>
    withDuckdb(path, async (connection) => {
      const layout = layOut(columns);
      await connection.run(
        `CREATE TABLE version (${layout.map(({ name, type }) => `${identifier(name)} ${type}`).join(", ")})`,
      );
      const appender = await connection.createAppender("version");
      for await (const chunk of chunks(layout, rows)) appender.appendDataChunk(chunk);
      appender.closeSync();
      await connection.run(copyTo("version", path));
    }),

  without: (from, to, subjects, { rename, periods = [], startBefore } = {}) =>
    withDuckdb(to, async (connection) => {
      await fill(connection, "gone", ["subject"], [subjects]);
      const file = `read_parquet(${literal(from)}, hive_partitioning = false, file_row_number = true)`;
      let rows = file;
      if (rename !== undefined) {
        const known = await subjectsOf(connection, file);
        await fill(connection, "renamed", ["subject", "name"], [known, known.map(rename)]);
        rows = `(SELECT v.* REPLACE (r.name AS subject) FROM ${file} v JOIN renamed r USING (subject))`;
      }
      const out = [
        "subject IN (SELECT subject FROM gone)",
        ...(periods.length > 0 ? [`period IN (${periods.map(literal).join(", ")})`] : []),
        ...(startBefore === undefined ? [] : [`start < ${startBefore}`]),
      ];
      // put in order although it is: a filter alone lets pieces of any size through, and row groups would end elsewhere than
      // where writing the same rows ends them
      const kept = `SELECT * EXCLUDE (file_row_number) FROM ${rows} WHERE NOT (${out.join(" OR ")}) ORDER BY file_row_number`;
      await connection.run(copyTo(`(${kept})`, to));
    }),

  earliest: (path) =>
    withDuckdb(path, async (connection) => {
      const [row] = (
        await connection.runAndReadAll(`SELECT min(start) FROM read_parquet(${literal(path)})`)
      ).getRows();
      return row?.[0] === null || row?.[0] === undefined ? undefined : Number(row[0]);
    }),
};

async function subjectsOf(connection: DuckDBConnection, file: string): Promise<string[]> {
  const result = await connection.runAndReadAll(`SELECT DISTINCT subject FROM ${file}`);
  return result.getRows().map(([subject]) => String(subject));
}

/** A table of texts, column by column. */
async function fill(
  connection: DuckDBConnection,
  table: string,
  names: readonly string[],
  columns: readonly (readonly string[])[],
) {
  await connection.run(
    `CREATE TABLE ${table} (${names.map((name) => `${name} VARCHAR`).join(", ")})`,
  );
  const appender = await connection.createAppender(table);
  const [first = []] = columns;
  for (let at = 0; at < first.length; at += CHUNK) {
    const chunk = DuckDBDataChunk.create(names.map(() => VARCHAR));
    chunk.setColumns(columns.map((column) => column.slice(at, at + CHUNK)));
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

const copyTo = (what: string, path: string) =>
  `COPY ${what} TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP}, USE_TMP_FILE false)`;

async function* chunks(
  layout: readonly Column[],
  rows: AsyncIterable<VersionRow> | Iterable<VersionRow>,
): AsyncGenerator<DuckDBDataChunk> {
  const types = layout.map(({ type }) => type);
  let held: VersionRow[] = [];
  const full = () => {
    const chunk = DuckDBDataChunk.create(types);
    chunk.setColumns(layout.map(({ value }) => held.map(value)));
    held = [];
    return chunk;
  };
  for await (const row of rows) {
    held.push(row);
    if (held.length === CHUNK) yield full();
  }
  if (held.length > 0) yield full();
}

/** A database of its own, in memory; what does not fit goes to a folder beside the file, so that rows lie nowhere else. */
async function withDuckdb<T>(
  path: string,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const spill = `${path}.spill`;
  const instance = await DuckDBInstance.create(":memory:", {
    threads: "1",
    preserve_insertion_order: "true",
    temp_directory: spill,
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  try {
    const connection = await instance.connect();
    try {
      return await work(connection);
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
    await rm(spill, { recursive: true, force: true });
  }
}

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
const identifier = (name: string) => `"${name.replaceAll('"', '""')}"`;
