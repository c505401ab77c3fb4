/** Sampling error, said exactly. */
import { normalCdf } from "../../functions/disclosure/normal.ts";

/** How often two Gaussians of equal covariance are told apart from even odds, their means a distance apart (Dong, Roth, Su 2022). */
export const rightAt = (distance: number): number => normalCdf(distance / 2);

/** The 95 % interval of a share: Wilson, J. Am. Stat. Ass. 22 (1927), 209-212. */
export function wilson(won: number, trials: number): readonly [number, number] {
  if (trials === 0) return [0, 1];
  const z = 1.959963984540054;
  const share = won / trials;
  const scale = 1 + (z * z) / trials;
  const middle = (share + (z * z) / (2 * trials)) / scale;
  const half =
    (z / scale) * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

/** P(X ≥ k) for X of `trials` tries at `p`, summed exactly. */
export function tail(k: number, trials: number, p: number): number {
  if (k <= 0) return 1;
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  let logTerm = trials * Math.log1p(-p);
  let below = 0;
  for (let at = 0; at < k; at++) {
    below += Math.exp(logTerm);
    logTerm += Math.log((trials - at) / (at + 1)) + Math.log(p) - Math.log1p(-p);
  }
  // what is left is exact only where it is not tiny: then the rest is added up itself
  if (below < 0.999) return 1 - below;
  let above = 0;
  for (let at = k; at <= trials; at++) {
    above += Math.exp(logTerm);
    logTerm += Math.log((trials - at) / (at + 1)) + Math.log(p) - Math.log1p(-p);
  }
  return above;
}

/** Whether so many successes are more than sampling error leaves to a success of `bound`: one-sided, 99.9 % unless said. */
export const exceeds = (won: number, trials: number, bound: number, error = 0.001): boolean =>
  tail(won, trials, bound) < error;
