/**
 * A public table that is held back until an instant: its rows lie at the private side, and nothing of them is anywhere else before.
 * That a release comes, and when, is public; at the instant the job that makes releases makes this one too, without anybody.
 */
import { keyOf } from "../../schemas/items/item.ts";
import { version } from "../../schemas/items/keep.ts";
import { nextRelease, plannedRelease } from "../../schemas/items/release.ts";
import type { Store } from "../../schemas/ports.ts";
import { type Reason, Refused } from "../../schemas/refusal.ts";
import type { Manifest, PlannedRelease, ReleaseJob } from "../../schemas/release.ts";
import { published } from "../account/standing.ts";
import { readingOf } from "../disclosure/methods/reading.ts";
import { freshId } from "../signing/jws.ts";
import { getItem, putNext, queryItems } from "../store/stored.ts";

/**
 * Whether no calendar may release the rows in force: they are held back, or were until that was taken back or refused. They came for
 * an hour that somebody named; only who publishes them again can say another.
 */
export const keepsBack = (plan: PlannedRelease | undefined, inForce: string | undefined): boolean =>
  plan !== undefined && (!plan.over || plan.version === inForce);

/** Throws `Refused` not-due where a dataset's rows are held back: they would be released before their time. */
export async function refuseHeldBack(store: Store, dataset: string, now: number): Promise<void> {
  const plan = await plannedOf(store, dataset);
  if (plan === undefined || !keepsBack(plan, await inForceOf(store, dataset))) return;
  if (plan.over)
    throw new Refused(
      "not-due",
      `the rows of ${dataset} were held back, and that is over: tavolo publish ${dataset} FILE says anew when they are to be out`,
    );
  if (now < plan.at)
    throw new Refused(
      "not-due",
      `${dataset} ${plan.period} is held back until ${new Date(plan.at * 1000).toISOString()}; tavolo publish ${dataset} --withdraw takes that back`,
    );
}

export const plannedOf = async (
  store: Store,
  dataset: string,
): Promise<PlannedRelease | undefined> => (await getItem(store, plannedRelease, { dataset }))?.body;

/** Digest of the rows in force. */
const inForceOf = async (store: Store, dataset: string): Promise<string | undefined> =>
  (await getItem(store, version, { dataset }))?.body.digest;

/** Seconds for which a table may be held back at the most: two years. */
const LONGEST = 2 * 366 * 86_400;

/**
 * Holds a public table back, before its rows are taken in; resolves with the plan's id. Only once they are there, and `confirmPlan`
 * has said which they are, is it released. Throws `Refused`: body-invalid where the instant is past or too far off, or the figures
 * carry noise; not-due where it is held back already; conflict.
 */
export async function holdBack(
  store: Store,
  { dataset, period, revision }: ReleaseJob,
  at: number,
  now: number,
): Promise<string> {
  if (at <= now || at > now + LONGEST)
    throw new Refused("body-invalid", "at: an instant to come, in seconds, within two years");
  const held = (await getItem(store, version, { dataset }))?.body;
  if (held !== undefined && readingOf(held.descriptor.policy.method).protects)
    throw new Refused("body-invalid", `figures of ${dataset} carry noise: the calendar says when`);
  const former = await getItem(store, plannedRelease, { dataset });
  if (former !== undefined && !former.body.over)
    throw new Refused(
      "not-due",
      `${dataset} is held back already; tavolo publish ${dataset} --withdraw takes that back`,
    );
  const [id, number] = [freshId(), (await published(store, dataset, period)) + 1];
  const body: PlannedRelease = {
    ...{ id, period, at, number },
    ...(held === undefined ? {} : { before: held.digest }),
    ...(revision ? { revision } : {}),
  };
  if (!(await putNext(store, former, { ...keyOf(plannedRelease, { dataset }), body })))
    throw new Refused("conflict", `${dataset} is being held back by somebody else`);
  return id;
}

/** Says which rows of a plan are to be released, and announces when. Throws `Refused` conflict where it is not there any more. */
export async function confirmPlan(
  store: Store,
  { dataset, id, rows }: { readonly dataset: string; readonly id: string; readonly rows: string },
): Promise<void> {
  const item = await getItem(store, plannedRelease, { dataset });
  const gone = new Refused("conflict", `${dataset} is not held back any more`);
  if (item?.body.id !== id) throw gone;
  const body = { ...item.body, version: rows };
  if (!(await putNext(store, item, { ...keyOf(plannedRelease, { dataset }), body }))) throw gone;
  const { period, at } = body;
  await store.put({ ...keyOf(nextRelease, { dataset }), body: { period, at }, revision: 1 });
}

/**
 * Takes it back: nothing is announced, and nothing released by itself, by no calendar either (`keepsBack`). With an `id` only that
 * plan: another may have come in its place since it was read. Throws `Refused` conflict.
 */
export async function withdrawPlan(store: Store, dataset: string, id?: string): Promise<void> {
  const item = await getItem(store, plannedRelease, { dataset });
  if (item === undefined || item.body.over || (id !== undefined && item.body.id !== id)) return;
  const inForce = await inForceOf(store, dataset);
  // one that was never confirmed says not of which rows it was: of those that came since
  const rows = item.body.version ?? (inForce === item.body.before ? undefined : inForce);
  await unannounce(store, dataset);
  if (rows === undefined) return store.delete(item.pk, item.sk);
  const body: PlannedRelease = { ...item.body, version: rows, over: true };
  if (!(await putNext(store, item, { ...keyOf(plannedRelease, { dataset }), body })))
    throw new Refused("conflict", `another plan for ${dataset} was made meanwhile`);
}

/** Takes a plan away whose release is out; or, without an `id`, one that is over, where the owner releases its rows by hand. */
export async function dropPlan(store: Store, dataset: string, id?: string): Promise<void> {
  const item = await getItem(store, plannedRelease, { dataset });
  if (item === undefined || (id === undefined ? !item.body.over : item.body.id !== id)) return;
  await unannounce(store, dataset);
  await store.delete(item.pk, item.sk);
}

async function unannounce(store: Store, dataset: string): Promise<void> {
  const { pk, sk } = keyOf(nextRelease, { dataset });
  await store.delete(pk, sk);
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
  for await (const { sk: dataset, body: read } of queryItems(store, plannedRelease, {})) {
    // others were released meanwhile: what was read before that may have been taken back
    const plan = await plannedOf(store, dataset);
    if (plan === undefined || plan.over || plan.id !== read.id || now < plan.at) continue;
    const { id, period, number, revision, version: digest } = plan;
    const job = { dataset, period, ...(revision ? { revision } : {}) };
    // a run that died after the release had no time to take the plan away
    if ((await published(store, dataset, period)) >= number) {
      await dropPlan(store, dataset, id);
      continue;
    }
    await told(job, async () => {
      try {
        if (digest === undefined || (await inForceOf(store, dataset)) !== digest)
          throw new Refused(
            "no-version",
            `the rows of ${dataset} are not those that were to be released: publish them again`,
          );
        const manifest = await release(job);
        await dropPlan(store, dataset, id);
        return manifest;
      } catch (error) {
        if (error instanceof Refused && !PASSING.includes(error.reason))
          await withdrawPlan(store, dataset, id);
        throw error;
      }
    });
  }
}

/** When the next one is to be made, in seconds; undefined where none is held back. */
export async function nextPlanned(store: Store): Promise<number | undefined> {
  const times: number[] = [];
  for await (const { body } of queryItems(store, plannedRelease, {}))
    if (!body.over) times.push(body.at);
  return times.length === 0 ? undefined : Math.min(...times);
}
