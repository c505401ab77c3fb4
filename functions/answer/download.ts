/**
 * A whole release, to take away: what any consumer with an agreement may have. Its loss is fixed and published, so taking it
 * whole teaches no more than asking it for ever. Top to bottom: numbered → consumerOf → append.
 */

import { Refused } from "../../schemas/refusal.ts";
import { isMemberKey, tokenIn, verifyToken } from "../access/access-token.ts";
import { verifyProof } from "../access/dpop.ts";
import { useProofOnce } from "../access/proof-once.ts";
import { keysUnder } from "../access/session.ts";
import { rulesOfKind } from "../disclosure/kinds.ts";
import { recordRefusal } from "../log/record-refusal.ts";
import { keyring } from "../members/keyring.ts";
import { agreementFor } from "./agreement.ts";
import type { AnswerDeps } from "./answer.ts";
import { takeCall } from "./calls.ts";
import { trusted } from "./members.ts";
import type { Current } from "./releases.ts";

interface DownloadRequest {
  readonly authorization: string | undefined;
  readonly dpop: string | undefined;
  readonly path: string;
  readonly dataset: string;
  readonly period: string;
  readonly number: number;
}

/**
 * Who may take it: for open data, everybody; else the member itself, or a consumer whose agreement holds nothing back, with a
 * token of the hub for this node, bound to a key that the agreement pins, and a proof by that key. Throws `Refused`.
 */
export async function authoriseDownload(
  deps: AnswerDeps,
  request: DownloadRequest,
): Promise<Current> {
  const now = deps.clock();
  const { dataset, period, number } = request;
  const release = await deps.releases.numbered(dataset, period, number, now);
  if (rulesOfKind(release.manifest.kind).access === "anybody") return release;
  const { id } = release.manifest;
  const consumer = await consumerOf(deps, request, now).catch(async (error: unknown) => {
    await recordRefusal(deps.log, error, { at: "download", release: id }, now);
    throw error;
  });
  await deps.log.append("download", { release: id, consumer }, now);
  return release;
}

async function consumerOf(
  deps: AnswerDeps,
  { authorization, dpop, path, dataset }: DownloadRequest,
  now: number,
): Promise<string> {
  const { self, hub } = await trusted(deps.store, deps.trust);
  const { scheme, token } = tokenIn(authorization);
  if (scheme !== "dpop")
    throw new Refused(
      "token-missing",
      "send Authorization: DPoP, with a token for this node, and a DPoP proof",
    );
  const claims = await verifyToken(token, hub, self.id, now);
  const proof = await verifyProof(
    dpop,
    { method: "GET", url: `${self.url}${path}`, token },
    claims.cnf.jkt,
    now,
  );
  // what the hub says of a key is not enough: the agreement, or the member's own entry, must know it
  const own = claims.sub === self.id;
  const agreement = own
    ? undefined
    : await agreementFor(
        deps.store,
        self,
        { dataset, iss: claims.sub, purposeId: claims.purposeId },
        now,
      );
  const pinned = agreement ? await keyring(deps.store).keysOf(agreement.consumer) : self.keys;
  const keys = await keysUnder(
    claims.session,
    { id: claims.sub, keys: pinned },
    { role: "asker", audience: hub.id, now },
  );
  if (!isMemberKey(keys, claims.cnf.jkt, now)) throw new Refused("token-key-mismatch");
  if (
    agreement &&
    (agreement.measures !== "all" ||
      agreement.dimensions !== "all" ||
      agreement.tighter !== undefined)
  )
    throw new Refused(
      "beyond-agreement",
      "the agreement holds something back; ask questions instead",
    );
  await useProofOnce(deps.store, "answer", claims.cnf.jkt, proof, now);
  if (agreement) await takeCall(deps.store, agreement, now);
  return claims.sub;
}
