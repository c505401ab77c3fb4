/**
 * Demonstrating proof of possession (RFC 9449): a call carries, besides its token, a fresh signature by the key that the token
 * is bound to, over this method, this address and this token.
 */
import { randomBytes } from "node:crypto";
import { compactVerify, importJWK } from "jose";
import * as z from "zod";
import type { Signer } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { DpopProof } from "../../schemas/token.ts";
import { PublicJwk } from "../../schemas/words.ts";
import { SKEW, sha256 } from "./jws.ts";

const Header = z.strictObject({ typ: z.literal("dpop+jwt"), alg: z.literal("ES256"), jwk: PublicJwk });

export interface Call {
  readonly method: string;
  /** The address without query and fragment. */
  readonly url: string;
  readonly token: string;
}

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A proof for one call. */
export async function proofFor({ method, url, token }: Call, signer: Signer, now: number): Promise<string> {
  const claims: DpopProof = { jti: randomBytes(16).toString("base64url"), htm: method, htu: url, iat: now, ath: sha256(token) };
  const input = `${base64url({ typ: "dpop+jwt", alg: "ES256", jwk: signer.jwk })}.${base64url(claims)}`;
  return `${input}.${Buffer.from(await signer.sign(Buffer.from(input, "ascii"))).toString("base64url")}`;
}

/**
 * Checks a proof against the call and the thumbprint that the token is bound to. Does not check that it is used once: that
 * needs a store, and the `jti` that is returned. Throws `Refused` proof-invalid.
 */
export async function verifyProof(proof: string | undefined, { method, url, token }: Call, jkt: string, now: number): Promise<DpopProof> {
  try {
    const [protected_ = ""] = (proof ?? "").split(".");
    const { jwk } = Header.parse(JSON.parse(Buffer.from(protected_, "base64url").toString("utf8")));
    // RFC 7638: the required members in the order of the alphabet
    if (sha256(JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y })) !== jkt) throw new TypeError("another key");
    const { payload } = await compactVerify(proof!, await importJWK(jwk, "ES256"), { algorithms: ["ES256"] });
    const claims = DpopProof.parse(JSON.parse(new TextDecoder().decode(payload)));
    const fits = claims.htm === method && claims.htu === url && claims.ath === sha256(token) && Math.abs(claims.iat - now) <= SKEW;
    if (!fits) throw new TypeError("another call");
    return claims;
  } catch {
    throw new Refused("proof-invalid");
  }
}
