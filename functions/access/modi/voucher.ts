/**
 * A PDND voucher in place of a token of our own. Who the issuer is decides the profile: its keys, RS256, its audiences, and which
 * of its clients is which member. Bearer or DPoP is decided by the voucher, not by how it is sent.
 */
import type { JWK } from "jose";
import * as z from "zod";
import { type Issuer, P256ProofJwk, RsaProofJwk, Voucher } from "../../../schemas/pdnd.ts";
import type { Store } from "../../../schemas/ports.ts";
import { Refused } from "../../../schemas/refusal.ts";
import type { PublicJwk } from "../../../schemas/words.ts";
import { sha256, thumbprintOf } from "../../signing/jws.ts";
import { isUnverified, Unverified } from "../../signing/unverified.ts";
import type { Call, Vouched, Vouchers } from "../access.ts";
import type { Sent } from "../access-token.ts";
import { type Profile, verifyProof } from "../dpop.ts";
import { useProofOnce } from "../proof-once.ts";
import { verifyIntegrity } from "./integrity.ts";
import { issuerOf } from "./issuers.ts";
import { isFor, verifyRs256 } from "./rs256.ts";
import { verifyTracking } from "./tracking.ts";

/** PDND's longest voucher, in seconds. */
const LONGEST = 86_400;

/** Those of the issuers that the operator trusts, as they are at the moment of the call. */
export const vouchers =
  (store: Store): Vouchers =>
  async (iss, sent, call, now) => {
    const issuer = await issuerOf(store, iss);
    if (issuer === undefined) throw new Refused("token-invalid");
    return admitVoucher(store, issuer, sent, call, now);
  };

/**
 * Checks a voucher, its proof where it is bound to a key, and the ModI headers that are there or are demanded. Throws `Refused`:
 * token-invalid, proof-invalid, replayed, integrity-invalid, tracking-invalid.
 */
async function admitVoucher(
  store: Store,
  issuer: Issuer,
  { scheme, token }: Sent,
  call: Call,
  now: number,
): Promise<Vouched> {
  const voucher = await verifyVoucher(issuer, token, now);
  const client = issuer.clients[voucher.client_id];
  // a voucher that is bound to a key is never taken as bearer, nor one that is not under the name of DPoP
  const bound = voucher.cnf !== undefined;
  if (client === undefined || bound !== (scheme === "dpop") || (issuer.demands.dpop && !bound))
    throw new Refused("token-invalid");
  if (voucher.cnf !== undefined) {
    const { method, url, headers } = call;
    const proof = await verifyProof(
      headers.dpop,
      { method, url, token },
      voucher.cnf.jkt,
      now,
      profile,
    );
    await useProofOnce(store, "hub", voucher.cnf.jkt, proof, now);
  }
  const own = { client: voucher.client_id, keys: client.keys, audiences: issuer.audiences };
  await verifyTracking(
    call.headers["agid-jwt-trackingevidence"],
    { ...own, voucher, demands: issuer.demands },
    now,
  );
  await verifyIntegrity(call, { ...own, demanded: issuer.demands.integrity }, now);
  return { member: client.member, purposeId: voucher.purposeId };
}

async function verifyVoucher(issuer: Issuer, token: string, now: number): Promise<Voucher> {
  try {
    const voucher = await verifyRs256(
      token,
      ["at+jwt", "application/at+jwt"],
      Voucher,
      issuer.keys,
      now,
    );
    const { iss, aud, sub, client_id, iat, exp } = voucher;
    const fits =
      iss === issuer.issuer &&
      isFor(aud, issuer.audiences) &&
      sub === client_id &&
      exp - iat <= LONGEST;
    const elsewhere = Object.entries(issuer.route).some(
      ([name, id]) => id !== undefined && (voucher[name as keyof Issuer["route"]] ?? id) !== id,
    );
    if (!fits || elsewhere) throw new Unverified("for another use");
    return voucher;
  } catch (error) {
    if (!isUnverified(error)) throw error;
    throw new Refused("token-invalid");
  }
}

/** RFC 7638, of an RSA key. */
export const thumbprintOfRsa = ({ e, kty, n }: JWK): string =>
  sha256(JSON.stringify({ e, kty, n }));

/** Of proofs that go with vouchers: PDND takes RSA keys too. */
const proof = { typ: z.literal("dpop+jwt") };
const profile: Profile = {
  header: z.discriminatedUnion("alg", [
    z.strictObject({ ...proof, alg: z.literal("ES256"), jwk: P256ProofJwk }),
    z.strictObject({ ...proof, alg: z.literal("RS256"), jwk: RsaProofJwk }),
  ]) as Profile["header"],
  thumbprint: (jwk) => (jwk.kty === "RSA" ? thumbprintOfRsa(jwk) : thumbprintOf(jwk as PublicJwk)),
};
