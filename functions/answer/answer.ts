/**
 * The answering side of a node, top to bottom: trusted → verify → current → groundFor → planFor → withinAgreement → takeCall →
 * select → append → signCompact. It reads releases and agreements; it has no access to rows, exact cells or keys of noise, so
 * there is nothing here to leak.
 */

import type { Clock, Signer, Store } from "../../schemas/ports.ts";
import type { Partial } from "../../schemas/query.ts";
import type { DatasetKind } from "../../schemas/words.ts";
import { planFor } from "../disclosure/figure-plan.ts";
import { rulesOfKind } from "../disclosure/kinds.ts";
import { formOf } from "../disclosure/said.ts";
import { select } from "../disclosure/select.ts";
import type { Log } from "../log/append.ts";
import { recordRefusal } from "../log/record-refusal.ts";
import { keyring } from "../members/keyring.ts";
import { sha256, signCompact } from "../signing/jws.ts";
import { agreementFor, withinAgreement } from "./agreement.ts";
import { takeCall } from "./calls.ts";
import { trusted } from "./members.ts";
import type { Releases } from "./releases.ts";
import { Asked, Envelope, type Trust } from "./verify.ts";

export interface AnswerDeps {
  readonly trust: Trust;
  readonly store: Store;
  readonly releases: Releases;
  /** The node's answering key. */
  readonly signer: Signer;
  readonly log: Log;
  readonly clock: Clock;
}

/** A signed envelope in, a signed partial out. What is refused is logged by its reason; what cannot be logged does not leave. */
export async function answer(deps: AnswerDeps, sent: string): Promise<string> {
  const now = deps.clock();
  try {
    const trust = await trusted(deps.store, deps.trust);
    const envelope = await Envelope.verify(sent, trust, deps.store, now);
    const release = await deps.releases.current(
      envelope.claimed.dataset,
      envelope.claimed.period,
      now,
    );
    const { asked, ground, agreement } = await groundFor(
      { ...deps, trust },
      envelope,
      release.manifest.kind,
      now,
    );
    const plan = planFor(asked.query, release.manifest);
    if (agreement) withinAgreement(agreement, asked.query, plan);
    if (agreement) await takeCall(deps.store, agreement, now);
    const { policy } = release.manifest;
    const smallest = Math.max(policy.smallest, agreement?.tighter?.smallest ?? 0);
    const cells = select(plan, await release.cube(), smallest);
    const { id, cube } = release.manifest;
    const query = sha256(asked.jws);
    // a list by its digest says that the manifest is better sent once
    const byDigest = release.lists.size > 0;
    const partial: Partial = {
      v: byDigest ? 2 : formOf(cells),
      iss: deps.trust.self.id,
      iat: now,
      query,
      agreement: ground,
      release: id,
      cube,
      manifest: byDigest ? sha256(release.jws) : release.jws,
      ...(smallest > policy.smallest ? { smallest } : {}),
      cells,
      receipt: await deps.log.append(
        "answer",
        { query, consumer: asked.query.iss, agreement: ground, release: id },
        now,
      ),
    };
    return await signCompact(deps.signer, "tavolo-partial+jws", partial);
  } catch (error) {
    await recordRefusal(deps.log, error, {}, now);
    throw error;
  }
}

/** Own data needs no agreement, open data no more than the hub's envelope; records need an agreement in force, which pins the consumer's keys. */
async function groundFor(deps: AnswerDeps, envelope: Envelope, kind: DatasetKind, now: number) {
  const { self } = deps.trust;
  if (envelope.claimed.iss === self.id)
    return {
      asked: await Asked.verifyQuery(envelope, self.keys, deps.trust, now),
      ground: "own" as const,
    };
  if (rulesOfKind(kind).access === "anybody")
    return { asked: Asked.open(envelope), ground: "public" as const };
  const agreement = await agreementFor(deps.store, self, envelope.claimed, now);
  const asked = await Asked.verifyQuery(
    envelope,
    await keyring(deps.store).keysOf(agreement.consumer),
    deps.trust,
    now,
  );
  return { asked, ground: agreement.id, agreement };
}
