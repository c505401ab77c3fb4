/** How each city moved: a panel a city, one scale, the figure above what it is read beside. */

import { spanIn } from "../../../../functions/indicators/compare/sentences.ts";
import type { Comparison } from "../../../../schemas/comparison.ts";
import { isSince, labelOf, spokenPeriod } from "../../../../schemas/period.ts";
import type { Language } from "../../../../schemas/words.ts";
import { number } from "../../parts/numbers.ts";
import { words } from "../messages.ts";
import { type Point, TrendPanel } from "../picture/trend.tsx";
import { valueAs } from "../rows.ts";
import { axisFor, tickOf } from "./columns.ts";
import { type Figures, Mark } from "./shared.tsx";

function pointsOf(
  { figures, periods }: Comparison,
  member: string,
  group: string | undefined,
  language: Language,
): Point[] {
  const { state, trendOf } = words[language];
  return periods.map((period): Point => {
    const figure = figures.find(
      (one) => one.member === member && one.period === period && one.group === group,
    );
    // what is of another year is no point of this one
    if (figure?.standIn?.numerator !== undefined)
      return { period, instead: trendOf(spokenPeriod(figure.standIn.numerator)[language]) };
    switch (figure?.state) {
      case "shown":
        return { period, figure };
      case "interval":
        return { period, band: figure };
      default:
        return { period, instead: state[figure?.state ?? "absent"] };
    }
  });
}

/** Under a panel there is room for little: `2022`, or, where years stand close, `’22`; `T3` and `07` have theirs at its beginning alone. */
function tickOfPeriod(period: string, first: boolean, language: Language): string {
  const year = `’${period.slice(2, 4)}`;
  const part = period.slice(5).replace("Q", language === "it" ? "T" : "Q");
  if (part === "") return year;
  return first || /^(.1|01)$/.test(part) ? `${part} ${year}` : part;
}

/** Periods for which data of another one stand in, above or below the line, and which one that is. */
function lent({ figures }: Comparison, part: "numerator" | "denominator"): Map<string, string> {
  return new Map(
    figures.flatMap(({ period, standIn }) => {
      const of = standIn?.[part];
      return of === undefined ? [] : [[period, of] as const];
    }),
  );
}

/** Whether two periods at least have data of their own: of one alone there is no course. */
const moves = (comparison: Comparison): boolean =>
  comparison.problem === undefined &&
  comparison.periods.length - lent(comparison, "numerator").size > 1;

/** Panels that stand beside each other; more of them are folded away. */
const MOST = 9;

export function Trends(props: Figures) {
  const { choice, compared, rows, own, name } = props;
  const { language } = choice;
  const say = words[language];
  const { comparison, partner } = compared;
  const all = [comparison, ...(partner ? [partner] : [])];
  const comparisons = all.filter(moves);
  const drawn = rows.filter(({ member }) =>
    comparisons.some(({ figures }) =>
      figures.some(
        (one) => one.member === member && (one.state === "shown" || one.state === "interval"),
      ),
    ),
  );
  const [since, ...later] = comparison.periods;
  if (since === undefined || later.length === 0) return null;
  const notes = all.flatMap((one) => notesOf(one, language, comparison));
  if (drawn.length === 0)
    return notes.length === 0 ? null : (
      <section class="container trends">
        <p class="second narrow-text">{notes.join(" ")}</p>
      </section>
    );
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
        {say.trendSame} {comparisons.some(haveWidths) && say.trendIntervals}{" "}
        <Mark origin={comparison.origin} language={language} />
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
      {notes.length > 0 && <p class="second small narrow-text">{notes.join(" ")}</p>}
      {mine === undefined && own !== undefined && !rows.some((row) => row.own) && (
        <p class="second small">{name(own)}: –</p>
      )}
    </section>
  );
}

const haveWidths = ({ figures }: Comparison): boolean =>
  figures.some((one) => one.state === "interval" || (one.state === "shown" && one.low < one.high));

/** What of another period is in it, and why there is none: neither is left to be guessed. */
function notesOf(one: Comparison, language: Language, main: Comparison): string[] {
  const say = words[language];
  const title = one.indicator.name[language];
  if (one.problem)
    return one === main ? [] : [`${say.noPartnerTrend(title)} ${one.problem.sentence[language]}`];
  const [numerators, denominators] = [lent(one, "numerator"), lent(one, "denominator")];
  const [of, base] = [[...numerators.values()][0], [...denominators.values()][0]];
  return [
    ...(of !== undefined && !moves(one) ? [say.noTrend(title, spokenPeriod(of)[language])] : []),
    ...(base !== undefined && moves(one)
      ? [
          `${title}: ${say.standInBase(
            [...denominators.keys()].map((one) => spokenPeriod(one)[language]),
            spokenPeriod(base)[language],
          )}`,
        ]
      : []),
  ];
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
  const spoken = comparisons.map(({ indicator, ...comparison }) => {
    const said = members.map((member) => {
      const points = pointsOf({ indicator, ...comparison }, member, choice.group?.code, language);
      const { decimals } = indicator;
      const said = points.map(({ period, figure, band, instead }) =>
        [
          labelOf(period)[language],
          figure
            ? number(figure.value, language, decimals)
            : band
              ? spanIn(band, decimals, language)
              : instead,
        ].join(" "),
      );
      return `${name(member)} ${said.join(", ")}`;
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
        const axis = axisFor(
          comparison.figures.flatMap((one) =>
            one.group === choice.group?.code && one.standIn?.numerator === undefined
              ? [valueAs(one, "not-tested", undefined)]
              : [],
          ),
          2,
        );
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
                points={pointsOf(comparison, member, choice.group?.code, language)}
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
