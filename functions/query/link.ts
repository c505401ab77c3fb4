/** A link to an answer, where the asker wishes one (`?keep=true`): whoever has it reads the statement. */
import { Partial, Query, Statement } from "../../schemas/query.ts";
import { peek } from "../signing/jws.ts";
import { endOfLink, storeStatement } from "../statements/statement-links.ts";
import type { AskDeps } from "./ask.ts";

/** Keeps a statement that was just signed here; resolves with its path. Throws `Refused` statement-too-large, log-unwritten. */
export async function linkTo(deps: AskDeps, jws: string): Promise<string> {
  const { store, log, clock } = deps;
  const now = clock();
  const statement = peek(jws, Statement);
  const query = peek(statement.query, Query);
  const until = endOfLink(now, await retentionsOf(deps, statement, query, now));
  const id = await storeStatement(store, query.iss, jws, until);
  // that there is one, and whose; its address is for whoever asked
  await log.append("link", { jti: query.jti, consumer: query.iss, until }, now);
  return `/v1/statements/${id}`;
}

/** How long answers may be kept, by each agreement under which a member answered. */
async function retentionsOf(
  { agreements }: AskDeps,
  { outcomes }: Statement,
  { iss, dataset }: Query,
  now: number,
): Promise<readonly string[]> {
  const under = new Set(
    outcomes.flatMap((one) => ("partial" in one ? [peek(one.partial, Partial).agreement] : [])),
  );
  const agreed = await agreements.of(iss, dataset, now);
  return agreed.flatMap(({ agreement }) => (under.has(agreement.id) ? [agreement.retention] : []));
}
