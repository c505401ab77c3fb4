/**
 * A person withdraws consent, objects, or has processing restricted: the rows go at once, and no release made from now on counts
 * them. Figures already released stay as they are, for a correction off the calendar would show the date.
 * Top to bottom: versionInForce → namesOf → takeOut → log → issue.
 */
import type { Leave, SubjectReceipt, Withdrawn } from "../../../schemas/consent.ts";
import { found } from "../../../schemas/found.ts";
import { withdrawal } from "../../../schemas/items/keep.ts";
import type { Blobs, Clock, Signer, Store, VersionWriter } from "../../../schemas/ports.ts";
import { nextDate } from "../../disclosure/calendar.ts";
import { consentOf } from "../../disclosure/persons.ts";
import { getItems, putNext } from "../../store/stored.ts";
import { inParallel } from "../in-parallel.ts";
import type { Pseudonyms } from "../pseudonymise.ts";
import { finishRotation } from "../rekey.ts";
import { type StoredVersion, versionInForce } from "../version-store.ts";
import { announceLeave, settle } from "../withdrawn.ts";
import { issue, namesOf, noteOf, type People, type Signed } from "./receipts.ts";

export interface WithdrawDeps {
  readonly member: string;
  readonly writer: VersionWriter;
  readonly store: Store;
  readonly blobs: Blobs;
  /** The node's release key, with which receipts are signed. */
  readonly signer: Signer;
  readonly clock: Clock;
  readonly random: (bytes: number) => Uint8Array;
  /** The private log: the date of a withdrawal may not show. */
  readonly log: (kind: string, facts: Record<string, string | number>) => Promise<void>;
}
export interface Withdrawal extends People {
  readonly dataset: string;
  /** `withdrawal` where the dataset rests on consent and `objection` otherwise, unless said. */
  readonly kind?: Leave;
}

/**
 * Takes down who leaves and carries it out, thousands in one new version; the same person twice is one withdrawal, with the date of
 * the first. Receipts come in the order pseudonyms, then identifiers. Throws `Refused` body-invalid where the identifiers do not fit
 * the dataset, key-destroyed, and conflict; doing it again is always safe.
 */
export async function withdraw(
  deps: WithdrawDeps,
  { dataset, kind, ...people }: Withdrawal,
): Promise<Signed[]> {
  const held = await versionInForce(deps.store, dataset);
  const who = await namesOf(deps, dataset, people, held?.pointer);
  if (who.names.length === 0) return [];
  const now = deps.clock();
  const as =
    kind ??
    (held !== undefined && consentOf(held.pointer.descriptor) === undefined
      ? "objection"
      : "withdrawal");
  const { before, after } = await takeOut(deps, dataset, who, as, now);
  await deps.log("withdrawal", { dataset, persons: who.names.length, as });
  const about = aboutOf(dataset, as, after, now);
  const given = new Map<string, Signed>();
  await inParallel(who.names, async (pseudonym) => {
    const at = before.get(pseudonym) ?? now;
    given.set(
      pseudonym,
      await issue(deps, { ...about, subject: { pseudonym, epoch: who.epoch }, at }, now),
    );
  });
  return who.names.map((name) => found(given.get(name)));
}

/** Takes persons out of everything that is computed from now on. `before`: when those left who had done so already. */
export async function takeOut(
  deps: WithdrawDeps,
  dataset: string,
  who: Pseudonyms,
  kind: Leave,
  now: number,
) {
  const before = await firstTimes(deps.store, dataset, who, kind);
  await announceLeave(
    deps.store,
    dataset,
    { ...who, names: who.names.filter((name) => !before.has(name)) },
    kind,
    now,
  );
  return { before, after: await settle(deps, dataset, now) };
}

/** When persons left who did already: of them nothing more needs to be noted. */
async function firstTimes(
  store: Store,
  dataset: string,
  { names }: Pseudonyms,
  kind: Leave,
): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  const at = names.map((pseudonym) => ({ dataset, pseudonym }));
  for (const { sk, body: known } of await getItems(store, withdrawal, at)) {
    if (known.ended === undefined && (kind !== "erasure" || known.kind === "erasure"))
      times.set(sk, known.at);
  }
  return times;
}

export function aboutOf(
  dataset: string,
  kind: Leave,
  after: StoredVersion | undefined,
  now: number,
) {
  const calendar = after?.pointer.descriptor.policy.calendar;
  // a release due today may already have been made
  const countedNoLongerFrom = (calendar && nextDate(calendar, now)) ?? null;
  const note = noteOf(kind, after !== undefined, countedNoLongerFrom !== null);
  return {
    dataset,
    kind,
    rowsRemovedAtOnce: after !== undefined,
    countedNoLongerFrom,
    note,
  } satisfies Partial<SubjectReceipt>;
}

/**
 * Lets persons in again whose objection or restriction has ended: the next ingest brings their rows back. How many were named: how
 * many of them had left is not said, here or in the log.
 */
export async function readmit(
  deps: WithdrawDeps,
  { dataset, ...people }: Omit<Withdrawal, "kind">,
): Promise<number> {
  const now = deps.clock();
  const held = await settle(deps, dataset, now);
  await finishRotation(deps, dataset, now);
  const { names } = await namesOf(deps, dataset, people, held?.pointer);
  await endLeaves(deps.store, dataset, names, ["objection", "restriction"], now);
  await deps.log("withdrawal", { dataset, persons: names.length, as: "ended" });
  return names.length;
}

/** Ends leaves of some kinds. What waits to be carried out must have been. */
export async function endLeaves(
  store: Store,
  dataset: string,
  names: readonly string[],
  kinds: readonly Leave[],
  now: number,
) {
  const at = names.map((pseudonym) => ({ dataset, pseudonym }));
  for (const item of await getItems(store, withdrawal, at)) {
    const known = item.body;
    if (known.ended !== undefined || !kinds.includes(known.kind)) continue;
    const body: Withdrawn = { ...known, ended: now };
    await putNext(store, item, { ...item, body });
  }
}
