/** One measure of one cell, formed where it is shown: counts, sums, means and shares from the parts that travel. Pure. */
import type {
  Cell,
  CountFigure,
  Figure,
  Letter,
  Measure,
  Said,
  SumFigure,
} from "../../../schemas/query.ts";
import { unhandled } from "../../../schemas/refusal.ts";
import type { ReleasedField } from "../../../schemas/release.ts";
import {
  type BandCount,
  type Bounds,
  type CountRead,
  type Formed,
  fieller,
  interval95,
  meanOf,
  quantileOf,
  type ShownAs,
  shareOf,
  shownAs,
  units,
} from "../../disclosure/reliability.ts";
import { noFigureReasons, noneOf, saidOf, saidOfAll } from "../../disclosure/said.ts";

/** Kept away: an owner or an agreement wrote down a smallest count, or its source withholds it. It exists, and is never zero. */
type Withheld = { readonly state: "withheld"; readonly why: "below-k" | "source-withheld" };
/** Why a figure is no point: it is too uncertain itself, or what it is divided by is. */
export type NoPoint = "unreliable" | "count-unreliable";
/** Shown as its interval alone. A limit is null where nothing bounds it on that side. */
type Interval = {
  readonly state: "interval";
  readonly low: number | null;
  readonly high: number | null;
  readonly why: NoPoint;
};
type Absent = { readonly state: "absent"; readonly why: string };
/** A value with the standard deviation of its noise, its interval alone, or why there is neither. */
export type Measured =
  | ({
      readonly state: "shown";
      readonly value: number;
      readonly sd: number;
      readonly letter?: Letter;
    } & Said)
  | Interval
  | Withheld
  | Absent;
/** The same with the 95 % interval of the protection noise. */
export type Reading =
  | ({
      readonly state: "shown";
      readonly value: number;
      readonly low: number;
      readonly high: number;
    } & Said)
  | Interval
  | Withheld
  | Absent;

/** A measure as it travelled, before the reader's rule: what further figures are formed from. */
export interface Raw extends Said {
  readonly state: "raw";
  readonly value: number;
  readonly sd: number;
  readonly as: ShownAs;
  readonly why: NoPoint;
  /** The interval that is shown where it is no point. */
  readonly bounds: Bounds;
  readonly letter?: Letter;
}

const ABSENT: Absent = { state: "absent", why: "unknown-field" };

export function withInterval(measured: Measured): Reading {
  if (measured.state !== "shown") return measured;
  const [low, high] = interval95(measured.value, measured.sd);
  return { state: "shown", value: measured.value, low, high, ...saidOf(measured) };
}

/** What a reader must know of the release that figures come from. */
export interface Origin {
  /** k: the smallest count that an owner or an agreement lets be seen; 1 where none is written down. */
  readonly smallest: number;
  readonly fields: readonly ReleasedField[];
}

/** The reader's rule, applied to one measure of one cell. */
export function readMeasure(
  measure: Measure,
  cell: Pick<Cell, "figures" | "none">,
  origin: Origin,
): Measured {
  const raw = rawMeasure(measure, cell, origin);
  return raw.state === "raw" ? asRead(raw) : raw;
}

export function asRead(raw: Raw): Measured {
  const { as, value, sd, why, letter } = raw;
  const [low, high] = raw.bounds;
  switch (as) {
    case "withheld":
      return { state: "withheld", why: "below-k" };
    case "interval":
      return { state: "interval", low, high, why };
    case "point":
      return { state: "shown", value, sd, ...(letter ? { letter } : {}), ...saidOf(raw) };
    default:
      return unhandled(as, "query-invalid");
  }
}

/** The parts that travel, put together. Absent where one of them is, or where an exact divisor is zero; withheld where its source does. */
export function rawMeasure(
  measure: Measure,
  { figures, none = [] }: Pick<Cell, "figures" | "none">,
  origin: Origin,
): Raw | Absent | Withheld {
  const ids = partsOf(measure, origin);
  const missing = noneOf(none.flatMap(({ field, status }) => (ids.includes(field) ? status : [])));
  if (missing === "Q") return { state: "withheld", why: noFigureReasons.Q };
  if (missing !== undefined) return { state: "absent", why: noFigureReasons[missing] };
  const raw = formedOf(measure, figures, origin);
  if (raw.state === "absent") return raw;
  const parts = figures.filter((one) => ids.includes("count" in one ? one.count : one.sum));
  return { ...raw, ...saidOfAll(parts) };
}

/** The fields that a measure is formed of. */
function partsOf(measure: Measure, { fields }: Origin): string[] {
  if ("count" in measure) return [measure.count];
  if ("sum" in measure) return [measure.sum];
  if ("share" in measure) return [measure.share, measure.over];
  if ("quantile" in measure)
    return fields.flatMap(({ id, band }) => (band?.of === measure.quantile ? id : []));
  const mean = fields.find(({ id }) => id === measure.mean);
  return [measure.mean, ...(mean?.of === undefined ? [] : [mean.of])];
}

