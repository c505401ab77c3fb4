/**
 * START HERE. A signed question becomes a signed statement, top to bottom; every line is one step and one file of this folder:
 * authenticate → authorise → plan → fanOut → signStatement, which merges the answers. Each step takes only what the step before
 * can make, so none can be left out. A request that fails is thrown once; a member that fails is part of the answer.
 */

import type { Clock } from "../../schemas/ports.ts";
import type { Facts } from "../log/append.ts";
import { recordRefusal } from "../log/record-refusal.ts";
import { type AccessDeps, Authenticated, type Request } from "./authenticate.ts";
import { type AuthoriseDeps, Authorised } from "./authorise.ts";
import { Collected, type FanOutDeps } from "./fan-out.ts";
import { isRefused } from "./part.ts";
import { Planned } from "./plan.ts";
import { type StatementDeps, signStatement } from "./statement.ts";

export interface AskDeps extends AccessDeps, AuthoriseDeps, FanOutDeps, StatementDeps {
  readonly offers: AuthoriseDeps["offers"] & FanOutDeps["offers"];
  readonly clock: Clock;
}

/** Throws `Refused` as each step says; a statement in which nobody answered is still a statement. */
export async function ask(deps: AskDeps, request: Request): Promise<string> {
  const now = deps.clock();
  const known: Record<string, string> = {};
  try {
    const authenticated = await Authenticated.authenticate(deps, request, now);
    Object.assign(known, idsOf(authenticated));
    const authorised = await Authorised.authorise(deps, authenticated, now);
    const planned = Planned.plan(authorised);
    const collected = await Collected.fanOut(deps, planned, now);
    const [statement] = await Promise.all([
      signStatement(deps, collected, now),
      countUse(deps, collected, now),
    ]);
    return statement;
  } catch (error) {
    await recordRefusal(deps.log, error, { at: "query", ...known }, now);
    throw error;
  }
}

/** For the register of agreements: how much each is used. */
function countUse(
  { agreements }: AskDeps,
  { query, parts }: Collected,
  now: number,
): Promise<void> {
  const under = parts.flatMap((part) => (isRefused(part) ? [] : [part.partial.agreement]));
  return agreements.used(
    query.iss,
    query.dataset,
    under.filter((id) => id !== "own" && id !== "public"),
    now,
  );
}

/** What may be recorded of a question: names, never what it filters by. */
const idsOf = ({ query: { jti, iss, dataset, period } }: Authenticated): Facts => ({
  jti,
  consumer: iss,
  dataset,
  period,
});
