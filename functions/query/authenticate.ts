/** Who asks: a token of this hub, and a question that the same member signed with the key that the token is bound to. */

import * as z from "zod";
import type { DirectoryEntry } from "../../schemas/member.ts";
import type { Store } from "../../schemas/ports.ts";
import { QUERY_LIFE, Query } from "../../schemas/query.ts";
import { Refused } from "../../schemas/refusal.ts";
import { AccessToken } from "../../schemas/token.ts";
import type { Directory } from "../shared/directory.ts";
import { peek, SKEW, verifyCompact } from "../shared/jws.ts";

export interface Request {
  /** The header `Authorization`. */
  readonly authorization: string | undefined;
  /** The question, as its consumer signed it. */
  readonly jws: string;
}
export interface Books {
  readonly hub: string;
  readonly store: Store;
  readonly directory: Pick<Directory, "some">;
}

/** A question whose author is certain. Only `authenticate` can make one. Says nothing of what they may have. */
export class Authenticated {
  readonly #query: Query;
  readonly jws: string;
  private constructor(query: Query, jws: string) {
    this.#query = query;
    this.jws = jws;
  }
  get query(): Query {
    return this.#query;
  }

  /**
   * The signed question itself proves possession of the token's key, so no further proof is asked for. Throws `Refused`:
   * token-missing, token-invalid, token-key-mismatch, signature-invalid, query-invalid, purpose-denied, expired, replayed.
   */
  static async authenticate(books: Books, { authorization, jws }: Request, now: number): Promise<Authenticated> {
    const sent = tokenIn(authorization);
    // both entries in one call; what the token claims is only used to look up, until it is verified
    const { sub } = peek(sent, AccessToken, "token-invalid");
    const entries = await books.directory.some([books.hub, sub]);
    const token = await verifyToken(sent, books.hub, entries.get(books.hub), now);
    const member = entries.get(token.sub);
    if (member === undefined) throw new Refused("token-invalid");
    const trust = { keys: member.keys, use: "member", now } as const;
    const { kid } = await verifyCompact(jws, "tavolo-query+jws", z.looseObject({}), trust);
    if (kid !== token.cnf.jkt) throw new Refused("token-key-mismatch");
    const query = formOf(jws);
    if (query.iss !== token.sub) throw new Refused("signature-invalid", "iss is not the member that the token was given to");
    checkAddress(query, books.hub);
    if (query.purposeId !== undefined && query.purposeId !== token.purposeId)
      throw new Refused("purpose-denied", "the token was given for another purpose");
    await useOnce(books.store, query, now);
    return new Authenticated(query, jws);
  }
}

/** Takes no bearer token: whoever stole one could use it. */
function tokenIn(authorization: string | undefined): string {
  const [, token] = /^DPoP +([^ ]+)$/i.exec(authorization ?? "") ?? [];
  if (token === undefined) throw new Refused("token-missing", "send Authorization: DPoP, with a token from /token.oauth2");
  return token;
}

async function verifyToken(token: string, hub: string, entry: DirectoryEntry | undefined, now: number): Promise<AccessToken> {
  const trust = { keys: entry?.keys ?? [], use: "hub", now, reason: "token-invalid" } as const;
  const claims = await verifyCompact(token, "at+jwt", AccessToken, trust);
  if (claims.iss !== hub || claims.aud !== hub) throw new Refused("token-invalid");
  return claims;
}

/** The very bytes that were verified, as a question. Names that stand twice would count a member or a code twice. */
function formOf(jws: string): Query {
  const parsed = Query.safeParse(peek(jws, z.unknown(), "query-invalid"));
  if (!parsed.success) {
    const errors = parsed.error.issues.map(({ path, code }) => ({ pointer: `/${path.join("/")}`, detail: code }));
    throw new Refused("query-invalid", { errors });
  }
  for (const part of ["members", "by"] as const)
    if (new Set(parsed.data[part]).size !== parsed.data[part].length)
      throw new Refused("query-invalid", { errors: [{ pointer: `/${part}`, detail: "a name stands twice" }] });
  return parsed.data;
}

function checkAddress({ aud, iat, exp }: Query, hub: string): void {
  if (aud !== hub) throw new Refused("query-invalid", { errors: [{ pointer: "/aud", detail: "the question is for another hub" }] });
  if (exp < iat || exp - iat > QUERY_LIFE)
    throw new Refused("query-invalid", { errors: [{ pointer: "/exp", detail: `at most ${QUERY_LIFE} seconds after iat` }] });
}

async function useOnce(store: Store, { iss, jti, exp }: Query, now: number): Promise<void> {
  // it would still be accepted until exp + SKEW, so it is remembered for longer than that
  const item = { pk: "hub#replay", sk: `query#${iss}#${jti}`, body: {}, revision: 1, expiresAt: exp + SKEW + 1 };
  if (!(await store.put(item, { kind: "absent-or-expired", now }))) throw new Refused("replayed");
}
