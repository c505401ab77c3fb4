/** A link to an answer, where the asker wishes one (`?keep=true`): whoever has it reads the statement. */
import { Query, Statement } from "../../schemas/query.ts";
import { peek } from "../signing/jws.ts";
import { storeStatement } from "../statements/statement-links.ts";
import type { AskDeps } from "./ask.ts";

/** Keeps a statement that was just signed here; resolves with its path. Throws `Refused` statement-too-large, log-unwritten. */
export async function linkTo({ store, log, clock }: AskDeps, jws: string): Promise<string> {
  const now = clock();
  const { jti, iss } = peek(peek(jws, Statement).query, Query);
  const { id, until } = await storeStatement(store, iss, jws, now);
  // that there is one, and whose; its address is for whoever asked
  await log.append("link", { jti, consumer: iss, until }, now);
  return `/v1/statements/${id}`;
}
