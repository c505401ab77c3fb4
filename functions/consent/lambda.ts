/** On AWS: `{ dataset, pseudonyms?, identifiers? }` from whoever at the member's office takes withdrawals down. */
import * as z from "zod";
import { Slug } from "../../schemas/words.ts";
import { job } from "../shared/live/job.ts";
import { keep } from "../shared/live/keep.ts";
import { withdraw } from "./withdraw.ts";

const Event = z.strictObject({
  dataset: Slug,
  pseudonyms: z.array(z.string()).max(1000).default([]),
  identifiers: z.array(z.array(z.string()).max(10)).max(1000).default([]),
});

export const handler = job(Event, async (withdrawal, scratch) => {
  const receipts = await withdraw(keep(process.env, scratch))(withdrawal);
  return { outcome: "withdrawn" as const, receipts };
});
