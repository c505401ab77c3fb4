/**
 * Calls taken off a window's allowance, a minute's or a day's, in blocks: the one way in which Tavolo counts calls.
 *
 * What holds: never more than the limit in a window, however many instances and calls at once, because every call was taken off
 * one item by a conditional write before it went on. Most calls wait for no write, since an instance takes a block at a time;
 * what it took and did not use by the end of the window is lost, so a caller may be told to wait too early, and never too late.
 */
import type { Item } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { boundedCache } from "../signing/bounded-cache.ts";

/** Instances that write the same item at the same moment win one after another. */
const ATTEMPTS = 50;

/** What instances have taken of a window: a minute or a day, counted since 1970. */
interface Taken {
  readonly window: number;
  readonly taken: number;
}
type Read = Taken & Pick<Item, "revision">;
/** How that lies in the store. */
export interface Ledger {
  /** What the caller's item says; it may be of another window. */
  read(caller: string, window: number): Promise<Read | undefined>;
  /** False where somebody else wrote since the reading. */
  write(caller: string, before: Read | undefined, next: Taken): Promise<boolean>;
}
/** What a caller may do: `limit` calls in this window, taken `size` at a time. */
interface Allowance {
  readonly window: number;
  readonly limit: number;
  readonly size: number;
}

/** What an instance has taken of a caller's window, and what of that is left. */
interface Block extends Taken {
  left: number;
}

/** Takes one call. Gives how many are left in the window, as far as this instance knows; undefined where there was none. */
export type TakeCall = (caller: string, allowance: Allowance) => Promise<number | undefined>;

export function callBlocks(ledger: Ledger): TakeCall {
  const blocks = boundedCache<Block>(10_000);
  const refills = new Map<string, Promise<void>>();

  async function refill(caller: string, { window, limit, size }: Allowance): Promise<Block> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const held = await ledger.read(caller, window);
      // an instance whose clock is behind counts with those that are ahead
      const at = Math.max(window, held?.window ?? 0);
      const before = held?.window === at ? held.taken : 0;
      const left = Math.min(size, limit - before);
      if (left <= 0) return { window: at, taken: limit, left: 0 };
      const next = { window: at, taken: before + left };
      if (await ledger.write(caller, held, next)) return { ...next, left };
    }
    throw new Refused("unavailable");
  }

  /** One refill at a time a caller: calls that come meanwhile wait for it. */
  async function refilled(caller: string, allowance: Allowance): Promise<void> {
    const fetch = async () => {
      blocks.set(caller, await refill(caller, allowance));
    };
    const running = refills.get(caller) ?? fetch().finally(() => refills.delete(caller));
    refills.set(caller, running);
    await running;
  }

  return async (caller, allowance) => {
    const { window, limit } = allowance;
    for (;;) {
      const block = blocks.get(caller);
      if (block === undefined || block.window < window) await refilled(caller, allowance);
      else if (block.left > 0) {
        block.left -= 1;
        return limit - block.taken + block.left;
      } else if (block.taken >= limit) return undefined;
      else await refilled(caller, allowance);
    }
  };
}
