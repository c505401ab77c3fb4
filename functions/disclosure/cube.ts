/** A release in memory: read whole, its digest held against the signed manifest, looked up by codes. */
import { parquetReadObjects } from "hyparquet";
import { unzstd } from "#zstd";
import { Refused } from "../../schemas/refusal.ts";
import type { Manifest, ReleasedField } from "../../schemas/release.ts";
import { TOTAL } from "../../schemas/words.ts";
import { sha256 } from "../signing/jws.ts";
import { type Tree, treeOf } from "./axes.ts";

export interface Cube {
  readonly manifest: Manifest;
  readonly trees: readonly Tree[];
  /** How many figures there are. */
  readonly size: number;
  /** The released figure of a field at one code a dimension (`_T` where summed over), as an integer of its grid. */
  value(field: ReleasedField, codes: readonly string[]): number;
  /** The same; undefined where there is none. */
  find(field: ReleasedField, codes: readonly string[]): number | undefined;
  /** Whether it is another than in the release that this one replaces. */
  revised(field: ReleasedField, codes: readonly string[]): boolean;
}

/** One number for a combination of codes: mixed radix over the nodes of the trees. NaN where a code is in no tree. */
function radix(trees: readonly Tree[]): (codes: readonly string[]) => number {
  return (codes) =>
    trees.reduce(
      (at, { nodes, index }, axis) =>
        at * nodes.length + (index.get(codes[axis] ?? "") ?? Number.NaN),
      0,
    );
}

/** The columns of a cube behind those of its dimensions. */
const COLUMNS = ["FIELD", "OBS_VALUE", "SD", "OBS_STATUS", "CONF_STATUS"] as const;
export const cubeColumns = ({ revision }: Pick<Manifest, "revision">): readonly string[] =>
  revision === undefined ? COLUMNS : [...COLUMNS, "REVISED"];

/** The rows of a cube whose bytes are those that its manifest was signed for. Throws `Refused` cube-mismatch. */
async function rowsOf(
  bytes: Uint8Array,
  manifest: Manifest,
  columns: readonly string[],
): Promise<Record<string, unknown>[]> {
  if (sha256(bytes) !== manifest.cube) throw new Refused("cube-mismatch");
  return parquetReadObjects({
    file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer,
    columns: [...manifest.axes.map(({ id }) => id), ...columns],
    compressors: { ZSTD: unzstd },
  });
}

/** Every row and column of a cube. Throws `Refused` cube-mismatch. */
export const cubeRows = (
  bytes: Uint8Array,
  manifest: Manifest,
): Promise<Record<string, unknown>[]> => rowsOf(bytes, manifest, cubeColumns(manifest));

/** Reads a cube whole. Throws `Refused` cube-mismatch where the bytes are not the manifest's, or have a field that it does not. */
export async function loadCube(bytes: Uint8Array, manifest: Manifest): Promise<Cube> {
  const trees = manifest.axes.map(treeOf);
  const position = radix(trees);
  const marked = manifest.revision === undefined ? [] : ["REVISED"];
  const rows = await rowsOf(bytes, manifest, ["FIELD", "OBS_VALUE", ...marked]);
  const tables = new Map(
    manifest.fields.map(({ id, grid }) => [
      id,
      {
        inverse: Math.round(1 / grid),
        figures: new Map<number, number>(),
        revised: new Set<number>(),
      },
    ]),
  );
  for (const row of rows) {
    const table = tables.get(row.FIELD as string);
    if (table === undefined) throw new Refused("cube-mismatch");
    const at = position(trees.map(({ id }) => row[id] as string));
    // a code in no tree: of a list that is opened in part the others are not asked for
    if (Number.isNaN(at)) continue;
    table.figures.set(at, Math.round((row.OBS_VALUE as number) * table.inverse));
    if (row.REVISED === true) table.revised.add(at);
  }
  const find = ({ id }: ReleasedField, codes: readonly string[]) =>
    tables.get(id)?.figures.get(position(codes));
  return {
    manifest,
    trees,
    size: rows.length,
    find,
    revised: ({ id }, codes) => tables.get(id)?.revised.has(position(codes)) ?? false,
    value(field, codes) {
      const value = find(field, codes);
      if (value === undefined) throw new Refused("cube-mismatch");
      return value;
    },
  };
}

/** The codes of a cell that is summed over everything. */
export const everywhere = (trees: readonly Tree[]): string[] => trees.map(() => TOTAL);
