/** What a policy amounts to for one person, in figures that can be said aloud. */

import { epsilonAt } from "./gaussian-dp.ts";
import { normalCdf } from "./normal.ts";

/** Percent of the time, from even odds, that two things at a squared distance of `d2` (in the noise) are told apart: Φ(d/2). */
export const rightAt = (d2: number): number => Math.round(1000 * normalCdf(Math.sqrt(d2) / 2)) / 10;

/** mu² of one release, of all of the period, of all periods of its year, and, where an account says so, of the year before. */
interface Loss {
  readonly release: number;
  readonly period: number;
  readonly year?: number;
  readonly former?: number | undefined;
}

/**
 * Percent of the time, from even odds, that the best informed attacker is right about one person's presence: after one
 * release, after all of a period, and for an unchanged person after all of its year (said where that has other periods too), two years,
 * five years, or in two cities. mu² adds, and the attacker is right Φ(mu/2) of the time. Five years are the year before and four like this one; the other city, and a year
 * before that no account tells of, are taken to be like this one.
 */
export function horizon({ release, period, year = period, former = year }: Loss, delta = 1e-6) {
  return {
    release: rightAt(release),
    period: rightAt(period),
    ...(year === period ? {} : { year: rightAt(year) }),
    twoYears: rightAt(former + year),
    fiveYears: rightAt(former + 4 * year),
    twoCities: rightAt(2 * year),
    epsilon: Math.round(100 * epsilonAt(Math.sqrt(period), delta)) / 100,
    delta,
  };
}

/** The same for a thing whose squared distance in one release is `d2`, with the distance itself. */
export interface Reach {
  readonly d2: number;
  readonly release: number;
  readonly period: number;
  readonly twoYears: number;
  readonly fiveYears: number;
  readonly twoCities: number;
}

/**
 * Distances add over releases as long as the record stays as it is, and over cities that both hold it under the same policy.
 * `times`: how much a whole period spends, in releases; `former`: the same of the year before.
 */
export const reachOf = (d2: number, times: number, former = times): Reach => ({
  d2,
  release: rightAt(d2),
  period: rightAt(times * d2),
  twoYears: rightAt((former + times) * d2),
  fiveYears: rightAt((former + 4 * times) * d2),
  twoCities: rightAt(2 * times * d2),
});
