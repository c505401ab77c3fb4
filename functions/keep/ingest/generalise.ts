/**
 * Step 3: values become codes of the public lists, and lose what is finer than those: after it there is no date of birth.
 * A value outside a list becomes the leaf declared for others, or the row a reject. Pure.
 */

import { found } from "../../../schemas/found.ts";
import { type Fault, isFault } from "../reject.ts";
import { bandOf } from "./bands.ts";
import { ageAtEnd } from "./dates.ts";
import type { Coding, Demand, DimensionPlan, Plan } from "./row-plan.ts";
import type { Reading, ValidRow } from "./validate.ts";

interface GeneralRow extends Pick<ValidRow, "identifiers" | "start" | "measures"> {
  readonly period: string;
  readonly codes: readonly string[];
  readonly family: string | null;
  /** Ids of the dimensions, or of the family, in which the row went to `other`. */
  readonly recoded: readonly string[];
}

/** A row as it counts in one of its periods. */
export function generalise(plan: Plan, row: ValidRow, period: string): GeneralRow | Fault {
  const codes: string[] = [];
  const recoded: string[] = [];
  for (const [at, dimension] of plan.dimensions.entries()) {
    const reading = row.readings[at] ?? null;
    const code = reading === null ? undefined : dimensionCode(dimension, reading, period);
    const settled = settle(dimension, code, reading === null ? "missing" : "code");
    if (typeof settled !== "string") return settled;
    if (code === undefined) recoded.push(dimension.id);
    codes.push(settled);
  }
  const family = familyCode(plan.family, row.family);
  if (family !== null && isFault(family)) return family;
  if (family?.other) recoded.push(found(plan.family).id);
  const code = family?.code ?? null;
  const demands = row.isThere ? plan.demands : [];
  const lacking = demands.find((demand) => lacks(demand, row.measures, code));
  if (lacking !== undefined) return { field: lacking.column, rule: "missing" };
  const { identifiers, start, measures } = row;
  return { period, identifiers, start, codes, family: code, measures, recoded };
}

/** The leaf that a value belongs to, if there is one. */
function dimensionCode(
  dimension: DimensionPlan,
  reading: NonNullable<Reading>,
  period: string,
): string | undefined {
  if ("birth" in reading) return bandOf(dimension.bands, ageAtEnd(reading.birth, period));
  if ("whole" in reading) return bandOf(dimension.bands, reading.whole);
  if (dimension.streets !== undefined && !dimension.map.has(reading.text))
    return dimension.streets(reading.text);
  return listed(dimension, reading.text);
}

function listed({ map, codes }: Coding, text: string): string | undefined {
  const code = map.get(text) ?? text;
  return codes.has(code) ? code : undefined;
}

const settle = (
  { other, column }: Coding,
  code: string | undefined,
  rule: "missing" | "code",
): string | Fault => code ?? other ?? { field: column, rule };

/** A family's value must be there: `other` takes values outside the list, and no value is none. */
function familyCode(
  coding: Coding | undefined,
  text: string | null,
): { code: string; other: boolean } | null | Fault {
  if (coding === undefined) return null;
  if (text === null) return { field: coding.column, rule: "missing" };
  const code = listed(coding, text);
  const settled = settle(coding, code, "code");
  return typeof settled === "string" ? { code: settled, other: code === undefined } : settled;
}

function lacks(
  { measure, codes, beside }: Demand,
  measures: readonly (number | null)[],
  family: string | null,
): boolean {
  if (measures[measure] !== null) return false;
  if (codes !== undefined) return family !== null && codes.has(family);
  return beside === undefined || measures[beside] !== null;
}
