/** The owner's first view: what is spent, what comes next, what the datasets are. Made of pointers, the account and the calendar. */
import type { DirectoryEntry } from "../../schemas/member.ts";
import type {
  OwnAccount,
  OwnCharge,
  OwnDataset,
  OwnDate,
  OwnOverview,
} from "../../schemas/owner.ts";
import { byTime, inOrder, yearOf } from "../../schemas/period.ts";
import type { Store } from "../../schemas/ports.ts";
import type { SignedManifest } from "../../schemas/release.ts";
import { NO_ACCOUNT, readAccount, type StoredAccount } from "../account/account.ts";
import { standingOf, statedOf } from "../account/standing.ts";
import { dayOf, isOverdue, latestPeriod, notDue } from "../disclosure/calendar.ts";
import { isLate, policyFor } from "../disclosure/fixed-policy.ts";
import { muOfPoints, pointsOfMu2 } from "../disclosure/gaussian-dp.ts";
import { readingOf } from "../disclosure/methods/reading.ts";
import { type Holdings, holdingsOf, outOf, plannedOf, type StoredDataset } from "./holdings.ts";

export async function overview(
  store: Store,
  self: DirectoryEntry,
  now: number,
): Promise<OwnOverview> {
  const holdings = await holdingsOf(store);
  const years = [
    ...holdings.kept.flatMap(({ descriptor }) => Object.keys(descriptor.policy.calendar)),
    ...holdings.released.map(({ period }) => period),
  ].map(yearOf);
  const accounts = new Map<string, StoredAccount>();
  for (const year of inOrder(years)) accounts.set(year, await readAccount(store, year));
  return {
    v: 1,
    member: self.id,
    name: self.name,
    at: now,
    datasets: [
      ...holdings.kept.map((kept) => keptDataset(kept, holdings, accounts, now)),
      ...goneDatasets(holdings),
    ],
    accounts: [...accounts].map(([year, stored]) => accountOf(year, stored, self.id, holdings)),
    calendar: calendarOf(holdings, accounts, self, now),
  };
}

const lossOf = (mu2: number) => ({ mu2, points: pointsOfMu2(mu2) });

const releasesOf = ({ released }: Holdings, dataset: string): OwnDataset["released"] =>
  released
    .filter((one) => one.dataset === dataset)
    .map(({ id, period, number, iat, account }) => ({
      id,
      period,
      number,
      at: iat,
      ...lossOf(account?.mu2 ?? 0),
    }))
    .sort((a, b) => byTime(b.period, a.period));

/** By year. */
type Accounts = ReadonlyMap<string, StoredAccount>;
const accountIn = (accounts: Accounts, period: string) =>
  accounts.get(yearOf(period)) ?? NO_ACCOUNT;

/** Every period of a dataset, with the days of its releases and how many are out: the calendar, and corrections. */
function periodsOf(kept: StoredDataset, holdings: Holdings, accounts: Accounts) {
  const { id, policy } = kept.descriptor;
  return Object.keys(policy.calendar).map((period) => ({
    period,
    days: standingOf(accountIn(accounts, period), kept, period).calendar,
    closed: policyFor(policy, period).closed,
    made: outOf(holdings, id, period),
  }));
}

/** Points of the latest period: by its account, or, where that does not say yet, as the descriptor wants it. */
function advantageOf({ descriptor }: StoredDataset, accounts: Accounts): number | undefined {
  const { id, policy } = descriptor;
  if (!readingOf(policy.method).protects) return undefined;
  const period = latestPeriod(policy.calendar) ?? "";
  const account = accountIn(accounts, period);
  return (
    statedOf(account, { dataset: id, period })?.advantage ?? policyFor(policy, period).advantage
  );
}

function keptDataset(
  kept: StoredDataset,
  holdings: Holdings,
  accounts: Accounts,
  now: number,
): OwnDataset {
  const { id, title, kind, origin, legalBasis, subject, policy } = kept.descriptor;
  const advantage = advantageOf(kept, accounts);
  const released = releasesOf(holdings, id);
  const periods = periodsOf(kept, holdings, accounts);
  const next = nextOf(periods);
  return {
    ...{
      id,
      title,
      kind,
      origin,
      basis: legalBasis.basis,
      reference: legalBasis.reference,
      method: policy.method,
    },
    ...(subject === undefined ? {} : { unit: subject.unit }),
    ...(advantage === undefined ? {} : { advantage }),
    releases: Math.max(...periods.map(({ days }) => days.length)),
    smallest: policy.smallest,
    version: { number: kept.number, periods: [...kept.periods] },
    released,
    ...(next === undefined ? {} : { next }),
    state: stateOf(periods, policy.graceDays, released.length > 0, now),
  };
}

type Periods = ReturnType<typeof periodsOf>;

/** The earliest release that is not out, whether its day has come or not. */
function nextOf(periods: Periods) {
  const left = periods.flatMap(({ period, days, made }) => {
    const day = days[made];
    return day === undefined ? [] : [{ day, period, number: made + 1 }];
  });
  return left.sort((a, b) => (a.day < b.day ? -1 : 1))[0];
}

