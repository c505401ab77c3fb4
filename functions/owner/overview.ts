/** The owner's first view: what is spent, what comes next, what the datasets are. Made of pointers, the account and the calendar. */
import type { DirectoryEntry } from "../../schemas/member.ts";
import type {
  OwnAccount,
  OwnCharge,
  OwnDataset,
  OwnDate,
  OwnOverview,
} from "../../schemas/owner.ts";
import type { Store } from "../../schemas/ports.ts";
import type { Manifest } from "../../schemas/release.ts";
import { readAccount, type StoredAccount } from "../account/account.ts";
import { dayOf, isOverdue, notDue } from "../disclosure/calendar.ts";
import { muOfPoints, pointsOfMu2 } from "../disclosure/gaussian-dp.ts";
import { methodOf } from "../disclosure/methods/methods.ts";
import {
  chargeOf,
  type Holdings,
  holdingsOf,
  outOf,
  plannedOf,
  type StoredDataset,
} from "./holdings.ts";

export async function overview(
  store: Store,
  self: DirectoryEntry,
  now: number,
): Promise<OwnOverview> {
  const holdings = await holdingsOf(store);
  const years = [
    ...new Set([
      ...holdings.kept.flatMap(({ descriptor }) => Object.keys(descriptor.policy.calendar)),
      ...holdings.released.map(({ period }) => period),
    ]),
  ];
  const accounts = await Promise.all(
    years.sort().map(async (year) => ({ year, stored: await readAccount(store, year) })),
  );
  return {
    v: 1,
    member: self.id,
    name: self.name,
    at: now,
    datasets: [
      ...holdings.kept.map((kept) => keptDataset(kept, holdings, now)),
      ...goneDatasets(holdings),
    ],
    accounts: accounts.map(({ year, stored }) => accountOf(year, stored, self.id, holdings)),
    calendar: calendarOf(holdings, self, now),
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
    .sort((a, b) => (a.period < b.period ? 1 : -1));

function keptDataset(kept: StoredDataset, holdings: Holdings, now: number): OwnDataset {
  const { id, title, kind, origin, legalBasis, subject, policy } = kept.descriptor;
  const { advantage } = methodOf(policy.method).stated(policy);
  const released = releasesOf(holdings, id);
  const next = nextOf(kept, holdings);
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
    releases: Math.max(...Object.values(policy.calendar).map(({ length }) => length)),
    smallest: policy.smallest,
    version: { number: kept.number, periods: [...kept.periods] },
    released,
    ...(next === undefined ? {} : { next }),
    state: stateOf(kept, holdings, released.length > 0, now),
  };
}

/** The earliest release of the calendar that is not out, whether its day has come or not. */
function nextOf({ descriptor: { id, policy } }: StoredDataset, holdings: Holdings) {
  const left = Object.entries(policy.calendar).flatMap(([period, days]) => {
    const number = outOf(holdings, id, period) + 1;
    const day = days[number - 1];
    return day === undefined ? [] : [{ day, period, number }];
  });
  return left.sort((a, b) => (a.day < b.day ? -1 : 1))[0];
}

function stateOf(
  { descriptor: { id, policy } }: StoredDataset,
  holdings: Holdings,
  ever: boolean,
  now: number,
): OwnDataset["state"] {
  const periods = Object.entries(policy.calendar).map(([period, days]) => ({
    days,
    made: outOf(holdings, id, period),
  }));
  if (!ever) return "first";
  // a period of which nothing is out has no answers that could stop
  if (periods.some(({ days, made }) => made > 0 && isOverdue(days, policy.graceDays, made, now)))
    return "overdue";
  return periods.some(({ days, made }) => notDue(days, made + 1, policy.closed, now) === undefined)
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
  { dataset, title, kind, origin, legalBasis, unit, policy }: Manifest,
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
  { ceiling, entries }: StoredAccount,
  member: string,
  holdings: Holdings,
): OwnAccount {
  const charged = entries.map(
    ({ release, dataset, period, number, mu2, at }): OwnCharge => ({
      ...{ release, dataset, day: dayOf(at), ...lossOf(mu2) },
      state: number <= outOf(holdings, dataset, period) ? "spent" : "reserved",
    }),
  );
  const planned = holdings.kept.flatMap((kept) =>
    plannedOf(kept, entries, year).map(
      ({ number, day }): OwnCharge => ({
        ...{
          release: `${member}/${kept.descriptor.id}/${year}/${number}`,
          dataset: kept.descriptor.id,
          day,
          state: "planned",
        },
        ...lossOf(chargeOf(kept, year)),
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
  };
}

/** Days from today on, in order. */
function calendarOf(holdings: Holdings, self: DirectoryEntry, now: number): OwnDate[] {
  const today = dayOf(now);
  const year = today.slice(0, 4);
  const releases = holdings.kept.flatMap(({ descriptor: { id, policy } }) =>
    Object.entries(policy.calendar).flatMap(([period, days]) =>
      days.flatMap((day, at): OwnDate[] =>
        day >= today && at + 1 > outOf(holdings, id, period)
          ? [{ kind: "release", day, dataset: id, period, number: at + 1 }]
          : [],
      ),
    ),
  );
  const windows = new Map(
    holdings.kept.flatMap(({ descriptor }) =>
      descriptor.policy.closed.map((one) => [JSON.stringify(one), one]),
    ),
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
