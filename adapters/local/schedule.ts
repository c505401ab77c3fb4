/** What a node does by itself, by the local clock: rows run out, what was left half done is finished, releases that are due are made. */
import { traceFault } from "../../functions/edge/fault.ts";
import { datasetsOf, runOut } from "../../functions/keep/consent/run-out.ts";
import { settle } from "../../functions/keep/private-log.ts";
import { due } from "../../functions/release/due.ts";
import { nextPlanned, releasePlanned } from "../../functions/release/planned.ts";
import type { Clock, Store } from "../../schemas/ports.ts";
import { type Reason, Refused } from "../../schemas/refusal.ts";
import type { Manifest } from "../../schemas/release.ts";
import { consentDeps, releaseOf } from "./private-side.ts";
import type { Paths, Stores } from "./state.ts";

interface Done {
  readonly member: string;
  readonly dataset: string;
  readonly period?: string;
  readonly what: "ran-out" | "released" | "refused" | "failed";
  /** Id of the release. */
  readonly release?: string;
  readonly reason?: Reason;
}

/** Does once what the schedule does. What went wrong with one dataset keeps no other back. */
export async function runSchedule(
  at: Paths,
  member: string,
  store: Store,
  clock: Clock,
): Promise<Done[]> {
  const done: Done[] = [];
  const attempt = async (
    of: Pick<Done, "dataset" | "period">,
    work: () => Promise<Partial<Done> | undefined>,
  ) => {
    try {
      const outcome = await work();
      if (outcome !== undefined) done.push({ member, ...of, what: "released", ...outcome });
    } catch (error) {
      done.push({
        member,
        ...of,
        ...(error instanceof Refused
          ? { what: "refused", reason: error.reason }
          : { what: "failed" }),
      });
    }
  };
  const keep = await consentDeps(at, member, store, clock);
  // first what may not be counted any more, then the counting
  for (const dataset of await datasetsOf(keep))
    await attempt({ dataset }, async () =>
      (await runOut(keep, dataset)) === undefined ? undefined : { what: "ran-out" },
    );
  // what the owner did waits for its place in the private log
  await settle(store, member, clock).catch(traceFault);
  const [jobs, planned] = [await due(store, clock()), await nextPlanned(store)];
  if (jobs.length === 0 && (planned === undefined || clock() < planned)) return done;
  const release = await releaseOf(at, member, store, clock);
  const make = (of: Pick<Done, "dataset" | "period">, work: () => Promise<Manifest>) =>
    attempt(of, async () => ({ release: (await work()).id }));
  await releasePlanned(store, release, clock(), make);
  for (const job of jobs) await make(job, () => release(job));
  return done;
}

/** Milliseconds from the end of one run of the schedule to the beginning of the next, unless a release is to be out before. */
const EVERY = 60_000;

/** The instant at which one of them has a release held back, in seconds. */
async function soonestPlanned(
  stores: Stores,
  members: readonly string[],
): Promise<number | undefined> {
  const times: number[] = [];
  for (const member of members) {
    const planned = await nextPlanned(await stores.store(member));
    if (planned !== undefined) times.push(planned);
  }
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Runs the schedule of some members again and again, until it is stopped. `say` is told what is new. */
export function startSchedule(
  at: Paths,
  stores: Stores,
  members: readonly string[],
  clock: Clock,
  say: (done: Done) => void,
) {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const said = new Set<string>();
  const round = async () => {
    for (const member of members) {
      if (stopped) return;
      const outcomes = await runSchedule(at, member, await stores.store(member), clock).catch(
        (error: unknown) => {
          // what could not be done now is done at the next turn
          traceFault(error);
          return [];
        },
      );
      for (const done of outcomes) {
        const line = JSON.stringify(done);
        if (!said.has(line)) say(done);
        said.add(line);
      }
    }
    const soonest = await soonestPlanned(stores, members).catch(() => undefined);
    if (!stopped) {
      const wait = soonest === undefined ? EVERY : 1000 * Math.max(1, soonest - clock());
      timer = setTimeout(begin, Math.min(EVERY, wait));
      timer.unref();
    }
  };
  let running = Promise.resolve();
  const begin = () => {
    running = round();
  };
  begin();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** One line for people. */
export function doneLine({ member, dataset, period, what, release, reason }: Done): string {
  if (what === "released") return `schedule: released ${release}`;
  if (what === "ran-out") return `schedule: rows of ${member}/${dataset} that ran out are gone`;
  return `schedule: ${member}/${dataset}${period ? `/${period}` : ""} ${what}${reason ? ` [${reason}]` : ""}`;
}
