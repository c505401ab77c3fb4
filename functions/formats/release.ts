/** From a release's cube to a table for readers: sums moved from their midpoints, hidden figures left out. Pure. */

import { found } from "../../schemas/found.ts";
import { FigureStatus, hasNoFigure } from "../../schemas/obs-status.ts";
import type { Figure, Measure, NoFigure } from "../../schemas/query.ts";
import type { Manifest, ReleasedField } from "../../schemas/release.ts";
import type { Names } from "../../schemas/words.ts";
import { readingOf } from "../disclosure/methods/reading.ts";
import type { Marked } from "../disclosure/reliability.ts";
import { revisionNote, saidOf } from "../disclosure/said.ts";
import { readMeasure } from "../indicators/compare/measure.ts";
import { originOf } from "../indicators/compare/sheet.ts";
import { measureId, spellMeasure } from "./measures.ts";
import {
  codesOfAxis,
  figureRow,
  MADE,
  measureDimension,
  memberDimension,
  NOISE,
  ROUNDED,
  STATUS,
  type TidyTable,
  timeDimension,
} from "./table.ts";
import { contributionOf, isExact } from "./tidy.ts";

/** A row of a cube as its Parquet file has it: a code a dimension, and these. */
type CubeRow = Readonly<Record<string, unknown>>;

/** Every figure of a release that may be shown, and the marks of those that may not. Expects rows of the cube that the manifest names. */
export function tidyRelease(
  rows: readonly CubeRow[],
  manifest: Manifest,
  names: Names = new Map(),
): TidyTable {
  const { axes, fields, policy, period, iss, id } = manifest;
  const { mark } = readingOf(policy.method);
  const measureOf = ({ id, kind }: ReleasedField): Measure =>
    kind === "count" ? { count: id } : { sum: id };
  const known = new Map(fields.map((field) => [field.id, field]));
  const cells = new Map<
    string,
    { readonly codes: string[]; readonly figures: Figure[]; readonly none: NoFigure[] }
  >();
  for (const row of rows) {
    const codes = axes.map((axis) => String(row[axis.id]));
    const name = JSON.stringify(codes);
    const cell = cells.get(name) ?? { codes, figures: [], none: [] };
    cells.set(name, cell);
    const field = known.get(String(row.FIELD));
    if (field === undefined) continue;
    const revised = row.REVISED === true ? ({ revised: true } as const) : {};
    const status = manifest.statuses ? String(row.OBS_STATUS) : "A";
    if (hasNoFigure(status)) {
      cell.none.push({ field: field.id, status, ...revised });
      continue;
    }
    const figure = figureOf(field, Number(row.OBS_VALUE), Number(row.SD), (value, sd) =>
      mark(value, sd, policy.smallest),
    );
    const said = saidOf({ status: FigureStatus.parse(status), ...revised });
    cell.figures.push({ ...figure, ...said });
  }
  const origin = originOf([manifest]);
  return {
    dataset: manifest.dataset,
    period,
    title: manifest.title,
    dimensions: [
      memberDimension([iss], names, false),
      ...axes.map((axis) => ({ id: axis.id, title: axis.title, codes: codesOfAxis(axis, names) })),
      measureDimension(
        fields.map((field) => {
          const measure = measureOf(field);
          const { title, unit } = spellMeasure(measure, fields);
          return { code: measureId(measure), label: title, unit };
        }),
      ),
      timeDimension(period),
    ],
    rows: [...cells.values()].flatMap(({ codes, figures: released, none }) => {
      const figures = marked(released);
      const there = new Set([...figures.map(idOf), ...none.map(({ field }) => field)]);
      return fields
        .filter((field) => there.has(field.id))
        .map((field) => {
          const measure = measureOf(field);
          const grid = field.kind === "count" ? field.grid : null;
          return {
            codes: [iss, ...codes, measureId(measure), period],
            ...figureRow(readMeasure(measure, { figures, none }, origin), grid),
            release: id,
          };
        });
    }),
    contributions: [contributionOf(iss, "answered", manifest, names)],
    maker: iss,
    at: manifest.iat,
    notes: [
      ROUNDED,
      ...(isExact(manifest) ? [] : [NOISE]),
      STATUS,
      ...[revisionNote(manifest) ?? []].flat(),
      ...(manifest.origin === "made" ? [MADE] : []),
    ],
  };
}

const idOf = (figure: Figure): string => ("count" in figure ? figure.count : figure.sum);

/** A sum carries the mark of its count. */
const marked = (figures: readonly Figure[]): Figure[] =>
  figures.map((figure) => {
    if ("count" in figure) return figure;
    const count = figures.find((other) => "count" in other && other.count === figure.of);
    return { ...figure, mark: count?.mark ?? figure.mark };
  });

function figureOf(
  { id, kind, grid, of, mid }: ReleasedField,
  value: number,
  sd: number,
  mark: (value: number, sd: number) => Marked,
): Figure {
  const steps = Math.round(value * Math.round(1 / grid));
  if (kind === "count") return { count: id, value: steps, grid, sd, ...mark(value, sd) };
  return { sum: id, of: found(of), value: steps, grid, sd, mid: found(mid), mark: "shown" };
}
