/**
 * What was read a moment ago, for a hub whose questions come fast and name the same members and agreements: taken as it was for
 * `REMEMBERED_MS`, and not at all once this process itself has written. Nodes read their own store, at each question.
 */
import { boundedCache } from "../signing/bounded-cache.ts";

/** Milliseconds for which a reading is good: well under the second within which a revocation must bite. */
export const REMEMBERED_MS = 200;

let writes = 0;
/** For whoever writes what others read through here, once the write is over: what was read before may not be so any more. */
export const noteWrite = (): void => {
  writes += 1;
};

interface Reading<V> {
  readonly value: V;
  readonly until: number;
  /** How often this process had written when the reading began. */
  readonly writes: number;
}

interface Look<V> {
  /** What is known of a name and good at this moment. */
  known(name: string): { readonly value: V } | undefined;
  /** What was read after the look began is as old as its beginning. */
  keep(name: string, value: V): void;
}

/** Gives looks, one a question. `elapsed` is a clock in milliseconds that only ever goes forward. */
export function readCache<V>(elapsed: () => number = () => performance.now()): () => Look<V> {
  const readings = boundedCache<Reading<V>>(10_000);
  return () => {
    const [at, before] = [elapsed(), writes];
    return {
      known(name) {
        const held = readings.get(name);
        return held !== undefined && at < held.until && held.writes === before ? held : undefined;
      },
      keep(name, value) {
        readings.set(name, { value, until: at + REMEMBERED_MS, writes: before });
      },
    };
  };
}
