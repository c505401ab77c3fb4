/** Who asks: a token for this hub, and a question that the same member signed with the key that the token is bound to. */

import { queryUsed } from "../../schemas/items/access.ts";
import { keyOf } from "../../schemas/items/item.ts";
import type { Signer, Store } from "../../schemas/ports.ts";
import { QUERY_LIFE, Query, type Question, queryVersion } from "../../schemas/query.ts";
import { Refused } from "../../schemas/refusal.ts";
import { type AccessDeps, accessOf, type Call } from "../access/access.ts";
import { freshId, SKEW, signCompact, verifyClaims } from "../signing/jws.ts";

export type { AccessDeps };

export interface Request {
  /** The header `Authorization`. */
  readonly authorization: string | undefined;
  /** The question, as its consumer signed it. */
  readonly jws: string;
  /** The call around it: only a voucher of another issuer needs it. */
  readonly call?: Call;
  /** Counts the call against the caller's quota, once it is certain who calls. Throws `Refused` too-many-calls. */
  readonly count?: (client: string) => Promise<void>;
}

/** A question whose author is certain. Only `authenticate` can make one. Says nothing of what they may have. */
export class Authenticated {
  readonly #query: Query;
  readonly jws: string;
  /**
   * Resolves once it is written down that the question was used, for the first time, and counted against the caller's quota.
   * `authorise` waits for it, and reads meanwhile what it needs. Rejects with `Refused`: replayed, too-many-calls.
   */
  readonly used: Promise<void>;
  private constructor(query: Query, jws: string, used: Promise<void> = Promise.resolve()) {
    this.#query = query;
    this.jws = jws;
    this.used = used;
  }
  get query(): Query {
    return this.#query;
  }

  /**
   * The signed question itself proves possession of the token's key, so no further proof is asked for. Throws `Refused`:
   * token-missing, token-invalid, token-key-mismatch, session-invalid, role-missing, signature-invalid, query-invalid, purpose-denied, expired;
   * with a voucher also proof-invalid, integrity-invalid, tracking-invalid.
   */
  static async authenticate(
    deps: AccessDeps,
    { authorization, jws, call, count }: Request,
    now: number,
  ): Promise<Authenticated> {
    const access = await accessOf(deps, authorization, call, now);
    const trust = { keys: access.keys, use: "member", now } as const;
    const { kid, claims } = await verifyClaims(jws, "tavolo-query+jws", trust);
    if (access.jkt !== undefined && kid !== access.jkt) throw new Refused("token-key-mismatch");
    const query = formOf(claims);
    // with a voucher of another issuer there is no session
    if (query.session !== access.session)
      throw new Refused(
        "token-key-mismatch",
        "the question is signed under another session than the token was given for",
      );
    if (query.iss !== access.member.id)
      throw new Refused("signature-invalid", "iss is not the member that the token was given to");
    checkAddress(query, deps.hub);
    if (query.purposeId !== undefined && query.purposeId !== access.purposeId)
      throw new Refused("purpose-denied", "the token was given for another purpose");
    const used = useOnce(deps.store, query, now).then(() => count?.(query.iss));
    // whoever waits for it hears of it; nobody may have begun to
    used.catch(() => {});
    return new Authenticated(query, jws, used);
  }

  /** A question that the hub asks by itself, of what is open to everybody: signed with the hub's own key. */
  static async byHub(
    hub: string,
    signer: Signer,
    question: Question,
    now: number,
  ): Promise<Authenticated> {
    const query: Query = {
      ...question,
      v: queryVersion(question),
      iss: hub,
      aud: hub,
      iat: now,
      exp: now + QUERY_LIFE,
      jti: freshId(),
    };
    const jws = await signCompact(signer, "tavolo-query+jws", query);
    return new Authenticated(formOf(query), jws);
  }
}

/** What the verified bytes say, as a question. Names that stand twice would count a member or a code twice. */
function formOf(claims: unknown): Query {
  const parsed = Query.safeParse(claims);
  if (!parsed.success) {
    const errors = parsed.error.issues.map(({ path, code }) => ({
      pointer: `/${path.join("/")}`,
      detail: code,
    }));
    throw new Refused("query-invalid", { errors });
  }
  for (const part of ["members", "by"] as const)
    if (new Set(parsed.data[part]).size !== parsed.data[part].length)
      throw new Refused("query-invalid", {
        errors: [{ pointer: `/${part}`, detail: "a name stands twice" }],
      });
  return parsed.data;
}

function checkAddress({ aud, iat, exp }: Query, hub: string): void {
  if (aud !== hub)
    throw new Refused("query-invalid", {
      errors: [{ pointer: "/aud", detail: "the question is for another hub" }],
    });
  if (exp < iat || exp - iat > QUERY_LIFE)
    throw new Refused("query-invalid", {
      errors: [{ pointer: "/exp", detail: `at most ${QUERY_LIFE} seconds after iat` }],
    });
}

async function useOnce(store: Store, { iss, jti, exp }: Query, now: number): Promise<void> {
  // it would still be accepted until exp + SKEW, so it is remembered for longer than that
  const item = {
    ...keyOf(queryUsed, { member: iss, jti }),
    body: {},
    revision: 1,
    expiresAt: exp + SKEW + 1,
  };
  if (!(await store.put(item, { kind: "absent-or-expired", now }))) throw new Refused("replayed");
}
