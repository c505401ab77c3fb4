/** What a measure is made of. Pure. */
import type { Measure } from "../../../schemas/query.ts";

/** The fields that a measure is read from. */
export function fieldsOf(measure: Measure): string[] {
  if ("count" in measure) return [measure.count];
  if ("share" in measure) return [measure.share, measure.over];
  if ("quantile" in measure) return [measure.quantile];
  return ["sum" in measure ? measure.sum : measure.mean];
}
