/**
 * A public table that is held back until an instant: its rows lie at the private side, and nothing of them is anywhere else before.
 * That a release comes, and when, is public; at the instant the job that makes releases makes this one too, without anybody.
 */
import { keyOf } from "../../schemas/items/item.ts";
import { version } from "../../schemas/items/keep.ts";
import { nextRelease, plannedRelease } from "../../schemas/items/release.ts";
import type { Store } from "../../schemas/ports.ts";
import { type Reason, Refused } from "../../schemas/refusal.ts";
import type { Manifest, PlannedRelease } from "../../schemas/release.ts";
import { published } from "../account/standing.ts";
import { getItem, queryItems } from "../store/stored.ts";
import type { ReleaseJob } from "./release.ts";

/** Throws `Refused` not-due where a dataset's rows are held back now: they would be released before their time. */
export async function refuseHeldBack(store: Store, dataset: string, now: number): Promise<void> {
  const plan = await plannedOf(store, dataset);
  if (plan !== undefined && now < plan.at)
    throw new Refused(
      "not-due",
      `${dataset} ${plan.period} is held back until ${new Date(plan.at * 1000).toISOString()}; tavolo publish ${dataset} --withdraw takes that back`,
    );
}

export const plannedOf = async (
  store: Store,
  dataset: string,
): Promise<PlannedRelease | undefined> => (await getItem(store, plannedRelease, { dataset }))?.body;

/**
 * Holds a dataset back, before its rows are taken in. Only once they are there, and `confirmPlan` has said which they are, is it
 * released. Throws `Refused` not-due where it is held back already.
 */
export async function holdBack(
  store: Store,
  { dataset, period, revision }: ReleaseJob,
  at: number,
  now: number,
): Promise<void> {
  await refuseHeldBack(store, dataset, now);
  const number = (await published(store, dataset, period)) + 1;
  const body: PlannedRelease = { period, at, number, ...(revision ? { revision } : {}) };
  await store.put({ ...keyOf(plannedRelease, { dataset }), body, revision: 1 });
}

/** Says which rows are to be released, and announces when. */
export async function confirmPlan(store: Store, dataset: string, digest: string): Promise<void> {
  const plan = await plannedOf(store, dataset);
  if (plan === undefined) throw new Refused("conflict", `${dataset} is not held back any more`);
  const key = keyOf(plannedRelease, { dataset });
  await store.put({ ...key, body: { ...plan, version: digest }, revision: 2 });
  const { period, at } = plan;
  await store.put({ ...keyOf(nextRelease, { dataset }), body: { period, at }, revision: 1 });
}

/** Takes it back: nothing is announced, and nothing released by itself. */
export async function withdrawPlan(store: Store, dataset: string): Promise<void> {
  const [planned, next] = [keyOf(plannedRelease, { dataset }), keyOf(nextRelease, { dataset })];
  await store.delete(next.pk, next.sk);
  await store.delete(planned.pk, planned.sk);
}

/** What was not done now may be done the next time; anything else is for the owner. */
const PASSING: readonly Reason[] = ["conflict", "release-superseded", "unavailable"];

/**
 * Makes each release whose instant has come, by `release`. One whose rows were replaced meanwhile, or that is refused, is taken back and
 * told: it is not tried for ever.
 */
export async function releasePlanned(
  store: Store,
  release: (job: ReleaseJob) => Promise<Manifest>,
  now: number,
  told: (job: ReleaseJob, work: () => Promise<Manifest>) => Promise<void>,
): Promise<void> {
  for await (const { sk: dataset, body: plan } of queryItems(store, plannedRelease, {})) {
    const { period, at, number, revision, version: digest } = plan;
    if (now < at) continue;
    const job = { dataset, period, ...(revision ? { revision } : {}) };
    // a run that died after the release had no time to take the plan away
    if ((await published(store, dataset, period)) >= number) {
      await withdrawPlan(store, dataset);
      continue;
    }
    await told(job, async () => {
      try {
        const held = (await getItem(store, version, { dataset }))?.body.digest;
        if (digest === undefined || held !== digest)
          throw new Refused(
            "no-version",
            `the rows of ${dataset} are not those that were to be released: publish them again`,
          );
        const manifest = await release(job);
        await withdrawPlan(store, dataset);
        return manifest;
      } catch (error) {
        if (error instanceof Refused && !PASSING.includes(error.reason))
          await withdrawPlan(store, dataset);
        throw error;
      }
    });
  }
}

/** When the next one is to be made, in seconds; undefined where none is held back. */
export async function nextPlanned(store: Store): Promise<number | undefined> {
  const times: number[] = [];
  for await (const { body } of queryItems(store, plannedRelease, {})) times.push(body.at);
  return times.length === 0 ? undefined : Math.min(...times);
}
