/**
 * What becomes of one row, top to bottom: saidBy → validate → who → subjectOf → generalise → pseudonymise → retainedUntil. A row of somebody who did
 * not consent is not looked at any further. After the last step there is no direct identifier and no date of birth.
 */
import type { Descriptor } from "../../../schemas/descriptor.ts";
import { found } from "../../../schemas/found.ts";
import type { RawRow, VersionRow } from "../../../schemas/ports.ts";
import { dayAt } from "../../disclosure/duration.ts";
import { retainedUntil } from "../../disclosure/persons.ts";
import type { identifying } from "../identify.ts";
import { type Keys, pseudonymise, pseudonymOf, subjectOf } from "../pseudonymise.ts";
import { type Fault, isFault } from "../reject.ts";
import { type Consenting, saidBy } from "./consenting.ts";
import { generalise } from "./generalise.ts";
import type { ReadRow } from "./read.ts";
import { countKept, countReject, type Tally } from "./report.ts";
import type { Plan } from "./row-plan.ts";
import { identifiersOf, validate } from "./validate.ts";

/** Rows between two words on progress. */
const STRIDE = 10_000;

/** What rows are held against. */
export interface RowMeans {
  readonly plan: Plan;
  readonly descriptor: Descriptor;
  readonly keys: Keys;
  readonly gone: ReadonlySet<string>;
  readonly consents: Consenting | undefined;
  readonly tally: Tally;
  readonly today: string;
  readonly who: ReturnType<typeof identifying>;
}

/** Rows as they may be stored, one at a time; what is not kept stays behind, counted. */
export async function* keepRows(
  means: RowMeans,
  found: AsyncIterable<ReadRow>,
  onProgress: ((rows: number) => void) | undefined,
): AsyncGenerator<VersionRow> {
  const { tally } = means;
  for await (const { row: raw, file } of found) {
    if (++tally.read % STRIDE === 0) onProgress?.(tally.read);
    const fate = await fateOf(means, raw);
    if (typeof fate === "string") tally[fate]++;
    else if (isFault(fate)) countReject(tally, fate, raw.line, file);
    else {
      const periods = fate.rows.map(({ period }) => period);
      countKept(tally, periods, fate.start, fate.recoded);
      yield* fate.rows;
    }
  }
}

type Fate =
  | Fault
  | "withdrawn"
  | "unconsented"
  | "ranOut"
  | "outside"
  | {
      /** One a period in which it counts. */
      readonly rows: readonly VersionRow[];
      readonly start: number;
      readonly recoded: readonly string[];
    };

/** What becomes of a row. One of somebody who did not consent is not looked at any further. */
async function fateOf(
  { plan, descriptor, keys, gone, consents, today, who }: RowMeans,
  raw: RawRow,
): Promise<Fate> {
  const said = raw.broken === undefined ? saidBy(plan, raw, today) : undefined;
  if (said === null) {
    const person = await who(identifiersOf(plan, raw));
    if (Array.isArray(person)) found(consents).refuses(pseudonymOf(keys, person));
    return "unconsented";
  }
  const valid = validate(plan, raw);
  if (isFault(valid)) return valid;
  const identifiers = await who(valid.identifiers);
  if (isFault(identifiers)) return identifiers;
  if (typeof said === "object") return said;
  if (valid.periods.length === 0) return "outside";
  const subject = subjectOf(keys, identifiers);
  const rows: VersionRow[] = [];
  const recoded = new Set<string>();
  for (const period of valid.periods) {
    const general = generalise(plan, { ...valid, identifiers }, period);
    if (isFault(general)) return general;
    rows.push(pseudonymise(subject, general));
    for (const id of general.recoded) recoded.add(id);
  }
  if (gone.has(subject)) return "withdrawn";
  const { start } = valid;
  const left = rows.filter(({ period }) => {
    const from = descriptor.retention?.from === "start" ? { start: dayAt(start) } : { period };
    return (retainedUntil(descriptor, from) ?? "9999") > today;
  });
  if (left.length === 0) return "ranOut";
  if (consents !== undefined && !consents.counts(subject, said)) return "unconsented";
  return { rows: left, start, recoded: [...recoded] };
}
