/** A proof of possession is good once. Apart from the proofs themselves, which a browser makes too. */
import { type ProofKeeper, proofUsed } from "../../schemas/items/access.ts";
import { keyOf } from "../../schemas/items/item.ts";
import type { Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import type { DpopProof } from "../../schemas/token.ts";
import { SKEW } from "../signing/jws.ts";

/** Takes a proof up, once. `keeper` says whose call it was. Throws `Refused` replayed. */
export async function useProofOnce(
  store: Store,
  keeper: ProofKeeper,
  jkt: string,
  proof: DpopProof,
  now: number,
) {
  // it would be accepted until iat + SKEW, by a clock that may have been read a moment ago
  const item = {
    ...keyOf(proofUsed[keeper], { thumbprint: jkt, jti: proof.jti }),
    body: {},
    revision: 1,
    expiresAt: proof.iat + 2 * SKEW + 1,
  };
  if (!(await store.put(item, { kind: "absent-or-expired", now }))) throw new Refused("replayed");
}
