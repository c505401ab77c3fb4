/** What a descriptor lays out: its axes, its fields one by one, and the columns that are measured. */

import type { Descriptor, Field } from "../../schemas/descriptor.ts";
import { found } from "../../schemas/found.ts";
import type { Axis } from "../../schemas/words.ts";
import type { Band, LaidOutField } from "./laid-out.ts";
import { methodOf } from "./methods/methods.ts";

const bandsOf = (of: Band["of"]): { label: string; band: Band }[] => [
  { label: `<${of.cuts[0]}`, band: { kind: "band", of, below: found(of.cuts[0]) } },
  ...of.cuts.map((from, at) => {
    const below = of.cuts[at + 1];
    if (below === undefined)
      return { label: `${from}+`, band: { kind: "band", of, from } as const };
    return {
      label: of.grid === 1 ? `${from}-${below - 1}` : `${from}-<${below}`,
      band: { kind: "band", of, from, below } as const,
    };
  }),
];

/** The fields of a descriptor in the order in which they are released. */
export function fieldsOf(descriptor: Descriptor): LaidOutField[] {
  const most = descriptor.dimensions.length;
  const method = methodOf(descriptor.policy.method);
  const orderOf = (order: number | undefined, kind: "count" | "sum") =>
    Math.min(order ?? method.standardOrder(kind, most), most);
  const single = (field: Exclude<Field, { kind: "bands" }>): LaidOutField => ({
    id: field.id,
    title: field.title,
    field,
    order: orderOf(field.order, field.kind === "sum" ? "sum" : "count"),
    ...(field.share === undefined ? {} : { share: field.share }),
    group: field.id,
    units: 1,
  });
  const { family } = descriptor;
  const codesOf = ({ id, codes, order, atMost }: NonNullable<Descriptor["family"]>) =>
    codes.map(
      ({ code, title }): LaidOutField => ({
        id: code,
        title,
        field: { kind: "code", code },
        order: orderOf(order, "count"),
        group: `family ${id}`,
        units: atMost,
      }),
    );
  // a subject is in one band, so that all bands of a field together cost what one count does
  const banded = (field: Band["of"]): LaidOutField[] =>
    bandsOf(field).map(({ label, band }) => ({
      id: `${field.id}:${label}`,
      title: { it: `${field.title.it}: ${label}`, en: `${field.title.en}: ${label}` },
      field: band,
      order: orderOf(field.order, "count"),
      ...(field.share === undefined ? {} : { share: field.share }),
      group: field.id,
      units: 1,
    }));
  const any = descriptor.fields.filter((field) => field.kind === "any").map(single);
  const rest = descriptor.fields.flatMap((field) =>
    field.kind === "bands" ? banded(field) : field.kind === "any" ? [] : [single(field)],
  );
  return [...any, ...(family ? codesOf(family) : []), ...rest];
}

export const axesOf = (descriptor: Descriptor): Axis[] =>
  descriptor.dimensions.map(({ id, title, codes }) => ({
    id,
    title,
    codes: codes === "from-data" ? [] : codes,
  }));

/** A field's `column` may name a value derived from the subject's own rows: `=` and its id. */
export const isDerived = (column: string): boolean => column.startsWith("=");

interface MeasureColumn {
  readonly column: string;
  readonly grid: number;
  readonly integer: boolean;
  /** Dates are measured in whole days since 1970-01-01. */
  readonly date: boolean;
  /** A status by its source: the character code of its letter (schemas/obs-status.ts). */
  readonly status?: true;
}

/** The columns whose values are measured, once each, with the grid to whose integers they are rounded at ingest. */
export function measureColumns(descriptor: Descriptor): MeasureColumn[] {
  const seen = new Map<string, MeasureColumn>();
  const add = (column: string, grid: number, integer = false, date = false) => {
    const known = seen.get(column);
    seen.set(column, { column, grid: Math.min(grid, known?.grid ?? grid), integer, date });
  };
  for (const field of descriptor.fields) {
    if (field.kind === "count") add(field.column, 1, true);
    if (
      (field.kind === "when" || field.kind === "bands" || field.kind === "sum") &&
      !isDerived(field.column)
    )
      add(field.column, field.grid);
  }
  for (const derived of descriptor.derived) {
    if (derived.kind === "change") add(derived.column, derived.grid);
    for (const column of dateColumns(derived)) add(column, 1, true, true);
  }
  const { status } = descriptor;
  if (status !== undefined && "column" in status)
    seen.set(status.column, {
      ...{ column: status.column, grid: 1, integer: true, date: false },
      status: true,
    });
  return [...seen.values()];
}

function dateColumns(derived: Descriptor["derived"][number]): string[] {
  if (derived.kind === "change") return [];
  if (derived.kind === "days")
    return [derived.from, derived.to].flatMap((moment) =>
      moment === "period-end" ? [] : [moment.column],
    );
  return [derived.start, derived.end];
}
