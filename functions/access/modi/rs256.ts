/** RS256, for what PDND and its clients sign. The algorithm is that of the issuer's profile, and the key is one that the operator set. */

import * as z from "zod";
import { fromBase64url } from "#bytes";
import type { RsaJwk } from "../../../schemas/pdnd.ts";
import { importedKey, jsonIn, SKEW, verifiedBytes } from "../../signing/jws.ts";
import { Unverified } from "../../signing/unverified.ts";

const Header = z.strictObject({
  alg: z.literal("RS256"),
  kid: z.string(),
  typ: z.string(),
  /** PDND puts it there; it says nothing. */
  use: z.literal("sig").optional(),
});

const cryptoKey = ({ kty, n, e }: RsaJwk) => importedKey({ kty, n, e }, "RS256");

interface Times {
  readonly iat: number;
  readonly exp: number;
  readonly nbf?: number | undefined;
}

/** Verifies a compact JWS of one of these kinds by one of these keys, and its times. Throws what `isUnverified` knows: the caller has a name for it. */
export async function verifyRs256<T extends Times>(
  jws: string,
  typ: readonly string[],
  schema: z.ZodType<T>,
  keys: readonly RsaJwk[],
  now: number,
): Promise<T> {
  const header = Header.parse(jsonIn(fromBase64url(jws.slice(0, jws.indexOf(".")))));
  if (!typ.includes(header.typ)) throw new Unverified("another typ");
  const key = keys.find(({ kid }) => kid === header.kid);
  if (key === undefined) throw new Unverified("no such key");
  const payload = await verifiedBytes(jws, await cryptoKey(key), "RS256");
  const claims = schema.parse(jsonIn(payload));
  const { iat, exp, nbf = iat } = claims;
  if (iat > now + SKEW || nbf > now + SKEW || exp < now - SKEW || exp < iat)
    throw new Unverified("not now");
  return claims;
}

export const isFor = (aud: string | readonly string[], audiences: readonly string[]): boolean =>
  [aud].flat().some((one) => audiences.includes(one));
