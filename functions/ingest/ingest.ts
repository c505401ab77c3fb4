/**
 * The keep's flow: an owner's files become a version of a dataset's rows, at rest behind the node.
 * read -> validate -> generalise -> pseudonymise -> store
 */
import type { KeyObject } from "node:crypto";
import type { Blobs, Clock, Source, Store, VersionRow, VersionWriter } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { accept } from "../shared/layout.ts";
import { generalise } from "./generalise.ts";
import { type Plan, planOf } from "./plan.ts";
import { pseudonymise, pseudonymKey } from "./pseudonymise.ts";
import { type ReadRow, read } from "./read.ts";
import { isFault } from "./reject.ts";
import { countKept, countReject, emptyTally, type IngestReport, judge, reportOf, type Tally } from "./report.ts";
import { type Held, leaveOut, publish, type Shelf, versionInForce, withdrawnFrom } from "./store.ts";
import { validate } from "./validate.ts";

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
export const ingest =
  (deps: IngestDeps) =>
  async (job: IngestJob): Promise<IngestReport> => {
    const descriptor = accept(job.descriptor);
    const dataset = descriptor.id;
    const facts = { member: job.member, dataset, began: deps.clock() };
    try {
      const plan = planOf(descriptor);
      // the pointer before the withdrawals: who withdraws after this changes the pointer, and the flip will notice
      const before = await versionInForce(deps.store, dataset);
      const gone = await withdrawnFrom(deps.store, dataset);
      const key = await pseudonymKey(deps, dataset);
      const tally = emptyTally();

      const found = read(deps.source, job.files, plan);
      const rows = rowsOf(plan, key, gone, tally, found, job.onProgress);
      const fill = async (path: string) => {
        await deps.writer.write(path, plan.stored, rows);
        judge(tally, descriptor.rejects.share);
      };
      const described = () => ({ descriptor, columns: copy(plan), periods: [...tally.periods].sort() });
      const published = await publish(deps, before, dataset, fill, described);
      const held = await withoutLatecomers(deps, dataset, gone, published);

      const { digest } = held.pointer;
      const { read: rowsRead, kept, rejected, withdrawn } = tally;
      await deps.log("ingest", { ...facts, version: digest, read: rowsRead, kept, rejected, withdrawn });
      return reportOf(tally, dataset, digest);
    } catch (error) {
      await deps.log("ingest-failed", { ...facts, reason: error instanceof Refused ? error.reason : "internal" });
      throw error;
    }
  };

/** Steps 1 to 4, a row at a time; rows that break the descriptor and those of subjects who withdrew stay behind, counted. */
async function* rowsOf(
  plan: Plan,
  key: KeyObject,
  gone: ReadonlySet<string>,
  tally: Tally,
  found: AsyncIterable<ReadRow>,
  onProgress: IngestJob["onProgress"],
): AsyncGenerator<VersionRow> {
  for await (const { row: raw, file } of found) {
    if (++tally.read % STRIDE === 0) onProgress?.(tally.read);
    const valid = validate(plan, raw);
    const general = isFault(valid) ? valid : generalise(plan, valid);
    if (isFault(general)) {
      countReject(tally, general, raw.line, file);
      continue;
    }
    const row = pseudonymise(key, general);
    if (gone.has(row.subject)) {
      tally.withdrawn++;
      continue;
    }
    countKept(tally, row.period, general.recoded);
    yield row;
  }
}

/**
 * Who withdrew while the first version was being written found none to be left out of. Asked after the flip: then either they
 * saw the version, or this sees them.
 */
async function withoutLatecomers(shelf: Shelf, dataset: string, known: ReadonlySet<string>, published: Held): Promise<Held> {
  const late = [...(await withdrawnFrom(shelf.store, dataset))].filter((subject) => !known.has(subject));
  return late.length === 0 ? published : ((await leaveOut(shelf, dataset, late)) ?? published);
}

const copy = ({ stored: { dimensions, family, measures } }: Plan) => ({ dimensions: [...dimensions], family, measures: [...measures] });
