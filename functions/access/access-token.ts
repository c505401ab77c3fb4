/** The token that a call carries, as hub and nodes both read it. */
import type { DirectoryEntry, MemberKey } from "../../schemas/member.ts";
import { Refused } from "../../schemas/refusal.ts";
import { AccessToken } from "../../schemas/token.ts";
import { SKEW, verifyCompact } from "../signing/jws.ts";

export interface Sent {
  readonly scheme: "dpop" | "bearer";
  readonly token: string;
}

/** `Authorization` taken apart. Throws `Refused` token-missing. */
export function tokenIn(authorization: string | undefined): Sent {
  const [, scheme, token] = /^(DPoP|Bearer) +([^ ]+)$/i.exec(authorization ?? "") ?? [];
  if (scheme === undefined || token === undefined) throw tokenMissing();
  return { scheme: scheme.toLowerCase() as Sent["scheme"], token };
}
export const tokenMissing = () =>
  new Refused(
    "token-missing",
    "send Authorization: DPoP, with a token from the hub's /token.oauth2",
  );

/** A token that a hub gave for this audience. Throws `Refused` token-invalid. */
export async function verifyToken(
  token: string,
  hub: Pick<DirectoryEntry, "id" | "keys">,
  audience: string,
  now: number,
): Promise<AccessToken> {
  const trust = { keys: hub.keys, use: "hub", now, reason: "token-invalid" } as const;
  const claims = await verifyCompact(token, "at+jwt", AccessToken, trust);
  if (claims.iss !== hub.id || claims.aud !== audience) throw new Refused("token-invalid");
  return claims;
}

/** Whether this thumbprint is that of a member's own key, good at this moment: one that has ended is of no use to tokens given before. */
export const isMemberKey = (keys: readonly MemberKey[], jkt: string, now: number): boolean =>
  keys.some(
    ({ kid, use, from, until }) =>
      use === "member" && kid === jkt && from - SKEW <= now && now <= (until ?? now),
  );
