/** A directory that takes its members to be what they were a moment ago: see read-cache.ts for how long, and for whom. */
import type { DirectoryEntry } from "../../schemas/member.ts";
import type { Directory } from "./directory.ts";
import { readCache } from "./read-cache.ts";

/** `elapsed` is a clock in milliseconds that only ever goes forward. */
export function cachedDirectory(directory: Directory, elapsed?: () => number): Directory {
  const look = readCache<DirectoryEntry | undefined>(elapsed);
  const some = async (ids: readonly string[]): Promise<ReadonlyMap<string, DirectoryEntry>> => {
    const now = look();
    const found = new Map(ids.map((id) => [id, now.known(id)]));
    const unknown = [...found].filter(([, held]) => held === undefined).map(([id]) => id);
    const read =
      unknown.length === 0 ? new Map<string, DirectoryEntry>() : await directory.some(unknown);
    for (const id of unknown) now.keep(id, read.get(id));
    return new Map(
      [...found].flatMap(([id, held]) => {
        const entry = held === undefined ? read.get(id) : held.value;
        return entry === undefined ? [] : [[id, entry]];
      }),
    );
  };
  return { ...directory, some, get: async (id) => (await some([id])).get(id) };
}
