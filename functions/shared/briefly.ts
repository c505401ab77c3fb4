/**
 * What the directory said of a member a moment ago, for the hub's busiest path: a question names a dozen members, and the next one
 * the same. Whoever is shut out by this process is so at once, and by another one after `KEPT_MS`; nodes go by their own books.
 */
import type { DirectoryEntry } from "../../schemas/member.ts";
import { type Directory, writesHere } from "./directory.ts";

/** Milliseconds for which a reading is good: well under the second within which a revocation must bite. */
export const KEPT_MS = 200;

interface Reading {
  readonly entry: DirectoryEntry | undefined;
  readonly until: number;
  /** How often this process had written to any directory. */
  readonly writes: number;
}

/** `elapsed` is a clock in milliseconds that only ever goes forward. */
export function briefly(directory: Directory, elapsed: () => number = () => performance.now()): Directory {
  const readings = new Map<string, Reading>();
  const some = async (ids: readonly string[]): Promise<ReadonlyMap<string, DirectoryEntry>> => {
    // what is read is as old as the moment at which reading began
    const [at, writes] = [elapsed(), writesHere()];
    const found = new Map(ids.map((id) => [id, readings.get(id)]));
    const stale = [...found].filter(([, held]) => held === undefined || held.until <= at || held.writes !== writes).map(([id]) => id);
    if (stale.length > 0) {
      const read = await directory.some(stale);
      if (readings.size > 10_000) readings.clear();
      for (const id of stale) {
        const reading = { entry: read.get(id), until: at + KEPT_MS, writes };
        found.set(id, reading);
        readings.set(id, reading);
      }
    }
    return new Map([...found].flatMap(([id, reading]) => (reading?.entry === undefined ? [] : [[id, reading.entry]])));
  };
  return { ...directory, some, get: async (id) => (await some([id])).get(id) };
}