function stateOf(
  periods: Periods,
  graceDays: number,
  ever: boolean,
  now: number,
): OwnDataset["state"] {
  if (!ever) return "first";
  // a period of which nothing is out has no answers that could stop
  if (periods.some(({ days, made }) => made > 0 && isOverdue(days, graceDays, made, now)))
    return "overdue";
  return periods.some(({ days, closed, made }) => notDue(days, made + 1, closed, now) === undefined)
    ? "due"
    : "waiting";
}

/** Datasets that were released and of which no rows are stored. */
function goneDatasets(holdings: Holdings): OwnDataset[] {
  const names = new Set(holdings.kept.map(({ descriptor }) => descriptor.id));
  const last = new Map(
    holdings.released.filter(({ dataset }) => !names.has(dataset)).map((one) => [one.dataset, one]),
  );
  return [...last.values()].map((manifest) => goneDataset(manifest, holdings));
}

function goneDataset(
  { dataset, title, kind, origin, legalBasis, unit, policy }: SignedManifest,
  holdings: Holdings,
): OwnDataset {
  const { basis, reference } = legalBasis;
  return {
    ...{ id: dataset, title, kind, origin, basis, reference, method: policy.method },
    ...(unit === undefined ? {} : { unit }),
    ...(policy.advantage === undefined ? {} : { advantage: policy.advantage }),
    ...{
      releases: policy.releases,
      smallest: policy.smallest,
      released: releasesOf(holdings, dataset),
      state: "empty",
    },
  };
}

/** A year's charges as they stand, and as the calendar will add to them. Public figures cost nothing, and are left out. */
function accountOf(
  year: string,
  account: StoredAccount,
  member: string,
  holdings: Holdings,
): OwnAccount {
  const { ceiling, fixed, corrections, entries } = account;
  const charged = entries.map(
    ({ release, dataset, period, number, mu2, at }): OwnCharge => ({
      ...{ release, dataset, day: dayOf(at), ...lossOf(mu2) },
      state: number <= outOf(holdings, dataset, period) ? "spent" : "reserved",
    }),
  );
  const planned = holdings.kept.flatMap((kept) =>
    plannedOf(kept, account, year).map(
      ({ period, number, day, mu2 }): OwnCharge => ({
        ...{
          release: `${member}/${kept.descriptor.id}/${period}/${number}`,
          dataset: kept.descriptor.id,
          day,
          state: "planned",
        },
        ...lossOf(mu2),
      }),
    ),
  );
  const charges = [...charged, ...planned].filter(({ mu2 }) => mu2 > 0);
  const sum = (state: OwnCharge["state"]) =>
    charges.reduce((total, one) => total + (one.state === state ? one.mu2 : 0), 0);
  const [spent, reserved, later] = [sum("spent"), sum("reserved"), sum("planned")];
  const [all, whole] = [spent + reserved + later, muOfPoints(ceiling) ** 2];
  return {
    ...{
      year,
      ceiling,
      whole,
      spent,
      reserved,
      planned: later,
      points: pointsOfMu2(all),
      room: pointsOfMu2(Math.max(0, whole - all)),
    },
    charges,
    fixed: fixed.map((one) => ({
      ...{ dataset: one.dataset, period: one.period, day: dayOf(one.at), late: isLate(one) },
      points: statedOf(account, one)?.advantage ?? one.advantage,
    })),
    corrections: corrections.map(({ dataset, period, points, reason, at }) => ({
      ...{ dataset, period, points, reason, day: dayOf(at) },
    })),
  };
}

/** Days from today on, in order. */
function calendarOf(
  holdings: Holdings,
  accounts: Accounts,
  self: DirectoryEntry,
  now: number,
): OwnDate[] {
  const today = dayOf(now);
  const year = today.slice(0, 4);
  const releases = holdings.kept.flatMap((kept) =>
    periodsOf(kept, holdings, accounts).flatMap(({ period, days, made }) =>
      days.flatMap((day, at): OwnDate[] =>
        day >= today && at + 1 > made
          ? [{ kind: "release", day, dataset: kept.descriptor.id, period, number: at + 1 }]
          : [],
      ),
    ),
  );
  const windows = new Map(
    holdings.kept
      .flatMap((kept) => periodsOf(kept, holdings, accounts))
      .flatMap(({ closed }) => closed.map((one) => [JSON.stringify(one), one])),
  );
  const closed = [...windows.values()]
    .filter(({ until }) => until >= today)
    .map(({ from, until, reason }): OwnDate => ({ kind: "closed", day: from, until, reason }));
  const keys = self.keys.flatMap(({ use, until }): OwnDate[] =>
    until !== undefined && until >= now ? [{ kind: "key", day: dayOf(until), use }] : [],
  );
  const fixed: OwnDate = { kind: "fixed", day: `${year}-12-31`, year: String(Number(year) + 1) };
  return [...releases, ...closed, ...keys, fixed].sort((a, b) => (a.day < b.day ? -1 : 1));
}
