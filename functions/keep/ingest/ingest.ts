/**
 * An owner's files become a version of a dataset's rows, at rest behind the node, top to bottom: accept → planOf → whileStill →
 * fixPolicies → consenting → read → keepRows → judge → takeBack → publish → noteConsents → settle → reportOf. What becomes of one row (validate,
 * generalise, pseudonymise) is in rows.ts.
 */
import { rm } from "node:fs/promises";
import type { VersionPointer } from "../../../schemas/items/keep.ts";
import { plannedRelease } from "../../../schemas/items/release.ts";
import { inOrder } from "../../../schemas/period.ts";
import type { Blobs, Clock, Source, Store, VersionWriter } from "../../../schemas/ports.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { dayOf } from "../../disclosure/calendar.ts";
import { accept } from "../../disclosure/descriptor-rules.ts";
import { fixedBy, fixPolicies } from "../../disclosure/fixed-policy.ts";
import { getItem } from "../../store/stored.ts";
import { consentEventsOf } from "../consent-register.ts";
import { identifying } from "../identify.ts";
import { whileStill } from "../rekey.ts";
import { endOf, publish, versionInForce } from "../version-store.ts";
import { goneFrom, settle } from "../withdrawn.ts";
import { type Consenting, consenting, noteConsents } from "./consenting.ts";
import { read } from "./read.ts";
import { emptyTally, type IngestReport, judge, reportOf, type Tally } from "./report.ts";
import { type Plan, planOf } from "./row-plan.ts";
import { keepRows, type RowMeans } from "./rows.ts";

export interface IngestDeps {
  readonly source: Source;
  readonly writer: VersionWriter;
  readonly store: Store;
  readonly blobs: Blobs;
  readonly clock: Clock;
  /** Bytes from the operating system's generator. */
  readonly random: (bytes: number) => Uint8Array;
  /** The private log. */
  readonly log: (kind: string, facts: Record<string, string | number>) => Promise<void>;
}
export interface IngestJob {
  readonly member: string;
  readonly descriptor: unknown;
  /** All files of the dataset: a version is the whole of it, and replaces the one before. */
  readonly files: readonly string[];
  /** Told how many rows have been read, every 10,000. */
  readonly onProgress?: (rows: number) => void;
}

/**
 * Takes a dataset's files in. Throws `Refused`: descriptor-invalid, descriptor-banned, policy-fixed, file-unreadable, file-columns,
 * too-many-rejects, conflict; then the version before stays in force. Doing it again is always safe.
 */
export async function ingest(deps: IngestDeps, job: IngestJob): Promise<IngestReport> {
  const descriptor = accept(job.descriptor);
  const dataset = descriptor.id;
  const facts = { member: job.member, dataset, began: deps.clock() };
  try {
    await refuseHeldBack(deps.store, dataset, facts.began);
    const plan = planOf(descriptor);
    const today = dayOf(facts.began);
    // the pointer first: who withdraws, and whoever changes the key, after this changes the pointer, and the flip will notice
    const { keys, before, gone, register } = await whileStill(
      deps,
      dataset,
      facts.began,
      async (keys) => ({
        keys,
        before: await versionInForce(deps.store, dataset),
        gone: await goneFrom(deps.store, dataset, keys),
        register: plan.consent && (await consentEventsOf(deps.store, dataset, keys)),
      }),
    );
    // it comes into force with the version, by the same write; what a version of before this was held names is fixed as well
    const fixed = fixPolicies(fixedIn(before?.pointer, facts.began), descriptor, facts.began);
    const consents = plan.consent && register && consenting(plan.consent, register, today);
    const tally = emptyTally();

    const means: RowMeans = {
      plan,
      descriptor,
      keys,
      gone,
      consents,
      tally,
      today,
      who: identifying(plan.subject),
    };
    const found = read(deps.source, job.files, plan);
    const rows = keepRows(means, found, job.onProgress);
    const fill = async (path: string) => {
      await deps.writer.write(path, plan.stored, rows);
      judge(tally, descriptor.rejects.share);
      await takeBack(deps.writer, path, consents, tally);
    };
    const described = () => {
      const periods = inOrder(tally.periods);
      const until = endOf(descriptor, periods, tally.start);
      const consentUntil = consents?.until();
      const ends = { ...(until ? { until } : {}), ...(consentUntil ? { consentUntil } : {}) };
      return { descriptor, columns: copy(plan), periods, epoch: keys.epoch, ...ends, fixed };
    };
    const published = await publish(deps, before, dataset, fill, described);
    if (consents)
      await noteConsents(deps.store, dataset, consents.fresh(), keys.epoch, facts.began);
    // who withdrew while the first version was being written found none to be left out of. Looked at after the flip: then either
    // they saw the version, or this sees them
    const held = (await settle(deps, dataset, facts.began)) ?? published;

    const { digest } = held.pointer;
    const { read: rowsRead, kept, rejected, withdrawn, unconsented, ranOut, outside } = tally;
    await deps.log("ingest", {
      ...facts,
      version: digest,
      read: rowsRead,
      kept,
      rejected,
      withdrawn,
      unconsented,
      ranOut,
      outside,
    });
    return reportOf(tally, dataset, digest);
  } catch (error) {
    await deps.log("ingest-failed", {
      ...facts,
      reason: error instanceof Refused ? error.reason : "internal",
    });
    throw error;
  }
}

/** Throws `Refused` conflict where the rows in force wait for their instant: others would take their place. */
async function refuseHeldBack(store: Store, dataset: string, now: number): Promise<void> {
  const plan = (await getItem(store, plannedRelease, { dataset }))?.body;
  // until it says of which rows it is, these may be the ones
  if (plan?.version === undefined || plan.over) return;
  const { at } = plan;
  if (now < at)
    throw new Refused(
      "conflict",
      `a release of ${dataset} is held back until ${new Date(at * 1000).toISOString()}: tavolo publish ${dataset} --withdraw takes that back`,
    );
}

const fixedIn = (pointer: VersionPointer | undefined, at: number) =>
  pointer === undefined ? {} : (pointer.fixed ?? fixedBy(pointer.descriptor, at));

/** Takes the rows of persons out again of whom a later row said no: before anybody can see them. */
async function takeBack(
  writer: VersionWriter,
  path: string,
  consents: Consenting | undefined,
  tally: Tally,
): Promise<void> {
  const gone = consents?.contradicted() ?? new Map<string, number>();
  if (gone.size === 0) return;
  for (const rows of gone.values()) {
    tally.kept -= rows;
    tally.unconsented += rows;
  }
  const all = `${path}.all`;
  try {
    await writer.without(path, all, [...gone.keys()]);
    await writer.without(all, path, []);
  } finally {
    await rm(all, { force: true });
  }
}

const copy = ({ stored: { dimensions, family, measures } }: Plan) => ({
  dimensions: [...dimensions],
  family,
  measures: [...measures],
});
