/**
 * The keep's flow: an owner's files become a version of a dataset's rows, at rest behind the node.
 * read -> validate -> generalise -> pseudonymise -> store
 */
import { rm } from "node:fs/promises";
import type { Descriptor } from "../../../schemas/descriptor.ts";
import type {
  Blobs,
  Clock,
  RawRow,
  Source,
  Store,
  VersionRow,
  VersionWriter,
} from "../../../schemas/ports.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { dayOf } from "../../disclosure/calendar.ts";
import { accept } from "../../disclosure/descriptor-rules.ts";
import { dayAt } from "../../disclosure/duration.ts";
import { keptUntil } from "../../disclosure/persons.ts";
import { consentEventsOf } from "../consent-register.ts";
import { identifying } from "../identify.ts";
import { type Keys, pseudonymise, pseudonymOf } from "../pseudonymise.ts";
import { type Fault, isFault } from "../reject.ts";
import { whileStill } from "../rekey.ts";
import { endOf, publish, versionInForce } from "../version-store.ts";
import { goneFrom, settle } from "../withdrawn.ts";
import { type Consenting, consenting, noteConsents, saidBy } from "./consenting.ts";
import { generalise } from "./generalise.ts";
import { type ReadRow, read } from "./read.ts";
import {
  countKept,
  countReject,
  emptyTally,
  type IngestReport,
  judge,
  reportOf,
  type Tally,
} from "./report.ts";
import { type Plan, planOf } from "./row-plan.ts";
import { identifiersOf, validate } from "./validate.ts";

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

/** Rows between two words on progress. */
const STRIDE = 10_000;

/**
 * Takes a dataset's files in. Throws `Refused`: descriptor-invalid, descriptor-banned, file-unreadable, file-columns,
 * too-many-rejects, conflict; then the version before stays in force. Doing it again is always safe.
 */
export async function ingest(deps: IngestDeps, job: IngestJob): Promise<IngestReport> {
  const descriptor = accept(job.descriptor);
  const dataset = descriptor.id;
  const facts = { member: job.member, dataset, began: deps.clock() };
  try {
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
    const consents = plan.consent && register && consenting(plan.consent, register, today);
    const tally = emptyTally();

    const means: Means = {
      plan,
      descriptor,
      keys,
      gone,
      consents,
      tally,
      today,
      who: identifying(plan.subject),
    };
    const rows = rowsOf(means, read(deps.source, job.files, plan), job.onProgress);
    const fill = async (path: string) => {
      await deps.writer.write(path, plan.stored, rows);
      judge(tally, descriptor.rejects.share);
      await takeBack(deps.writer, path, consents, tally);
    };
    const described = () => {
      const periods = [...tally.periods].sort();
      const until = endOf(descriptor, periods, tally.start);
      const consentUntil = consents?.until();
      const ends = { ...(until ? { until } : {}), ...(consentUntil ? { consentUntil } : {}) };
      return { descriptor, columns: copy(plan), periods, epoch: keys.epoch, ...ends };
    };
    const published = await publish(deps, before, dataset, fill, described);
    if (consents)
      await noteConsents(deps.store, dataset, consents.fresh(), keys.epoch, facts.began);
    // who withdrew while the first version was being written found none to be left out of. Looked at after the flip: then either
    // they saw the version, or this sees them
    const held = (await settle(deps, dataset, facts.began)) ?? published;

    const { digest } = held.pointer;
    const { read: rowsRead, kept, rejected, withdrawn, unconsented, ranOut } = tally;
    await deps.log("ingest", {
      ...facts,
      version: digest,
      read: rowsRead,
      kept,
      rejected,
      withdrawn,
      unconsented,
      ranOut,
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

/** What rows are held against. */
interface Means {
  readonly plan: Plan;
  readonly descriptor: Descriptor;
  readonly keys: Keys;
  readonly gone: ReadonlySet<string>;
  readonly consents: Consenting | undefined;
  readonly tally: Tally;
  readonly today: string;
  readonly who: ReturnType<typeof identifying>;
}

/** Steps 1 to 4, a row at a time; what is not kept stays behind, counted. */
async function* rowsOf(
  means: Means,
  found: AsyncIterable<ReadRow>,
  onProgress: IngestJob["onProgress"],
): AsyncGenerator<VersionRow> {
  const { tally } = means;
  for await (const { row: raw, file } of found) {
    if (++tally.read % STRIDE === 0) onProgress?.(tally.read);
    const kept = await keptOf(means, raw);
    if (kept === "withdrawn" || kept === "unconsented" || kept === "ranOut") tally[kept]++;
    else if (isFault(kept)) countReject(tally, kept, raw.line, file);
    else {
      countKept(tally, kept.row, kept.recoded);
      yield kept.row;
    }
  }
}

type Fate =
  | Fault
  | "withdrawn"
  | "unconsented"
  | "ranOut"
  | { readonly row: VersionRow; readonly recoded: readonly string[] };

/** What becomes of a row. One of somebody who did not consent is not looked at any further. */
async function keptOf(
  { plan, descriptor, keys, gone, consents, today, who }: Means,
  raw: RawRow,
): Promise<Fate> {
  const said = raw.broken === undefined ? saidBy(plan, raw, today) : undefined;
  if (said === null) {
    const person = await who(identifiersOf(plan, raw));
    if (Array.isArray(person)) consents!.refuses(pseudonymOf(keys, person));
    return "unconsented";
  }
  const valid = validate(plan, raw);
  if (isFault(valid)) return valid;
  const identifiers = await who(valid.identifiers);
  if (isFault(identifiers)) return identifiers;
  if (typeof said === "object") return said;
  const general = generalise(plan, { ...valid, identifiers });
  if (isFault(general)) return general;
  const row = pseudonymise(keys, general);
  if (gone.has(row.subject)) return "withdrawn";
  const end = keptUntil(
    descriptor,
    descriptor.retention?.from === "start" ? { start: dayAt(row.start) } : row,
  );
  if (end !== undefined && end <= today) return "ranOut";
  if (consents !== undefined && !consents.counts(row.subject, said)) return "unconsented";
  return { row, recoded: general.recoded };
}

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
