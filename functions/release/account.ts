/**
 * The account: one item a year over all datasets of a node, written under a condition on its revision, so that two
 * processes cannot both spend the last of it. A release is charged once, before anything is drawn.
 */
import * as z from "zod";
import type { Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { AccountEntry, Pointer } from "../../schemas/release.ts";
import { notDue } from "../shared/calendar.ts";
import { muOfPoints, pointsOfMu2 } from "./protect/gdp.ts";
import type { ReleasePlan } from "./protect/plan.ts";

/** Ceiling of a node over all its datasets of one year, in points. */
export const CEILING = 15;

const Stored = z.strictObject({ ceiling: z.number(), entries: z.array(AccountEntry) });

export interface Reservation {
  readonly entry: AccountEntry;
  /** mu² of the year with this release. */
  readonly spent: number;
  readonly ceiling: number;
  readonly entries: readonly AccountEntry[];
}

export const pointerKey = (dataset: string, period: string) => ({ pk: "answer#pointer", sk: `${dataset}#${period}` });

/** The number of the latest release that is out; 0 where none is. */
export async function published(store: Store, dataset: string, period: string): Promise<number> {
  const { pk, sk } = pointerKey(dataset, period);
  const item = await store.get(pk, sk);
  return item === undefined ? 0 : Pointer.parse(item.body).number;
}

export async function readAccount(store: Store, year: string): Promise<{ ceiling: number; entries: AccountEntry[]; revision: number }> {
  const item = await store.get(`release#account#${year}`, "account");
  return item === undefined ? { ceiling: CEILING, entries: [], revision: 0 } : { ...Stored.parse(item.body), revision: item.revision };
}

const total = (entries: readonly AccountEntry[]) => entries.reduce((sum, { mu2 }) => sum + mu2, 0);

/**
 * Reserves the next release of a period, or takes up one that was reserved and never came out.
 * Throws `Refused` not-due, account-exceeded or conflict; after a refusal nothing is charged.
 */
export async function reserve(store: Store, member: string, plan: ReleasePlan, now: number): Promise<Reservation> {
  const { descriptor, period, mu2 } = plan;
  for (let attempt = 0; attempt < 50; attempt++) {
    const { ceiling, entries, revision } = await readAccount(store, period);
    const done = await published(store, descriptor.id, period);
    const open = entries.find((entry) => entry.dataset === descriptor.id && entry.period === period && entry.number > done);
    if (open !== undefined) {
      if (Math.abs(open.mu2 - mu2) > 1e-12)
        throw new Refused("conflict", `the policy changed after release ${open.release} was reserved: restore it, and release`);
      return { entry: open, spent: total(entries), ceiling, entries };
    }
    const entry = nextEntry(member, plan, done + 1, now);
    const why = notDue(descriptor.policy.calendar[period]!, entry.number, descriptor.policy.closed, now);
    if (why !== undefined) throw new Refused("not-due", why);
    refuseBeyond(ceiling, total(entries), mu2);
    const item = {
      pk: `release#account#${period}`,
      sk: "account",
      body: { ceiling, entries: [...entries, entry] },
      revision: revision + 1,
    };
    const won = await store.put(item, revision === 0 ? { kind: "absent" } : { kind: "revision", is: revision });
    if (won) return { entry, spent: total(entries) + mu2, ceiling, entries: [...entries, entry] };
  }
  throw new Refused("conflict");
}

function nextEntry(member: string, plan: ReleasePlan, number: number, at: number): AccountEntry {
  const { descriptor, period, mu2, fields } = plan;
  return {
    release: `${member}/${descriptor.id}/${period}/${number}`,
    dataset: descriptor.id,
    period,
    number,
    mu2,
    fields: fields.map(({ released: { id, share, variance } }) => ({ id, share, variance })),
    at,
  };
}

function refuseBeyond(ceiling: number, spent: number, mu2: number): void {
  const room = muOfPoints(ceiling) ** 2 - spent;
  if (mu2 <= room + 1e-12) return;
  const points = (value: number) => pointsOfMu2(Math.max(0, value)).toFixed(1);
  throw new Refused(
    "account-exceeded",
    `this release spends ${points(mu2)} points, the year's account stands at ${points(spent)} under a ceiling of ${ceiling}; a release of ${points(room)} points would fit`,
  );
}
