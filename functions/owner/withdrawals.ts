/** Who left, counted; and persons who leave, handed on to the keep role, which alone can find them. */
import type { Withdrawn } from "../../schemas/consent.ts";
import { pendingWithdrawal, withdrawal } from "../../schemas/items/keep.ts";
import type { OwnLeft, OwnWithdrawal, OwnWithdrawals } from "../../schemas/owner.ts";
import type { Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { nextDate } from "../disclosure/calendar.ts";
import { queryItems } from "../store/stored.ts";
import { type Holdings, holdingsOf, type StoredDataset } from "./holdings.ts";

/**
 * What the keep role does for the owner: it has the keys of the pseudonyms, which the owner's interface has not. Gives the signed
 * receipts. Throws `Refused` body-invalid, key-destroyed, conflict.
 */
export type TakeOut = (wanted: Omit<OwnWithdrawal, "v">) => Promise<readonly string[]>;

/** Datasets about persons, each with those who left since its latest release. Costs one read a thousand persons who ever left. */
export async function waiting(store: Store, now: number): Promise<OwnWithdrawals> {
  const holdings = await holdingsOf(store);
  const about = holdings.kept.filter(({ descriptor }) => descriptor.subject !== undefined);
  return {
    v: 1,
    at: now,
    datasets: await Promise.all(about.map((kept) => leftOf(store, kept, holdings, now))),
  };
}

async function leftOf(
  store: Store,
  { descriptor: { id, title, policy } }: StoredDataset,
  { released }: Holdings,
  now: number,
): Promise<OwnLeft> {
  const since = released.filter(({ dataset }) => dataset === id).map(({ iat }) => iat);
  const kinds = { withdrawal: 0, objection: 0, restriction: 0, erasure: 0 };
  // of what was never released nobody is counted anywhere
  if (since.length > 0) {
    const left = await leavesSince(store, id, Math.max(...since));
    for (const kind of left.values()) kinds[kind] += 1;
  }
  const persons = Object.values(kinds).reduce((sum, one) => sum + one, 0);
  return {
    dataset: id,
    title,
    persons,
    kinds,
    countedNoLongerFrom: nextDate(policy.calendar, now) ?? null,
  };
}

/** By pseudonym, so that who is about to be taken out and who has been is one person. */
async function leavesSince(
  store: Store,
  dataset: string,
  since: number,
): Promise<Map<string, Withdrawn["kind"]>> {
  const left = new Map<string, Withdrawn["kind"]>();
  for await (const { body } of queryItems(store, pendingWithdrawal, { dataset })) {
    const { at, kind, subjects } = body;
    if (at >= since) for (const subject of subjects) left.set(subject, kind);
  }
  for await (const { sk, body } of queryItems(store, withdrawal, { dataset })) {
    const { at, kind, ended } = body;
    if (at >= since && ended === undefined) left.set(sk, kind);
  }
  return left;
}

/** Throws `Refused` body-invalid where nobody is named or the dataset is not there, and as `takeOut` does. */
export async function leave(
  store: Store,
  takeOut: TakeOut,
  { v: _, ...wanted }: OwnWithdrawal,
): Promise<string[]> {
  const { dataset, pseudonyms = [], identifiers = [] } = wanted;
  if (pseudonyms.length + identifiers.length === 0)
    throw new Refused("body-invalid", "name at least one person");
  const { kept } = await holdingsOf(store);
  const about = kept.find(({ descriptor }) => descriptor.id === dataset);
  if (about === undefined) throw new Refused("no-version", `nothing of ${dataset} is stored here`);
  if (about.descriptor.subject === undefined)
    throw new Refused("body-invalid", "this dataset is not about persons, so nobody can leave it");
  return [...(await takeOut(wanted))];
}
