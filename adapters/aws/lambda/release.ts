/** On AWS: `{ dataset, period }` from a schedule. The key of the noise is always drawn afresh; nothing here could hand one in. */
import * as z from "zod";
import { job } from "../../../functions/edge/job.ts";
import { recorded } from "../../../functions/release/recorded.ts";
import { release } from "../../../functions/release/release.ts";
import { Period, Slug } from "../../../schemas/words.ts";
import { release as live } from "../release.ts";

const Event = z.strictObject({ dataset: Slug, period: Period });

export const handler = job(Event, async (wanted, scratch) => {
  const { privateLog, ...deps } = await live(process.env, scratch);
  const { id } = await recorded(privateLog, deps.clock, wanted, () => release(deps, wanted));
  return { outcome: "released" as const, release: id };
});
