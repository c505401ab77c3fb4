/**
 * Demonstrating proof of possession (RFC 9449): a call carries, besides its token, a fresh signature by the key that the token
 * is bound to, over this method, this address and this token. A call that asks for a token carries one over method and address.
 */

import type { JWK } from "jose";
import * as z from "zod";
import { fromBase64url, toBase64url } from "#bytes";
import type { Signer } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { DpopProof } from "../../schemas/token.ts";
import { PublicJwk } from "../../schemas/words.ts";
import {
  freshId,
  importedKey,
  jsonIn,
  SKEW,
  sha256,
  thumbprintOf,
  verifiedBytes,
} from "../signing/jws.ts";
import { isUnverified, Unverified } from "../signing/unverified.ts";

interface Call {
  readonly method: string;
  /** The address without query and fragment. */
  readonly url: string;
  /** None where a token is only asked for. */
  readonly token?: string;
}

const utf8 = new TextEncoder();
const base64url = (value: object) => toBase64url(JSON.stringify(value));

/** A proof for one call. */
export async function proofFor(
  { method, url, token }: Call,
  signer: Signer,
  now: number,
): Promise<string> {
  const claims: DpopProof = {
    jti: freshId(),
    htm: method,
    htu: url,
    iat: now,
    ...(token === undefined ? {} : { ath: sha256(token) }),
  };
  const input = `${base64url({ typ: "dpop+jwt", alg: "ES256", jwk: signer.jwk })}.${base64url(claims)}`;
  return `${input}.${toBase64url(await signer.sign(utf8.encode(input)))}`;
}

/** Which keys may sign proofs: the header is the only place from which a key is taken, so it is held to one form. */
export interface Profile {
  readonly header: z.ZodType<{ readonly alg: "ES256" | "RS256"; readonly jwk: JWK }>;
  /** RFC 7638. */
  thumbprint(jwk: JWK): string;
}
const federation: Profile = {
  header: z.strictObject({ typ: z.literal("dpop+jwt"), alg: z.literal("ES256"), jwk: PublicJwk }),
  thumbprint: (jwk) => thumbprintOf(jwk as PublicJwk),
};

/**
 * Checks a proof against the call and the thumbprint that the token is, or is to be, bound to. Does not check that it is used
 * once: see `useProofOnce`. Throws `Refused` proof-invalid.
 */
export async function verifyProof(
  proof: string | undefined,
  { method, url, token }: Call,
  jkt: string,
  now: number,
  { header, thumbprint }: Profile = federation,
): Promise<DpopProof> {
  try {
    // more than one proof, joined by a comma, is not base64url (RFC 9449, 4.3)
    if (proof === undefined) throw new Unverified("no proof");
    const { alg, jwk } = header.parse(jsonIn(fromBase64url(proof.slice(0, proof.indexOf(".")))));
    if (thumbprint(jwk) !== jkt) throw new Unverified("another key");
    const claims = DpopProof.parse(
      jsonIn(await verifiedBytes(proof, await importedKey(jwk, alg), alg)),
    );
    const ath = token === undefined ? undefined : sha256(token);
    const fits =
      claims.htm === method &&
      plain(claims.htu) === url &&
      claims.ath === ath &&
      Math.abs(claims.iat - now) <= SKEW;
    if (!fits) throw new Unverified("another call");
    return claims;
  } catch (error) {
    if (!isUnverified(error)) throw error;
    throw new Refused(
      "proof-invalid",
      `send one fresh DPoP proof, for ${method} ${url.slice(0, 300)}, by the key of the token`,
    );
  }
}

/** RFC 9449, 4.3: compared after the normalisation that every URL parser does, without query and fragment. */
function plain(htu: string): string | undefined {
  const url = URL.parse(htu);
  return url === null ? undefined : `${url.origin}${url.pathname}`;
}
