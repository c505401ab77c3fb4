/** The owner's interface of a node on AWS: its table, under rights of its own, and the one function that it may start. */
import { tmpdir } from "node:os";
import * as z from "zod";
import { storeLog } from "../../functions/log/append.ts";
import type { OwnerDeps } from "../../functions/owner/handler.ts";
import { CompactJws } from "../../schemas/words.ts";
import { systemClock } from "../clock/clock.ts";
import { guardedFetch } from "../peer/guarded.ts";
import { httpLine } from "../peer/line.ts";
import { bucketBlobs, functionJob, tableStore } from "./clients.ts";
import { type Env, OwnerEnv, readEnv } from "./env.ts";
import { trusted } from "./trust.ts";

const Withdrawn = z.object({ outcome: z.literal("withdrawn"), receipts: z.array(CompactJws) });

export async function owner(env: Env): Promise<OwnerDeps> {
  const { TAVOLO_MEMBER, TAVOLO_TABLE, TAVOLO_PUBLISHED, TAVOLO_CONSENT, TAVOLO_HUB_URL } = readEnv(
    OwnerEnv,
    env,
  );
  const store = tableStore(TAVOLO_TABLE);
  const entryOf = await trusted(bucketBlobs(TAVOLO_PUBLISHED, tmpdir()));
  const consent = functionJob(TAVOLO_CONSENT);
  return {
    self: entryOf(TAVOLO_MEMBER),
    store,
    log: storeLog(store, TAVOLO_MEMBER, "own#log"),
    takeOut: async (wanted) =>
      Withdrawn.parse(await consent({ do: "withdraw", ...wanted })).receipts,
    line: httpLine(guardedFetch()),
    ...(TAVOLO_HUB_URL ? { hub: TAVOLO_HUB_URL } : {}),
    clock: systemClock,
    origin: undefined,
  };
}
