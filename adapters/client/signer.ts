/** A member's key, as Node and browsers both hold it: with the machine's own cryptography (Web Crypto). */
import type { CryptoKey, JWK } from "jose";
import * as z from "zod";
import { thumbprintOf } from "../../functions/signing/jws.ts";
import type { Signer } from "../../schemas/ports.ts";
import { PrivateJwk, PublicJwk } from "../../schemas/words.ts";

/** A private P-256 key as JWK; a pair that Web Crypto keeps, which need not be extractable; or whatever else signs. */
export type Key = JWK | KeyPair | Signer;
export interface KeyPair {
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

/** Without whatever Web Crypto and other tools add. */
const PublicHalf = z.object(PublicJwk.shape);

const P256 = { name: "ECDSA", namedCurve: "P-256" } as const;
const ES256 = { name: "ECDSA", hash: "SHA-256" } as const;

/** Throws `TypeError` where the key is none for ES256, or its halves do not belong together. Says nothing of the key itself. */
export async function signerOf(key: Key): Promise<Signer> {
  if ("sign" in key) return key as Signer;
  if (globalThis.crypto?.subtle === undefined)
    throw new TypeError("signing needs a secure page: https, or 127.0.0.1");
  const { privateKey, publicKey } =
    "privateKey" in key ? (key as KeyPair) : await pairOf(key as JWK);
  const jwk = PublicHalf.safeParse(await crypto.subtle.exportKey("jwk", publicKey));
  if (!jwk.success) throw new TypeError("the key is not a P-256 key");
  const sign = async (bytes: Uint8Array) =>
    new Uint8Array(await crypto.subtle.sign(ES256, privateKey, bytes as Uint8Array<ArrayBuffer>));
  const probe = new TextEncoder().encode(jwk.data.x);
  if (
    !(await crypto.subtle.verify(
      ES256,
      publicKey,
      (await sign(probe)) as Uint8Array<ArrayBuffer>,
      probe,
    ))
  )
    throw new TypeError("the two halves of the key do not belong together");
  return { kid: thumbprintOf(jwk.data), jwk: jwk.data, sign };
}

/** The private half stays unextractable from here on. */
async function pairOf(key: JWK): Promise<KeyPair> {
  const jwk = PrivateJwk.safeParse(key);
  if (!jwk.success) throw new TypeError("the key is not a private P-256 key as JWK");
  try {
    return {
      privateKey: await crypto.subtle.importKey("jwk", jwk.data, P256, false, ["sign"]),
      publicKey: await crypto.subtle.importKey("jwk", PublicHalf.parse(jwk.data), P256, true, [
        "verify",
      ]),
    };
  } catch {
    throw new TypeError("the two halves of the key do not belong together");
  }
}
