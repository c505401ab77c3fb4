/** A release that fails is recorded, privately: that one was tried and did not come out may not show. */

import type { Clock } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import type { Log } from "../log/append.ts";

/** The same run; its failures are logged by their reason and thrown on. That none was due is no failure. */
export const recorded =
  <J extends { readonly dataset: string; readonly period: string }, T>(
    log: Log,
    clock: Clock,
    run: (job: J) => Promise<T>,
  ) =>
  async (job: J): Promise<T> => {
    try {
      return await run(job);
    } catch (error) {
      const reason = error instanceof Refused ? error.reason : "internal";
      // what went wrong first is what must be told
      if (reason !== "not-due")
        await log
          .append("failed-release", { dataset: job.dataset, period: job.period, reason }, clock())
          .catch(() => {});
      throw error;
    }
  };
