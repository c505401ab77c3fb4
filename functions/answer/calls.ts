/**
 * How many questions and downloads of a day (UTC) an agreement allows: throttling, counted here, at the node that owns the data.
 *
 * An agreement of 2,000 calls and more takes them off a few at a time (functions/edge/call-blocks.ts): a consumer may be told
 * to come back tomorrow a thousandth an instance too early, never too late.
 */
import type { Agreement } from "../../schemas/agreement.ts";
import { callsOfDay } from "../../schemas/items/agreements.ts";
import { keyOf } from "../../schemas/items/item.ts";
import type { Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { callBlocks, type Ledger, type TakeCall } from "../edge/call-blocks.ts";
import { getItem, putNext } from "../store/stored.ts";

const DAY = 86_400;

/** One item an agreement and day. */
const ledgerOf = (store: Store): Ledger => ({
  async read(agreement, day) {
    const item = await getItem(store, callsOfDay, { agreement, day });
    return item && { window: day, taken: item.body.taken, revision: item.revision };
  },
  write: (agreement, before, { window: day, taken }) =>
    putNext(store, before, {
      ...keyOf(callsOfDay, { agreement, day }),
      body: { taken },
      expiresAt: (day + 2) * DAY,
    }),
});
const takers = new WeakMap<Store, TakeCall>();

/** Takes one call off the agreement's day. Throws `Refused` calls-exhausted, with the seconds to the next day. */
export async function takeCall(
  store: Store,
  { id, callsADay }: Pick<Agreement, "id" | "callsADay">,
  now: number,
): Promise<void> {
  const take = takers.get(store) ?? callBlocks(ledgerOf(store));
  takers.set(store, take);
  const size = Math.max(1, Math.min(100, Math.floor(callsADay / 1000)));
  const left = await take(id, { window: Math.floor(now / DAY), limit: callsADay, size });
  if (left !== undefined) return;
  const retryAfter = DAY - (now % DAY);
  throw new Refused("calls-exhausted", {
    detail: `${callsADay} a day under this agreement; again in ${retryAfter} seconds`,
    retryAfter,
  });
}
