/** From a signed statement to a table: every figure that was asked for, of everybody who was asked. Pure. */

import { found } from "../../schemas/found.ts";
import {
  byOf,
  type Cell,
  type Figure,
  type Measure,
  Query,
  Statement,
} from "../../schemas/query.ts";
import type { Manifest } from "../../schemas/release.ts";
import type { Names } from "../../schemas/words.ts";
import { TOTAL } from "../../schemas/words.ts";
import { codesAt, treeOf } from "../disclosure/axes.ts";
import { readingOf } from "../disclosure/methods/reading.ts";
import { revisionNote } from "../disclosure/said.ts";
import type { Measured } from "../indicators/compare/measure.ts";
import { readMeasure } from "../indicators/compare/measure.ts";
import { manifestsOf, originOf } from "../indicators/compare/sheet.ts";
import { peek, sha256 } from "../signing/jws.ts";
import { measureId, spellMeasure } from "./measures.ts";
import {
  both,
  type Code,
  type Contribution,
  codesOfAxis,
  figureRow,
  MADE,
  measureDimension,
  memberDimension,
  NOISE,
  ROUNDED,
  STATUS,
  type TidyDimension,
  type TidyRow,
  type TidyTable,
  timeDimension,
} from "./table.ts";

/** What stands between the codes of a union, which no code has in it. */
const UNION = " | ";

/**
 * A statement (compact JWS) as a table. Expects one that was verified, or that was signed here: looks at no signature. `names`
 * are those of members. A member that did not answer has its rows too, with the reason as their mark.
 */
export function tidyStatement(jws: string, names: Names = new Map()): TidyTable {
  const statement = peek(jws, Statement, "statement-invalid");
  const query = peek(statement.query, Query, "statement-invalid");
  const manifests = manifestsOf(statement);
  const [manifest] = manifests.values();
  const own = ownDimensions(query, manifest, names);
  const listed = new Set(query.by.map((one) => byOf(one).id));
  const codesFor = (by: Readonly<Record<string, string>>) =>
    own.map(({ id, codes }) => (listed.has(id) ? (by[id] ?? TOTAL) : found(codes[0]).code));
  const row = (
    member: string,
    by: Readonly<Record<string, string>>,
    measure: Measure,
    measured: Measured,
    figures: readonly Figure[],
  ) => ({
    codes: [member, ...codesFor(by), measureId(measure), query.period],
    ...figureRow(measured, gridOf(measure, figures)),
    release: manifests.get(member)?.id ?? null,
  });
  const rowsOf = (member: string, cell: Cell, of: readonly (Manifest | undefined)[]) =>
    query.measures.map((measure) =>
      row(member, cell.by, measure, readMeasure(measure, cell, originOf(of)), cell.figures),
    );

  const { cells, totals } = statement.table;
  const places = placesOf(cells.map(({ by }) => by));
  const rows: TidyRow[] = statement.outcomes.flatMap((outcome) => {
    const { member } = outcome;
    if ("partial" in outcome)
      return cells
        .filter((cell) => cell.member === member)
        .flatMap((cell) => rowsOf(member, cell, [manifests.get(member)]));
    return places.flatMap((by) =>
      query.measures.map((measure) =>
        row(member, by, measure, { state: "absent", why: outcome.outcome }, []),
      ),
    );
  });
  const together =
    manifests.size > 1
      ? totals.flatMap((cell) => rowsOf(TOTAL, cell, [...manifests.values()]))
      : [];

  return {
    dataset: query.dataset,
    period: query.period,
    title: manifest?.title ?? both(query.dataset),
    dimensions: [
      memberDimension(query.members, names, together.length > 0),
      ...own,
      measureDimension(measureCodes(query.measures, manifest)),
      timeDimension(query.period),
    ],
    rows: [...rows, ...together],
    contributions: statement.outcomes.map(({ member, outcome }) =>
      contributionOf(member, outcome, manifests.get(member), names),
    ),
    statement: sha256(jws),
    maker: statement.iss,
    at: statement.iat,
    notes: [
      ROUNDED,
      ...([...manifests.values()].every(isExact) ? [] : [NOISE]),
      STATUS,
      ...[...manifests.values()].flatMap((one) => revisionNote(one) ?? []),
      ...([...manifests.values()].some(({ origin }) => origin === "made") ? [MADE] : []),
    ],
  };
}

/** Of exact figures nothing is said of noise. */
export const isExact = ({ policy }: Manifest): boolean => !readingOf(policy.method).protects;

/** The dimensions of the question that the table lists or is restricted to. A restriction to several codes is a code of its own. */
function ownDimensions(
  { by, where }: Query,
  manifest: Manifest | undefined,
  names: Names,
): TidyDimension[] {
  const levels = new Map(by.map(byOf).map(({ id, level }) => [id, level]));
  const listed = [...levels.keys(), ...Object.keys(where).filter((id) => !levels.has(id))];
  return listed.map((id) => {
    const axis = manifest?.axes.find((one) => one.id === id);
    const title = axis?.title ?? both(id);
    const codes = axis === undefined ? [] : codesOfAxis(axis, names);
    if (levels.has(id)) {
      const level = levels.get(id);
      const wanted =
        axis === undefined || level === undefined
          ? where[id]
          : codesAt(treeOf(axis), where[id], level);
      // nobody answered: there is a total, and nothing in it
      if (codes.length === 0)
        return {
          id,
          title,
          codes: (wanted ?? [TOTAL]).map((code) => ({ code, label: both(code) })),
        };
      return {
        id,
        title,
        codes:
          wanted === undefined
            ? codes
            : rootless(codes.filter(({ code }) => wanted.includes(code))),
      };
    }
    const held = found(where[id]);
    const code = held.join(UNION);
    return {
      id,
      title,
      codes: [codes.find((one) => one.code === code) ?? { code, label: both(held.join(", ")) }].map(
        withoutParent,
      ),
    };
  });
}

const withoutParent = ({ parent: _, ...code }: Code): Code => code;
/** Codes whose parent is not in the list stand alone. */
const rootless = (codes: readonly Code[]): Code[] =>
  codes.map((code) =>
    codes.some((other) => other.code === code.parent) ? code : withoutParent(code),
  );

/** Every combination of codes that somebody answered for, once; all of them together where nobody did. */
function placesOf(
  all: readonly Readonly<Record<string, string>>[],
): Readonly<Record<string, string>>[] {
  const places = [...new Map(all.map((by) => [JSON.stringify(by), by])).values()];
  return places.length > 0 ? places : [{}];
}

/** A count is released as it is; everything else is formed of several figures. */
const gridOf = (measure: Measure, figures: readonly Figure[]): number | null =>
  ("count" in measure &&
    figures.find((figure) => "count" in figure && figure.count === measure.count)?.grid) ||
  null;

const measureCodes = (measures: readonly Measure[], manifest: Manifest | undefined): Code[] =>
  measures.map((measure) => {
    const { title, unit } = spellMeasure(measure, manifest?.fields ?? []);
    return { code: measureId(measure), label: title, unit };
  });

export function contributionOf(
  member: string,
  outcome: string,
  manifest: Manifest | undefined,
  names: Names,
): Contribution {
  const name = names.get(member) ?? both(member);
  if (manifest === undefined) return { member, name, outcome };
  const { id, source, licence, origin } = manifest;
  return { member, name, outcome, release: id, source, licence, origin };
}
