/** One member's figure of an indicator: rate, mean or standardised rate, with noise and chance told apart. Pure. */
import type { Problem } from "../../../schemas/comparison.ts";
import { found } from "../../../schemas/found.ts";
import type { Indicator, IndicatorPart } from "../../../schemas/indicator.ts";
import { type Bounds, fieller, shownAs } from "../../disclosure/reliability.ts";
import {
  combine,
  gammaLimits,
  type Limits,
  poissonLimits,
  ratioVariance,
  standardisedRate,
  wilsonLimits,
} from "./intervals.ts";
import type { NoPoint } from "./measure.ts";
import {
  type Amount,
  added,
  covarianceOf,
  type Read,
  ratioAs,
  ratioWhy,
  unitClash,
} from "./parts.ts";

export interface Estimated {
  readonly state: "shown";
  readonly value: number;
  /** 95 % limits of noise and chance together. */
  readonly limits: Limits;
  /** Standard deviations: of the noise; of noise and chance. */
  readonly noise: number;
  readonly sd: number;
  readonly numerator: Amount;
  readonly denominator?: Amount;
}
/** Too uncertain for a point. Without noise of the divisor its limits have chance in them as a point's have. */
export interface Uncertain {
  readonly state: "interval";
  readonly why: NoPoint;
  readonly bounds: Bounds;
  readonly numerator: Amount;
  readonly denominator?: Amount;
}
interface Missing {
  readonly state: "withheld" | "absent";
  readonly why: Problem;
}
export type Outcome = Estimated | Uncertain | Missing;

/** Reads a part for the member at hand; for one class where the indicator is standardised. */
type Reader = (part: IndicatorPart, code?: string) => Read;

const absent = (why: Problem): Missing => ({ state: "absent", why });
const WITHHELD: Missing = { state: "withheld", why: "below-k" };

export const estimate = (indicator: Indicator, read: Reader): Outcome =>
  indicator.standard === undefined ? plain(indicator, read) : standardised(indicator, read);

function plain(indicator: Indicator, read: Reader): Outcome {
  const numerator = read(indicator.numerator);
  if (numerator.state !== "read") return numerator;
  const { multiplier } = indicator;
  if (indicator.denominator === undefined) {
    const noise = multiplier * Math.sqrt(numerator.variance);
    const value = multiplier * numerator.value;
    if (numerator.as === "withheld") return WITHHELD;
    if (numerator.as === "point") return finished(indicator, value, noise, numerator, undefined);
    return uncertain(scaled(numerator.bounds, multiplier), numerator, undefined);
  }
  const denominator = read(indicator.denominator);
  if (denominator.state !== "read") return denominator;
  const clash = clashOf(indicator, numerator, denominator);
  if (clash !== undefined) return absent(clash);
  if (denominator.variance === 0 && denominator.value <= 0) return absent("nothing-to-divide-by");
  const cov = covarianceOf(numerator.terms, denominator.terms, numerator.manifest);
  const parts = { varA: numerator.variance, varB: denominator.variance, cov };
  const noise = Math.sqrt(ratioVariance(numerator.value, denominator.value, parts));
  const as = ratioAs(numerator, denominator, noise);
  if (as === "withheld") return WITHHELD;
  if (as === "interval" && denominator.variance > 0)
    return uncertain(weakly(indicator, numerator, denominator, parts), numerator, denominator);
  const value = (multiplier * numerator.value) / denominator.value;
  const all = finished(indicator, value, multiplier * noise, numerator, denominator);
  return as === "point" ? all : uncertain(all.limits, numerator, denominator);
}

const uncertain = (bounds: Bounds, numerator: Amount, denominator?: Amount): Uncertain => ({
  ...{ state: "interval", bounds, numerator },
  why: denominator === undefined ? numerator.why : ratioWhy(numerator, denominator),
  ...(denominator === undefined ? {} : { denominator }),
});

const scaled = ([low, high]: Bounds, by: number): Bounds => [
  low === null ? null : by * low,
  high === null ? null : by * high,
];

/** Limits of a ratio over a noisy divisor: Fieller's of the noise, and those of chance beside them, each side by itself. */
function weakly(
  { chance, multiplier }: Indicator,
  a: Amount,
  b: Amount,
  parts: { varA: number; varB: number; cov: number },
): Bounds {
  const [low, high] = fieller(a.value, b.value, parts);
  if (low === null || high === null || b.value <= 0) return [null, null];
  const value = a.value / b.value;
  const isShare = chance === "binomial";
  const [less, more] = chance === "none" ? [value, value] : chanceLimits(isShare, a.value, b.value);
  const most = isShare ? 1 : Number.POSITIVE_INFINITY;
  const within = (limit: number) => (a.counts ? Math.min(most, Math.max(0, limit)) : limit);
  const bounds: Bounds = [
    within(value - Math.hypot(value - low, value - less)),
    within(value + Math.hypot(high - value, more - value)),
  ];
  return scaled(bounds, multiplier);
}

