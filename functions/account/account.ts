/**
 * The account: one item a year over all datasets of a node, written under a condition on its revision, so that two
 * processes cannot both spend the last of it. A release is charged once, before anything is drawn.
 */
import type { Descriptor } from "../../schemas/descriptor.ts";
import { keyOf } from "../../schemas/items/item.ts";
import { type VersionPointer, version } from "../../schemas/items/keep.ts";
import { account, pointer } from "../../schemas/items/release.ts";
import type { Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import {
  type AccountEntry,
  CEILING,
  type Correction,
  type CorrectionTerms,
  type FixedEntry,
  HIGHEST_CEILING,
  type Raise,
  type RaiseTerms,
} from "../../schemas/release.ts";
import { dayOf, inClosed, notDue } from "../disclosure/calendar.ts";
import { contradiction, fixedBy, type Turn, turnsOf } from "../disclosure/fixed-policy.ts";
import { muOfPoints, pointsOfMu2 } from "../disclosure/gaussian-dp.ts";
import type { ReleasePlan } from "../disclosure/release-plan.ts";
import { bytesOf, MOST_BYTES } from "../disclosure/release-size.ts";
import { getItem, putNext } from "../store/stored.ts";

const ceilingOf = (raises: readonly Raise[]): number =>
  Math.min(
    HIGHEST_CEILING,
    raises.reduce((most, { points }) => Math.max(most, points), CEILING),
  );

export interface Reservation {
  readonly entry: AccountEntry;
  /** Days of all releases of the period: those of the calendar, and of corrections. */
  readonly calendar: readonly string[];
  /** The year's account with this release. */
  readonly account: StoredAccount;
  /** The account of the year before. */
  readonly former: StoredAccount;
}

/** The number of the latest release that is out; 0 where none is. */
export async function published(store: Store, dataset: string, period: string): Promise<number> {
  return (await getItem(store, pointer, { dataset, period }))?.body.number ?? 0;
}

/** A year's account as it is stored. Append-only: what is in its lists is never changed. */
export interface StoredAccount {
  readonly ceiling: number;
  readonly raises: readonly Raise[];
  readonly fixed: readonly FixedEntry[];
  readonly corrections: readonly Correction[];
  readonly entries: readonly AccountEntry[];
  readonly revision: number;
}

/** Of a year of which nothing was ever said. */
export const NO_ACCOUNT: StoredAccount = {
  ...{ ceiling: CEILING, raises: [], fixed: [], corrections: [], entries: [], revision: 0 },
};

export async function readAccount(store: Store, year: string): Promise<StoredAccount> {
  const item = await getItem(store, account, { year });
  if (item === undefined) return NO_ACCOUNT;
  return { ...item.body, ceiling: ceilingOf(item.body.raises), revision: item.revision };
}

/**
 * What is added to an account, by one conditional write of the whole year. Undefined where somebody else wrote in between. Throws
 * `Refused` account-exceeded where the item would be larger than a store takes: then nothing is charged that could not be told.
 */
async function append(
  store: Store,
  year: string,
  before: StoredAccount,
  more: Partial<Pick<StoredAccount, "raises" | "fixed" | "corrections" | "entries">>,
): Promise<StoredAccount | undefined> {
  const raises = [...before.raises, ...(more.raises ?? [])];
  const body = {
    ceiling: ceilingOf(raises),
    raises,
    fixed: [...before.fixed, ...(more.fixed ?? [])],
    corrections: [...before.corrections, ...(more.corrections ?? [])],
    entries: [...before.entries, ...(more.entries ?? [])],
  };
  if (bytesOf(body) > MOST_BYTES.account)
    throw new Refused(
      "account-exceeded",
      `the account of ${year} would have more bytes than can be stored: release fewer fields, or less often`,
    );
  const held = before.revision === 0 ? undefined : { revision: before.revision };
  const won = await putNext(store, held, { ...keyOf(account, { year }), body });
  return won ? { ...body, revision: before.revision + 1 } : undefined;
}

/** mu² of some entries together. */
export const total = (entries: readonly AccountEntry[]) =>
  entries.reduce((sum, { mu2 }) => sum + mu2, 0);

export const formerYear = (year: string): string => String(Number(year) - 1);

/** Of which dataset and period something is. */
interface Of {
  readonly dataset: string;
  readonly period: string;
}
const isOf =
  ({ dataset, period }: Of) =>
  (one: Of): boolean =>
    one.dataset === dataset && one.period === period;

/** What a period may have, by the account. */
interface Standing {
  readonly held: StoredAccount;
  /** Undefined where nothing is protected. */
  readonly fixed: FixedEntry | undefined;
  readonly corrections: readonly Correction[];
  readonly turns: readonly Turn[] | undefined;
  /** Days of all its releases. */
  readonly calendar: readonly string[];
}

/** A dataset as its rows are stored: `fixed` is absent in versions of before that was held. */
interface Stored {
  readonly descriptor: Descriptor;
  readonly fixed?: VersionPointer["fixed"] | undefined;
}

/** By the account's word what was fixed, then by that of the version in force. Pure. */
export function standingOf(
  held: StoredAccount,
  { descriptor, fixed: stored = fixedBy(descriptor, 0) }: Stored,
  period: string,
): Standing {
  const of = { dataset: descriptor.id, period };
  const own = stored[period];
  const fixed = held.fixed.find(isOf(of)) ?? (own && { ...own, ...of });
  const corrections = held.corrections.filter(isOf(of));
  const turns = fixed && turnsOf(fixed, corrections);
  const calendar = turns?.map(({ day }) => day) ?? descriptor.policy.calendar[period] ?? [];
  return { held, fixed, corrections, turns, calendar };
}

async function standing(
  store: Store,
  descriptor: Descriptor,
  period: string,
  now: number,
): Promise<Standing> {
  const held = await readAccount(store, period);
  const there = (await getItem(store, version, { dataset: descriptor.id }))?.body;
  const { fixed = fixedBy(there?.descriptor ?? descriptor, now) } = there ?? {};
  return standingOf(held, { descriptor, fixed }, period);
}

/** The release of a period that comes next, or that was begun: what it may spend. Undefined where none is left. */
export async function nextTurn(
  store: Store,
  descriptor: Descriptor,
  period: string,
  now: number,
): Promise<Turn | undefined> {
  const { turns } = await standing(store, descriptor, period, now);
  return turns?.[await published(store, descriptor.id, period)];
}

/** Days of all releases of a period: those of the calendar, and of corrections. */
export const calendarOf = async (
  store: Store,
  descriptor: Descriptor,
  period: string,
  now: number,
): Promise<readonly string[]> => (await standing(store, descriptor, period, now)).calendar;

/**
 * Reserves the next release of a period, or takes up one that was reserved and never came out. What was fixed for the period
 * counts, and not what the descriptor says now. Throws `Refused` policy-fixed, not-due, account-exceeded or conflict; after a
 * refusal nothing is charged.
 */
export async function reserve(
  store: Store,
  member: string,
  plan: ReleasePlan,
  now: number,
): Promise<Reservation> {
  const { descriptor, period } = plan;
  const of = { dataset: descriptor.id, period };
  const former = await readAccount(store, formerYear(period));
  for (let attempt = 0; attempt < 50; attempt++) {
    const stands = await standing(store, descriptor, period, now);
    const { held, fixed, calendar } = stands;
    const why = fixed && contradiction(fixed, descriptor, period);
    if (why !== undefined) throw new Refused("policy-fixed", why);
    const done = await published(store, of.dataset, period);
    const open = held.entries.find((entry) => isOf(of)(entry) && entry.number > done);
    const noted = fixed && !held.fixed.some(isOf(of)) ? { fixed: [fixed] } : {};
    if (open !== undefined) {
      refuseOther(open, plan, now);
      if (noted.fixed === undefined) return { entry: open, calendar, account: held, former };
      // reserved before what is fixed was noted: noted now, and looked at again
      await append(store, period, held, noted);
      continue;
    }
    const entry = nextEntry(member, plan, done + 1, now);
    refuseNext(stands, entry, plan, now);
    const account = await append(store, period, held, { ...noted, entries: [entry] });
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
): void {
  const why = notDue(calendar, entry.number, descriptor.policy.closed, now);
  if (why !== undefined) throw new Refused("not-due", why);
  const turn = turns?.[entry.number - 1];
  if (turn && (turn.points !== spends.points || turn.releases !== spends.releases))
    throw new Refused("conflict", "a correction was signed meanwhile: make the release again");
  refuseBeyond(held.ceiling, total(held.entries), entry.mu2);
  if (fixed === undefined) return;
  const own = total(held.entries.filter(isOf(entry)));
  refuseUnpromised(promiseOf(fixed, corrections), own, entry.mu2);
}

/** mu² that all releases of a period may spend: what was fixed, and what was signed for besides. */
const promiseOf = ({ mu2 }: FixedEntry, corrections: readonly Correction[]): number =>
  corrections.reduce((sum, { points }) => sum + muOfPoints(points) ** 2, mu2);

/** What the account says of all releases of a period together. */
interface Stated {
  readonly mu2: number;
  /** Points: as fixed, or, where there is more to it, the sum, rounded up to a tenth. */
  readonly advantage: number;
  readonly fixed: FixedEntry;
  readonly corrections: readonly Correction[];
}

/** What was promised, or, where more was spent before promises were held to, that. Undefined where nothing was fixed yet. */
export function statedOf(
  { fixed, corrections, entries }: Pick<StoredAccount, "fixed" | "corrections" | "entries">,
  of: Of,
): Stated | undefined {
  const noted = fixed.find(isOf(of));
  if (noted === undefined) return undefined;
  const own = corrections.filter(isOf(of));
  const mu2 = Math.max(promiseOf(noted, own), total(entries.filter(isOf(of))));
  const asFixed = mu2 <= noted.mu2 + 1e-12;
  const advantage = asFixed ? noted.advantage : Math.ceil(10 * pointsOfMu2(mu2) - 1e-9) / 10;
  return { mu2, advantage, fixed: noted, corrections: own };
}

/** What the account says of all releases of a period, and of the same period a year before. Undefined where nothing was fixed yet. */
export async function accountedOf(store: Store, of: Of) {
  const stated = statedOf(await readAccount(store, of.period), of);
  if (stated === undefined) return undefined;
  const before = { ...of, period: formerYear(of.period) };
  const former = statedOf(await readAccount(store, before.period), before)?.mu2;
  const { advantage, mu2, fixed, corrections } = stated;
  return { advantage, mu2, releases: fixed.days.length + corrections.length, former };
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
  const { period } = terms;
  for (let attempt = 0; attempt < 50; attempt++) {
    const held = await readAccount(store, period);
    const noted = held.fixed.some(isOf(terms)) ? [] : await fixedFor(store, terms, now);
    const why = notCorrected(terms, { ...held, fixed: [...held.fixed, ...noted] });
    if (why !== undefined) throw new Refused("correction-refused", why);
    const added: Correction = { ...terms, at: now, jws: await sign(terms) };
    const more = { fixed: noted, corrections: [added] };
    const account = await append(store, period, held, more);
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
  return periods + total(others);
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
