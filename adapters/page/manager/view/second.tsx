/** Another indicator of those that the first one counts: the same rows, one column. It may say nothing about the cities, and then says so. */

import { number, range } from "../../parts/numbers.ts";
import type { Compared } from "../compare.ts";
import { words } from "../messages.ts";
import { DotLine, Ticks } from "../picture/dot.tsx";
import { isShown, rowsOf } from "../rows.ts";
import { FigureTable } from "./figure-table.tsx";
import { type Figures, Mark, shortly, To } from "./shared.tsx";
import { axisFor, tickOf } from "./table-picture.tsx";

export function Second({
  compared,
  ...before
}: Omit<Figures, "compared"> & { readonly compared: Compared }) {
  const { choice, period, own, name } = before;
  const { language } = choice;
  const say = words[language];
  const { indicator } = compared.comparison;
  const order = before.rows.map(({ member }) => member);
  const rows = rowsOf(compared, period, undefined, own)
    .filter(({ member }) => order.includes(member))
    .sort((a, b) => order.indexOf(a.member) - order.indexOf(b.member));
  const props: Figures = { ...before, indicator, partner: undefined, rows, compared };
  const axis = axisFor(rows.map(({ main }) => main));
  const [grouping] = compared.comparison.groupings;
  const shown = rows.filter(({ main }) => isShown(main)).length;
  if (shown === 0) return null;
  const said = rows.map(
    ({ member, main }) =>
      `${name(member)} ${isShown(main) ? number(main.value, language, indicator.decimals) : shortly(main, props)}`,
  );
  return (
    <section class="second-indicator" aria-labelledby="second">
      <h2 id="second">
        {say.ofThese}: {indicator.name[language].toLowerCase()}
      </h2>
      <p class="second">
        {indicator.unit[language]} <Mark origin={compared.comparison.origin} language={language} />
      </p>
      <div
        class="grid-picture one"
        role="img"
        aria-label={`${indicator.name[language]}. ${grouping?.sentence[language] ?? ""} ${said.join(", ")}.`}
      >
        {rows.map((row) => (
          <div class={`line ${row.own ? "own" : ""}`} key={row.member}>
            <span class="who">{name(row.member)}</span>
            <span class="place">
              <DotLine
                axis={axis}
                dot={
                  isShown(row.main)
                    ? { ...row.main, look: row.own ? "own" : row.main.apart ? "apart" : "same" }
                    : undefined
                }
              />
              {!isShown(row.main) && <span class="instead">{shortly(row.main, props)}</span>}
            </span>
            <span class="numbers">
              {isShown(row.main) ? (
                <>
                  <strong>{number(row.main.value, language, indicator.decimals)}</strong>
                  <span>{range(row.main.low, row.main.high, language, indicator.decimals)}</span>
                </>
              ) : (
                "–"
              )}
            </span>
          </div>
        ))}
        <div class="line axes">
          <span />
          <span class="place">
            <Ticks axis={axis} tick={tickOf(axis, language)} />
          </span>
        </div>
      </div>
      {grouping?.told === "not-apart" && (
        <p class="notice">
          <strong>{say.tooWide}</strong> {say.tooWideWhy}
        </p>
      )}
      <FigureTable {...props} />
      <p>
        <To {...props} change={{ indicator: indicator.id }}>
          {say.ways.indicator(indicator.name[language])}
        </To>
      </p>
    </section>
  );
}