const ratioOf = ([low, high]: Limits, of: number): Limits => [low / of, high / of];
const chanceLimits = (isShare: boolean, part: number, of: number): Limits =>
  isShare ? wilsonLimits(part, of) : ratioOf(poissonLimits(part), of);

/** Adds what might have come out otherwise, where the definition says that the people counted are a sample of it. */
function finished(
  indicator: Indicator,
  raw: number,
  noise: number,
  numerator: Amount,
  denominator: Amount | undefined,
): Estimated {
  const { chance, multiplier } = indicator;
  const of = denominator?.value ?? 1;
  // noise may leave what is possible; what is shown does not
  const isShare = chance === "binomial" && denominator !== undefined;
  const value = isShare ? Math.min(multiplier, Math.max(0, raw)) : raw;
  let limits: Limits = [value, value];
  let variance = 0;
  if (chance === "poisson") {
    const [low, high] = poissonLimits(numerator.value);
    limits = [(multiplier * low) / of, (multiplier * high) / of];
    variance = (multiplier / of) ** 2 * Math.max(0, numerator.value);
  } else if (isShare) {
    const share = Math.min(1, Math.max(0, numerator.value / of));
    const [low, high] = wilsonLimits(numerator.value, of);
    limits = [multiplier * low, multiplier * high];
    variance = (multiplier ** 2 * share * (1 - share)) / of;
  }
  const [low, high] = combine(value, limits, noise);
  const most = isShare ? multiplier : Number.POSITIVE_INFINITY;
  const bounded: Limits = numerator.counts
    ? [Math.max(0, low), Math.max(value, Math.min(most, high))]
    : [low, high];
  const sd = Math.sqrt(noise ** 2 + variance);
  return {
    state: "shown",
    value,
    limits: bounded,
    noise,
    sd,
    numerator,
    ...(denominator ? { denominator } : {}),
  };
}

/** Σ w·x/n over the classes of the standard population; the noise of the classes of one release moves together. */
function standardised(indicator: Indicator, read: Reader): Outcome {
  const weights = Object.entries(found(indicator.standard).weights);
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  const classes: { x: Amount; n: Amount; weight: number }[] = [];
  for (const [code, weight] of weights) {
    const [x, n] = [
      read(indicator.numerator, code),
      indicator.denominator ? read(indicator.denominator, code) : absent("nothing-to-divide-by"),
    ];
    if (x.state !== "read") return x;
    if (n.state !== "read") return n;
    const clash = clashOf(indicator, x, n);
    if (clash !== undefined) return absent(clash);
    if (n.value <= 0 || n.variance > 0) return absent("nothing-to-divide-by");
    classes.push({ x, n, weight: weight / total });
  }
  const numerator = added(classes.map(({ x }) => x));
  const denominator = {
    ...found(classes[0]).n,
    value: classes.reduce((sum, { n }) => sum + n.value, 0),
  };
  if (numerator.as === "withheld") return WITHHELD;
  const { multiplier, chance } = indicator;
  const strata = classes.map(({ x, n, weight }) => ({
    events: x.value,
    population: n.value,
    weight,
  }));
  const { rate, variance } = standardisedRate(strata);
  const terms = classes.flatMap(({ x, n, weight }) =>
    x.terms.map((term) => ({ ...term, coefficient: (term.coefficient * weight) / n.value })),
  );
  const noise = Math.sqrt(Math.max(0, covarianceOf(terms, terms, numerator.manifest)));
  const limits: Limits = chance === "none" ? [rate, rate] : gammaLimits(strata);
  const [low, high] = combine(rate, limits, noise);
  const both: Limits = [multiplier * Math.max(0, low), multiplier * Math.max(0, high)];
  if (shownAs({ kind: "count", value: rate, sd: noise, smallest: 1 }) !== "point")
    return uncertain(both, numerator);
  return {
    state: "shown",
    value: multiplier * rate,
    limits: both,
    noise: multiplier * noise,
    sd: multiplier * Math.sqrt(noise ** 2 + (chance === "none" ? 0 : variance)),
    numerator,
    denominator,
  };
}

/** What keeps two parts from being divided by each other: other levels, or counts of other subjects. EUR may be divided by persons. */
function clashOf({ level }: Indicator, a: Amount, b: Amount): Problem | undefined {
  if (a.manifest.level !== b.manifest.level || a.manifest.level !== level) return "mixed-levels";
  return a.counts && b.counts ? unitClash(a, b) : undefined;
}
