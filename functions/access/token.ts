/**
 * A client assertion becomes an access token, top to bottom: readForm → verifyAssertion → verifyProof → useOnce → useProofOnce →
 * count → issue. The token is bound to the key that signed the assertion; whoever steals it alone can do nothing. What it may be used
 * for is asked at each call.
 *
 * The DPoP proof must be by the very key of the assertion. RFC 9449 would allow a key made for the occasion; but a question is
 * signed by the member's own key, which nodes have pinned, and a token bound to another key could not go with it. So a stolen
 * assertion alone gives no token either.
 */

import type * as z from "zod";
import { assertionUsed } from "../../schemas/items/access.ts";
import { keyOf } from "../../schemas/items/item.ts";
import type { Clock, Signer, Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import {
  type AccessToken,
  ASSERTION_LIFE,
  Assertion,
  TOKEN_LIFE,
  TokenRequest,
  type TokenResponse,
} from "../../schemas/token.ts";
import type { Log } from "../log/append.ts";
import { recordRefusal } from "../log/record-refusal.ts";
import type { Directory } from "../members/directory.ts";
import { freshId, peek, SKEW, signCompact, verifyCompact } from "../signing/jws.ts";
import { verifyProof } from "./dpop.ts";
import { useProofOnce } from "./proof-once.ts";
import { keysUnder } from "./session.ts";

export interface TokenDeps {
  readonly store: Store;
  /** The hub's key. */
  readonly signer: Signer;
  /** The hub's id: audience of assertions, issuer and audience of tokens. */
  readonly hub: string;
  readonly directory: Pick<Directory, "get">;
  readonly clock: Clock;
  readonly log: Log;
}

interface TokenCall {
  /** The body: parameters as a form. */
  readonly form: string;
  /** The header `DPoP`. */
  readonly dpop: string | undefined;
  /** The address that was called. */
  readonly url: string;
  /** Counts the call against its caller's quota, once it is certain who calls. Throws `Refused` too-many-calls. */
  readonly count?: (client: string) => Promise<void>;
}

/** Throws `Refused`: body-invalid, assertion-invalid, session-invalid, proof-invalid, replayed, too-many-calls, unknown-member, log-unwritten. */
export async function token(
  deps: TokenDeps,
  { form, dpop, url, count }: TokenCall,
): Promise<z.infer<typeof TokenResponse>> {
  const now = deps.clock();
  try {
    const request = readForm(form);
    const assertion = await verifyAssertion(deps, request.client_assertion, url, now);
    if (request.client_id !== undefined && request.client_id !== assertion.iss)
      throw new Refused("assertion-invalid");
    const proof = await verifyProof(dpop, { method: "POST", url }, assertion.kid, now);
    await useOnce(deps.store, assertion, now);
    await useProofOnce(deps.store, "hub", assertion.kid, proof, now);
    await count?.(assertion.iss);
    return await issue(deps, assertion, request.resource ?? deps.hub, now);
  } catch (error) {
    await recordRefusal(deps.log, error, { at: "token" }, now);
    throw error;
  }
}

/** RFC 6749, 3.2: parameters stand once each, and unknown ones are refused here, so that nothing is sent in vain. */
function readForm(form: string): z.infer<typeof TokenRequest> {
  const pairs = [...new URLSearchParams(form)];
  const request = TokenRequest.safeParse(Object.fromEntries(pairs));
  if (!request.success || new Set(pairs.map(([name]) => name)).size !== pairs.length)
    throw new Refused(
      "body-invalid",
      "send grant_type, client_assertion_type and client_assertion, once each",
    );
  return request.data;
}

type Vouched = Assertion & { readonly kid: string };

/** The member's own signature, for this hub, short-lived (RFC 7523, section 3). One reason for every fault: none is of use to a stranger. */
async function verifyAssertion(
  { directory, hub }: TokenDeps,
  jws: string,
  url: string,
  now: number,
): Promise<Vouched> {
  const reason = "assertion-invalid";
  const { iss, session } = peek(jws, Assertion, reason);
  const member = await directory.get(iss);
  if (member === undefined) throw new Refused(reason);
  const keys = await keysUnder(session, member, { audience: hub, now });
  const assertion = await verifyCompact(jws, "client-assertion+jwt", Assertion, {
    keys,
    use: "member",
    now,
    reason,
  });
  const life = assertion.exp - assertion.iat;
  const isForUs = assertion.aud === hub || `${assertion.aud}/token.oauth2` === url;
  if (assertion.sub !== iss || !isForUs || life < 0 || life > ASSERTION_LIFE)
    throw new Refused(reason);
  return assertion;
}

async function useOnce(store: Store, { iss, jti, exp }: Assertion, now: number): Promise<void> {
  // it would still be accepted until exp + SKEW, so it is remembered for longer than that
  const item = {
    ...keyOf(assertionUsed, { member: iss, jti }),
    body: {},
    revision: 1,
    expiresAt: exp + SKEW + 1,
  };
  if (!(await store.put(item, { kind: "absent-or-expired", now }))) throw new Refused("replayed");
}

/** A token is of use at its audience alone: the hub, or the one node that was named. */
async function issue(
  { hub, signer, log, directory }: TokenDeps,
  { iss, purposeId, kid, session }: Vouched,
  aud: string,
  now: number,
) {
  if (aud !== hub && (await directory.get(aud)) === undefined)
    throw new Refused("unknown-member", "resource names no member");
  const jti = freshId();
  const claims: AccessToken = {
    iss: hub,
    sub: iss,
    client_id: iss,
    aud,
    iat: now,
    exp: now + TOKEN_LIFE,
    jti,
    ...(purposeId === undefined ? {} : { purposeId }),
    cnf: { jkt: kid },
    ...(session === undefined ? {} : { session }),
  };
  await log.append("token", { jti, consumer: iss }, now);
  return {
    access_token: await signCompact(signer, "at+jwt", claims),
    token_type: "DPoP" as const,
    expires_in: TOKEN_LIFE,
  };
}
