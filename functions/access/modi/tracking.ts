/** AUDIT_REST_02: the client says, signed, for whom it asks; the voucher carries the digest of that, so that neither goes with another. */
import { createHash } from "node:crypto";
import { type Issuer, type RsaJwk, Tracking, type Voucher } from "../../../schemas/pdnd.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { isUnverified, Unverified } from "../../signing/unverified.ts";
import { isFor, verifyRs256 } from "./rs256.ts";

interface Tracked {
  readonly client: string;
  readonly keys: readonly RsaJwk[];
  readonly audiences: readonly string[];
  readonly voucher: Voucher;
  readonly demands: Issuer["demands"];
}

/**
 * Verified where it is sent; demanded where the issuer's configuration says so, and then with the digest in the voucher. One
 * evidence goes with every call of its voucher. What it says of persons is checked to be there and kept nowhere. Throws
 * `Refused` tracking-invalid.
 */
export async function verifyTracking(
  jws: string | undefined,
  { client, keys, audiences, voucher, demands }: Tracked,
  now: number,
) {
  if (jws === undefined) {
    if (demands.tracking)
      throw new Refused("tracking-invalid", "send Agid-JWT-TrackingEvidence (AUDIT_REST_02)");
    return;
  }
  try {
    const evidence = await verifyRs256(jws, ["JWT"], Tracking, keys, now);
    if (
      evidence.iss !== client ||
      !isFor(evidence.aud, audiences) ||
      evidence.purposeId !== voucher.purposeId
    )
      throw new Unverified("of another client or purpose");
    const digest = createHash("sha256").update(jws, "ascii").digest("hex");
    if (voucher.digest === undefined ? demands.tracking : voucher.digest.value !== digest)
      throw new Unverified("of another voucher");
    // some write LoA, some loa
    const said = new Set(Object.keys(evidence).map((name) => name.toLowerCase()));
    if (!demands.claims.every((name) => said.has(name.toLowerCase())))
      throw new Unverified("a claim is missing");
  } catch (error) {
    if (!isUnverified(error)) throw error;
    throw new Refused("tracking-invalid");
  }
}
