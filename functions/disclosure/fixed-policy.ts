/**
 * What accepting a descriptor fixes of the policy of each period that it names: advantage, dates, closed windows. From then on
 * this counts, whatever later descriptors say: else the signed promise of a period could be spent again and again. Pure.
 */
import type { Descriptor, Policy } from "../../schemas/descriptor.ts";
import { firstDay, lastDay, yearOf } from "../../schemas/period.ts";
import { Refused } from "../../schemas/refusal.ts";
import type { Correction, FixedEntry, FixedPolicy } from "../../schemas/release.ts";
import { sha256 } from "../signing/jws.ts";
import { dayOf } from "./calendar.ts";
import { muOfPoints, pointsOfMu2 } from "./gaussian-dp.ts";
import { readingOf } from "./methods/reading.ts";

/** The policy of one period: what it has of its own, over what the descriptor says of all. */
export function policyFor({ periods, ...policy }: Policy, period: string): Policy {
  const { advantage = policy.advantage, closed = policy.closed } = periods?.[period] ?? {};
  return { ...policy, advantage, closed };
}

type FixedPolicies = Readonly<Record<string, FixedPolicy>>;

/** What a descriptor fixes, a period. Nothing where its method spends nothing: then nothing was promised. */
export function fixedBy({ policy }: Pick<Descriptor, "policy">, at: number): FixedPolicies {
  if (!readingOf(policy.method).protects) return {};
  return Object.fromEntries(
    Object.entries(policy.calendar).map(([period, days]) => {
      const { advantage, closed } = policyFor(policy, period);
      const what = { advantage, days, closed: windowsOf(days, closed) };
      const digest = sha256(JSON.stringify(what));
      return [period, { ...what, mu2: muOfPoints(advantage) ** 2, digest, at }];
    }),
  );
}

/** Windows that touch a calendar: from its first date to the end of its last one's year. Later ones are for later periods to say. */
function windowsOf(days: readonly string[], closed: Policy["closed"]): FixedPolicy["closed"] {
  const [first = "", last = ""] = [days[0], days.at(-1)];
  const end = lastDay(yearOf(last));
  return closed
    .filter(({ from, until }) => until >= first && from <= end)
    .map(({ from, until }) => ({ from, until }))
    .sort((a, b) => (a.from + a.until < b.from + b.until ? -1 : 1));
}

/** How a descriptor contradicts what was fixed for a period, in a sentence with what to do; undefined where it does not. */
export function contradiction(
  fixed: FixedPolicy,
  descriptor: Pick<Descriptor, "id" | "policy">,
  period: string,
): string | undefined {
  const now = fixedBy(descriptor, fixed.at)[period];
  if (now?.digest === fixed.digest) return undefined;
  const said = now === undefined ? "does not name it under a policy" : `says ${textOf(now)}`;
  return (
    `${descriptor.id}: period ${period} was fixed on ${dayOf(fixed.at)} at ${textOf(fixed)}; this descriptor ${said}. ` +
    `Restore it there (policy.periods sets one period apart from the others). ` +
    `One more release takes a signed correction: tavolo account correct ${descriptor.id} ${period}`
  );
}

function textOf({ advantage, days, closed }: FixedPolicy): string {
  const windows = closed.map(({ from, until }) => `${from} to ${until}`).join(", ");
  return `${advantage} points, ${days.join(", ")}${windows && `, closed ${windows}`}`;
}

/** What is fixed once a descriptor is accepted. Throws `Refused` policy-fixed where it contradicts what was fixed before. */
export function fixPolicies(
  before: FixedPolicies,
  descriptor: Descriptor,
  at: number,
): FixedPolicies {
  for (const [period, fixed] of Object.entries(before)) {
    const why = contradiction(fixed, descriptor, period);
    if (why !== undefined) throw new Refused("policy-fixed", why);
  }
  return { ...fixedBy(descriptor, at), ...before };
}

/** What all releases of a year may spend: mu², and the points that these make. */
export interface YearLoss {
  readonly mu2: number;
  readonly advantage: number;
  readonly releases: number;
}

/** Points of several releases, rounded up to a tenth: never less than was spent. */
export const pointsUp = (mu2: number): number => Math.ceil(10 * pointsOfMu2(mu2) - 1e-9) / 10;

/** A dataset's periods of one year together, for who is in each of them: mu² adds. A year of one period is as that one is. */
export function yearLoss(periods: readonly YearLoss[]): YearLoss {
  const [only, ...others] = periods;
  if (only !== undefined && others.length === 0) return only;
  const sum = (of: (one: YearLoss) => number) => periods.reduce((all, one) => all + of(one), 0);
  const mu2 = sum((one) => one.mu2);
  return { mu2, advantage: pointsUp(mu2), releases: sum(({ releases }) => releases) };
}

/** What a policy may spend in the year of a period. */
export function yearOfPolicy(policy: Policy, period: string): YearLoss {
  const own = Object.entries(policy.calendar).filter(([one]) => yearOf(one) === yearOf(period));
  return yearLoss(
    own.map(([one, days]) => {
      const { advantage } = policyFor(policy, one);
      return { mu2: muOfPoints(advantage) ** 2, advantage, releases: days.length };
    }),
  );
}

/** Whether a policy was fixed once its year had begun: the normal case of a first year. */
export const isLate = ({ at, period }: Pick<FixedEntry, "at" | "period">): boolean =>
  dayOf(at) >= firstDay(yearOf(period));

/** One release that a period may have: from which day, and what it spends: `points`, through so many releases. */
export interface Turn {
  readonly day: string;
  readonly points: number;
  readonly releases: number;
  /** It is off the calendar, and signed for. */
  readonly correction?: Correction;
}

/** All releases that a period may have, in their order. A correction comes after every date up to its own: no number moves. */
export function turnsOf(
  { advantage, days }: Pick<FixedPolicy, "advantage" | "days">,
  corrections: readonly Correction[],
): Turn[] {
  const calendar = days.map((day): Turn => ({ day, points: advantage, releases: days.length }));
  const besides = corrections.map((correction): Turn => {
    const { at, points } = correction;
    return { day: dayOf(at), points, releases: 1, correction };
  });
  return [...calendar, ...besides].sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
}

/** mu² that all releases of a period may spend: what was fixed, and what was signed for besides. */
export const promisedMu2 = (
  { mu2 }: Pick<FixedEntry, "mu2">,
  corrections: readonly Pick<Correction, "points">[],
): number => corrections.reduce((sum, { points }) => sum + muOfPoints(points) ** 2, mu2);
