/** What a policy amounts to for one person, in figures that can be said aloud. */
import { epsilonAt, muOfPoints } from "./gdp.ts";
import { normalCdf } from "./normal.ts";

/**
 * Percent of the time, from even odds, that the best informed attacker is right about one person's presence: after one
 * release, after all of a period, and for an unchanged person after two years, five years, or in two cities. mu² adds, so
 * after n of them it is Φ(√n·mu/2).
 */
export function horizon(points: number, releases: number, delta = 1e-6) {
  const mu = muOfPoints(points);
  const right = (times: number) => Math.round(1000 * normalCdf((Math.sqrt(times) * mu) / 2)) / 10;
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
