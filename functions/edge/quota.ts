/**
 * How many calls a minute one client may make, over all instances of a hub, in the manner of ModI (RAC_ROBUSTEZZA_001).
 *
 * What holds: never more than `limit` in a minute, however many instances and calls at once, because every call was taken off
 * one item by a conditional write before it went on. Calls are taken off in blocks of a twentieth, so that most wait for no
 * write; what an instance took and did not use by the end of the minute is lost, so a client may be told to wait up to a block
 * an instance too early, and never too late.
 */
import { rate } from "../../schemas/items/access.ts";
import { keyOf } from "../../schemas/items/item.ts";
import type { Clock, Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { getItem, putNext } from "../store/stored.ts";
import { problem, type Reply } from "./http.ts";

/** Instances that write the same item at the same moment win one after another. */
const ATTEMPTS = 50;

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

/** What an instance has taken of a client's minute, and what of that is left. */
interface Block {
  readonly minute: number;
  readonly taken: number;
  left: number;
}

export function meter(store: Store, limit: number): Meter {
  const size = Math.ceil(limit / 20);
  const blocks = new Map<string, Block>();
  const refills = new Map<string, Promise<Block>>();

  async function refill(client: string, minute: number): Promise<Block> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const item = await getItem(store, rate, { client });
      const held = item?.body;
      // an instance whose clock is behind counts with those that are ahead
      const at = Math.max(minute, held?.minute ?? 0);
      const before = held?.minute === at ? held.taken : 0;
      const left = Math.min(size, limit - before);
      if (left <= 0) return { minute: at, taken: limit, left: 0 };
      const body = { minute: at, taken: before + left };
      if (await putNext(store, item, { ...keyOf(rate, { client }), body }))
        return { minute: at, taken: body.taken, left };
    }
    throw new Refused("unavailable");
  }

  /** One refill at a time a client: calls that come meanwhile wait for it. */
  async function refilled(client: string, minute: number): Promise<Block> {
    const running =
      refills.get(client) ?? refill(client, minute).finally(() => refills.delete(client));
    refills.set(client, running);
    const block = await running;
    if (blocks.size > 10_000) blocks.clear();
    blocks.set(client, block);
    return block;
  }

  return async (client, now) => {
    const minute = Math.floor(now / 60);
    const reset = 60 - (now % 60);
    for (;;) {
      const known = blocks.get(client);
      const block =
        known !== undefined && known.minute >= minute && (known.left > 0 || known.taken >= limit)
          ? known
          : await refilled(client, minute);
      if (block.left > 0) {
        block.left -= 1;
        return { limit, remaining: limit - block.taken + block.left, reset, granted: true };
      }
      if (block.taken >= limit) return { limit, remaining: 0, reset, granted: false };
    }
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
