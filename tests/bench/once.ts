/**
 * One release, or its SQL statement alone, in a process of its own: so that each begins cold, as a release always does, and has a
 * peak of memory of its own. Prints one line of JSON. `node once.ts release|statement ROWS FOLDER [DESCRIPTOR]`, or
 * `node once.ts prepared - FOLDER` for a release of a state that is there already.
 */
import { mkdir, readFile } from "node:fs/promises";
import { fileClock } from "../../adapters/clock/clock.ts";
import { duckDbEngine } from "../../adapters/engine/duckdb.ts";
import { releaseOf } from "../../adapters/local/private-side.ts";
import { openStores, paths } from "../../adapters/local/state.ts";
import { prestazioni } from "../../docs/demo/datasets.ts";
import { planRelease } from "../../functions/disclosure/release-plan.ts";
import { crossRequest } from "../../functions/release/release.ts";
import { Descriptor } from "../../schemas/descriptor.ts";
import { timed } from "./measure.ts";
import { PERIOD } from "./rows.ts";
import { createCity, LARGE, putVersion } from "./world.ts";

/** What a run took: milliseconds, and the largest resident size of its process in MB. */
export interface Run {
  readonly ms: number;
  readonly rss: number;
}

/** Over a fresh state with these rows; without them, over the state that is in the folder. */
async function release(
  rows: string | undefined,
  folder: string,
  descriptor: Descriptor,
): Promise<number> {
  const at = paths(folder);
  if (rows !== undefined) await createCity(at, LARGE);
  const stores = await openStores(at);
  try {
    const store = await stores.store(LARGE.id);
    if (rows !== undefined) await putVersion(at, store, LARGE, rows, descriptor);
    const run = await releaseOf(at, LARGE.id, store, fileClock(at.clock));
    return (await timed(() => run({ dataset: descriptor.id, period: PERIOD }))).ms;
  } finally {
    await stores.close();
  }
}

/** The same engine with the same settings; its rows are fetched, and nothing is done with them. */
async function statement(rows: string, descriptor: Descriptor): Promise<number> {
  const request = crossRequest(
    planRelease(descriptor, PERIOD),
    { kind: "parquet", path: rows },
    [],
  );
  return (await timed(() => duckDbEngine().cross(request))).ms;
}

const [what, rows = "", folder = "", given] = process.argv.slice(2);
const descriptor =
  given === undefined
    ? prestazioni(LARGE)
    : Descriptor.parse(JSON.parse(await readFile(given, "utf8")));
await mkdir(folder, { recursive: true });
const ms = await (what === "statement"
  ? statement(rows, descriptor)
  : release(what === "prepared" ? undefined : rows, folder, descriptor));
// kilobytes on every system
const run: Run = { ms, rss: process.resourceUsage().maxRSS / 1024 };
console.log(JSON.stringify(run));
