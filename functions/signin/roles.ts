/** What a person may, by what their organisation says of them. Pure. */
import type { OidcConfig, OidcGrant } from "../../schemas/desk.ts";
import type { SessionRole } from "../../schemas/session.ts";

export type Claims = Readonly<Record<string, unknown>>;

/** What lies at a claim: of the claim's own members, nothing that an object has by itself. */
function claimAt(claims: Claims, path: readonly string[]): unknown {
  let value: unknown = claims;
  for (const name of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name))
      return undefined;
    value = (value as Claims)[name];
  }
  return value;
}

/** To the letter: no part of a text, no other case, no number that reads alike. */
function isGranted(claims: Claims, { claim, value }: OidcGrant): boolean {
  const found = claimAt(claims, [claim].flat());
  return found === value || (Array.isArray(found) && found.includes(value));
}

/** A role that nothing is said of is nobody's. */
export const hasRole = (claims: Claims, roles: OidcConfig["roles"], role: SessionRole): boolean =>
  roles[role] !== undefined && isGranted(claims, roles[role]);
