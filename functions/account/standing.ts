/** What a period may have by the account's word, and what the account says of all its releases together. */
import type { Descriptor } from "../../schemas/descriptor.ts";
import { found } from "../../schemas/found.ts";
import { type VersionPointer, version } from "../../schemas/items/keep.ts";
import { pointer } from "../../schemas/items/release.ts";
import { yearOf } from "../../schemas/period.ts";
import type { Store } from "../../schemas/ports.ts";
import type { Correction, FixedEntry } from "../../schemas/release.ts";
import {
  fixedBy,
  pointsUp,
  promisedMu2,
  type Turn,
  turnsOf,
  type YearLoss,
  yearLoss,
} from "../disclosure/fixed-policy.ts";
import { totalMu2 } from "../disclosure/gaussian-dp.ts";
import { getItem } from "../store/stored.ts";
import { formerYear, isOf, type Of, readAccount, type StoredAccount } from "./account.ts";

/** The number of the latest release that is out; 0 where none is. */
export async function published(store: Store, dataset: string, period: string): Promise<number> {
  return (await getItem(store, pointer, { dataset, period }))?.body.number ?? 0;
}

/** What a period may have, by the account. */
export interface Standing {
  readonly held: StoredAccount;
  /** Undefined where nothing is protected. */
  readonly fixed: FixedEntry | undefined;
  /** What was fixed for the dataset's periods of this year, and is not in the account yet. */
  readonly unnoted: readonly FixedEntry[];
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
  const unnoted = Object.entries(stored)
    .map(([one, policy]) => ({ ...policy, dataset: of.dataset, period: one }))
    .filter((one) => yearOf(one.period) === yearOf(period) && !held.fixed.some(isOf(one)));
  const fixed = [...held.fixed, ...unnoted].find(isOf(of));
  const corrections = held.corrections.filter(isOf(of));
  const turns = fixed && turnsOf(fixed, corrections);
  const calendar = turns?.map(({ day }) => day) ?? descriptor.policy.calendar[period] ?? [];
  return { held, fixed, unnoted, corrections, turns, calendar };
}

export async function standing(
  store: Store,
  descriptor: Descriptor,
  period: string,
  now: number,
): Promise<Standing> {
  const held = await readAccount(store, yearOf(period));
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
  const mu2 = Math.max(promisedMu2(noted, own), totalMu2(entries.filter(isOf(of))));
  const asFixed = mu2 <= noted.mu2 + 1e-12;
  const advantage = asFixed ? noted.advantage : pointsUp(mu2);
  return { mu2, advantage, fixed: noted, corrections: own };
}

/** The same of all of a dataset's periods of one year together. Undefined where nothing was fixed yet. */
export function statedYear(
  account: Pick<StoredAccount, "fixed" | "corrections" | "entries">,
  dataset: string,
): YearLoss | undefined {
  const own = account.fixed.filter((one) => one.dataset === dataset);
  const each = own.flatMap((one) => statedOf(account, one) ?? []);
  return each.length === 0
    ? undefined
    : yearLoss(
        each.map(({ mu2, advantage, fixed: { days }, corrections }) => ({
          ...{ mu2, advantage, releases: days.length + corrections.length },
        })),
      );
}

/** What the account says of all releases of a period, of its year, and of the year before. Undefined where nothing was fixed yet. */
export async function accountedOf(store: Store, of: Of) {
  const account = await readAccount(store, yearOf(of.period));
  const stated = statedOf(account, of);
  if (stated === undefined) return undefined;
  const { advantage, mu2 } = stated;
  const before = await readAccount(store, formerYear(of.period));
  const former = statedYear(before, of.dataset)?.mu2;
  return { advantage, mu2, year: found(statedYear(account, of.dataset)), former };
}
