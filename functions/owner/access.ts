/**
 * Whether it is the owner who calls: by a token that the member's own key signed for this very node, and a proof for this call by the
 * same key; or by a browser's key, under a session in which the member's desk says that a person of this role holds it. The node knows
 * its member's keys itself. What any hub says of them, or gives out, opens nothing here.
 */

import { found } from "../../schemas/found.ts";
import type { DirectoryEntry } from "../../schemas/member.ts";
import { OWN_TOKEN_LIFE, OwnToken } from "../../schemas/owner.ts";
import type { Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { tokenIn } from "../access/access-token.ts";
import { verifyProof } from "../access/dpop.ts";
import { useProofOnce } from "../access/proof-once.ts";
import { keysUnder } from "../access/session.ts";
import type { Log } from "../log/append.ts";
import { recordRefusal } from "../log/record-refusal.ts";
import { keyring } from "../members/keyring.ts";
import { peek, sha256, verifyCompact } from "../signing/jws.ts";

export interface AccessDeps {
  /** The member's entry as the node pinned it when it was set up. */
  readonly self: DirectoryEntry;
  readonly store: Store;
  /** The private log: that the owner looked, or that somebody else tried to, is nobody's business outside. */
  readonly log: Log;
}

/** A call as it came. */
interface Call {
  readonly method: string;
  /** Without query. */
  readonly url: string;
  readonly authorization: string | undefined;
  readonly dpop: string | undefined;
}

/** The member with the keys that it has now. */
export const selfNow = async ({
  self,
  store,
}: Pick<AccessDeps, "self" | "store">): Promise<DirectoryEntry> =>
  found((await keyring(store).entriesOf([self]))[0]);

/**
 * Lets the owner pass, and notes each token in the private log, once. Throws `Refused`: token-missing, token-invalid, proof-invalid,
 * replayed, session-invalid, role-missing, log-unwritten.
 */
export async function demandOwner(deps: AccessDeps, call: Call, now: number): Promise<void> {
  try {
    const { jti, iat, session } = await ownerOf(deps, call, now);
    const by = session === undefined ? { by: "key" } : { by: "session", session: sha256(session) };
    await deps.log.append("owner", by, iat, jti);
  } catch (error) {
    // whoever sends nothing at all has tried nothing
    if (!(error instanceof Refused && error.reason === "token-missing"))
      await recordRefusal(deps.log, error, {}, now, "owner-refused");
    throw error;
  }
}

async function ownerOf(
  deps: AccessDeps,
  { method, url, authorization, dpop }: Call,
  now: number,
): Promise<OwnToken> {
  const { scheme, token } = sent(authorization);
  if (scheme !== "dpop") throw missing();
  const { id, keys: own } = await selfNow(deps);
  const { session } = peek(token, OwnToken, "token-invalid");
  const keys = await keysUnder(session, { id, keys: own }, { role: "owner", audience: id, now });
  const { kid, ...claims } = await verifyCompact(token, "own+jwt", OwnToken, {
    keys,
    use: "member",
    now,
    reason: "token-invalid",
  });
  const forItself = claims.iss === id && claims.sub === id && claims.aud === id;
  if (!forItself || claims.cnf.jkt !== kid || claims.exp - claims.iat > OWN_TOKEN_LIFE)
    throw new Refused("token-invalid");
  const proof = await verifyProof(dpop, { method, url, token }, kid, now);
  await useProofOnce(deps.store, "own", kid, proof, now);
  return claims;
}

const missing = () =>
  new Refused(
    "token-missing",
    "this is the owner's own: send Authorization: DPoP, with a token signed by the member's key",
  );
function sent(authorization: string | undefined) {
  try {
    return tokenIn(authorization);
  } catch (error) {
    throw error instanceof Refused ? missing() : error;
  }
}
