/** A release in memory: read whole, its digest held against the signed manifest, looked up by codes. */
import { parquetReadObjects } from "hyparquet";
import { unzstd } from "#zstd";
import { hasNoFigure, ObsStatus } from "../../schemas/obs-status.ts";
import { Refused } from "../../schemas/refusal.ts";
import type { Manifest, ReleasedField } from "../../schemas/release.ts";
import { TOTAL } from "../../schemas/words.ts";
import { sha256 } from "../signing/jws.ts";
import { type Tree, treeOf } from "./axes.ts";

/** One figure as it lies in a cube. */
export interface Released {
  /** As an integer of its grid; undefined where the source says that there is none. */
  readonly steps: number | undefined;
  readonly status: ObsStatus;
  readonly revised: boolean;
}

export interface Cube {
  readonly manifest: Manifest;
  readonly trees: readonly Tree[];
  /** How many figures there are. */
  readonly size: number;
  /** The released figure of a field, as an integer of its grid. Throws `Refused` cube-mismatch where there is none. */
  value(field: ReleasedField, codes: readonly string[]): number;
  /** What is released of a field at one code a dimension (`_T` where summed over). Throws `Refused` cube-mismatch where nothing is. */
  at(field: ReleasedField, codes: readonly string[]): Released;
  /** The same; undefined where nothing is. */
  find(field: ReleasedField, codes: readonly string[]): Released | undefined;
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
export const cubeColumns = (manifest: Marking): readonly string[] =>
  marksRevised(manifest) ? [...COLUMNS, "REVISED"] : COLUMNS;

type Marking = Pick<Manifest, "revision" | "statuses">;
const marksRevised = ({ revision, statuses }: Marking): boolean =>
  revision !== undefined || (statuses?.includes("R") ?? false);

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
  const { statuses } = manifest;
  const said = [
    ...(statuses ? ["OBS_STATUS"] : []),
    ...(marksRevised(manifest) ? ["REVISED"] : []),
  ];
  const rows = await rowsOf(bytes, manifest, ["FIELD", "OBS_VALUE", ...said]);
  const tables = new Map(
    manifest.fields.map(({ id, grid }) => [
      id,
      {
        inverse: Math.round(1 / grid),
        figures: new Map<number, number>(),
        // most figures are normal: only what is said of the others is kept
        statuses: new Map<number, ObsStatus>(),
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
    const status = statuses ? ObsStatus.safeParse(row.OBS_STATUS).data : "A";
    if (
      status === undefined ||
      hasNoFigure(status) !== (row.OBS_VALUE === null || row.OBS_VALUE === undefined)
    )
      throw new Refused("cube-mismatch");
    table.figures.set(at, Math.round((row.OBS_VALUE as number) * table.inverse));
    if (status !== "A") table.statuses.set(at, status);
    if (row.REVISED === true) table.revised.add(at);
  }
  const find = ({ id }: ReleasedField, codes: readonly string[]): Released | undefined => {
    const at = position(codes);
    const table = tables.get(id);
    const steps = table?.figures.get(at);
    if (table === undefined || steps === undefined) return undefined;
    const status = table.statuses.get(at) ?? "A";
    const revised = table.revised.has(at);
    return { steps: hasNoFigure(status) ? undefined : steps, status, revised };
  };
  const at = (field: ReleasedField, codes: readonly string[]): Released => {
    const released = find(field, codes);
    if (released === undefined) throw new Refused("cube-mismatch");
    return released;
  };
  return {
    manifest,
    trees,
    size: rows.length,
    find,
    at,
    value(field, codes) {
      const { steps } = at(field, codes);
      if (steps === undefined) throw new Refused("cube-mismatch");
      return steps;
    },
  };
}

/** The codes of a cell that is summed over everything. */
export const everywhere = (trees: readonly Tree[]): string[] => trees.map(() => TOTAL);
