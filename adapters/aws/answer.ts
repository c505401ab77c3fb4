/** The answering side of a node on AWS: its table, the published bucket, its own key. No engine, and nothing of the private side. */
import { tmpdir } from "node:os";
import type { AnswerDeps } from "../../functions/answer/answer.ts";
import { releases } from "../../functions/answer/releases.ts";
import { storeLog } from "../../functions/log/append.ts";
import { systemClock } from "../clock/clock.ts";
import { bucketBlobs, keySigner, tableStore } from "./clients.ts";
import { AnswerEnv, type Env, readEnv } from "./env.ts";
import { trusted } from "./trust.ts";

export async function answer(env: Env): Promise<AnswerDeps> {
  const { TAVOLO_MEMBER, TAVOLO_HUB, TAVOLO_TABLE, TAVOLO_KEY, TAVOLO_PUBLISHED } = readEnv(
    AnswerEnv,
    env,
  );
  const store = tableStore(TAVOLO_TABLE);
  const published = bucketBlobs(TAVOLO_PUBLISHED, tmpdir());
  const [signer, entryOf] = await Promise.all([keySigner(TAVOLO_KEY), trusted(published)]);
  const trust = { self: entryOf(TAVOLO_MEMBER), hub: entryOf(TAVOLO_HUB) };
  const log = storeLog(store, TAVOLO_MEMBER);
  return {
    trust,
    store,
    releases: releases(store, published, trust.self),
    signer,
    log,
    clock: systemClock,
  };
}
