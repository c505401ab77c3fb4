/**
 * How released figures are read: marks, letters, means, shares and intervals. Post-processing of public numbers and public
 * standard deviations; nothing here can lose privacy, and nothing here is checked against rows.
 */
import { found } from "../../schemas/found.ts";
import type { CountFigure, Figure, Letter, Mark, SumFigure } from "../../schemas/query.ts";
import { unhandled } from "../../schemas/refusal.ts";

/** Upper limits of the coefficient of variation, as Statistics Canada prints them; 35 % for E is our own. */
const LETTERS: readonly (readonly [number, Letter])[] = [
  [0.05, "A"],
  [0.1, "B"],
  [0.15, "C"],
  [0.25, "D"],
  [0.35, "E"],
];

function letterOf(value: number, sd: number): Letter {
  if (sd === 0) return "A";
  const cv = sd / Math.abs(value);
  return LETTERS.find(([limit]) => cv < limit)?.[1] ?? "F";
}

export interface Marked {
  readonly mark: Mark;
  readonly letter?: Letter;
}

/**
 * The mark of a count, in units. A figure without noise comes from an open table or register, where small numbers and zero
 * are public: it is always shown.
 */
export function markOf(value: number, sd: number, k: number): Marked {
  if (sd === 0) return { mark: "shown", letter: "A" };
  if (value < k) return { mark: "below-k" };
  const letter = letterOf(value, sd);
  return { mark: letter === "F" ? "unreliable" : "shown", letter };
}

/** A figure in units: persons, hours, euro. A sum is still centred. */
export const units = ({ value, grid }: Pick<Figure, "value" | "grid">): number =>
  value / Math.round(1 / grid);

export interface Formed {
  /** NaN where there is nothing to divide by; it is then never marked as shown. */
  readonly value: number;
  readonly sd: number;
  readonly mark: Mark | "below-2k" | "count-unreliable";
  readonly letter?: Letter;
}

/** Whether a count can be divided by, by the rules for what is below the line. Undefined where it can. */
function badDivisor(n: number, sd: number, k: number): Formed["mark"] | undefined {
  if (sd === 0) return n === 0 ? "below-k" : undefined;
  if (n < k) return "below-k";
  if (n < 2 * k) return "below-2k";
  return markOf(n, sd, k).mark === "unreliable" ? "count-unreliable" : undefined;
}

function formed(value: number, sd: number, bad: Formed["mark"] | undefined): Formed {
  if (bad !== undefined) return { value, sd, mark: bad };
  const letter = letterOf(value, sd);
  return { value, sd, mark: letter === "F" ? "unreliable" : "shown", letter };
}

/** A mean from its centred sum and the count of the same subjects: mid + D/n, by the delta method. */
export function meanOf(sum: SumFigure, count: CountFigure, k: number): Formed {
  const n = units(count);
  const centred = units(sum) / n;
  const variance = sum.sd ** 2 + centred ** 2 * count.sd ** 2 - 2 * centred * (sum.cov ?? 0);
  return formed(
    sum.mid + centred,
    Math.sqrt(Math.max(variance, 0)) / n,
    badDivisor(n, count.sd, k),
  );
}

/** A share of one count in another, by the delta method. Noise of different fields is independent; a field in itself is 1. */
export function shareOf(numerator: CountFigure, denominator: CountFigure, k: number): Formed {
  const n = units(denominator);
  const bad = badDivisor(n, denominator.sd, k);
  if (numerator.count === denominator.count) return formed(n === 0 ? Number.NaN : 1, 0, bad);
  const share = units(numerator) / n;
  const sd = Math.sqrt(numerator.sd ** 2 + share ** 2 * denominator.sd ** 2) / n;
  const { mark } = markOf(units(numerator), numerator.sd, k);
  return formed(share, sd, bad ?? (mark === "below-k" ? mark : undefined));
}

export interface BandCount {
  /** At least this, in units; absent for the lowest band. */
  readonly from?: number;
  /** Below this; absent for the highest band. */
  readonly below?: number;
  readonly count: CountFigure;
}

/**
 * A quantile from banded counts, by linear interpolation within the band where the cumulative count passes q·n; its standard
 * deviation by the delta method. Bands are fields of their own, with independent noise; what falls below zero counts as nobody. In an open band nothing can be
 * interpolated, and the quantile is unreliable.
 */
