/** Keys in AWS KMS: the private half never leaves it. */

import { createHash, createPublicKey } from "node:crypto";
import { GetPublicKeyCommand, type KMSClient, SignCommand } from "@aws-sdk/client-kms";
import { calculateJwkThumbprint } from "jose";
import { found } from "../../schemas/found.ts";
import type { Signer } from "../../schemas/ports.ts";
import { PublicJwk } from "../../schemas/words.ts";

/** Signs with an asymmetric KMS key of spec ECC_NIST_P256, by id, ARN or alias. */
export async function kmsSigner(client: KMSClient, keyId: string): Promise<Signer> {
  const held = await client.send(new GetPublicKeyCommand({ KeyId: keyId }));
  if (held.KeySpec !== "ECC_NIST_P256" || held.KeyUsage !== "SIGN_VERIFY") {
    throw new Error(`The KMS key ${keyId} is not a P-256 key for signing`);
  }
  const publicKey = createPublicKey({
    key: Buffer.from(found(held.PublicKey)),
    format: "der",
    type: "spki",
  });
  const jwk = PublicJwk.parse(publicKey.export({ format: "jwk" }));
  return {
    kid: await calculateJwkThumbprint(jwk),
    jwk,
    async sign(bytes) {
      // The digest is made here: KMS takes at most 4096 bytes of message.
      const digest = createHash("sha256").update(bytes).digest();
      const { Signature } = await client.send(
        // By the id that KMS gave: an alias may have been turned to another key since.
        new SignCommand({
          KeyId: held.KeyId ?? keyId,
          Message: digest,
          MessageType: "DIGEST",
          SigningAlgorithm: "ECDSA_SHA_256",
        }),
      );
      return rawSignature(found(Signature));
    },
  };
}

/** From DER, SEQUENCE { INTEGER r, INTEGER s }, to R || S of 32 bytes each. For P-256 every length fits one byte. */
export function rawSignature(der: Uint8Array): Uint8Array {
  const malformed = () => new Error("KMS gave a signature that is not DER");
  if (der[0] !== 0x30 || der[1] !== der.length - 2) throw malformed();
  const raw = new Uint8Array(64);
  let at = 2;
  for (const end of [32, 64]) {
    const length = der[at + 1] ?? 0;
    if (der[at] !== 0x02 || length < 1 || length > 33) throw malformed();
    const integer = der.subarray(at + 2, at + 2 + length);
    // A leading zero only says that the number is positive.
    const digits = integer[0] === 0 ? integer.subarray(1) : integer;
    if (integer.length !== length || digits.length > 32) throw malformed();
    raw.set(digits, end - digits.length);
    at += 2 + length;
  }
  if (at !== der.length) throw malformed();
  return raw;
}
