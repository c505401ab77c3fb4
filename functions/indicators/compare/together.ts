/** All members of a comparison as one: what a last row says. Pure. */
import type {
  Comparison,
  Estimate,
  IntervalFigure,
  ShownFigure,
} from "../../../schemas/comparison.ts";
import { Z95 } from "./intervals.ts";

export interface Together {
  /** How many members are in it: those whose figure is shown, as a point or as an interval. */
  readonly members: number;
  readonly main?: Estimate;
  readonly beside?: Estimate;
  /** Subjects, added up, where every member has them. */
  readonly parts?: { readonly need: number; readonly reached: number; readonly base: number };
}

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);
const estimateOf = (value: number, variance: number): Estimate => {
  const half = Z95 * Math.sqrt(Math.max(0, variance));
  return { value, low: Math.max(0, value - half), high: value + half };
};

/**
 * Numerators over denominators, added up; a mean by the subjects whom it is of, where the other comparison counts them. Releases
 * have noise of their own, so variances add. What is too uncertain for a point is in the sum all the same: to leave it out would choose
 * those that came out high. What cannot be added up is left out.
 */
export function together(
  comparison: Comparison,
  period: string,
  group: string | undefined,
  partner?: Comparison,
): Together {
  const readIn = ({ figures }: Comparison) =>
    figures.flatMap((one) =>
      (one.state === "shown" || one.state === "interval") &&
      one.period === period &&
      one.group === group
        ? [one]
        : [],
    );
  const figures = readIn(comparison);
  const others = partner === undefined ? [] : readIn(partner);
  const main =
    ratio(comparison, figures) ??
    (partner && weighted(comparison, points(figures), partner, others));
  const beside =
    partner && (ratio(partner, others) ?? weighted(partner, points(others), comparison, figures));
  const parts = partsOf(points(figures));
  return {
    members: figures.length,
    ...(main === undefined ? {} : { main }),
    ...(beside === undefined ? {} : { beside }),
    ...(parts === undefined ? {} : { parts }),
  };
}

type ReadFigure = ShownFigure | IntervalFigure;
/** All of them as points; none where one of them is an interval. */
const points = (figures: readonly ReadFigure[]): ShownFigure[] => {
  const shown = figures.flatMap((one) => (one.state === "shown" ? [one] : []));
  return shown.length < figures.length ? [] : shown;
};

function ratio({ indicator }: Comparison, figures: readonly ReadFigure[]): Estimate | undefined {
  const parts = figures.flatMap(({ numerator, denominator }) =>
    denominator === undefined ? [] : [{ numerator, denominator }],
  );
  if (figures.length < 2 || indicator.standard !== undefined || parts.length < figures.length)
    return undefined;
  const above = sum(parts.map(({ numerator }) => numerator.value));
  const below = sum(parts.map(({ denominator }) => denominator.value));
  if (!(below > 0)) return undefined;
  const share = above / below;
  const chance =
    indicator.chance === "poisson"
      ? above
      : indicator.chance === "binomial"
        ? Math.max(0, above * (1 - share))
        : 0;
  const noise = sum(
    parts.map(({ numerator, denominator }) => numerator.sd ** 2 + share ** 2 * denominator.sd ** 2),
  );
  return estimateOf(
    indicator.multiplier * share,
    (indicator.multiplier / below) ** 2 * (noise + chance),
  );
}

/** A mean of a field of the very subjects that the other indicator's numerator counts: Σ n·x / Σ n, by the delta method. */
function weighted(
  { indicator }: Comparison,
  figures: readonly ShownFigure[],
  other: Comparison,
  others: readonly ReadFigure[],
): Estimate | undefined {
  const [{ measure }, counted] = [indicator.numerator, other.indicator.numerator];
  const same =
    "mean" in measure &&
    measure.of !== undefined &&
    "count" in counted.measure &&
    counted.measure.count === measure.of;
  if (
    !same ||
    counted.plus.length > 0 ||
    JSON.stringify(indicator.numerator.where) !== JSON.stringify(counted.where)
  )
    return undefined;
  const counts = new Map(others.map(({ member, numerator }) => [member, numerator]));
  const both = figures.flatMap((figure) => {
    const count = counts.get(figure.member);
    return count === undefined ? [] : [{ figure, count }];
  });
  const subjects = sum(both.map(({ count }) => count.value));
  if (both.length < 2 || !(subjects > 0)) return undefined;
  const mean = sum(both.map(({ figure, count }) => figure.value * count.value)) / subjects;
  const variance = sum(
    both.map(
      ({ figure, count }) =>
        (count.value * figure.sd) ** 2 + ((figure.value - mean) * count.sd) ** 2,
    ),
  );
  return estimateOf(mean, variance / subjects ** 2);
}

function partsOf(figures: readonly ShownFigure[]): Together["parts"] {
  const parts = figures.flatMap(({ need, reached, denominator }) =>
    need && reached && denominator ? [{ need, reached, base: denominator }] : [],
  );
  if (figures.length < 2 || parts.length < figures.length) return undefined;
  return {
    need: sum(parts.map(({ need }) => need.value)),
    reached: sum(parts.map(({ reached }) => reached.value)),
    base: sum(parts.map(({ base }) => base.value)),
  };
}
