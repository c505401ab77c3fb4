/** The indicator in plain words, one's own city in a spoken sentence, and from whom it cannot be told apart. */

import { statusIn } from "../../../../functions/indicators/compare/sentences.ts";
import { plainly } from "../../../../functions/indicators/compare/summary.ts";
import type { Indicator } from "../../../../schemas/indicator.ts";
import { labelOf } from "../../../../schemas/period.ts";
import { date } from "../../parts/numbers.ts";
import { searchOf } from "../choice.ts";
import { words } from "../messages.ts";
import { isBand, isShown, neighbours, type Row } from "../rows.ts";
import { Mark, type Shared, To } from "./shared.tsx";

export function Heading(
  props: Shared & {
    readonly rows: readonly Row[] | undefined;
    /** What the dimension is called that the reader chose a code of. */
    readonly groupTitle?: string | undefined;
    readonly children?: preact.ComponentChildren;
  },
) {
  const { choice, indicator, partner, period, rows, own, name, table } = props;
  const { language } = choice;
  const say = words[language];
  const mine = rows?.find((row) => row.own);
  const pieces =
    mine?.figure === undefined
      ? []
      : plainly(indicator, table.names, mine.figure, language, partner);
  const spoken =
    pieces.length === 0
      ? say.noSentence(own === undefined ? "" : name(own))
      : pieces.map(({ text, strong }) => (strong ? <strong key={text}>{text}</strong> : text));
  return (
    <div class="container heading">
      <p class="crumbs">
        <To {...props} change={{ view: "indicators" }}>
          {say.nav.indicators}
        </To>{" "}
        / {say.themes[indicator.theme]} / {say.places[indicator.place]}
      </p>
      <p class="print-only printed">
        {say.printedFor(own === undefined ? "" : name(own), date(new Date(), language))} ·{" "}
        {location.host}
        {searchOf(choice)}
      </p>
      <div class="title-and-actions">
        <div>
          <h1>{indicator.name[language]}</h1>
          <p class="subtitle">
            {say.people(
              first(indicator.target[language]),
              period && labelOf(period)[language],
              say.levels[indicator.level],
            )}
            {choice.group && ` · ${props.groupTitle}: ${choice.group.code}`}
          </p>
        </div>
        {props.children}
      </div>
      <div class="sentences">
        <p class="spoken">
          {rows === undefined
            ? say.waiting
            : mine?.figure
              ? [spoken, statusIn(mine.figure, language)]
              : (isBand(mine?.main) ? say.onlyMargin : say.noOwnFigure)(
                  own === undefined ? "" : name(own),
                )}{" "}
          <Mark origin={indicator.origin} language={language} />
        </p>
        {rows && mine?.figure && rows.some((row) => !row.own && isShown(row.main)) && (
          <ToldApart {...props} rows={rows} mine={mine} />
        )}
      </div>
    </div>
  );
}

/** For the figure and for what it is read beside: from whom one's own differs, from whom it cannot be told, and what was not compared. */
function ToldApart(props: Shared & { readonly rows: readonly Row[]; readonly mine: Row }) {
  const { choice, indicator, partner, rows, mine, name } = props;
  const { language } = choice;
  const say = words[language];
  const told = ({ name: title }: Indicator, of: "main" | "beside") => {
    const { apart, "not-apart": same, "not-tested": untested } = neighbours(rows, of);
    return (
      <>
        <strong>{say.forCoverage(lower(title[language]))}</strong>{" "}
        {say.toldApart(name(mine.member), {
          apart: apart.map(name),
          "not-apart": same.map(name),
          "not-tested": untested.map(name),
        })}{" "}
      </>
    );
  };
  return (
    <p class="told">
      {told(indicator, "main")}
      {partner && isShown(mine.beside) && told(partner, "beside")}
    </p>
  );
}

export const first = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
const lower = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
