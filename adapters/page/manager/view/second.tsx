/** Another indicator of those that the first one counts: the same rows, one column. It may say nothing about the cities, and then says so. */

import { number } from "../../parts/numbers.ts";
import type { Compared } from "../compare.ts";
import { words } from "../messages.ts";
import { DotLine, Ticks } from "../picture/dot.tsx";
import { isBand, isShown, rowsOf, SIGNS } from "../rows.ts";
import { axisFor, heard, limitsOf, lookOf, tickOf, widthOf } from "./columns.ts";
import { FigureTable } from "./figure-table.tsx";
import { type Figures, Mark, Sign, shortly, To } from "./shared.tsx";

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
  if (!rows.some(({ main }) => isShown(main) || isBand(main))) return null;
  const { decimals } = indicator;
  const mine = rows.some((row) => row.own && isShown(row.main));
  const said = rows.map((row) => heard(row, mine, props));
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
                dot={isShown(row.main) ? { ...row.main, look: lookOf(row, row.main) } : undefined}
                band={isBand(row.main) ? row.main : undefined}
              />
              {!isShown(row.main) && !isBand(row.main) && (
                <span class="instead">{shortly(row.main, props)}</span>
              )}
            </span>
            <span class="numbers">
              {isShown(row.main) ? (
                <>
                  <strong>
                    {number(row.main.value, language, decimals)}
                    <Sign of={row.main} language={language} />
                  </strong>
                  <span>{widthOf(row.main, language, decimals)}</span>
                </>
              ) : isBand(row.main) ? (
                <span class="limits">{limitsOf(row.main, language, decimals)}</span>
              ) : (
                SIGNS[row.main.state]
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
