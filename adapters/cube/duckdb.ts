/** Writes a cube as Parquet (ZSTD) that pandas, R, DuckDB and a spreadsheet's Power Query open as it is. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  BOOLEAN,
  DOUBLE,
  DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBValue,
  VARCHAR,
} from "@duckdb/node-api";
import type { CubeTable, CubeWriter } from "../../schemas/ports.ts";

const CHUNK = 2048;
const name = (text: string) => `"${text.replaceAll('"', '""')}"`;
const text = (value: string) => `'${value.replaceAll("'", "''")}'`;

function columnsOf(table: CubeTable) {
  return [
    ...table.dimensions.map(({ id, codes }) => ({
      id,
      type: VARCHAR,
      values: codes as readonly DuckDBValue[],
    })),
    { id: "FIELD", type: VARCHAR, values: table.field as readonly DuckDBValue[] },
    { id: "OBS_VALUE", type: DOUBLE, values: table.value as readonly DuckDBValue[] },
    { id: "SD", type: DOUBLE, values: table.sd as readonly DuckDBValue[] },
    { id: "OBS_STATUS", type: VARCHAR, values: table.obsStatus as readonly DuckDBValue[] },
    { id: "CONF_STATUS", type: VARCHAR, values: table.confStatus as readonly DuckDBValue[] },
    ...(table.revised ? [{ id: "REVISED", type: BOOLEAN, values: table.revised }] : []),
  ];
}

/** Files pass through a folder of their own under `scratch`, removed afterwards: it must lie where the answering role cannot read. */
export const duckDbCubes = (scratch: string = tmpdir()): CubeWriter => ({
  async write(table, metadata) {
    const folder = await mkdtemp(join(scratch, "cube-"));
    const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
    const connection = await instance.connect();
    try {
      const columns = columnsOf(table);
      await connection.run(
        `CREATE TABLE cube (${columns.map(({ id, type }) => `${name(id)} ${type}`).join(", ")})`,
      );
      const appender = await connection.createAppender("cube");
      for (let from = 0; from < table.field.length; from += CHUNK) {
        const chunk = DuckDBDataChunk.create(columns.map(({ type }) => type));
        chunk.setColumns(columns.map(({ values }) => values.slice(from, from + CHUNK)));
        appender.appendDataChunk(chunk);
      }
      appender.closeSync();
      const file = join(folder, "cube.parquet");
      const pairs = Object.entries(metadata).map(([key, value]) => `${key}: ${text(value)}`);
      await connection.run(
        `COPY cube TO ${text(file)} (FORMAT parquet, COMPRESSION zstd, KV_METADATA {${pairs.join(", ")}})`,
      );
      return await readFile(file);
    } finally {
      connection.closeSync();
      instance.closeSync();
      await rm(folder, { recursive: true, force: true });
    }
  },
});
