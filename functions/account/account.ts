/**
 * The account: one item a year over all datasets of a node, written under a condition on its revision, so that two
 * processes cannot both spend the last of it. A release is charged once, before anything is drawn.
 */
import { found } from "../../schemas/found.ts";
import { keyOf } from "../../schemas/items/item.ts";
import { account, pointer } from "../../schemas/items/release.ts";
import type { Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import {
  type AccountEntry,
  CEILING,
  HIGHEST_CEILING,
  type Raise,
  type RaiseTerms,
} from "../../schemas/release.ts";
import { dayOf, notDue } from "../disclosure/calendar.ts";
import { muOfPoints, pointsOfMu2 } from "../disclosure/gaussian-dp.ts";
import type { ReleasePlan } from "../disclosure/release-plan.ts";
import { getItem, putNext } from "../store/stored.ts";

const ceilingOf = (raises: readonly Raise[]): number =>
  Math.min(
    HIGHEST_CEILING,
    raises.reduce((most, { points }) => Math.max(most, points), CEILING),
  );

export interface Reservation {
  readonly entry: AccountEntry;
  /** mu² of the year with this release. */
  readonly spent: number;
  readonly ceiling: number;
  readonly raises: readonly Raise[];
  readonly entries: readonly AccountEntry[];
}

/** The number of the latest release that is out; 0 where none is. */
export async function published(store: Store, dataset: string, period: string): Promise<number> {
  return (await getItem(store, pointer, { dataset, period }))?.body.number ?? 0;
}

/** A year's account as it is stored. Append-only: entries and raises are added, never changed. */
export interface StoredAccount {
  readonly ceiling: number;
  readonly raises: readonly Raise[];
  readonly entries: AccountEntry[];
  readonly revision: number;
}

export async function readAccount(store: Store, year: string): Promise<StoredAccount> {
  const item = await getItem(store, account, { year });
  if (item === undefined) return { ceiling: CEILING, raises: [], entries: [], revision: 0 };
  const { raises, entries } = item.body;
  return { ceiling: ceilingOf(raises), raises, entries, revision: item.revision };
}

/** One conditional write of the whole year. False where somebody else wrote in between. */
function writeAccount(
  store: Store,
  year: string,
  raises: readonly Raise[],
  entries: readonly AccountEntry[],
  revision: number,
) {
  const body = { ceiling: ceilingOf(raises), raises, entries };
  const before = revision === 0 ? undefined : { revision };
  return putNext(store, before, { ...keyOf(account, { year }), body });
}

const total = (entries: readonly AccountEntry[]) => entries.reduce((sum, { mu2 }) => sum + mu2, 0);

/**
 * Reserves the next release of a period, or takes up one that was reserved and never came out.
 * Throws `Refused` not-due, account-exceeded or conflict; after a refusal nothing is charged.
 */
export async function reserve(
  store: Store,
  member: string,
  plan: ReleasePlan,
  now: number,
): Promise<Reservation> {
  const { descriptor, period, mu2 } = plan;
  for (let attempt = 0; attempt < 50; attempt++) {
    const { ceiling, raises, entries, revision } = await readAccount(store, period);
    const done = await published(store, descriptor.id, period);
    const open = entries.find(
      (entry) => entry.dataset === descriptor.id && entry.period === period && entry.number > done,
    );
    if (open !== undefined) {
      if (Math.abs(open.mu2 - mu2) > 1e-12)
        throw new Refused(
          "conflict",
          `the policy changed after release ${open.release} was reserved: restore it, and release`,
        );
      return { entry: open, spent: total(entries), ceiling, raises, entries };
    }
    const entry = nextEntry(member, plan, done + 1, now);
    const why = notDue(
      found(descriptor.policy.calendar[period]),
      entry.number,
      descriptor.policy.closed,
      now,
    );
    if (why !== undefined) throw new Refused("not-due", why);
    refuseBeyond(ceiling, total(entries), mu2);
    const won = await writeAccount(store, period, raises, [...entries, entry], revision);
    if (won)
      return { entry, spent: total(entries) + mu2, ceiling, raises, entries: [...entries, entry] };
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
    const { ceiling, raises, entries, revision } = await readAccount(store, year);
    const why = notRaised(wish, ceiling, now);
    if (why !== undefined) throw new Refused("raise-refused", why);
    const added: Raise = { points, reason, at: now, jws: await sign({ year, points, reason }) };
    const won = await writeAccount(store, year, [...raises, added], entries, revision);
    if (won)
      return { ceiling: points, raises: [...raises, added], entries, revision: revision + 1 };
  }
  throw new Refused("conflict");
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
