/** How a member's figure moved over the periods, with its interval. Pure. */
import { differenceLimits, type Limits, Z95 } from "./intervals.ts";

export interface Dated {
  readonly year: number;
  readonly value: number;
  readonly limits: Limits;
  readonly sd: number;
}
interface Moved {
  readonly change: { readonly value: number; readonly low: number; readonly high: number };
  readonly slope: { readonly value: number; readonly low: number; readonly high: number };
  readonly verdict: "up" | "down" | "no-change-seen";
}

/**
 * Last less first, and the slope a year by least squares weighted with 1/variance (the errors are known, so that the slope's variance
 * is 1/Σ w(t − t̄)²: Draper and Smith, Applied Regression Analysis, 9.2). Releases have noise of their own; years are taken as
 * independent. Undefined below two points. Exact figures have an exact slope.
 */
export function trendOf(points: readonly Dated[]): Moved | undefined {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 2) return undefined;
  const exact = points.every(({ sd }) => sd === 0);
  const weighted = points.map((point) => ({
    ...point,
    weight: exact ? 1 : 1 / Math.max(point.sd, Number.MIN_VALUE ** 0.25) ** 2,
  }));
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
  const mean = (of: (point: Dated) => number) =>
    weighted.reduce((sum, point) => sum + point.weight * of(point), 0) / total;
  const [year, value] = [mean((point) => point.year), mean((point) => point.value)];
  const spread = weighted.reduce((sum, point) => sum + point.weight * (point.year - year) ** 2, 0);
  const slope =
    weighted.reduce(
      (sum, point) => sum + point.weight * (point.year - year) * (point.value - value),
      0,
    ) / spread;
  const sd = exact ? 0 : 1 / Math.sqrt(spread);
  const [low, high] = differenceLimits(last.value, last.limits, first.value, first.limits);
  const verdict = slope - Z95 * sd > 0 ? "up" : slope + Z95 * sd < 0 ? "down" : "no-change-seen";
  return {
    change: { value: last.value - first.value, low, high },
    slope: { value: slope, low: slope - Z95 * sd, high: slope + Z95 * sd },
    verdict,
  };
}
