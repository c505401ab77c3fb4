/** A year's account as its owner reads it: what each release spent, a dataset and in all, as points and as (ε, δ), and what would still fit. */
import type { AccountEntry } from "../../schemas/release.ts";
import { DELTA, epsilonAt, muOfPoints, pointsOfMu2, totalMu2 } from "../disclosure/gaussian-dp.ts";

/** mu² adds; points and ε do not, and are worked out from each sum of it. */
export interface Spent {
  readonly mu2: number;
  readonly points: number;
  /** At δ = 1e-6, exact. */
  readonly epsilon: number;
}
interface AccountView {
  readonly year: string;
  readonly releases: readonly (Spent & { readonly release: string; readonly at: number })[];
  readonly datasets: readonly (Spent & { readonly dataset: string; readonly releases: number })[];
  readonly total: Spent;
  readonly ceiling: number;
  /** Share of the ceiling's mu² that is spent, from 0 to 1. */
  readonly share: number;
  /** Points of one more release that would still fit. */
  readonly room: number;
}

const spentOf = (mu2: number): Spent => ({
  mu2,
  points: pointsOfMu2(mu2),
  epsilon: mu2 <= 0 ? 0 : epsilonAt(Math.sqrt(mu2), DELTA),
});

/** Releases of public figures spend nothing, and are left out. */
export function accountView(
  year: string,
  ceiling: number,
  all: readonly AccountEntry[],
): AccountView {
  const entries = all.filter(({ mu2 }) => mu2 > 0);
  const whole = muOfPoints(ceiling) ** 2;
  const total = totalMu2(entries);
  const names = [...new Set(entries.map(({ dataset }) => dataset))].sort();
  return {
    year,
    releases: entries.map(({ release, at, mu2 }) => ({ release, at, ...spentOf(mu2) })),
    datasets: names.map((dataset) => {
      const own = entries.filter((entry) => entry.dataset === dataset);
      return { dataset, releases: own.length, ...spentOf(totalMu2(own)) };
    }),
    total: spentOf(total),
    ceiling,
    share: total / whole,
    room: pointsOfMu2(Math.max(0, whole - total)),
  };
}

/** What the datasets other than one have spent, for a preview of that one's policy. */
export const spentByOthers = (entries: readonly AccountEntry[], dataset: string): number =>
  totalMu2(entries.filter((entry) => entry.dataset !== dataset));
