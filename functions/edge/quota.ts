/**
 * How many calls a minute one client may make, over all instances of a hub, in the manner of ModI (RAC_ROBUSTEZZA_001).
 *
 * Calls are taken off in blocks of a twentieth (call-blocks.ts): a client may be told to wait up to a block an instance too
 * early, and never too late.
 */
import { rate } from "../../schemas/items/access.ts";
import { keyOf } from "../../schemas/items/item.ts";
import type { Clock, Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { getItem, putNext } from "../store/stored.ts";
import { callBlocks, type Ledger } from "./call-blocks.ts";
import { problem, type Reply } from "./http.ts";

interface Quota {
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until all of it is there again. */
  readonly reset: number;
  /** Whether this call is within it. */
  readonly granted: boolean;
}
/** Takes one call off a client's quota. Rejects where the store cannot be reached. */
export type Meter = (client: string, now: number) => Promise<Quota>;

/** One item a client: it says of which minute it is. */
const ledgerOf = (store: Store): Ledger => ({
  async read(client) {
    const item = await getItem(store, rate, { client });
    return item && { window: item.body.minute, taken: item.body.taken, revision: item.revision };
  },
  write: (client, before, { window: minute, taken }) =>
    putNext(store, before, { ...keyOf(rate, { client }), body: { minute, taken } }),
});

export function meter(store: Store, limit: number): Meter {
  const size = Math.ceil(limit / 20);
  const take = callBlocks(ledgerOf(store));
  return async (client, now) => {
    const remaining = await take(client, { window: Math.floor(now / 60), limit, size });
    const reset = 60 - (now % 60);
    return { limit, remaining: remaining ?? 0, reset, granted: remaining !== undefined };
  };
}

/** Serves one call whose caller is counted as soon as it is known: the headers of the quota go with the answer, or with the refusal. */
export async function metered(
  meter: Meter | undefined,
  clock: Clock,
  serve: (count: (client: string) => Promise<void>) => Promise<Reply>,
): Promise<Reply> {
  let quota: Record<string, string> = {};
  const count = async (client: string) => {
    if (meter === undefined) return;
    const { limit, remaining, reset, granted } = await meter(client, clock());
    quota = {
      "x-ratelimit-limit": `${limit}`,
      "x-ratelimit-remaining": `${remaining}`,
      "x-ratelimit-reset": `${reset}`,
    };
    if (granted) return;
    quota["retry-after"] = `${reset}`;
    throw new Refused(
      "too-many-calls",
      `at most ${limit} calls a minute; again in ${reset} seconds`,
    );
  };
  const refused = (error: unknown): Reply => {
    if (error instanceof Refused) return problem(error);
    throw error;
  };
  const reply = await serve(count).catch(refused);
  return { ...reply, headers: { ...reply.headers, ...quota } };
}
