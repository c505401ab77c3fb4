/**
 * How much each agreement is used, as the hub counted: answers, today and in all. One item a consumer and dataset, since a question
 * has one of each: one write a question, however many cities answer it. For the public register, and for saying no before a node
 * is asked in vain; the node counts by itself, and its count decides.
 */

import type * as z from "zod";
import { usage } from "../../schemas/items/agreements.ts";
import { keyOf } from "../../schemas/items/item.ts";
import type { Store } from "../../schemas/ports.ts";
import { traceFault } from "../edge/fault.ts";
import { boundedCache } from "../signing/bounded-cache.ts";
import { getItem, putNext, queryItems } from "../store/stored.ts";

type Counted = z.output<(typeof usage)["body"]>;
/** Milliseconds between two writes of one item: what is counted meanwhile waits in memory, and is lost with the process. */
const EVERY_MS = 1000;
/** Hubs that write the same item at the same moment win one after another. */
const ATTEMPTS = 20;

export interface Used {
  readonly today: number;
  readonly total: number;
}
export interface UsageBook {
  /** By id of the agreement; those that were never used are not in it. */
  of(consumer: string, dataset: string, now: number): Promise<ReadonlyMap<string, Used>>;
  all(now: number): Promise<ReadonlyMap<string, Used>>;
  /** Counts one answer under each of some agreements. A count that cannot be written is lost: no answer stays away for statistics. */
  count(
    consumer: string,
    dataset: string,
    agreements: readonly string[],
    now: number,
  ): Promise<void>;
}

const dayOf = (now: number): number => Math.floor(now / 86_400);

const usedIn = ({ day, today, total }: Counted, now: number): [string, Used][] =>
  Object.entries(total).map(([id, all]) => [
    id,
    { today: day === dayOf(now) ? (today[id] ?? 0) : 0, total: all },
  ]);

function added(before: Counted | undefined, agreements: readonly string[], now: number): Counted {
  // a hub whose clock is behind counts with those that are ahead
  const day = Math.max(dayOf(now), before?.day ?? 0);
  const today = before?.day === day ? { ...before.today } : {};
  const total = { ...before?.total };
  for (const id of agreements) {
    today[id] = (today[id] ?? 0) + 1;
    total[id] = (total[id] ?? 0) + 1;
  }
  return { day, today, total };
}

export function usageBook(store: Store, everyMs = EVERY_MS): UsageBook {
  const waiting = new Map<string, string[]>();
  const next = boundedCache<number>(10_000);
  const timers = new Set<string>();
  const running = new Map<string, Promise<void>>();

  async function write(sk: string, now: number): Promise<void> {
    const [consumer = "", dataset = ""] = sk.split("/");
    const at = { consumer, dataset };
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const item = await getItem(store, usage, at);
      // all that came meanwhile goes into one write
      const agreements = waiting.get(sk) ?? [];
      waiting.delete(sk);
      const body = added(item?.body, agreements, now);
      if (await putNext(store, item, { ...keyOf(usage, at), body })) return;
      waiting.set(sk, [...agreements, ...(waiting.get(sk) ?? [])]);
    }
    waiting.delete(sk);
  }

  return {
    async of(consumer, dataset, now) {
      const item = await getItem(store, usage, { consumer, dataset });
      return new Map(item === undefined ? [] : usedIn(item.body, now));
    },
    async all(now) {
      const all: [string, Used][] = [];
      for await (const { body } of queryItems(store, usage, {})) all.push(...usedIn(body, now));
      return new Map(all);
    },
    async count(consumer, dataset, agreements, now) {
      if (agreements.length === 0) return;
      const { sk } = keyOf(usage, { consumer, dataset });
      waiting.set(sk, [...(waiting.get(sk) ?? []), ...agreements]);
      const early = (next.get(sk) ?? 0) - performance.now();
      if (early > 0) later(sk, early, now);
      else await written(sk, now);
    },
  };

  async function written(sk: string, now: number): Promise<void> {
    for (let turn = running.get(sk); turn !== undefined; turn = running.get(sk)) await turn;
    // another that waited may have written this too
    if (!waiting.has(sk)) return;
    next.set(sk, performance.now() + everyMs);
    const turn = write(sk, now)
      .catch(traceFault)
      .finally(() => running.delete(sk));
    running.set(sk, turn);
    await turn;
  }

  /** Where nobody else comes. A process that is at its end does not stay for it. */
  function later(sk: string, inMs: number, now: number): void {
    if (timers.has(sk)) return;
    timers.add(sk);
    setTimeout(() => {
      timers.delete(sk);
      void written(sk, now);
    }, inMs).unref();
  }
}
