/** What an ingest says of itself to its owner: counts, and where rows broke the descriptor. Never a value. */
import { Refused } from "../../../schemas/refusal.ts";
import type { Fault, Reject, Rule } from "../reject.ts";

/** Rejects that a report lists; beyond them it only counts. */
const LISTED = 1000;
/** Rejects that a refusal carries. */
const CARRIED = 50;

export interface IngestReport {
  readonly dataset: string;
  /** Digest of the version in force after this run. */
  readonly version: string;
  readonly read: number;
  readonly kept: number;
  readonly rejected: number;
  /** Rejected rows by the first rule that they broke. */
  readonly rules: Readonly<Partial<Record<Rule, number>>>;
  /** Kept rows that went to `other`, by dimension or family. */
  readonly recoded: Readonly<Record<string, number>>;
  /** The first 1,000. */
  readonly rejects: readonly Reject[];
  /** Rows left out because their subject withdrew. */
  readonly withdrawn: number;
  /** Rows left out because nobody consented, in a dataset by consent. They are no rejects, and which ones they are is not said. */
  readonly unconsented: number;
  /** Rows left out because they have run out. */
  readonly ranOut: number;
  /** Rows left out because their days touch no period of the calendar. */
  readonly outside: number;
}

/** A count in the making: the only thing in a run that changes. */
export interface Tally {
  read: number;
  kept: number;
  rejected: number;
  withdrawn: number;
  unconsented: number;
  ranOut: number;
  outside: number;
  /** The least start of a kept row, in days. */
  start: number | undefined;
  readonly rules: { [rule in Rule]?: number };
  readonly recoded: Map<string, number>;
  readonly rejects: Reject[];
  readonly periods: Set<string>;
}

export const emptyTally = (): Tally => ({
  read: 0,
  kept: 0,
  rejected: 0,
  withdrawn: 0,
  unconsented: 0,
  ranOut: 0,
  outside: 0,
  start: undefined,
  rules: {},
  recoded: new Map(),
  rejects: [],
  periods: new Set(),
});

export function countReject(
  tally: Tally,
  fault: Fault,
  line: number,
  file: number | undefined,
): void {
  tally.rejected++;
  tally.rules[fault.rule] = (tally.rules[fault.rule] ?? 0) + 1;
  if (tally.rejects.length < LISTED)
    tally.rejects.push({
      ...(file === undefined ? {} : { file }),
      line,
      field: fault.field,
      rule: fault.rule,
    });
}

/** Counts a row of the file, that is stored once for each of its periods. */
export function countKept(
  tally: Tally,
  periods: readonly string[],
  start: number,
  recoded: readonly string[],
): void {
  tally.kept++;
  for (const period of periods) tally.periods.add(period);
  if (tally.start === undefined || start < tally.start) tally.start = start;
  for (const id of recoded) tally.recoded.set(id, (tally.recoded.get(id) ?? 0) + 1);
}

/** Throws `Refused` too-many-rejects above the share that the descriptor allows, and file-unreadable where there was no row at all. */
export function judge({ read, rejected, rules, rejects }: Tally, share: number): void {
  if (read === 0) throw new Refused("file-unreadable", "the file has no rows");
  if (rejected <= share * read) return;
  const counts = Object.entries(rules).map(([rule, count]) => `${rule} ${count}`);
  const first = rejects.slice(0, 3).map((reject) => `${where(reject)}: ${reject.rule}`);
  throw new Refused("too-many-rejects", {
    detail: `${rejected} of ${read} rows (${counts.join(", ")}); at most a share of ${share} may be. First: ${first.join("; ")}`,
    errors: rejects
      .slice(0, CARRIED)
      .map((reject) => ({ pointer: pointerOf(reject), detail: reject.rule })),
  });
}

const where = ({ file, line, field }: Reject) =>
  [
    ...(file === undefined ? [] : [`file ${file}`]),
    `line ${line}`,
    ...(field === "" ? [] : [field]),
  ].join(" ");

/** `/lines/LINE/FIELD` as a JSON pointer (RFC 6901, 3), behind `/files/FILE` where there are several. */
function pointerOf({ file, line, field }: Reject): string {
  const at = `${file === undefined ? "" : `/files/${file}`}/lines/${line}`;
  return field === "" ? at : `${at}/${field.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

export function reportOf(tally: Tally, dataset: string, version: string): IngestReport {
  const { read, kept, rejected, withdrawn, unconsented, ranOut, outside, rules, rejects } = tally;
  const recoded = Object.fromEntries(tally.recoded);
  return {
    dataset,
    version,
    read,
    kept,
    rejected,
    rules,
    recoded,
    rejects,
    withdrawn,
    unconsented,
    ranOut,
    outside,
  };
}
