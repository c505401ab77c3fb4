/** A cube as CSV: the columns and figures of the Parquet file, for whoever has no reader of that. Pure. */
import type { Manifest } from "../../schemas/release.ts";
import { cubeColumns, cubeRows } from "../disclosure/cube.ts";
import { csvText } from "./csv-text.ts";

/** Throws `Refused` cube-mismatch. */
export async function cubeCsv(bytes: Uint8Array, manifest: Manifest): Promise<string> {
  const columns = [...manifest.axes.map(({ id }) => id), ...cubeColumns(manifest)];
  const value = (one: unknown) =>
    typeof one === "number" ? one : one === null || one === undefined ? null : String(one);
  const rows = await cubeRows(bytes, manifest);
  return csvText([columns, ...rows.map((row) => columns.map((id) => value(row[id])))], "\n");
}
