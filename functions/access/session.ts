/**
 * What a browser signed for a member: under a session, which the member's own session key signed. The session names the browser's
 * key, so that nobody needs to be asked whose it is: hub, node and whoever verifies offline follow the same two signatures.
 */
import { found } from "../../schemas/found.ts";
import type { MemberKey } from "../../schemas/member.ts";
import { Refused } from "../../schemas/refusal.ts";
import { SESSION_LIFE, Session, type SessionRole } from "../../schemas/session.ts";
import { thumbprintOf, verifyCompact } from "../signing/jws.ts";

/** A member, with the keys by which it is known to whoever asks. */
interface Party {
  readonly id: string;
  readonly keys: readonly MemberKey[];
}

interface Ground {
  /** What the session must allow; any role will do where none is named. */
  readonly role?: SessionRole;
  /** For whom it must be: the hub, or the member's own node. */
  readonly audience: string;
  readonly now: number;
  /** Of long ago: then only what held when it was signed is asked. */
  readonly lasting?: boolean;
}

/**
 * The keys with which this member may have signed something: its own; or, where a session goes with it, that browser's alone, for as
 * long as the session and the key that signed it are good. So whoever ends that key ends every session at once. Throws `Refused`
 * session-invalid or role-missing.
 */
export async function keysUnder(
  session: string | undefined,
  { id, keys }: Party,
  ground: Ground,
): Promise<readonly MemberKey[]> {
  if (session === undefined) return keys;
  return [(await browserKey(session, { id, keys }, ground)).key];
}

/** The browser's key under a session, and the thumbprint of the member's key that vouches for it. Throws `Refused` as `keysUnder`. */
export async function browserKey(
  session: string,
  { id, keys }: Party,
  { role, audience, now, lasting }: Ground,
): Promise<{ readonly key: MemberKey; readonly kid: string }> {
  const trust = {
    keys,
    use: "session",
    now,
    reason: "session-invalid",
    ...(lasting ? { lasting } : {}),
  } as const;
  const { kid, iss, aud, iat, exp, roles, cnf } = await verifyCompact(
    session,
    "tavolo-session+jws",
    Session,
    trust,
  );
  if (iss !== id || aud !== audience || exp <= iat || exp - iat > SESSION_LIFE)
    throw new Refused("session-invalid");
  if (role !== undefined && !roles.includes(role)) throw new Refused("role-missing");
  const vouching = found(keys.find((key) => key.kid === kid && key.use === "session"));
  const until = Math.min(exp, vouching.until ?? exp);
  return {
    key: { kid: thumbprintOf(cnf.jwk), use: "member", jwk: cnf.jwk, from: iat, until },
    kid,
  };
}
