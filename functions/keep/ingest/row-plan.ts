/** A descriptor made ready for rows: which columns are read, and what becomes of each. Made once a run. Pure. */
import type { Descriptor, Dimension, Field } from "../../../schemas/descriptor.ts";
import type { FileFormat } from "../../../schemas/file-format.ts";
import { SourceStatus } from "../../../schemas/obs-status.ts";
import { inOrder } from "../../../schemas/period.ts";
import type { VersionColumns } from "../../../schemas/ports.ts";
import { Refused } from "../../../schemas/refusal.ts";
import type { ConsentSource, Subject } from "../../../schemas/subject.ts";
import { leavesOf } from "../../disclosure/axes.ts";
import { isDerived, measureColumns } from "../../disclosure/fields.ts";
import { consentOf } from "../../disclosure/persons.ts";
import { streetTable } from "./address.ts";
import { type Bands, bandsOf } from "./bands.ts";

/** How raw values of one column become codes. */
export interface Coding {
  /** Id of the dimension or family. */
  readonly id: string;
  readonly column: string;
  readonly map: ReadonlyMap<string, string>;
  readonly codes: ReadonlySet<string>;
  readonly other: string | undefined;
}
export interface DimensionPlan extends Coding {
  readonly by: "code" | "age" | "band" | "address";
  readonly bands: Bands;
  /** Looks an address up; where `by` is that. */
  readonly streets: ((address: string) => string | undefined) | undefined;
}
export interface MeasurePlan {
  readonly column: string;
  /** Grid steps in one unit: 100 for a grid of 0.01. */
  readonly steps: number;
  /** Dates become whole days since 1970-01-01. */
  readonly date: boolean;
  /** Where true, a value between two steps is a reject and not rounded. */
  readonly whole: boolean;
  /** What its texts mean, where it is the status of a row. */
  readonly statuses?: ReadonlyMap<string, SourceStatus>;
}
/** A column that must have a value on every row that contributes to a sum. */
export interface Demand {
  readonly column: string;
  readonly measure: number;
  /** Family codes on whose rows it must; undefined where no code decides. */
  readonly codes: ReadonlySet<string> | undefined;
  /** Measure on whose rows it must: those where it has a value. */
  readonly beside: number | undefined;
}
export interface Plan {
  readonly columns: readonly string[];
  readonly format: FileFormat;
  readonly period: Descriptor["period"];
  /** The periods that the calendar names, in order. */
  readonly calendar: readonly string[];
  readonly identifiers: readonly string[];
  readonly subject: Subject | undefined;
  /** Of a dataset by consent. */
  readonly consent: ConsentSource | undefined;
  readonly start: string | undefined;
  readonly dimensions: readonly DimensionPlan[];
  readonly family: Coding | undefined;
  readonly measures: readonly MeasurePlan[];
  readonly demands: readonly Demand[];
  readonly stored: VersionColumns;
}

/** Lays a descriptor out. Throws `Refused` descriptor-invalid where its decimal and thousands signs are the same. */
export function planOf(descriptor: Descriptor): Plan {
  const { file: format, subject, period, policy } = descriptor;
  if (format.decimal === format.thousands)
    throw new Refused(
      "descriptor-invalid",
      "file: the decimal sign and the thousands sign are the same, so no number could be read for certain",
    );
  const dimensions = descriptor.dimensions.map(dimensionPlan);
  const family =
    descriptor.family &&
    codingOf(descriptor.family, new Set(descriptor.family.codes.map(({ code }) => code)));
  const measures = measureColumns(descriptor).map(
    ({ column, grid, integer, date, status }): MeasurePlan => ({
      column,
      steps: Math.round(1 / grid),
      whole: integer,
      date,
      ...(status ? { statuses: statusesOf(descriptor) } : {}),
    }),
  );
  const identifiers = subject?.columns ?? [];
  const consent = consentOf(descriptor);
  const read = [
    ...periodColumns(period),
    ...identifiers,
    ...(consent?.from === "column" ? [consent.column, consent.date] : []),
    ...(subject?.start === undefined ? [] : [subject.start]),
    ...dimensions.map(({ column }) => column),
    ...(family === undefined ? [] : [family.column]),
    ...measures.map(({ column }) => column),
  ];
  return {
    columns: [...new Set(read)],
    format,
    period,
    calendar: inOrder(Object.keys(policy.calendar)),
    identifiers,
    subject,
    consent,
    start: subject?.start,
    dimensions,
    family,
    measures,
    demands: descriptor.fields.flatMap((field) => demandOf(field, descriptor, measures)),
    stored: {
      dimensions: dimensions.map(({ id }) => id),
      family: family !== undefined,
      measures: measures.map(({ column }) => column),
    },
  };
}

/** SDMX's letters as they are, unless the descriptor says what a text means. */
function statusesOf({ status }: Descriptor): ReadonlyMap<string, SourceStatus> {
  const map = status !== undefined && "map" in status ? status.map : undefined;
  return new Map([
    ...SourceStatus.options.map((code) => [code, code] as const),
    ...Object.entries(map ?? {}),
  ]);
}

function periodColumns(period: Descriptor["period"]): string[] {
  if ("value" in period) return [];
  if ("column" in period) return [period.column];
  return period.end === undefined ? [period.start] : [period.start, period.end];
}

function codingOf(
  from: Pick<Dimension, "id" | "column" | "map" | "other">,
  codes: ReadonlySet<string>,
): Coding {
  return {
    id: from.id,
    column: from.column,
    map: new Map(Object.entries(from.map ?? {})),
    codes,
    other: from.other,
  };
}

function dimensionPlan(dimension: Dimension): DimensionPlan {
  const by = dimension.generalise;
  if (dimension.codes === "from-data" || !isKnown(by)) throw new Refused("descriptor-banned");
  const leaves = leavesOf(dimension.codes);
  const bands = by === "age" || by === "band" ? bandsOf(leaves) : [];
  return {
    ...codingOf(dimension, new Set(leaves)),
    by,
    bands,
    streets: dimension.streets && streetTable(dimension.streets),
  };
}

const isKnown = (by: Dimension["generalise"]): by is DimensionPlan["by"] =>
  ["code", "age", "band", "address"].includes(by);

/**
 * Who contributes to a sum must have a value, unless it is over those who have one. A family's code, or two at once, concern the rows that carry them; a threshold
 * on a column those where that column has a value; any other count every row.
 */
function demandOf(
  field: Field,
  { fields, family }: Descriptor,
  measures: readonly MeasurePlan[],
): Demand[] {
  if (field.kind !== "sum" || isDerived(field.column)) return [];
  const at = (column: string) => measures.findIndex((measure) => measure.column === column);
  const demand = {
    column: field.column,
    measure: at(field.column),
    codes: undefined,
    beside: undefined,
  };
  if (family?.codes.some(({ code }) => code === field.of))
    return [{ ...demand, codes: new Set([field.of]) }];
  const of = fields.find(({ id }) => id === field.of);
  if (of?.kind === "known") return [];
  if (of?.kind === "both") return [{ ...demand, codes: new Set(of.of) }];
  if (of?.kind === "when" && isDerived(of.column)) return [];
  return [of?.kind === "when" ? { ...demand, beside: at(of.column) } : demand];
}
