/**
 * Who left a dataset. Two things are written: first that they are *pending*, which every computation looks at from that moment on;
 * then, for good, that they are to be left out of whatever is ingested later. Once their rows are gone from what is stored,
 * nothing is pending any more: a release reads only who left since the version that it computes from was written.
 */
import type { Pending, Withdrawn } from "../../schemas/consent.ts";
import { found } from "../../schemas/found.ts";
import { type Key, keyOf, partitionOf } from "../../schemas/items/item.ts";
import { pendingWithdrawal, withdrawal } from "../../schemas/items/keep.ts";
import type { Store } from "../../schemas/ports.ts";
import { dayOf } from "../disclosure/calendar.ts";
import { consentOf } from "../disclosure/persons.ts";
import { freshId } from "../signing/jws.ts";
import { getItem, putNew, putNext, queryItems } from "../store/stored.ts";
import { eventItem } from "./consent-register.ts";
import { inParallel } from "./in-parallel.ts";
import {
  isFound,
  type Keys,
  keysIfThere,
  lifted,
  namedInVain,
  type Pseudonyms,
} from "./pseudonymise.ts";
import { rewrite, type StoredVersion, type VersionDeps, versionInForce } from "./version-store.ts";

/** Persons in one item: far below the 400 KB that one may have. */
const BATCH = 4000;

interface Batch extends Pending {
  /** `SECONDS#ID` of its key. */
  readonly id: string;
}

/** Notes that persons leave: from here on no computation counts them. Throws `Refused` conflict where the keys of their names are let go meanwhile. */
export async function announceLeave(
  store: Store,
  dataset: string,
  { names, epoch }: Pseudonyms,
  kind: Pending["kind"],
  now: number,
) {
  const put: Key[] = [];
  for (let from = 0; from < names.length; from += BATCH) {
    const body: Pending = { at: now, kind, epoch, subjects: names.slice(from, from + BATCH) };
    const key = keyOf(pendingWithdrawal, { dataset, seconds: now, id: freshId() });
    put.push(key);
    await putNew(store, { ...key, body });
  }
  if (put.length === 0 || (await isFound(store, dataset, epoch))) return;
  for (const { pk, sk } of put) await store.delete(pk, sk);
  throw namedInVain();
}

/** Who left and may still have rows in store. */
export async function pendingOf(store: Store, dataset: string): Promise<Batch[]> {
  const batches: Batch[] = [];
  for await (const { sk, body } of queryItems(store, pendingWithdrawal, { dataset }))
    batches.push({ ...body, id: sk });
  return batches;
}

/** Today's pseudonyms of everybody who is to be left out. */
export async function goneFrom(store: Store, dataset: string, keys: Keys): Promise<Set<string>> {
  const gone = new Set<string>();
  // what is pending first: it turns into what is for good, not the other way round
  for (const { subjects, epoch } of await pendingOf(store, dataset))
    for (const name of subjects) gone.add(lifted(keys, name, epoch));
  for await (const { sk, body } of queryItems(store, withdrawal, { dataset })) {
    const { epoch, ended } = body;
    if (ended === undefined) gone.add(lifted(keys, sk, epoch));
  }
  return gone;
}

/**
 * Carries out whatever waits: who left is noted for good and gone from the rows, rows that ran out are gone, and pseudonyms are
 * under the last key. May be done by anybody, at any time, as often as wanted. What is pending of a dataset without rows stays so
 * until there are some. Returns the version in force.
 */
export async function settle(
  deps: VersionDeps,
  dataset: string,
  now: number,
): Promise<StoredVersion | undefined> {
  const batches = await pendingOf(deps.store, dataset);
  const held = await versionInForce(deps.store, dataset);
  const byConsent = held === undefined || consentOf(held.pointer.descriptor) !== undefined;
  for (const batch of batches) await noteForGood(deps.store, dataset, batch, byConsent);
  if (held === undefined) return undefined;
  const keys = await keysIfThere(deps, dataset);
  const today = dayOf(now);
  const { epoch, until = "9999" } = held.pointer;
  if (batches.length === 0 && until > today && (keys === undefined || keys.epoch === epoch))
    return held;
  const gone = batches.map(({ subjects: names, epoch }) => ({ names, epoch }));
  const after = await rewrite(deps, dataset, { gone, today });
  const pk = partitionOf(pendingWithdrawal, { dataset });
  for (const { id } of batches) await deps.store.delete(pk, id);
  return after;
}

async function noteForGood(
  store: Store,
  dataset: string,
  batch: Batch,
  byConsent: boolean,
): Promise<void> {
  const { at, kind, epoch, subjects, id } = batch;
  await inParallel(subjects, async (pseudonym) => {
    const body: Withdrawn = { at, kind, epoch };
    const key = keyOf(withdrawal, { dataset, pseudonym });
    if (!(await putNew(store, { ...key, body }))) {
      const item = found(await getItem(store, withdrawal, { dataset, pseudonym }));
      const known = item.body;
      // who was let in again and leaves again; and who wants to be erased, having left before
      const again = known.ended !== undefined && known.ended <= at;
      const further = kind === "erasure" && known.kind !== "erasure";
      if (again || further)
        await putNext(store, item, { ...key, body: again ? body : { ...known, kind } });
    }
    if (kind !== "withdrawal" || !byConsent) return;
    const event = eventItem(
      dataset,
      pseudonym,
      { state: "withdrawn", at, noted: at, epoch, by: "person" },
      id.split("#")[1],
    );
    await putNew(store, event);
  });
}