export function quantileOf(bands: readonly BandCount[], q: number, k: number): Formed {
  const persons = bands.map(({ count }) => Math.max(0, units(count)));
  const n = persons.reduce((sum, value) => sum + value, 0);
  const total = Math.sqrt(bands.reduce((sum, { count }) => sum + count.sd ** 2, 0));
  const bad = badDivisor(n, total, k);
  if (bad !== undefined) return { value: Number.NaN, sd: Number.NaN, mark: bad };
  let before = 0;
  let at = 0;
  for (; at < bands.length - 1; at++) {
    const up = before + found(persons[at]);
    if (!(up < q * n)) break;
    before = up;
  }
  const { from, below } = found(bands[at]);
  const inside = found(persons[at]);
  if (from === undefined || below === undefined || inside === 0)
    return { value: Number.NaN, sd: Number.NaN, mark: "unreliable" };
  const part = (q * n - before) / inside;
  // a person more in a band before, in it, or after it moves the quantile by these parts of a person in it
  const move = (band: number) => (band < at ? q - 1 : band === at ? q - part : q);
  const variance = bands.reduce((sum, { count }, band) => sum + move(band) ** 2 * count.sd ** 2, 0);
  return formed(
    from + part * (below - from),
    (Math.sqrt(variance) / inside) * (below - from),
    undefined,
  );
}

/**
 * How a reader is given a figure: with its point and its interval; as its interval alone, which is neither compared nor spoken as a
 * number; or not at all. The mark on the wire is another thing: it is the answer's, and stays with the raw figure.
 */
export type ShownAs = "point" | "interval" | "withheld";

/**
 * A count is a point where its coefficient of variation is under this. The test is on the noisy value itself and so selects those that
 * came out high: under 35 % 92 of 100 in two-way tables hold the truth and 85 in three-way ones, under 20 % 94
 * (tests/release/coverage.test.ts).
 */
export const POINT_VARIATION = 0.2;
/**
 * A mean is a point where its deviation is under this part of its range u − l, a share (a mean of zeros and ones) under as many
 * points in a hundred. Where zero lies does not decide, and what is shown is hardly selected by its noise, so that whatever the limit
 * 94 to 95 of 100 hold the truth (tests/release/coverage.test.ts). At 5 % the interval spans a fifth of what is possible.
 */
const POINT_OF_RANGE = 0.05;

/** A count in units. `smallest` is what an owner or an agreement wrote down; 1 where nobody did. */
export interface CountRead {
  readonly kind: "count";
  readonly value: number;
  readonly sd: number;
  readonly smallest: number;
}
/** A mean, a share, or a sum for each of its subjects: its deviation, the range of what is averaged (a share: 1), and its parts. */
interface RatioRead {
  readonly kind: "ratio";
  readonly sd: number;
  readonly range: number;
  readonly divisor: CountRead;
  /** The part of a share. A small one is kept away with its share, which would give it away; that it is uncertain does not matter. */
  readonly part?: CountRead;
}

/** The reader's rule. Figures without noise come from tables that are public, and are points. */
export function shownAs(figure: CountRead | RatioRead): ShownAs {
  switch (figure.kind) {
    case "count": {
      const { value, sd, smallest } = figure;
      if (sd === 0) return "point";
      if (smallest > 1 && value < smallest) return "withheld";
      return value > 0 && sd / value < POINT_VARIATION ? "point" : "interval";
    }
    case "ratio": {
      const { sd, range, divisor, part } = figure;
      const under = shownAs(divisor);
      if (under === "withheld" || (part && shownAs(part) === "withheld")) return "withheld";
      if (under === "interval" || Number.isNaN(sd)) return "interval";
      return sd === 0 || sd / range < POINT_OF_RANGE ? "point" : "interval";
    }
    default:
      return unhandled(figure, "query-invalid");
  }
}

/** Two limits; `null` on a side where nothing bounds it. */
export type Bounds = readonly [low: number | null, high: number | null];

/**
 * The 95 % interval of a ratio a/b whose divisor may be small (Fieller 1954, Journal of the Royal Statistical Society B 16, 175-185):
 * every R for which a − R·b does not differ from zero, (a − R·b)² ≤ z²(Var a − 2R·Cov + R²·Var b), which is
 * (b² − z²·Var b)R² − 2(ab − z²·Cov)R + (a² − z²·Var a) ≤ 0. Where b does not differ from zero itself the set is all numbers, or all
 * but an interval: then nothing bounds it, and neither limit is given.
 */
export function fieller(
  a: number,
  b: number,
  { varA, varB, cov }: { varA: number; varB: number; cov: number },
): Bounds {
  const z2 = 1.959963984540054 ** 2;
  const square = b ** 2 - z2 * varB;
  if (!(square > 0)) return [null, null];
  const middle = a * b - z2 * cov;
  const root = Math.sqrt(Math.max(0, middle ** 2 - square * (a ** 2 - z2 * varA)));
  return [(middle - root) / square, (middle + root) / square];
}

/** The interval that holds the exact figure in 95 of 100 releases. Of the noise alone: says nothing of faults in the rows. */
export const interval95 = (value: number, sd: number): readonly [number, number] => [
  value - 1.959963984540054 * sd,
  value + 1.959963984540054 * sd,
];
