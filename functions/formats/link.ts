/** A question written into an address: `?measure=any&by=age&where=sex:F&member=istat`, each as often as needed. Pure. */
import type { Measure } from "../../schemas/query.ts";
import { Refused } from "../../schemas/refusal.ts";
import { measureId, parseMeasure } from "./measures.ts";

interface LinkQuestion {
  readonly members: readonly string[];
  readonly measures: readonly Measure[];
  readonly by: readonly string[];
  readonly where: Readonly<Record<string, string[]>>;
}

const KNOWN = new Set(["measure", "by", "where", "member", "format", "lang"]);

/** Throws `Refused` query-invalid: a word that a link does not have, no measure, a restriction that is none. */
export function linkQuestion(rawQuery: string): LinkQuestion {
  const asked = new URLSearchParams(rawQuery);
  for (const name of asked.keys())
    if (!KNOWN.has(name)) throw new Refused("query-invalid", `a link has ${[...KNOWN].join(", ")}`);
  const measures = asked.getAll("measure").map(parseMeasure);
  if (measures.length === 0)
    throw new Refused(
      "query-invalid",
      "name a measure: ?measure=FIELD; GET /v1/datasets lists them",
    );
  const where = new Map<string, string[]>();
  for (const one of asked.getAll("where")) {
    const at = one.indexOf(":");
    if (at < 1) throw new Refused("query-invalid", "where: DIMENSION:CODE");
    const [dimension, code] = [one.slice(0, at), one.slice(at + 1)];
    where.set(dimension, [...(where.get(dimension) ?? []), code]);
  }
  return {
    members: asked.getAll("member"),
    measures,
    by: asked.getAll("by"),
    where: Object.fromEntries(where),
  };
}

/** The address of a table at a hub. Undone by `linkQuestion`. */
export function tableLink(
  hub: string,
  dataset: string,
  period: string,
  { members, measures, by, where }: LinkQuestion,
  format?: string,
): string {
  const asked = new URLSearchParams();
  for (const member of members) asked.append("member", member);
  for (const measure of measures) asked.append("measure", measureId(measure));
  for (const dimension of by) asked.append("by", dimension);
  for (const [dimension, codes] of Object.entries(where))
    for (const code of codes) asked.append("where", `${dimension}:${code}`);
  if (format !== undefined) asked.append("format", format);
  return `${hub}/v1/tables/${dataset}/${period}?${asked}`;
}
