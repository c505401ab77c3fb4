/** Answers side by side: from signed statements to the table that people read. Pure. */
import { Partial, type Statement } from "../../../schemas/query.ts";
import { Refused } from "../../../schemas/refusal.ts";
import type { Manifest } from "../../../schemas/release.ts";
import type { Column, Sheet, Term } from "../../../schemas/sheet.ts";
import { manifestsIn } from "../../disclosure/carried.ts";
import { readingOf } from "../../disclosure/methods/reading.ts";
import { type Bounds, fieller, interval95, shownAs } from "../../disclosure/reliability.ts";
import { saidOfAll } from "../../disclosure/said.ts";
import { peek } from "../../signing/jws.ts";
import {
  asRead,
  type Measured,
  type Origin,
  type Raw,
  type Reading,
  rawMeasure,
  withInterval,
} from "./measure.ts";

interface Row {
  readonly member: string;
  readonly readings: Readonly<Record<string, Reading>>;
}

/** The manifest that each member's figures were released under, with the k of the answer: the promise that goes with them. */
export function manifestsOf(statement: Statement): Map<string, Manifest> {
  const manifestOf = manifestsIn(statement);
  return new Map(
    statement.outcomes.flatMap((outcome) => {
      if (!("partial" in outcome)) return [];
      const { manifest: named, smallest = 1 } = peek(outcome.partial, Partial);
      const manifest = manifestOf(named);
      const policy = { ...manifest.policy, smallest: Math.max(smallest, manifest.policy.smallest) };
      return [[outcome.member, { ...manifest, policy }] as const];
    }),
  );
}

/**
 * What figures of these releases are read by: the largest k among them, and the fields that they share. Throws `Refused`
 * descriptor-invalid where one was released by a method that nobody wrote: nothing is read of it.
 */
export function originOf(manifests: readonly (Manifest | undefined)[]): Origin {
  const known = manifests.filter((manifest) => manifest !== undefined);
  for (const { policy } of known) readingOf(policy.method);
  return {
    smallest: Math.max(1, ...known.map(({ policy }) => policy.smallest)),
    fields: known[0]?.fields ?? [],
  };
}

/** The rows of a sheet, one a member asked, in the order of the question. */
export function readSheet(sheet: Sheet, statements: Readonly<Record<string, Statement>>): Row[] {
  const answers = new Map(
    Object.entries(statements).map(([name, statement]) => [
      name,
      { statement, manifests: manifestsOf(statement) },
    ]),
  );
  const rows = sheet.questions[sheet.rows];
  if (rows === undefined)
    throw new Refused("query-invalid", `the sheet has no question ${sheet.rows}`);
  return rows.members.map((member) => ({
    member,
    readings: Object.fromEntries(
      sheet.columns.map((column) => [column.id, withInterval(readColumn(column, member, answers))]),
    ),
  }));
}

type Answers = ReadonlyMap<
  string,
  { readonly statement: Statement; readonly manifests: ReadonlyMap<string, Manifest> }
>;

/**
 * multiplier·(a − b)/c with the delta method: Var = multiplier²·(Var a + Var b + R²·Var c)/c². The fields of a release have
 * noise of their own, so that a and b are independent. Over a noisy divisor it is read as a share, over an exact one as what is above.
 */
function readColumn(column: Column, member: string, answers: Answers): Measured {
  const a = readTerm(column.numerator, member, answers);
  const b = column.minus ? readTerm(column.minus, member, answers) : NOTHING;
  const c = column.denominator ? readTerm(column.denominator, member, answers) : ONE;
  if (a.state !== "raw") return a;
  if (b.state !== "raw") return b;
  if (c.state !== "raw") return c;
  if ([a, b, c].some(({ as }) => as === "withheld")) return { state: "withheld", why: "below-k" };
  if (c.sd === 0 && c.value <= 0) return { state: "absent", why: "nothing-to-divide-by" };
  const { multiplier } = column;
  const above = { value: a.value - b.value, sd: Math.hypot(a.sd, b.sd) };
  const share = above.value / c.value;
  const sd = Math.sqrt(above.sd ** 2 + share ** 2 * c.sd ** 2) / c.value;
  const divisor = { kind: "count", value: c.value, sd: c.sd, smallest: 1 } as const;
  const as =
    c.sd > 0
      ? shownAs({ kind: "ratio", sd, range: 1, divisor })
      : column.minus
        ? shownAs({ kind: "count", ...above, smallest: 1 })
        : a.as;
  const bounds: Bounds =
    c.sd > 0
      ? fieller(above.value, c.value, { varA: above.sd ** 2, varB: c.sd ** 2, cov: 0 })
      : column.minus
        ? interval95(share, sd)
        : scaled(a.bounds, 1 / c.value);
  return asRead({
    ...{ state: "raw", as, bounds: scaled(bounds, multiplier) },
    ...{ value: multiplier * share, sd: multiplier * sd },
    why: shownAs(divisor) === "point" ? a.why : "count-unreliable",
    ...saidOfAll([a, b, c]),
  });
}
const EXACT = { state: "raw", sd: 0, as: "point", why: "unreliable" } as const;
const NOTHING: Raw = { ...EXACT, value: 0, bounds: [0, 0] };
const ONE: Raw = { ...EXACT, value: 1, bounds: [1, 1] };
const scaled = ([low, high]: Bounds, by: number): Bounds => [
  low === null ? null : by * low,
  high === null ? null : by * high,
];

function readTerm(
  { question, measure, territory }: Term,
  member: string,
  answers: Answers,
): ReturnType<typeof rawMeasure> {
  const answer = answers.get(question);
  if (answer === undefined)
    throw new Refused("query-invalid", `the sheet has no question ${question}`);
  const { statement, manifests } = answer;
  const cell = statement.table.cells.find((one) =>
    territory === undefined ? one.member === member : one.by[territory] === member,
  );
  if (cell !== undefined) return rawMeasure(measure, cell, originOf([manifests.get(cell.member)]));
  const outcome = statement.outcomes.find(
    (one) => territory !== undefined || one.member === member,
  );
  return { state: "absent", why: outcome?.outcome ?? "not-found" };
}