function formedOf(
  measure: Measure,
  figures: readonly Figure[],
  { smallest, fields }: Origin,
): Raw | Absent {
  const count = (id: string) =>
    figures.find((figure): figure is CountFigure => "count" in figure && figure.count === id);
  if ("count" in measure) {
    const figure = count(measure.count);
    return figure === undefined ? ABSENT : countRaw(figure, smallest);
  }
  if ("share" in measure) {
    const [part, whole] = [count(measure.share), count(measure.over)];
    if (part === undefined || whole === undefined) return ABSENT;
    const of = { range: 1, divisor: read(whole, smallest), part: read(part, smallest) };
    const same = measure.share === measure.over;
    return ratioRaw(shareOf(part, whole, smallest), of, () =>
      same
        ? [1, 1]
        : floored(
            fieller(units(part), units(whole), {
              varA: part.sd ** 2,
              varB: whole.sd ** 2,
              cov: 0,
            }),
          ),
    );
  }
  if ("quantile" in measure) return quantileRaw(measure, fields, count, smallest);
  const id = "sum" in measure ? measure.sum : measure.mean;
  const sum = figures.find((figure): figure is SumFigure => "sum" in figure && figure.sum === id);
  const n = sum && count(sum.of);
  if (sum === undefined || n === undefined) return ABSENT;
  const bounds = fields.find((field) => field.id === id)?.bounds;
  const of = { range: bounds ? bounds[1] - bounds[0] : 0, divisor: read(n, smallest) };
  if ("sum" in measure) return sumRaw(sum, n, of);
  return ratioRaw(meanOf(sum, n, smallest), of, () => {
    const [low, high] = fieller(units(sum), units(n), {
      varA: sum.sd ** 2,
      varB: n.sd ** 2,
      cov: sum.cov ?? 0,
    });
    if (low === null || high === null) return [null, null];
    const [least, most] = bounds ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    return [Math.max(least, sum.mid + low), Math.min(most, sum.mid + high)];
  });
}

const read = (figure: CountFigure, smallest: number): CountRead => ({
  kind: "count",
  value: units(figure),
  sd: figure.sd,
  smallest,
});

/** Nobody is counted less than nothing of. */
const floored = ([low, high]: Bounds): Bounds => [
  low === null ? null : Math.max(0, low),
  high === null ? null : Math.max(0, high),
];

function countRaw(figure: CountFigure, smallest: number): Raw {
  const count = read(figure, smallest);
  return {
    ...{ state: "raw", value: count.value, sd: count.sd, as: shownAs(count), why: "unreliable" },
    bounds: floored(interval95(count.value, count.sd)),
    ...(figure.letter ? { letter: figure.letter } : {}),
  };
}

type Of = {
  readonly range: number;
  readonly divisor: CountRead;
  readonly part?: CountRead;
};

function ratioRaw({ value, sd }: Formed, of: Of, bounds: () => Bounds): Raw | Absent {
  if (of.divisor.sd === 0 && of.divisor.value === 0)
    return { state: "absent", why: "nothing-to-divide-by" };
  const as = shownAs({ kind: "ratio", sd, ...of });
  const why = shownAs(of.divisor) === "point" ? "unreliable" : "count-unreliable";
  return { state: "raw", value, sd, as, why, bounds: bounds() };
}

/** Y = mid·n + D: its variance has the covariance of D and n, where midpoints differ. It is shown as its mean would be. */
function sumRaw(sum: SumFigure, n: CountFigure, of: Of): Raw {
  const value = sum.mid * units(n) + units(sum);
  const variance = sum.sd ** 2 + sum.mid ** 2 * n.sd ** 2 + 2 * sum.mid * (sum.cov ?? 0);
  const sd = Math.sqrt(Math.max(0, variance));
  const each = sd === 0 ? 0 : sd / Math.abs(units(n));
  const as = shownAs({ kind: "ratio", sd: each, ...of });
  return { state: "raw", value, sd, as, why: "unreliable", bounds: interval95(value, sd) };
}

function quantileRaw(
  measure: Extract<Measure, { quantile: string }>,
  fields: readonly ReleasedField[],
  count: (id: string) => CountFigure | undefined,
  smallest: number,
): Raw | Absent {
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
  const edges = bands.flatMap(({ from, below }) => [from ?? [], below ?? []].flat());
  const divisor: CountRead = {
    ...{ kind: "count", smallest, value: 0, sd: 0 },
    value: bands.reduce((sum, band) => sum + units(band.count), 0),
    sd: Math.sqrt(bands.reduce((sum, band) => sum + band.count.sd ** 2, 0)),
  };
  const formed = quantileOf(bands, measure.at, smallest);
  const of = { range: Math.max(...edges) - Math.min(...edges), divisor };
  return ratioRaw(formed, of, () =>
    Number.isNaN(formed.value) ? [null, null] : interval95(formed.value, formed.sd),
  );
}
