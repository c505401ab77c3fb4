/** A release is charged once, before anything is drawn: its number, its turn and its loss are reserved in the year's account. */
import { yearOf } from "../../schemas/period.ts";
import type { Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import type { AccountEntry } from "../../schemas/release.ts";
import { inClosed, notDue } from "../disclosure/calendar.ts";
import { contradiction, promisedMu2 } from "../disclosure/fixed-policy.ts";
import { muOfPoints, pointsOfMu2, totalMu2 } from "../disclosure/gaussian-dp.ts";
import type { ReleasePlan } from "../disclosure/release-plan.ts";
import { append, formerYear, isOf, readAccount, type StoredAccount } from "./account.ts";
import { published, type Standing, standing } from "./standing.ts";

export interface Reservation {
  readonly entry: AccountEntry;
  /** Days of all releases of the period: those of the calendar, and of corrections. */
  readonly calendar: readonly string[];
  /** The year's account with this release. */
  readonly account: StoredAccount;
  /** The account of the year before. */
  readonly former: StoredAccount;
}

/**
 * Reserves the next release of a period, or takes up one that was reserved and never came out. What was fixed for the period
 * counts, and not what the descriptor says now. Throws `Refused` policy-fixed, not-due, account-exceeded or conflict; after a
 * refusal nothing is charged. What revises a public table is made when its owner says so, and not by the calendar.
 */
export async function reserve(
  store: Store,
  member: string,
  plan: ReleasePlan,
  now: number,
  revises = false,
): Promise<Reservation> {
  const { descriptor, period } = plan;
  const of = { dataset: descriptor.id, period };
  const year = yearOf(period);
  const former = await readAccount(store, formerYear(period));
  for (let attempt = 0; attempt < 50; attempt++) {
    const stands = await standing(store, descriptor, period, now);
    const { held, fixed, unnoted, calendar } = stands;
    const why = fixed && contradiction(fixed, descriptor, period);
    if (why !== undefined) throw new Refused("policy-fixed", why);
    const done = await published(store, of.dataset, period);
    const open = held.entries.find((entry) => isOf(of)(entry) && entry.number > done);
    if (open !== undefined) {
      refuseOther(open, plan, now);
      if (unnoted.length === 0) return { entry: open, calendar, account: held, former };
      // reserved before what is fixed was noted: noted now, and looked at again
      await append(store, year, held, { fixed: unnoted });
      continue;
    }
    const entry = nextEntry(member, plan, done + 1, now);
    refuseNext(stands, entry, plan, now, revises);
    const account = await append(store, year, held, { fixed: unnoted, entries: [entry] });
    if (account !== undefined) return { entry, calendar, account, former };
  }
  throw new Refused("conflict");
}

/** What was reserved is taken up under the same policy alone, and not in a window that began meanwhile. */
function refuseOther(open: AccountEntry, { descriptor, mu2 }: ReleasePlan, now: number): void {
  if (Math.abs(open.mu2 - mu2) > 1e-12)
    throw new Refused(
      "conflict",
      `the policy changed after release ${open.release} was reserved: restore it, and release`,
    );
  const why = inClosed(descriptor.policy.closed, now);
  if (why !== undefined) throw new Refused("not-due", why);
}

/** Why a release that nobody reserved yet is not to be made. */
function refuseNext(
  { held, fixed, corrections, turns, calendar }: Standing,
  entry: AccountEntry,
  { descriptor, spends }: ReleasePlan,
  now: number,
  revises: boolean,
): void {
  const { closed } = descriptor.policy;
  const why = revises ? inClosed(closed, now) : notDue(calendar, entry.number, closed, now);
  if (why !== undefined) throw new Refused("not-due", why);
  const turn = turns?.[entry.number - 1];
  if (turn && (turn.points !== spends.points || turn.releases !== spends.releases))
    throw new Refused("conflict", "a correction was signed meanwhile: make the release again");
  refuseBeyond(held.ceiling, totalMu2(held.entries), entry.mu2);
  if (fixed === undefined) return;
  const own = totalMu2(held.entries.filter(isOf(entry)));
  refuseUnpromised(promisedMu2(fixed, corrections), own, entry.mu2);
}

function refuseUnpromised(promised: number, spent: number, mu2: number): void {
  if (spent + mu2 <= promised + 1e-12) return;
  const points = (value: number) => pointsOfMu2(value).toFixed(1);
  throw new Refused(
    "account-exceeded",
    `this release spends ${points(mu2)} points, and the period's releases ${points(spent)} of the ${points(promised)} that were fixed for it`,
  );
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
