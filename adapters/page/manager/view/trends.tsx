/** How each city moved: a panel a city, one scale, the figure above what it is read beside. */

import type { Comparison } from "../../../../schemas/comparison.ts";
import { isSince, labelOf, spokenPeriod } from "../../../../schemas/period.ts";
import type { Language } from "../../../../schemas/words.ts";
import { axisOf } from "../../parts/axis.ts";
import { number } from "../../parts/numbers.ts";
import { words } from "../messages.ts";
import { type Point, TrendPanel } from "../picture/trend.tsx";
import { type Figures, Mark } from "./shared.tsx";
import { tickOf } from "./table-picture.tsx";

function pointsOf(
  { figures, periods }: Comparison,
  member: string,
  group: string | undefined,
  { absent, hiddenYear }: { absent: string; hiddenYear: string },
): Point[] {
  return periods.map((period) => {
    const figure = figures.find(
      (one) => one.member === member && one.period === period && one.group === group,
    );
    if (figure?.state !== "shown")
      return {
        period,
        instead: figure === undefined || figure.state === "absent" ? absent : hiddenYear,
      };
    return { period, figure: { value: figure.value, low: figure.low, high: figure.high } };
  });
}

/** Under a panel there is room for little: `2022`, or, where years stand close, `’22`; `T3` and `07` have theirs at its beginning alone. */
function tickOfPeriod(period: string, first: boolean, language: Language): string {
  const year = `’${period.slice(2, 4)}`;
  const part = period.slice(5).replace("Q", language === "it" ? "T" : "Q");
  if (part === "") return year;
  return first || /^(.1|01)$/.test(part) ? `${part} ${year}` : part;
}

/** Panels that stand beside each other; more of them are folded away. */
const MOST = 9;

export function Trends(props: Figures) {
  const { choice, compared, rows, own, name } = props;
  const { language } = choice;
  const say = words[language];
  const { comparison, partner } = compared;
  const comparisons = [comparison, ...(partner ? [partner] : [])];
  const drawn = rows.filter(({ member }) =>
    comparison.figures.some((one) => one.member === member && one.state === "shown"),
  );
  const [since, ...later] = comparison.periods;
  if (since === undefined || later.length === 0 || drawn.length === 0) return null;
  const mine = drawn.find((row) => row.own);
  const others = drawn.filter((row) => !row.own);
  const breaks = comparisons
    .flatMap(({ indicator }) => indicator.breaks)
    .filter(({ period }) => !isSince(since, period) && later.some((one) => isSince(one, period)));
  const sentences = comparisons.flatMap(({ trends }) =>
    trends.filter(({ member }) => member === own).map(({ sentence }) => sentence[language]),
  );
  const shown =
    drawn.length <= MOST
      ? drawn.map(({ member }) => member)
      : drawn.slice(0, MOST).map(({ member }) => member);
  return (
    <section class="container trends" aria-labelledby="trend">
      <h2 id="trend">{say.trend(spokenPeriod(since)[language])}</h2>
      <p class="second">
        {say.trendSame} <Mark origin={comparison.origin} language={language} />
      </p>
      <div class="trend-wide">
        <TrendGrid {...props} comparisons={comparisons} members={shown} />
      </div>
      <div class="trend-narrow">
        {mine && <TrendGrid {...props} comparisons={comparisons} members={[mine.member]} all />}
        {others.length > 0 && (
          <details class="no-print">
            <summary>{say.others(others.length)}</summary>
            {others.map(({ member }) => (
              <TrendGrid key={member} {...props} comparisons={comparisons} members={[member]} all />
            ))}
          </details>
        )}
      </div>
      {sentences.length > 0 && <p class="second narrow-text">{sentences.join(" ")}</p>}
      {breaks.map(({ period, what }) => (
        <p class="second small narrow-text" key={period}>
          {say.breakIn(spokenPeriod(period)[language], what[language])}
        </p>
      ))}
      {mine === undefined &&
        drawn.length > 0 &&
        own !== undefined &&
        !rows.some((row) => row.own) && <p class="second small">{name(own)}: –</p>}
    </section>
  );
}

function TrendGrid(
  props: Figures & {
    readonly comparisons: readonly Comparison[];
    readonly members: readonly string[];
    readonly all?: boolean;
  },
) {
  const { comparisons, members, all = false, choice, own, name } = props;
  const { language } = choice;
  const say = words[language];
  const spoken = comparisons.map(({ indicator, ...comparison }) => {
    const said = members.map((member) => {
      const points = pointsOf({ indicator, ...comparison }, member, choice.group?.code, say);
      return `${name(member)} ${points.map(({ period, figure, instead }) => `${labelOf(period)[language]} ${figure ? number(figure.value, language, indicator.decimals) : instead}`).join(", ")}`;
    });
    return `${indicator.name[language]}: ${said.join("; ")}`;
  });
  return (
    <div
      class="trend-grid"
      role="img"
      aria-label={spoken.join(". ")}
      style={{ "--panels": members.length }}
    >
      <span />
      {members.map((member) => (
        <span key={member} class={`panel-name ${member === own ? "own" : ""}`}>
          {name(member)}
        </span>
      ))}
      {comparisons.map((comparison) => {
        const { indicator } = comparison;
        const everybody = comparison.figures.flatMap((one) =>
          one.state === "shown" && one.group === choice.group?.code ? [one.high] : [],
        );
        const axis = axisOf(everybody, 2);
        const isBroken = (before: string, period: string) =>
          indicator.breaks.some(
            (one) => isSince(period, one.period) && !isSince(before, one.period),
          );
        const tick = tickOf(axis, language);
        return [
          <span class="trend-title" key={`${indicator.id} title`}>
            <span>
              <strong>{indicator.name[language]}</strong>
              <span>{indicator.unit[language]}</span>
            </span>
            <span class="trend-axis">
              <span>{tick(axis.top)}</span>
              <span>0</span>
            </span>
          </span>,
          ...members.map((member) => (
            <span key={`${indicator.id} ${member}`} class={`panel ${member === own ? "own" : ""}`}>
              <TrendPanel
                points={pointsOf(comparison, member, choice.group?.code, say)}
                own={member === own}
                axis={axis}
                value={(value) => number(value, language, indicator.decimals)}
                isBroken={isBroken}
                tick={(period, first) => tickOfPeriod(period, first, language)}
                all={all}
              />
            </span>
          )),
        ];
      })}
    </div>
  );
}
