/** How each city moved: a panel a city, one scale, the figure above what it is read beside. */
import type { Comparison } from "../../../../schemas/comparison.ts";
import type { Compared } from "../load.ts";
import { number } from "../numbers.ts";
import { type Panel, TrendPanel } from "../picture/trend.tsx";
import { words } from "../words.ts";
import type { Shared } from "./heading.tsx";

function panelsOf({ figures, periods }: Comparison, order: readonly string[], own: string | undefined): Panel[] {
  return order.map((member) => ({
    name: member,
    own: member === own,
    points: periods.map((period) => {
      const figure = figures.find((one) => one.member === member && one.period === period && one.group === undefined);
      return figure?.state === "shown" ? { period, figure: { value: figure.value, low: figure.low, high: figure.high } } : { period };
    }),
  }));
}

export function Trends({
  table,
  choice: { language },
  compared,
  order,
}: Shared & { readonly compared: Compared; readonly order: readonly string[] }) {
  const say = words[language];
  const own = table.session?.member;
  const name = (id: string) => table.names.get(id)?.[language] ?? id;
  const comparisons = [compared.comparison, ...(compared.partner ? [compared.partner] : [])];
  if (compared.comparison.periods.length < 2 || compared.comparison.problem) return null;
  const ownTrend = compared.comparison.trends.find(({ member }) => member === own);
  return (
    <section class="container py-4" aria-labelledby="trend">
      <h2 id="trend" class="h3">
        {say.trend(compared.comparison.periods[0]!)}
      </h2>
      <p class="second">{say.trendSame}</p>
      {comparisons.map((comparison) => {
        const panels = panelsOf(comparison, order, own);
        const most = panels.flatMap(({ points }) => points.flatMap(({ figure }) => (figure ? [figure.high] : [])));
        const breaks = new Set(comparison.indicator.breaks.map(({ period }) => period));
        return (
          <div key={comparison.indicator.id} class="trend-row">
            <p class="column-head">
              <strong>{comparison.indicator.name[language]}</strong> <span class="second small">{comparison.indicator.unit[language]}</span>
            </p>
            <ul class="panels">
              {panels.map((panel) => {
                const last = panel.points.at(-1)?.figure;
                const text = last ? number(last.value, language, comparison.indicator.decimals) : "";
                const spoken = panel.points
                  .map(
                    ({ period, figure }) =>
                      `${period} ${figure ? number(figure.value, language, comparison.indicator.decimals) : say.absent}`,
                  )
                  .join(", ");
                return (
                  <li key={panel.name} class={panel.own ? "own" : ""}>
                    <span class="panel-name" aria-hidden="true">
                      {name(panel.name)}
                    </span>
                    <TrendPanel
                      panel={panel}
                      most={most}
                      width={100}
                      last={text}
                      absent={say.absent}
                      breaks={breaks}
                      description={`${name(panel.name)}: ${spoken}`}
                    />
                  </li>
                );
              })}
            </ul>
          </div>
        );
      })}
      {ownTrend && <p class="second">{ownTrend.sentence[language]}</p>}
    </section>
  );
}
