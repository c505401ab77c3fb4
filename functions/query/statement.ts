/** The hub's word: the question, every member's outcome and signed part, the table, and the receipt that it was recorded. */
import type { Signer } from "../../schemas/ports.ts";
import type { Outcome, Statement } from "../../schemas/query.ts";
import { carry } from "../disclosure/carried.ts";
import { formOf } from "../disclosure/said.ts";
import type { Log } from "../log/append.ts";
import { signCompact } from "../signing/jws.ts";
import { merge, smallestOf } from "../statements/merge.ts";
import type { Collected, Given } from "./fan-out.ts";
import { isRefused, type MemberPart } from "./part.ts";

export interface StatementDeps {
  readonly hub: string;
  /** The hub's key. */
  readonly signer: Signer;
  readonly log: Log;
}

/** Records while it signs, and gives nothing before it is recorded: no record, no answer. The record holds ids and outcomes, never figures. */
export async function signStatement(
  { hub, signer, log }: StatementDeps,
  { query, jws, parts }: Collected,
  now: number,
): Promise<string> {
  const outcomes = parts.map(outcomeOf);
  const answered = parts.flatMap((part) => (isRefused(part) ? [] : [part]));
  // the manifests were read when the partials were checked
  const table = merge(
    query,
    answered,
    Math.max(1, ...answered.map(({ partial, manifest }) => smallestOf(partial, manifest))),
  );
  const { jti, iss, dataset, period } = query;
  const told = outcomes.map(({ member, outcome }) => `${member}=${outcome}`).join(" ");
  const { receipt, written } = log.begin(
    "query",
    { jti, consumer: iss, dataset, period, outcomes: told },
    now,
  );
  const carried = carry(query, answered);
  const statement: Statement = {
    v: carried === undefined ? formOf([...table.cells, ...table.totals]) : 2,
    ...{ iss: hub, iat: now, query: jws, outcomes, table, receipt },
    ...carried,
  };
  const [signed] = await Promise.all([
    signCompact(signer, "tavolo-statement+jws", statement),
    written,
  ]);
  return signed;
}

function outcomeOf(part: MemberPart<Given>): Outcome {
  const { member } = part;
  if (!isRefused(part)) return { member, outcome: "answered", partial: part.partialJws };
  const { reason, hint } = part.refused;
  return { member, outcome: reason, ...(hint.detail === undefined ? {} : { detail: hint.detail }) };
}
