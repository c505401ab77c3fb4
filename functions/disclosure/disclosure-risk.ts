/** What a policy amounts to for one person, in figures that can be said aloud. */

import { epsilonAt, muOfPoints } from "./gaussian-dp.ts";
import { normalCdf } from "./normal.ts";

/** Percent of the time, from even odds, that two things at a squared distance of `d2` (in the noise) are told apart: Φ(d/2). */
const rightAt = (d2: number): number => Math.round(1000 * normalCdf(Math.sqrt(d2) / 2)) / 10;

/**
 * Percent of the time, from even odds, that the best informed attacker is right about one person's presence: after one
 * release, after all of a period, and for an unchanged person after two years, five years, or in two cities. mu² adds, so
 * after n of them it is Φ(√n·mu/2).
 */
export function horizon(points: number, releases: number, delta = 1e-6) {
  const mu = muOfPoints(points);
  const right = (times: number) => rightAt(times * mu ** 2);
  return {
    release: right(1 / releases),
    period: right(1),
    twoYears: right(2),
    fiveYears: right(5),
    twoCities: right(2),
    epsilon: Math.round(100 * epsilonAt(mu, delta)) / 100,
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

/** Distances add over releases as long as the record stays as it is, and over cities that both hold it under the same policy. */
export const reachOf = (d2: number, releases: number): Reach => ({
  d2,
  release: rightAt(d2),
  period: rightAt(releases * d2),
  twoYears: rightAt(2 * releases * d2),
  fiveYears: rightAt(5 * releases * d2),
  twoCities: rightAt(2 * releases * d2),
});
