/** How each member moved: over its own figures of one length of period, since the last break. Pure; runs in a browser. */
import type { ComparedFigure, ShownFigure, Trend } from "../../../schemas/comparison.ts";
import type { Indicator } from "../../../schemas/indicator.ts";
import { byTime, inOrder, isSince, lengthOf, startInYears } from "../../../schemas/period.ts";
import type { Names } from "../../../schemas/words.ts";
import { trendSentence } from "./sentences.ts";
import { trendOf } from "./trend.ts";

/** The movements of one member that can be told, years beside years and quarters beside quarters. */
export function trendIn(
  indicator: Indicator,
  names: Names,
  member: string,
  figures: readonly ComparedFigure[],
): Trend[] {
  // what stands in for another year is that year's no more than any other's
  const own = figures.filter(
    (figure): figure is ShownFigure =>
      figure.state === "shown" &&
      figure.member === member &&
      figure.standIn?.numerator === undefined,
  );
  // years move beside years, and quarters beside quarters
  const lengths = Map.groupBy(own, ({ period }) => lengthOf(period));
  return [...lengths.values()].flatMap((alike) => trendOver(indicator, names, member, alike));
}

function trendOver(
  indicator: Indicator,
  names: Names,
  member: string,
  own: readonly ShownFigure[],
): Trend[] {
  const last = inOrder(own.map(({ period }) => period)).at(-1);
  const since = inOrder(indicator.breaks.map(({ period }) => period))
    .filter((period) => last !== undefined && isSince(last, period))
    .at(-1);
  const points = own
    .filter(({ period }) => since === undefined || isSince(period, since))
    .sort((a, b) => byTime(a.period, b.period));
  const moved = trendOf(
    points.map(({ period, value, low, high, sd }) => ({
      year: startInYears(period),
      value,
      limits: [low, high],
      sd,
    })),
  );
  const [first, latest] = [points[0], points.at(-1)];
  if (moved === undefined || first === undefined || latest === undefined) return [];
  const denominatorOf = Object.fromEntries(
    points.flatMap(({ period, standIn }) =>
      standIn?.denominator === undefined ? [] : [[period, standIn.denominator]],
    ),
  );
  const trend = {
    ...{ member, from: first.period, to: latest.period, ...moved },
    ...(Object.keys(denominatorOf).length === 0 ? {} : { denominatorOf }),
  };
  return [{ ...trend, sentence: trendSentence(indicator, names, trend) }];
}
