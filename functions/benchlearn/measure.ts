/** One measure of one cell, formed where it is shown: counts, sums, means and shares from the parts that travel. Pure. */
import type { CountFigure, Figure, Mark, Measure, SumFigure } from "../../schemas/query.ts";
import { type Formed, interval95, meanOf, shareOf, units } from "../shared/reading.ts";

export type Hidden = { readonly state: "hidden"; readonly why: Exclude<Formed["mark"] | Mark, "shown"> };
export type Absent = { readonly state: "absent"; readonly why: string };
/** A value with the standard deviation of its noise, or why there is none. Hidden is never zero. */
export type Measured = { readonly state: "shown"; readonly value: number; readonly sd: number } | Hidden | Absent;
/** The same with the 95 % interval of the protection noise. */
export type Reading = { readonly state: "shown"; readonly value: number; readonly low: number; readonly high: number } | Hidden | Absent;

const ABSENT: Absent = { state: "absent", why: "unknown-field" };

export function withInterval(measured: Measured): Reading {
  if (measured.state !== "shown") return measured;
  const [low, high] = interval95(measured.value, measured.sd);
  return { state: "shown", value: measured.value, low, high };
}

/** `smallest` is k of the release that the figures come from. */
export function readMeasure(measure: Measure, figures: readonly Figure[], smallest: number): Measured {
  const count = (id: string) => figures.find((figure): figure is CountFigure => "count" in figure && figure.count === id);
  const unlessHidden = (mark: Formed["mark"], value: number, sd: number): Measured =>
    mark === "shown" ? { state: "shown", value, sd } : { state: "hidden", why: mark };
  if ("count" in measure) {
    const figure = count(measure.count);
    return figure === undefined ? ABSENT : unlessHidden(figure.mark, units(figure), figure.sd);
  }
  if ("share" in measure) {
    const [part, whole] = [count(measure.share), count(measure.over)];
    if (part === undefined || whole === undefined) return ABSENT;
    const { mark, value, sd } = shareOf(part, whole, smallest);
    return unlessHidden(mark, value, sd);
  }
  const id = "sum" in measure ? measure.sum : measure.mean;
  const sum = figures.find((figure): figure is SumFigure => "sum" in figure && figure.sum === id);
  const n = sum && count(sum.of);
  if (sum === undefined || n === undefined) return ABSENT;
  if ("mean" in measure) {
    const { mark, value, sd } = meanOf(sum, n, smallest);
    return unlessHidden(mark, value, sd);
  }
  // Y = mid·n + D: its variance has the covariance of D and n, where midpoints differ
  const variance = sum.sd ** 2 + sum.mid ** 2 * n.sd ** 2 + 2 * sum.mid * (sum.cov ?? 0);
  return unlessHidden(sum.mark, sum.mid * units(n) + units(sum), Math.sqrt(Math.max(0, variance)));
}
