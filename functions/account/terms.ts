/** What the organisation itself signs for: a year's higher ceiling, and a release more than was fixed. */
import { version } from "../../schemas/items/keep.ts";
import { yearOf } from "../../schemas/period.ts";
import type { Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import {
  type Correction,
  type CorrectionTerms,
  type FixedEntry,
  HIGHEST_CEILING,
  type Raise,
  type RaiseTerms,
} from "../../schemas/release.ts";
import { dayOf } from "../disclosure/calendar.ts";
import { fixedBy } from "../disclosure/fixed-policy.ts";
import { muOfPoints, pointsOfMu2, totalMu2 } from "../disclosure/gaussian-dp.ts";
import { getItem } from "../store/stored.ts";
import { append, isOf, type Of, readAccount, type StoredAccount } from "./account.ts";
import { statedOf } from "./standing.ts";

/** A year's ceiling is raised by a signed entry, with its reason, before the year begins: not in view of what it is wanted for. */
interface RaiseWish {
  readonly year: string;
  readonly points: number;
  readonly reason: string;
}

/** Adds a raise that `sign` has put its name to. Throws `Refused` raise-refused or conflict; after a refusal nothing is changed. */
export async function raise(
  store: Store,
  wish: RaiseWish,
  sign: (terms: RaiseTerms) => Promise<string>,
  now: number,
): Promise<StoredAccount> {
  const { year, points, reason } = wish;
  for (let attempt = 0; attempt < 50; attempt++) {
    const held = await readAccount(store, year);
    const why = notRaised(wish, held.ceiling, now);
    if (why !== undefined) throw new Refused("raise-refused", why);
    const added: Raise = { points, reason, at: now, jws: await sign({ year, points, reason }) };
    const account = await append(store, year, held, { raises: [added] });
    if (account !== undefined) return account;
  }
  throw new Refused("conflict");
}

/**
 * Adds a correction that `sign` has put its name to: one more release of a period, off the calendar. It must fit under the year's
 * ceiling beside all that was promised there. Throws `Refused` correction-refused or conflict; after a refusal nothing is changed.
 */
export async function correct(
  store: Store,
  terms: CorrectionTerms,
  sign: (terms: CorrectionTerms) => Promise<string>,
  now: number,
): Promise<StoredAccount> {
  const year = yearOf(terms.period);
  for (let attempt = 0; attempt < 50; attempt++) {
    const held = await readAccount(store, year);
    const noted = held.fixed.some(isOf(terms)) ? [] : await fixedFor(store, terms, now);
    const why = notCorrected(terms, { ...held, fixed: [...held.fixed, ...noted] });
    if (why !== undefined) throw new Refused("correction-refused", why);
    const added: Correction = { ...terms, at: now, jws: await sign(terms) };
    const more = { fixed: noted, corrections: [added] };
    const account = await append(store, year, held, more);
    if (account !== undefined) return account;
  }
  throw new Refused("conflict");
}

/** What the version in force fixed for a period, for an account of before that was noted. */
async function fixedFor(store: Store, { dataset, period }: Of, now: number): Promise<FixedEntry[]> {
  const there = (await getItem(store, version, { dataset }))?.body;
  const fixed = there && (there.fixed ?? fixedBy(there.descriptor, now))[period];
  return fixed ? [{ ...fixed, dataset, period }] : [];
}

function notCorrected(terms: CorrectionTerms, held: StoredAccount): string | undefined {
  const { dataset, period, points, reason } = terms;
  if (!held.fixed.some(isOf(terms)) || !held.entries.some(isOf(terms)))
    return `no release of ${dataset} ${period} was made yet: nothing is there to be corrected`;
  const room = muOfPoints(held.ceiling) ** 2 - promised(held);
  const most = pointsOfMu2(Math.max(0, room));
  if (!(points >= 0.1 && muOfPoints(points) ** 2 <= room + 1e-12))
    return `a correction of ${points} points does not fit: the year's releases are promised all but ${most.toFixed(1)} points under a ceiling of ${held.ceiling}`;
  return reason.trim().length < 10
    ? "a correction needs its reason, in a sentence that others will read"
    : undefined;
}

/** mu² that the year's releases will have spent once every promise is used up. */
function promised(held: StoredAccount): number {
  const periods = held.fixed.reduce((sum, one) => sum + (statedOf(held, one)?.mu2 ?? 0), 0);
  const others = held.entries.filter((entry) => !held.fixed.some(isOf(entry)));
  return periods + totalMu2(others);
}

function notRaised(
  { year, points, reason }: RaiseWish,
  ceiling: number,
  now: number,
): string | undefined {
  if (dayOf(now) >= `${year}-01-01`)
    return `${year} has begun; its ceiling stays at ${ceiling} points`;
  if (!(points > ceiling && points <= HIGHEST_CEILING))
    return `a ceiling of ${ceiling} points can be raised to at most ${HIGHEST_CEILING}; ${points} is not between them`;
  return reason.trim().length < 10
    ? "a raise needs its reason, in a sentence that others will read"
    : undefined;
}
