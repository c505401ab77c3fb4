/** On AWS: `{ dataset, period }` from a schedule. The key of the noise is always drawn afresh; nothing here could hand one in. */
import * as z from "zod";
import { Period, Slug } from "../../schemas/words.ts";
import { job } from "../shared/live/job.ts";
import { release as live } from "../shared/live/release.ts";
import { recorded } from "./recorded.ts";
import { release } from "./release.ts";

const Event = z.strictObject({ dataset: Slug, period: Period });

export const handler = job(Event, async (wanted, scratch) => {
  const { privateLog, ...deps } = await live(process.env, scratch);
  const { id } = await recorded(privateLog, deps.clock, release(deps))(wanted);
  return { outcome: "released" as const, release: id };
});
