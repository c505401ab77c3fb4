/** A release that fails is recorded, privately: that one was tried and did not come out may not show. */

import { ifRefused } from "../../schemas/caught.ts";
import type { Clock } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import type { ReleaseJob } from "../../schemas/release.ts";
import type { Log } from "../log/append.ts";
import { recordRefusal } from "../log/record-refusal.ts";

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
    // what went wrong first is what must be told
    if (!(error instanceof Refused && error.reason === "not-due"))
      await recordRefusal(log, error, { dataset, period }, clock(), "failed-release").catch(
        ifRefused(undefined),
      );
    throw error;
  }
}
