/** Answers side by side: from signed statements to the table that people read. Pure. */
import { Partial, type Statement } from "../../../schemas/query.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { Manifest } from "../../../schemas/release.ts";
import type { Column, Sheet, Term } from "../../../schemas/sheet.ts";
import { peek } from "../../signing/jws.ts";
import { type Measured, type Origin, type Reading, readMeasure, withInterval } from "./measure.ts";

interface Row {
  readonly member: string;
  readonly readings: Readonly<Record<string, Reading>>;
}

/** The manifest that each member's figures were released under, with the k of the answer: the promise that goes with them. */
export const manifestsOf = (statement: Statement): Map<string, Manifest> =>
  new Map(
    statement.outcomes.flatMap((outcome) => {
      if (!("partial" in outcome)) return [];
      const { manifest: jws, smallest = 1 } = peek(outcome.partial, Partial);
      const manifest = peek(jws, Manifest);
      const policy = { ...manifest.policy, smallest: Math.max(smallest, manifest.policy.smallest) };
      return [[outcome.member, { ...manifest, policy }] as const];
    }),
  );

/** What figures of these releases are read by: the largest k among them, and the fields that they share. */
export function originOf(manifests: readonly (Manifest | undefined)[]): Origin {
  const known = manifests.filter((manifest) => manifest !== undefined);
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
 * noise of their own, so that a and b are independent.
 */
function readColumn(column: Column, member: string, answers: Answers): Measured {
  const a = readTerm(column.numerator, member, answers);
  const b = column.minus ? readTerm(column.minus, member, answers) : NOTHING;
  const c = column.denominator ? readTerm(column.denominator, member, answers) : ONE;
  if (a.state !== "shown") return a;
  if (b.state !== "shown") return b;
  if (c.state !== "shown") return c;
  if (c.value <= 0) return { state: "absent", why: "divided by nothing" };
  const share = (a.value - b.value) / c.value;
  const sd = Math.sqrt(a.sd ** 2 + b.sd ** 2 + share ** 2 * c.sd ** 2) / c.value;
  return { state: "shown", value: column.multiplier * share, sd: column.multiplier * sd };
}
const NOTHING: Measured = { state: "shown", value: 0, sd: 0 };
const ONE: Measured = { state: "shown", value: 1, sd: 0 };

function readTerm(
  { question, measure, territory }: Term,
  member: string,
  answers: Answers,
): Measured {
  const answer = answers.get(question);
  if (answer === undefined)
    throw new Refused("query-invalid", `the sheet has no question ${question}`);
  const { statement, manifests } = answer;
  const cell = statement.table.cells.find((one) =>
    territory === undefined ? one.member === member : one.by[territory] === member,
  );
  if (cell !== undefined)
    return readMeasure(measure, cell.figures, originOf([manifests.get(cell.member)]));
  const outcome = statement.outcomes.find(
    (one) => territory !== undefined || one.member === member,
  );
  return { state: "absent", why: outcome?.outcome ?? "not-found" };
}
