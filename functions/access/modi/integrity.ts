/** INTEGRITY_REST_02: the client signs the digest of the body and the headers that say how to read it. */
import { createHash } from "node:crypto";
import { Integrity, type RsaJwk } from "../../../schemas/pdnd.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { isUnverified, Unverified } from "../../signing/unverified.ts";
import type { Call } from "../access.ts";
import { isFor, verifyRs256 } from "./rs256.ts";

/** `Digest` (RFC 3230) of a body as ModI wants it: base64, never hexadecimal. */
export const digestHeader = (body: string | Uint8Array): string =>
  `SHA-256=${createHash("sha256").update(body).digest("base64")}`;

interface Signing {
  readonly client: string;
  readonly keys: readonly RsaJwk[];
  readonly audiences: readonly string[];
  readonly demanded: boolean;
}

/**
 * Verified where it is sent; demanded where the issuer's configuration says so, of calls that have a body. Throws `Refused`
 * integrity-invalid. Is not once-only by itself: the body is a question, which is.
 */
export async function verifyIntegrity(
  { headers, body }: Call,
  { client, keys, audiences, demanded }: Signing,
  now: number,
) {
  const jws = headers["agid-jwt-signature"];
  if (jws === undefined) {
    if (demanded && body !== undefined)
      throw new Refused(
        "integrity-invalid",
        "send Digest and Agid-JWT-Signature (INTEGRITY_REST_02)",
      );
    return;
  }
  try {
    const {
      aud,
      iss = client,
      sub = client,
      client_id = client,
      signed_headers,
    } = await verifyRs256(jws, ["JWT"], Integrity, keys, now);
    if ([iss, sub, client_id].some((one) => one !== client) || !isFor(aud, audiences))
      throw new Unverified("of another client");
    if (headers.digest !== digestHeader(body ?? "")) throw new Unverified("another body");
    const signed = new Map(
      signed_headers.map((one) => {
        const [pair, ...more] = Object.entries(one);
        if (pair === undefined || more.length > 0) throw new Unverified("one header each");
        return pair;
      }),
    );
    if (signed.size !== signed_headers.length) throw new Unverified("a header twice");
    const needed = ["digest", "content-type", "content-encoding"].filter(
      (name) => headers[name] !== undefined,
    );
    if (!needed.every((name) => signed.has(name))) throw new Unverified("a header is not signed");
    if ([...signed].some(([name, value]) => headers[name] !== value))
      throw new Unverified("another header");
  } catch (error) {
    if (!isUnverified(error)) throw error;
    throw new Refused("integrity-invalid");
  }
}
