/** A release that fails is recorded, privately: that one was tried and did not come out may not show. */

import type { Clock } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import type { Log } from "../log/append.ts";
import type { ReleaseJob } from "./release.ts";

/** Runs a release; its failure is logged by its reason and thrown on. That none was due is no failure. */
export async function recorded<T>(
  log: Log,
  clock: Clock,
  { dataset, period }: ReleaseJob,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const reason = error instanceof Refused ? error.reason : "internal";
    // what went wrong first is what must be told
    if (reason !== "not-due")
      await log.append("failed-release", { dataset, period, reason }, clock()).catch(() => {});
    throw error;
  }
}
