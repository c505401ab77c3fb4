/** From points of advantage to variance: what a release may spend, and what each field costs. */
import { inverseNormal, normalCdf } from "./normal.ts";

/** mu = 2·Φ⁻¹(½ + p/100). */
export const muOfPoints = (points: number) => 2 * inverseNormal(0.5 + points / 100);

/** L: the sum over all sets of at most `order` axes of the product of their losses; the empty set counts 1. */
export function loss(axisLosses: readonly number[], order: number): number {
  const [first, ...rest] = axisLosses;
  if (first === undefined || order === 0) return 1;
  return loss(rest, order) + first * loss(rest, order - 1);
}

/** V = units·L/(share·mu² of one release). */
export const variance = (units: number, L: number, share: number, mu2: number) =>
  (units * L) / (share * mu2);

/** The ε at which a release of this mu is (ε, δ)-private, exactly, by halving. */
export function epsilon(mu: number, delta: number): number {
  const deltaAt = (eps: number) =>
    normalCdf(-eps / mu + mu / 2) - Math.exp(eps) * normalCdf(-eps / mu - mu / 2);
  let [low, high] = [0, 100];
  for (let round = 0; round < 100; round += 1) {
    const middle = (low + high) / 2;
    if (deltaAt(middle) > delta) low = middle;
    else high = middle;
  }
  return low;
}
