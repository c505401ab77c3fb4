/**
 * How many questions and downloads of a day (UTC) an agreement allows: throttling, counted here, at the node that owns the data.
 *
 * What holds: never more than the agreement says, however many instances and calls at once, because every call was taken off one
 * item by a conditional write. An agreement of 2,000 calls and more takes them off a few at a time, so that most wait for no write;
 * what an instance took and did not use is lost, so a consumer may be told to come back tomorrow a thousandth too early, never too late.
 */
import type { Agreement } from "../../schemas/agreement.ts";
import { callsOfDay } from "../../schemas/items/agreements.ts";
import { keyOf } from "../../schemas/items/item.ts";
import type { Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { getItem, putNext } from "../store/stored.ts";

const DAY = 86_400;
/** Instances that write the same item at the same moment win one after another. */
const ATTEMPTS = 50;

/** What an instance has taken of a day, and what of that is left. */
interface Block {
  readonly day: number;
  left: number;
  readonly isLast: boolean;
}
interface Book {
  readonly blocks: Map<string, Block>;
  readonly refills: Map<string, Promise<void>>;
}
const books = new WeakMap<Store, Book>();

async function refill(store: Store, id: string, limit: number, day: number): Promise<Block> {
  const size = Math.max(1, Math.min(100, Math.floor(limit / 1000)));
  const at = { agreement: id, day };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const item = await getItem(store, callsOfDay, at);
    const before = item?.body.taken ?? 0;
    const left = Math.min(size, limit - before);
    if (left <= 0) return { day, left: 0, isLast: true };
    const body = { taken: before + left };
    const next = { ...keyOf(callsOfDay, at), body, expiresAt: (day + 2) * DAY };
    if (await putNext(store, item, next)) return { day, left, isLast: before + left >= limit };
  }
  throw new Refused("unavailable");
}

/** Takes one call off the agreement's day. Throws `Refused` calls-exhausted, with the seconds to the next day. */
export async function takeCall(
  store: Store,
  { id, callsADay }: Pick<Agreement, "id" | "callsADay">,
  now: number,
): Promise<void> {
  const book = books.get(store) ?? { blocks: new Map(), refills: new Map() };
  books.set(store, book);
  const { blocks, refills } = book;
  const day = Math.floor(now / DAY);
  for (;;) {
    const known = blocks.get(id);
    if (known?.day === day && known.left > 0) {
      known.left -= 1;
      return;
    }
    if (known?.day === day && known.isLast) {
      const retryAfter = DAY - (now % DAY);
      throw new Refused("calls-exhausted", {
        detail: `${callsADay} a day under this agreement; again in ${retryAfter} seconds`,
        retryAfter,
      });
    }
    // one refill at a time: calls that come meanwhile wait for it
    const fetch = async () => {
      const block = await refill(store, id, callsADay, day);
      if (blocks.size > 10_000) blocks.clear();
      blocks.set(id, block);
    };
    const running = refills.get(id) ?? fetch().finally(() => refills.delete(id));
    refills.set(id, running);
    await running;
  }
}
