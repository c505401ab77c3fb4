/** PDND as an issuer of access tokens, and the signed headers of ModI: a profile of its own, RS256, beside that of the federation. */
import * as z from "zod";
import { MemberId, PublicJwk, Seconds } from "./words.ts";

/** What a key set may say of a key besides: that it is for nothing but signatures of this kind. */
const forSigning = <Alg extends "RS256" | "ES256">(alg: Alg) => ({
  kid: z.string().min(1).max(255).optional(),
  use: z.literal("sig").optional(),
  alg: z.literal(alg).optional(),
  key_ops: z.tuple([z.literal("verify")]).optional(),
});

const Modulus = z
  .string()
  .regex(/^[A-Za-z0-9_-]{342,1366}$/, "a modulus of 2048 bits and more, base64url")
  .refine((n) => !isRoca(n), "a key that a broken chip made (CVE-2017-15361)");
const rsa = {
  kty: z.literal("RSA"),
  n: Modulus,
  // 1 would make every message its own signature
  e: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,8}$/)
    .refine((e) => e !== "AQ", "an exponent above 1"),
};

/** The public half of an RSA key of 2048 bits and more in a key set (RFC 7518, 6.3.1). Certificates and the like are passed over. */
export const RsaJwk = z.object({ ...rsa, ...forSigning("RS256"), kid: z.string().min(1).max(255) });
export type RsaJwk = z.infer<typeof RsaJwk>;
/** Keys as the header of a DPoP proof has them: nothing else stands beside them, a private half least of all. */
export const RsaProofJwk = z.strictObject({ ...rsa, ...forSigning("RS256") });
export const P256ProofJwk = z.strictObject({ ...PublicJwk.shape, ...forSigning("ES256") });

const SMALL_PRIMES = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];
/**
 * Whether a modulus looks like those of ROCA (Nemec et al., CCS 2017): modulo each of these primes it is a power of 65537. Of
 * sound keys fewer than one in a hundred million do.
 */
function isRoca(n: string): boolean {
  const bytes = [...atob(n.replaceAll("-", "+").replaceAll("_", "/"))].map((letter) =>
    letter.charCodeAt(0),
  );
  return SMALL_PRIMES.every((prime) => {
    const residue = bytes.reduce((rest, byte) => (rest * 256 + byte) % prime, 0);
    for (let power = 1, step = 0; step < prime; step++, power = (power * 65537) % prime)
      if (power === residue) return true;
    return false;
  });
}

const keys = z
  .array(RsaJwk)
  .max(50)
  .refine((all) => new Set(all.map(({ kid }) => kid)).size === all.length, "a kid stands once");

/** Whom a hub trusts besides itself, as its operator says. */
export const Issuer = z.strictObject({
  /** `iss` of its vouchers, to the letter. */
  issuer: z.string().min(1).max(250),
  /** Values of `aud` that mean this hub: that of the descriptor, and of what stands before the hub. Not always URLs. */
  audiences: z.array(z.string().min(1).max(250)).min(1).max(20),
  /** Keys that sign vouchers. */
  keys: keys.refine((all) => all.length > 0, "at least one key"),
  /** Where a voucher says for which e-service it is, it must be this one. */
  route: z
    .strictObject({
      producerId: z.uuid().optional(),
      eserviceId: z.uuid().optional(),
      descriptorId: z.uuid().optional(),
    })
    .default({}),
  /** Client of PDND → member of the federation, with the keys that sign the client's ModI headers. */
  clients: z.record(z.uuid(), z.strictObject({ member: MemberId, keys: keys.default([]) })),
  demands: z
    .strictObject({
      /** Vouchers must be bound to a key. */
      dpop: z.boolean().default(false),
      /** INTEGRITY_REST_02 with every call that has a body. */
      integrity: z.boolean().default(false),
      /** AUDIT_REST_02 with every call. */
      tracking: z.boolean().default(false),
      /** Claims that tracking evidence must have, e.g. userID, userLocation, LoA. */
      claims: z.array(z.string().min(1).max(80)).max(20).default([]),
    })
    .default({ dpop: false, integrity: false, tracking: false, claims: [] }),
});
export type Issuer = z.infer<typeof Issuer>;

const Audience = z.union([z.string().max(250), z.array(z.string().max(250)).min(1).max(20)]);
const Id = z.string().min(1).max(255);

/** Payload of a voucher. PDND adds claims from time to time: those that are not known here are passed over. */
export const Voucher = z.object({
  iss: z.string(),
  aud: Audience,
  sub: z.uuid(),
  client_id: z.uuid(),
  iat: Seconds,
  nbf: Seconds,
  exp: Seconds,
  jti: Id,
  purposeId: z.uuid(),
  /** Of the tracking evidence: SHA-256 of the compact JWS, hexadecimal. */
  digest: z
    .object({ alg: z.literal("SHA256"), value: z.string().regex(/^[0-9a-f]{64}$/) })
    .optional(),
  producerId: z.string().optional(),
  consumerId: z.string().optional(),
  eserviceId: z.string().optional(),
  descriptorId: z.string().optional(),
  cnf: z.object({ jkt: z.string().length(43) }).optional(),
});
export type Voucher = z.infer<typeof Voucher>;

/** Payload of `Agid-JWT-Signature` (INTEGRITY_REST_02). */
export const Integrity = z.object({
  aud: Audience,
  iat: Seconds,
  exp: Seconds,
  nbf: Seconds.optional(),
  iss: Id.optional(),
  sub: Id.optional(),
  client_id: Id.optional(),
  jti: Id.optional(),
  /** One header each, names in lower case. */
  signed_headers: z
    .array(z.record(z.string().regex(/^[a-z0-9-]+$/), z.string()))
    .min(1)
    .max(20),
});

/** Payload of `Agid-JWT-TrackingEvidence` (AUDIT_REST_01 and 02). What else it says is data about who asks, and goes nowhere. */
export const Tracking = z.looseObject({
  iss: Id,
  aud: Audience,
  iat: Seconds,
  exp: Seconds,
  nbf: Seconds.optional(),
  jti: Id,
  purposeId: z.uuid(),
});
