/**
 * How released figures are read: marks, letters, means, shares and intervals. Post-processing of public numbers and public
 * standard deviations; nothing here can lose privacy, and nothing here is checked against rows.
 */
import { found } from "../../schemas/found.ts";
import type { CountFigure, Figure, Letter, Mark, SumFigure } from "../../schemas/query.ts";

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

/** The interval that holds the exact figure in 95 of 100 releases. Of the noise alone: says nothing of faults in the rows. */
export const interval95 = (value: number, sd: number): readonly [number, number] => [
  value - 1.959963984540054 * sd,
  value + 1.959963984540054 * sd,
];
