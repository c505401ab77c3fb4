/**
 * Gaussian differential privacy as an account: from points of advantage to the variance of each field's noise.
 * Dong, Roth, Su, "Gaussian differential privacy", J. R. Stat. Soc. B 84 (2022), arXiv 1905.02383.
 */
import { found } from "../../schemas/found.ts";
import { overSets, type Tree } from "./axes.ts";
import { normalCdf, normalQuantile } from "./normal.ts";

/** The delta at which an epsilon is told. */
export const DELTA = 1e-6;

/** mu of an advantage of `points`: mu = 2·Φ⁻¹(½ + p/100). The best attacker is right at most Φ(mu/2) of the time. */
export const muOfPoints = (points: number): number => 2 * normalQuantile(0.5 + points / 100);

/** The advantage, in points, of a loss of `mu2` (mu squared, which adds over fields, releases and datasets). */
export const pointsOfMu2 = (mu2: number): number => 100 * (normalCdf(Math.sqrt(mu2) / 2) - 0.5);

/** h of a dimension: Σ (c−1)/(c+1) over the levels on the way to the leaf that loses most, c the siblings at each. */
export function lossOfAxis(tree: Tree): number {
  const below = (at: number): number => {
    const { siblings, children, parent } = found(tree.nodes[at]);
    const own = parent < 0 ? 0 : (siblings - 1) / (siblings + 1);
    return own + Math.max(0, ...children.map(below));
  };
  return below(0);
}

/** L = Σ over sets of at most `order` dimensions of Π h: the loss of one unit, times V. */
export const lossOfLattice = (h: readonly number[], order: number): number => overSets(h, order);

/** V such that `units` of loss L cost `share` of `mu2`: V = units·L / (share·mu²). */
export const varianceOf = (loss: number, units: number, share: number, mu2: number): number =>
  (units * loss) / (share * mu2);

/**
 * The exact epsilon of mu-GDP at a delta: the root of δ = Φ(−ε/μ + μ/2) − e^ε·Φ(−ε/μ − μ/2) (same paper, corollary 2.13),
 * by bisection to a relative 1e-12.
 */
export function epsilonAt(mu: number, delta: number): number {
  const deltaAt = (epsilon: number) =>
    normalCdf(-epsilon / mu + mu / 2) - Math.exp(epsilon) * normalCdf(-epsilon / mu - mu / 2);
  if (deltaAt(0) <= delta) return 0;
  let low = 0;
  let high = 1;
  while (deltaAt(high) > delta) high *= 2;
  for (let step = 0; step < 200 && high - low > 1e-13 * high; step++) {
    const middle = (low + high) / 2;
    if (deltaAt(middle) > delta) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** mu² of some releases together: it adds up exactly (Dong, Roth, Su 2019, corollary 3.3). */
export const totalMu2 = (releases: readonly { readonly mu2: number }[]): number =>
  releases.reduce((sum, { mu2 }) => sum + mu2, 0);
