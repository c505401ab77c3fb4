/**
 * From a file that nobody has described to a draft of its descriptor, and what a person should know before they finish it.
 * Top to bottom: tableOfBytes → mannerOf → profile → rolesOf → draftOf. Pure: it looks at what it is given, and stores nothing.
 *
 * Code lists, bounds and ranges may not be taken from the rows (one person could move them, and they would show who is there).
 * So what was seen is written down with an empty source, and a descriptor with an empty source is not accepted.
 */
import { Descriptor } from "../../schemas/descriptor.ts";
import type { Sample } from "../../schemas/ports.ts";
import { type Draft, draftOf } from "./draft.ts";
import { layOut } from "./lines.ts";
import { mannerOf } from "./number-detection.ts";
import { type Profile, profile } from "./profile.ts";
import { type Roles, rolesOf } from "./roles.ts";
import { type Finding, plural, type Table } from "./sample.ts";
import { tableOfBytes } from "./text.ts";

export interface Drafted {
  readonly draft: Draft;
  readonly findings: readonly Finding[];
  /** Places of the draft that only a person can fill in, as JSON pointers. */
  readonly open: readonly string[];
  readonly rows: number;
}
export interface DescribeOptions {
  /** Whether rows are about persons; guessed from their identifiers unless said. */
  readonly kind?: "records" | "statistics";
}

/** Undefined where there is nothing to describe: no line of names with rows under it. */
export function describe(sample: Sample, options: DescribeOptions = {}): Drafted | undefined {
  const table = sample.kind === "bytes" ? tableOfBytes(sample) : tableOfCells(sample);
  if (table.rows.length === 0 || table.names.every((name) => name === "")) return undefined;
  const findings: Finding[] = [...table.findings];
  if (!sample.whole)
    findings.push({
      what: "partial",
      say: `Only the first ${plural(table.rows.length, "row")} were looked at; what stands at the end was not seen.`,
    });
  const manner = mannerOf(table, findings);
  const { columns, missing } = profile(table, manner, findings);
  const roles = rolesOf(columns, table.rows, findings);
  const kind = options.kind ?? (roles.subject.length > 0 ? "records" : "statistics");
  sayRoles(roles, columns, findings);
  const draft = draftOf(sample.name, table, manner, missing, roles, kind);
  return { draft, findings, open: openPlaces(draft), rows: table.rows.length };
}

function tableOfCells({ format, rows, named, whole }: Extract<Sample, { kind: "cells" }>): Table {
  const lines = rows
    .map((fields, at) => ({ line: at + 1, fields }))
    .filter(({ fields }) => fields.some((text) => text !== ""));
  if (!named) return { ...layOut(lines, { format }, [], whole), typed: true };
  const [names, ...body] = lines;
  return {
    names: names?.fields ?? [],
    rows: body.map(({ fields }) => fields),
    file: { format },
    typed: true,
    findings: [],
  };
}

/** What was taken for what, and what might be taken instead. */
function sayRoles(
  { dimensions, measures }: Roles,
  columns: readonly Profile[],
  findings: Finding[],
): void {
  const [taken, left] = [dimensions.slice(0, 5), dimensions.slice(5)];
  for (const { profile: column, by } of taken) {
    const why =
      by === "code"
        ? `${plural(column.distinct, "value")}`
        : by === "age"
          ? "a date of birth, made into bands"
          : "made into bands";
    const gaps =
      column.filled < column.rows
        ? `; ${plural(column.rows - column.filled, "row")} without one go to other`
        : "";
    findings.push({
      column: column.name,
      what: "dimension",
      say: `${column.name} may be a dimension: ${why}${gaps}. Replace its codes by a public list.`,
    });
  }
  if (left.length > 0)
    findings.push({
      what: "dimension",
      say: `So may ${list(left.map(({ profile: { name } }) => name))}; a dataset has at most five.`,
    });
  if (measures.length > 0)
    findings.push({
      what: "measure",
      say: `${list(measures.map(({ name }) => name))} may be added up.`,
    });
  const odd = columns.filter(hasNotKnown).map(({ name }) => name);
  if (odd.length > 0)
    findings.push({
      what: "not-known-codes",
      say: `In ${list(odd)}, 8, 9 or 99 stand beside small codes: often they mean "not known" or "not asked". Leave them out of the codes, so that they go to other, and never add them up.`,
    });
}

const list = (names: readonly string[]) =>
  names.length > 12
    ? `${names.slice(0, 10).join(", ")} and ${names.length - 10} more`
    : names.join(", ");

/** 99 among codes under 12, or 8 and 9 beside 0 and 1 alone. */
function hasNotKnown({ type, times, distinct, decimals, rows }: Profile): boolean {
  if (type !== "number" || decimals > 0 || distinct > 15 || rows < 200) return false;
  const has = (code: string) => times.has(code);
  const small = [...times.keys()].filter((text) => Number(text) <= 7).length;
  return (
    small >= 1 &&
    (has("99") ||
      (has("8") && has("9") && !has("7")) ||
      (small <= 3 && has("9") && !has("4")) ||
      (small <= 3 && has("8") && !has("5")))
  );
}

function openPlaces(draft: Draft): string[] {
  const parsed = Descriptor.safeParse(draft);
  const places = parsed.success ? [] : parsed.error.issues.map(({ path }) => `/${path.join("/")}`);
  return [...new Set([...places, "/policy/calendar"])];
}
