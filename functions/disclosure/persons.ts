/**
 * What a descriptor says about the persons behind its rows: on which legal basis, by which identifiers, for how long. Whether that
 * fits together; and what follows from it. Pure.
 */

import type { Descriptor, Dimension } from "../../schemas/descriptor.ts";
import { found } from "../../schemas/found.ts";
import { lastDay } from "../../schemas/period.ts";
import type { LegalBasis } from "../../schemas/subject.ts";
import { leavesOf } from "./axes.ts";
import { after } from "./duration.ts";
import { rulesOfKind } from "./kinds.ts";

/** The article of the GDPR that a basis stands for by itself. */
const ARTICLES: Readonly<Record<LegalBasis["basis"], string | undefined>> = {
  consent: "eu-gdpr:A6-1-a",
  contract: "eu-gdpr:A6-1-b",
  "legal-obligation": "eu-gdpr:A6-1-c",
  "vital-interest": "eu-gdpr:A6-1-d",
  "public-task": "eu-gdpr:A6-1-e",
  "open-data": undefined,
};

/** The articles that a dataset rests on, as DPV names them; none for open data about nobody. */
export function termsOf({ basis, terms }: LegalBasis): readonly string[] {
  const article = ARTICLES[basis];
  return terms ?? (article === undefined ? [] : [article]);
}

/** Dataset by consent: then only who consented is ever counted. */
export const consentOf = ({ legalBasis }: Pick<Descriptor, "legalBasis">) =>
  legalBasis.basis === "consent" ? legalBasis.consent : undefined;

/** The first day on which rows of a period, or of a row that begins on a day, are not kept any more; undefined: no end is set. */
export function retainedUntil(
  { retention }: Pick<Descriptor, "retention">,
  from: { period: string } | { start: string },
): string | undefined {
  if (retention === undefined) return undefined;
  return "period" in from
    ? after(after(lastDay(from.period), retention.keep), "P1D")
    : after(from.start, retention.keep);
}

/** What does not fit together. One sentence each. */
export function* personFaults(d: Descriptor): Generator<string> {
  yield* basisFaults(d);
  const { subject, retention } = d;
  const { identifiers = {}, columns = [] } = subject ?? {};
  for (const column of Object.keys(identifiers))
    if (!columns.includes(column))
      yield `subject: identifiers names ${column}, which is none of its columns`;
  if (subject?.of === "contact" && subject.promise === undefined)
    yield "subject: where contacts are counted, promise says in both languages what the privacy promise then means";
  for (const dimension of d.dimensions) yield* streetFaults(dimension);
  if (retention === undefined) return;
  if (rulesOfKind(d.kind).per !== "subject")
    yield "only records run out; statistics and registers are about nobody";
  if (retention.from === "start" && subject?.start === undefined)
    yield "retention: it runs from the start of a row, and subject names no column for it";
  if (retention.from === "start") return;
  for (const [period, days] of Object.entries(d.policy.calendar)) {
    const last = found(days.at(-1));
    if (found(retainedUntil(d, { period })) <= last)
      yield `retention: rows of ${period} would be gone before its last release, which falls due on ${last}`;
  }
}

function* basisFaults({ legalBasis, kind }: Descriptor): Generator<string> {
  const { basis, consent, terms } = legalBasis;
  if (basis === "consent" && rulesOfKind(kind).per !== "subject")
    yield "legalBasis: only records are about persons who could consent";
  if (basis === "consent" && consent === undefined)
    yield 'legalBasis: where it is consent, consent says how it is known who gave it: {"from": "column", …} or {"from": "register"}';
  if (basis !== "consent" && consent !== undefined)
    yield `legalBasis: consent is for the basis consent; this is ${basis}`;
  const article = ARTICLES[basis];
  if (
    terms !== undefined &&
    (article === undefined ||
      !terms.some((term) => term === article || term.startsWith(`${article}-`)))
  )
    yield `legalBasis: terms do not go with ${basis}${article === undefined ? "" : `, which is ${article}`}`;
}

function* streetFaults({ id, generalise, streets, codes }: Dimension): Generator<string> {
  if ((generalise === "address") !== (streets !== undefined))
    yield `dimension ${id}: an address, and nothing else, has a table of streets`;
  const leaves = codes === "from-data" ? [] : leavesOf(codes);
  for (const { street, from = 0, to = Number.POSITIVE_INFINITY, code } of streets ?? []) {
    if (!leaves.includes(code))
      yield `dimension ${id}: ${street} leads to ${code}, which is no leaf`;
    if (from > to) yield `dimension ${id}: the house numbers of ${street} end before they begin`;
  }
}
