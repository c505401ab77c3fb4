/** The node's two logs as its owner reads them: the latest entries, and what the node did in a day. */
import * as z from "zod";
import type { TreePrefix } from "../../schemas/items/log.ts";
import type { DirectoryEntry } from "../../schemas/member.ts";
import type { OwnEntry, OwnHealth, OwnLog } from "../../schemas/owner.ts";
import type { Store } from "../../schemas/ports.ts";
import { leavesIn, readHead } from "../log/tree.ts";

/** Entries of each log that are shown. */
const LATEST = 50;
/** Entries that a day's figures are made of, at most. */
const DAY_AT_MOST = 5000;
const HOUR = 3600;

const Entry = z.looseObject({ v: z.literal(1), kind: z.string().max(40), iat: z.number().int() });
const Fact = z.union([z.string(), z.number()]);

export async function logOf(store: Store, now: number): Promise<OwnLog> {
  const [open, hidden] = await Promise.all([bookOf(store, "log"), bookOf(store, "keep#log")]);
  return { v: 1, at: now, public: open, private: hidden };
}

async function bookOf(store: Store, prefix: TreePrefix): Promise<OwnLog["public"]> {
  const head = await readHead(store, prefix);
  const entries = await latest(store, prefix, LATEST);
  return {
    size: head.size,
    ...(head.size === 0 ? {} : { root: head.root }),
    ...(head.at === undefined ? {} : { signed: head.at }),
    entries,
  };
}

/** The latest entries of a log, newest first; what cannot be read any more is left out. */
async function latest(store: Store, prefix: TreePrefix, most: number): Promise<OwnEntry[]> {
  const head = await readHead(store, prefix);
  const leaves = await leavesIn(store, prefix, head, {
    from: Math.max(0, head.size - most),
    to: head.size,
  });
  return leaves.reverse().flatMap(({ index, entry, stored, leaf }): OwnEntry[] => {
    const read = entry === undefined ? undefined : Entry.safeParse(JSON.parse(entry.entry));
    if (!read?.success) return [];
    const { v: _, kind, iat, ...rest } = read.data;
    const facts = Object.fromEntries(
      Object.entries(rest).flatMap(([name, value]) =>
        Fact.safeParse(value).success ? [[name, value as string | number]] : [],
      ),
    );
    return [{ index, at: iat, kind, facts, whole: stored !== null && stored === leaf }];
  });
}

/** The node's day by the public log, and its keys. */
export async function healthOf(
  store: Store,
  self: DirectoryEntry,
  now: number,
): Promise<OwnHealth> {
  const head = await readHead(store, "log");
  const from = now - 24 * HOUR;
  const entries = await entriesSince(store, from);
  const day = entries.filter(({ at }) => at > from && at <= now);
  const asked = day.filter(({ kind }) => kind === "answer" || kind === "refusal");
  const hourOf = (at: number) => 23 - Math.floor((now - at) / HOUR);
  const hours = Array.from({ length: 24 }, (_, hour) => {
    const own = asked.filter(({ at }) => hourOf(at) === hour);
    const answers = own.filter(({ kind }) => kind === "answer").length;
    return { from: Math.max(0, now - (24 - hour) * HOUR), answers, refusals: own.length - answers };
  });
  const reasons = Map.groupBy(
    asked.filter(({ kind }) => kind === "refusal"),
    ({ facts }) => String(facts.reason ?? "internal"),
  );
  const last = asked[0]?.at;
  return {
    ...{ v: 1, at: now, hours },
    answers: asked.filter(({ kind }) => kind === "answer").length,
    refusals: [...reasons]
      .map(([reason, of]) => ({ reason, times: of.length }))
      .sort((a, b) => b.times - a.times),
    ...(last === undefined ? {} : { last }),
    partial: entries.length === DAY_AT_MOST && day.length === entries.length,
    keys: self.keys
      .filter(({ until }) => until === undefined || until >= now)
      .map(({ use, kid, until }) => ({ use, kid, ...(until === undefined ? {} : { until }) })),
    ...(head.at === undefined ? {} : { signed: head.at }),
  };
}

/** The latest entries, ever more of them until they reach back far enough. */
async function entriesSince(store: Store, from: number): Promise<OwnEntry[]> {
  for (let most = 320; ; most = Math.min(DAY_AT_MOST, most * 4)) {
    const entries = await latest(store, "log", most);
    const first = entries.at(-1);
    if (first === undefined || entries.length < most || most === DAY_AT_MOST || first.at < from)
      return entries;
  }
}
