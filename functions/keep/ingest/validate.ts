/** Step 2: text becomes values, or the row a reject. Pure. */

import { hasNoFigure, type SourceStatus } from "../../../schemas/obs-status.ts";
import { touches } from "../../../schemas/period.ts";
import type { RawRow } from "../../../schemas/ports.ts";
import { Period } from "../../../schemas/words.ts";
import { dayAt } from "../../disclosure/duration.ts";
import { brokenRow, type Fault, isFault } from "../reject.ts";
import { type CalendarDay, parseDay } from "./dates.ts";
import { floorOf, parseDecimal, toGrid } from "./numbers.ts";
import type { DimensionPlan, MeasurePlan, Plan } from "./row-plan.ts";

/** What a dimension's column says: a text to be looked up, a date of birth, or a whole number. Null for "no value". */
export type Reading =
  | { readonly text: string }
  | { readonly birth: CalendarDay }
  | { readonly whole: number }
  | null;

export interface ValidRow {
  /** Those that it counts in, in order. */
  readonly periods: readonly string[];
  /** As written; empty for statistics and registers, whose rows are about nobody. */
  readonly identifiers: readonly string[];
  readonly start: number;
  readonly readings: readonly Reading[];
  readonly family: string | null;
  /** Integers of the grid. */
  readonly measures: readonly (number | null)[];
  /** Whether there is anything to measure, by its source. */
  readonly isThere: boolean;
}

/** The first fault of a row, in the order period, identifier, start, dimensions, measures; or its values. */
export function validate(plan: Plan, row: RawRow): ValidRow | Fault {
  const broken = brokenRow(row);
  if (broken !== undefined) return broken;
  const periods = periodsOf(plan, row);
  if (isFault(periods)) return periods;
  for (const field of plan.identifiers)
    if ((cell(row, field) ?? "") === "") return { field, rule: "identifier" };
  const start = startOf(plan, row);
  if (isFaulty(start)) return start;
  const readings: Reading[] = [];
  for (const dimension of plan.dimensions) {
    const reading = readingOf(dimension, plan, row);
    if (reading !== null && isFault(reading)) return reading;
    readings.push(reading);
  }
  const status = statusOf(plan, row);
  if (isFaulty(status)) return status;
  // what its source says is not there is not looked at: it may be a sign, or what is withheld
  const isThere = !hasNoFigure(status);
  const measures: (number | null)[] = [];
  for (const measure of plan.measures) {
    const value = measure.statuses
      ? status.charCodeAt(0)
      : isThere
        ? measureOf(measure, plan, row)
        : null;
    if (isFaulty(value)) return value;
    measures.push(value);
  }
  return {
    periods,
    identifiers: identifiersOf(plan, row),
    start,
    readings,
    family: plan.family === undefined ? null : cell(row, plan.family.column),
    measures,
    isThere,
  };
}

/** What a row's source says of it: nothing is normal. */
function statusOf({ measures }: Plan, row: RawRow): SourceStatus | Fault {
  const plan = measures.find(({ statuses }) => statuses !== undefined);
  const text = plan && cell(row, plan.column);
  if (plan === undefined || text === null || text === undefined || text === "") return "A";
  return plan.statuses?.get(text) ?? { field: plan.column, rule: "code" };
}

/** As written, without the blanks round them; empty where there is none. */
export const identifiersOf = (plan: Plan, row: RawRow): string[] =>
  plan.identifiers.map((column) => cell(row, column) ?? "");

const isFaulty = (value: string | number | null | Fault): value is Fault =>
  typeof value === "object" && value !== null;

/** A value without the blanks round it, in the one form in which two texts that look the same are the same. */
function cell(row: RawRow, column: string): string | null {
  const text = row.values[column];
  return text === null || text === undefined ? null : text.trim().normalize("NFC");
}

function periodsOf({ period, calendar, format }: Plan, row: RawRow): readonly string[] | Fault {
  if ("value" in period) return [period.value];
  if ("column" in period) {
    const text = cell(row, period.column);
    return text !== null && Period.safeParse(text).success
      ? [text]
      : { field: period.column, rule: "period" };
  }
  const start = parseDay(cell(row, period.start) ?? "", format.dates)?.days;
  if (start === undefined) return { field: period.start, rule: "date" };
  const end = endOf(row, period.end, start, format);
  if (end !== undefined && typeof end !== "number") return end;
  const days = { from: dayAt(start), until: end === undefined ? undefined : dayAt(end) };
  return calendar.filter((one) => touches(one, days));
}

/** The last of a row's days: its first where no column says, undefined where it runs on. */
function endOf(
  row: RawRow,
  column: string | undefined,
  start: number,
  { dates }: Plan["format"],
): number | undefined | Fault {
  if (column === undefined) return start;
  const text = cell(row, column);
  if (text === null) return undefined;
  const end = parseDay(text, dates)?.days;
  return end === undefined || end < start ? { field: column, rule: "date" } : end;
}

function startOf({ start, format }: Plan, row: RawRow): number | Fault {
  if (start === undefined) return 0;
  const text = cell(row, start);
  if (text === null) return { field: start, rule: "missing" };
  return parseDay(text, format.dates)?.days ?? { field: start, rule: "date" };
}

/** A raw value that the map knows is taken from there, whatever the dimension is read as: `unknown` may stand among dates. */
function readingOf(
  { by, column, map }: DimensionPlan,
  { format }: Plan,
  row: RawRow,
): Reading | Fault {
  const text = cell(row, column);
  if (text === null) return null;
  if (by === "code" || by === "address" || map.has(text)) return { text };
  if (by === "age") {
    const birth = parseDay(text, format.dates);
    return birth === undefined ? { field: column, rule: "date" } : { birth };
  }
  const decimal = parseDecimal(text, format);
  const whole = decimal && floorOf(decimal);
  return whole === undefined ? { field: column, rule: "number" } : { whole };
}

function measureOf(
  { column, steps, whole, date }: MeasurePlan,
  { format }: Plan,
  row: RawRow,
): number | null | Fault {
  const text = cell(row, column);
  if (text === null) return null;
  if (date) return parseDay(text, format.dates)?.days ?? { field: column, rule: "date" };
  const decimal = parseDecimal(text, format);
  const onGrid = decimal && toGrid(decimal, steps);
  return onGrid === undefined || (whole && !onGrid.exact)
    ? { field: column, rule: "number" }
    : onGrid.value;
}
