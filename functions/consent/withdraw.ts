/**
 * A person objects, or withdraws consent: the rows go at once, and no release made from now on counts them. Figures already
 * released stay as they are, for a correction off the calendar would show the date.
 */
import type { Blobs, Clock, Store, VersionWriter } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { pseudonymKey, pseudonymOf } from "../ingest/pseudonymise.ts";
import { leaveOut, type VersionPointer, versionInForce, withdrawals } from "../ingest/store.ts";

export interface WithdrawDeps {
  readonly writer: VersionWriter;
  readonly store: Store;
  readonly blobs: Blobs;
  readonly clock: Clock;
  readonly random: (bytes: number) => Uint8Array;
  /** The private log: the date of a withdrawal may not show. */
  readonly log: (kind: string, facts: Record<string, string | number>) => Promise<void>;
}
export interface Withdrawal {
  readonly dataset: string;
  readonly pseudonyms?: readonly string[];
  /** For each person the identifiers in the order of the descriptor's `subject.columns`. */
  readonly identifiers?: readonly (readonly string[])[];
}
export interface WithdrawalReceipt {
  readonly dataset: string;
  readonly pseudonym: string;
  /** Seconds since 1970 at which the withdrawal was first taken down. */
  readonly at: number;
  /** There were stored rows of the dataset, and none of this person is among them now. Whether any was before is not said. */
  readonly rowsRemovedAtOnce: boolean;
  /** The day of the next release, from which the person is no longer counted; null where no date is set. */
  readonly countedNoLongerFrom: string | null;
  readonly note: string;
}

const NOTES = {
  dated: "The rows are gone from what is stored. Figures already released stay; those released from this day on do not count the person.",
  open: "The rows are gone from what is stored. Figures already released stay; no date is set for the next ones, which will not count the person.",
  empty: "Nothing is stored of this dataset yet. Whatever is taken in later will leave this person's rows out.",
} as const;

/**
 * Takes withdrawals down and carries them out; the same person twice is one withdrawal, with the date of the first. Receipts
 * come in the order pseudonyms, then identifiers. Throws `Refused` body-invalid where the identifiers do not fit the dataset,
 * and conflict; doing it again is always safe.
 */
export const withdraw =
  (deps: WithdrawDeps) =>
  async ({ dataset, pseudonyms = [], identifiers = [] }: Withdrawal): Promise<WithdrawalReceipt[]> => {
    const held = await versionInForce(deps.store, dataset);
    demandForm(pseudonyms, identifiers);
    if (held !== undefined) demandFit(held.pointer, identifiers);
    const people = [...new Set([...pseudonyms, ...(await pseudonymsOf(deps, dataset, identifiers))])];
    if (people.length === 0) return [];
    const now = deps.clock();
    const times: number[] = [];
    for (const person of people) times.push(await takeDown(deps.store, dataset, person, now));
    const after = await leaveOut(deps, dataset, people);
    await deps.log("withdrawal", { dataset, persons: people.length });
    return people.map((pseudonym, at) => receiptOf(dataset, pseudonym, times[at]!, now, after?.pointer));
  };

/** An empty pseudonym is the subject of every row of a table about nobody: taken for a person it would delete them all. */
function demandForm(pseudonyms: readonly string[], identifiers: readonly (readonly string[])[]): void {
  if (pseudonyms.some((pseudonym) => !/^[A-Za-z0-9_-]{22}$/.test(pseudonym)))
    throw new Refused("body-invalid", "a pseudonym has 22 characters");
  if (identifiers.some((person) => person.length === 0 || person.some((value) => value.trim() === "")))
    throw new Refused("body-invalid", "an identifier is empty");
}

function demandFit({ descriptor: { subject } }: VersionPointer, identifiers: readonly (readonly string[])[]): void {
  if (subject === undefined) throw new Refused("body-invalid", "this dataset is not about persons, so nobody can withdraw from it");
  if (identifiers.some((person) => person.length !== subject.columns.length))
    throw new Refused("body-invalid", `name each person by: ${subject.columns.join(", ")}`);
}

async function pseudonymsOf(deps: WithdrawDeps, dataset: string, identifiers: readonly (readonly string[])[]): Promise<string[]> {
  if (identifiers.length === 0) return [];
  const key = await pseudonymKey(deps, dataset);
  return identifiers.map((person) => pseudonymOf(key, person));
}

/** The item that holds a withdrawal; it stays for good, since later files may bring the person again. The time of the first is kept. */
async function takeDown(store: Store, dataset: string, pseudonym: string, now: number): Promise<number> {
  const pk = withdrawals(dataset);
  if (await store.put({ pk, sk: pseudonym, body: { at: now }, revision: 1 }, { kind: "absent" })) return now;
  const item = await store.get(pk, pseudonym);
  return (item?.body as { readonly at: number } | undefined)?.at ?? now;
}

function receiptOf(dataset: string, pseudonym: string, at: number, now: number, pointer: VersionPointer | undefined): WithdrawalReceipt {
  const countedNoLongerFrom = pointer === undefined ? null : nextRelease(pointer, now);
  const note = pointer === undefined ? NOTES.empty : countedNoLongerFrom === null ? NOTES.open : NOTES.dated;
  return { dataset, pseudonym, at, rowsRemovedAtOnce: pointer !== undefined, countedNoLongerFrom, note };
}

/** The first day of the calendar, of whatever period, after today (UTC): a release due today may already have been made. */
function nextRelease({ descriptor }: VersionPointer, now: number): string | null {
  const today = new Date(now * 1000).toISOString().slice(0, 10);
  const days = Object.values(descriptor.policy.calendar).flat();
  return days.filter((day) => day > today).sort()[0] ?? null;
}
