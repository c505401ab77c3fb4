/** Asks, verifies and compares. What a member refuses is in the comparison; a member whose answer does not verify is left out and named. */

import { compare } from "../../../functions/indicators/compare/compare.ts";
import { questionsFor, type Wanted } from "../../../functions/indicators/compare/questions.ts";
import type { Comparison } from "../../../schemas/comparison.ts";
import { found } from "../../../schemas/found.ts";
import type { Statement } from "../../../schemas/query.ts";
import { Refused } from "../../../schemas/refusal.ts";
import type { Ask, Report } from "../../client/client.ts";
import { purposeFor, type Table } from "./load.ts";

export interface Compared {
  readonly wanted: Wanted;
  readonly comparison: Comparison;
  /** The indicator that it is read beside, compared on its own. */
  readonly partner?: Comparison;
  /** Why a member said nothing about a period, by `member period`. */
  readonly silent: ReadonlyMap<string, string>;
  /** Members whose answers do not verify. */
  readonly distrusted: readonly string[];
  readonly checked: Checked;
}
interface Checked {
  readonly at: Date;
  readonly reports: readonly Report[];
  readonly statements: readonly string[];
  readonly digest: string;
}

/** What all members may refuse alike: then the hub refuses the question, and that is an answer too. */
const ABOUT_DATA = new Set([
  ...[
    "no-agreement",
    "agreement-suspended",
    "agreement-revoked",
    "calls-exhausted",
    "purpose-denied",
    "beyond-agreement",
  ],
  ...[
    "unknown-dataset",
    "unknown-period",
    "unknown-field",
    "unknown-dimension",
    "unknown-code",
    "beyond-order",
    "release-overdue",
  ],
]);
/** The sentence in which `verify` names the member whose answer does not hold. */
const CULPRIT = /^this does not hold: (\S+) signed its answer/;

/** Throws `Refused`: as the hub said where the asker is at fault; statement-invalid where what came is the hub's own fault. */
export async function compareNow(
  table: Table,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<Compared> {
  const purposeId = purposeFor(table, wanted.indicator.numerator.dataset);
  const questions = Object.entries(
    questionsFor({ ...wanted, ...(purposeId === undefined ? {} : { purposeId }) }),
  );
  const answers = await Promise.all(
    questions.map(async ([name, question]) => ({
      name,
      question,
      ...(await ask(table, question, signal)),
    })),
  );
  const culprits = [...new Set(answers.flatMap(({ culprit }) => culprit ?? []))];
  if (culprits.length > 0) {
    const rest = await compareNow(
      table,
      { ...wanted, members: wanted.members.filter((id) => !culprits.includes(id)) },
      signal,
    );
    return { ...rest, wanted, distrusted: [...rest.distrusted, ...culprits] };
  }
  const statements: Record<string, Statement> = {};
  const silent = new Map<string, string>();
  for (const { name, question, answer, refused } of answers) {
    if (answer !== undefined) statements[name] = answer.statement;
    if (question.members.some((member) => !wanted.members.includes(member))) continue;
    for (const { member, outcome } of answer?.statement.outcomes ??
      question.members.map((member) => ({ member, outcome: found(refused) })))
      if (outcome !== "answered") silent.set(`${member} ${question.period}`, outcome);
  }
  const { partner } = wanted;
  const swapped: Wanted | undefined = partner && {
    ...wanted,
    indicator: partner,
    partner: wanted.indicator,
  };
  const verified = answers.flatMap(({ answer }) => answer ?? []);
  const jws = verified.map((answer) => answer.jws);
  return {
    wanted,
    comparison: compare(wanted, statements, table.names),
    ...(swapped ? { partner: compare(swapped, statements, table.names) } : {}),
    silent,
    distrusted: [],
    checked: {
      at: new Date(),
      reports: verified.map(({ report }) => report),
      statements: jws,
      digest: await digestOf(jws),
    },
  };
}

type Answer = Awaited<ReturnType<Table["client"]["ask"]>>;
interface Outcome {
  readonly answer?: Answer;
  /** The reason that all members share. */
  readonly refused?: string;
  readonly culprit?: string;
}

/** A question, asked once in a visit. What failed is asked again when it is wanted again. */
async function ask({ client, asked }: Table, question: Ask, signal: AbortSignal): Promise<Outcome> {
  const name = JSON.stringify(question);
  const known = asked.get(name) ?? client.ask(question, { signal });
  asked.set(name, known);
  try {
    const answer = await known;
    // whoever did not answer may answer the next time
    if (answer.statement.outcomes.some(({ outcome }) => outcome !== "answered")) asked.delete(name);
    return { answer };
  } catch (error) {
    asked.delete(name);
    if (!(error instanceof Refused)) throw error;
    if (ABOUT_DATA.has(error.reason)) return { refused: error.reason };
    const culprit =
      error.reason === "statement-invalid" ? CULPRIT.exec(error.hint.detail ?? "")?.[1] : undefined;
    if (culprit === undefined || question.members.length < 2) throw error;
    return { culprit };
  }
}

async function digestOf(statements: readonly string[]): Promise<string> {
  const bytes = new TextEncoder().encode(statements.join("\n"));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
