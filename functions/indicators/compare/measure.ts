/** One measure of one cell, formed where it is shown: counts, sums, means and shares from the parts that travel. Pure. */
import type {
  CountFigure,
  Figure,
  Letter,
  Mark,
  Measure,
  SumFigure,
} from "../../../schemas/query.ts";
import type { ReleasedField } from "../../../schemas/release.ts";
import {
  type BandCount,
  type Formed,
  interval95,
  meanOf,
  quantileOf,
  shareOf,
  units,
} from "../../disclosure/reliability.ts";

type Hidden = {
  readonly state: "hidden";
  readonly why: Exclude<Formed["mark"] | Mark, "shown">;
};
type Absent = { readonly state: "absent"; readonly why: string };
/** A value with the standard deviation of its noise, or why there is none. Hidden is never zero. */
export type Measured =
  | {
      readonly state: "shown";
      readonly value: number;
      readonly sd: number;
      readonly letter?: Letter;
    }
  | Hidden
  | Absent;
/** The same with the 95 % interval of the protection noise. */
export type Reading =
  | { readonly state: "shown"; readonly value: number; readonly low: number; readonly high: number }
  | Hidden
  | Absent;

const ABSENT: Absent = { state: "absent", why: "unknown-field" };

export function withInterval(measured: Measured): Reading {
  if (measured.state !== "shown") return measured;
  const [low, high] = interval95(measured.value, measured.sd);
  return { state: "shown", value: measured.value, low, high };
}

/** What a reader must know of the release that figures come from. */
export interface Origin {
  /** k: the smallest count shown. */
  readonly smallest: number;
  readonly fields: readonly ReleasedField[];
}

export function readMeasure(
  measure: Measure,
  figures: readonly Figure[],
  { smallest, fields }: Origin,
): Measured {
  const count = (id: string) =>
    figures.find((figure): figure is CountFigure => "count" in figure && figure.count === id);
  const unlessHidden = (
    mark: Formed["mark"],
    value: number,
    sd: number,
    letter?: Letter,
  ): Measured =>
    mark === "shown"
      ? { state: "shown", value, sd, ...(letter ? { letter } : {}) }
      : { state: "hidden", why: mark };
  if ("count" in measure) {
    const figure = count(measure.count);
    return figure === undefined
      ? ABSENT
      : unlessHidden(figure.mark, units(figure), figure.sd, figure.letter);
  }
  if ("share" in measure) {
    const [part, whole] = [count(measure.share), count(measure.over)];
    if (part === undefined || whole === undefined) return ABSENT;
    const { mark, value, sd, letter } = shareOf(part, whole, smallest);
    return unlessHidden(mark, value, sd, letter);
  }
  if ("quantile" in measure) {
    const bands = fields.flatMap(({ id, band }): BandCount[] => {
      const figure = band?.of === measure.quantile ? count(id) : undefined;
      if (figure === undefined || band === undefined) return [];
      return [
        {
          count: figure,
          ...(band.from === undefined ? {} : { from: band.from }),
          ...(band.below === undefined ? {} : { below: band.below }),
        },
      ];
    });
    if (bands.length === 0) return ABSENT;
    const { mark, value, sd, letter } = quantileOf(bands, measure.at, smallest);
    return unlessHidden(mark, value, sd, letter);
  }
  const id = "sum" in measure ? measure.sum : measure.mean;
  const sum = figures.find((figure): figure is SumFigure => "sum" in figure && figure.sum === id);
  const n = sum && count(sum.of);
  if (sum === undefined || n === undefined) return ABSENT;
  if ("mean" in measure) {
    const { mark, value, sd, letter } = meanOf(sum, n, smallest);
    return unlessHidden(mark, value, sd, letter);
  }
  // Y = mid·n + D: its variance has the covariance of D and n, where midpoints differ
  const variance = sum.sd ** 2 + sum.mid ** 2 * n.sd ** 2 + 2 * sum.mid * (sum.cov ?? 0);
  return unlessHidden(sum.mark, sum.mid * units(n) + units(sum), Math.sqrt(Math.max(0, variance)));
}
