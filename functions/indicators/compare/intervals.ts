/**
 * 95 % intervals: of counts and shares that might have come out otherwise, of protection noise, and of both at once. Pure.
 * Units are those of the figures given in.
 */
import { gammaQuantile } from "./gamma.ts";

/** Φ⁻¹(0.975). */
export const Z95 = 1.959963984540054;

export type Limits = readonly [low: number, high: number];

/** Exact limits of the mean of a Poisson count (Garwood 1936); `count` may lie between whole numbers, as a protected one does. */
export function poissonLimits(count: number): Limits {
  const x = Math.max(0, count);
  return [x === 0 ? 0 : gammaQuantile(x, 0.025), gammaQuantile(x + 1, 0.975)];
}

/** Wilson's score limits of a share (Wilson 1927), as the OHID and APHO guides recommend for proportions. `of` > 0. */
export function wilsonLimits(part: number, of: number): Limits {
  const share = Math.min(1, Math.max(0, part / of));
  const z2 = Z95 ** 2;
  const middle = 2 * of * share + z2;
  const half = Z95 * Math.sqrt(z2 + 4 * of * share * (1 - share));
  return [(middle - half) / (2 * (of + z2)), (middle + half) / (2 * (of + z2))];
}

/**
 * Two sources of uncertainty that are independent: squares add up on either side of the value (MOVER: Zou and Donner 2008,
 * Statistics in Medicine 27, 1693-1702). With symmetric limits this is the usual sum of variances.
 */
export const combine = (value: number, [low, high]: Limits, noise: number): Limits => [
  value - Math.hypot(value - low, Z95 * noise),
  value + Math.hypot(high - value, Z95 * noise),
];

/** Limits of a − b for independent a and b with limits of their own (Zou and Donner 2008, eq. 2). */
export const differenceLimits = (
  a: number,
  [aLow, aHigh]: Limits,
  b: number,
  [bLow, bHigh]: Limits,
): Limits => [a - b - Math.hypot(a - aLow, bHigh - b), a - b + Math.hypot(aHigh - a, b - bLow)];

/** Limits of a value with a normal error. */
export const normalLimits = (value: number, sd: number): Limits => [
  value - Z95 * sd,
  value + Z95 * sd,
];

/**
 * Variance of a ratio a/b by the delta method, from the variances and the covariance of its parts:
 * (Var a + R²·Var b − 2R·Cov)/b², R = a/b (Stuart and Ord, Kendall's Advanced Theory of Statistics, 10.6).
 */
export function ratioVariance(
  a: number,
  b: number,
  { varA, varB, cov }: { varA: number; varB: number; cov: number },
): number {
  const ratio = a / b;
  return Math.max(0, varA + ratio ** 2 * varB - 2 * ratio * cov) / b ** 2;
}

/** One class of a standardised rate: events, population, and the share of the standard population (shares add up to one). */
export interface Stratum {
  readonly events: number;
  readonly population: number;
  readonly weight: number;
}
/** Σ w·x/n, and its variance if events are Poisson: Σ w²·x/n². */
export function standardisedRate(strata: readonly Stratum[]): {
  readonly rate: number;
  readonly variance: number;
} {
  const rate = strata.reduce(
    (sum, { events, population, weight }) => sum + (weight * events) / population,
    0,
  );
  const variance = strata.reduce(
    (sum, { events, population, weight }) => sum + (weight / population) ** 2 * Math.max(0, events),
    0,
  );
  return { rate, variance };
}

/**
 * Limits of a directly standardised rate by the gamma method (Fay and Feuer 1997, Statistics in Medicine 16, 791-801): the lower
 * one from a gamma distribution with the rate's mean and variance, the upper one with the heaviest stratum's weight added.
 */
export function gammaLimits(strata: readonly Stratum[]): Limits {
  const { rate, variance } = standardisedRate(strata);
  const heaviest = Math.max(...strata.map(({ weight, population }) => weight / population));
  const [upRate, upVariance] = [rate + heaviest, variance + heaviest ** 2];
  return [
    rate <= 0 || variance === 0
      ? 0
      : (variance / rate) * gammaQuantile(rate ** 2 / variance, 0.025),
    (upVariance / upRate) * gammaQuantile(upRate ** 2 / upVariance, 0.975),
  ];
}
