/**
 * On AWS: `{ dataset, period }` from a schedule or an operator, who may add the `revision` of a public table; `{ do: "planned" }` every
 * minute. What is held back until `at` takes three steps of an operator: `hold`, then the file is taken in, then `confirm` with the
 * plan's id, which `hold` gave, and the digest of its version; `withdraw` takes it back. The key of the noise is always drawn afresh; nothing here could hand one in.
 */
import * as z from "zod";
import { job } from "../../../functions/edge/job.ts";
import {
  confirmPlan,
  holdBack,
  releasePlanned,
  withdrawPlan,
} from "../../../functions/release/planned.ts";
import { recorded } from "../../../functions/release/recorded.ts";
import { release } from "../../../functions/release/release.ts";
import { ifRefused } from "../../../schemas/caught.ts";
import { type ReleaseJob, RevisionTerms } from "../../../schemas/release.ts";
import { Digest, Jti, Period, Seconds, Slug } from "../../../schemas/words.ts";
import { release as live } from "../release.ts";

const Wanted = z.strictObject({
  dataset: Slug,
  period: Period,
  revision: RevisionTerms.optional(),
});
const Event = z.union([
  Wanted,
  Wanted.extend({ do: z.literal("hold"), at: Seconds }),
  z.strictObject({ do: z.literal("confirm"), dataset: Slug, plan: Jti, version: Digest }),
  z.strictObject({ do: z.literal("withdraw"), dataset: Slug }),
  z.strictObject({ do: z.literal("planned") }),
]);

export const handler = job(Event, async (wanted, scratch) => {
  const { privateLog, ...deps } = await live(process.env, scratch);
  const { store, clock } = deps;
  const make = (one: ReleaseJob) => recorded(privateLog, clock, one, () => release(deps, one));
  const jobOf = ({ dataset, period, revision }: z.infer<typeof Wanted>): ReleaseJob => ({
    ...{ dataset, period },
    ...(revision ? { revision } : {}),
  });
  if (!("do" in wanted))
    return { outcome: "released" as const, release: (await make(jobOf(wanted))).id };
  switch (wanted.do) {
    case "hold":
      return {
        outcome: "held" as const,
        plan: await holdBack(store, jobOf(wanted), wanted.at, clock()),
      };
    case "confirm": {
      const { dataset, plan: id, version: rows } = wanted;
      await confirmPlan(store, { dataset, id, rows });
      return { outcome: "planned" as const };
    }
    case "withdraw":
      await withdrawPlan(store, wanted.dataset);
      return { outcome: "withdrawn" as const };
    case "planned": {
      const out: string[] = [];
      // what one of them is refused for is recorded, and keeps no other back
      await releasePlanned(store, make, clock(), async (_, work) => {
        const manifest = await work().catch(ifRefused(undefined));
        if (manifest !== undefined) out.push(manifest.id);
      });
      return { outcome: "released" as const, releases: out };
    }
  }
});
