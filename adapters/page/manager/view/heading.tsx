/** The indicator in plain words, one's own city in a spoken sentence, and from whom it cannot be told apart. */

import { plainly } from "../../../../functions/indicators/compare/summary.ts";
import { labelOf } from "../../../../schemas/period.ts";
import { date } from "../../parts/numbers.ts";
import { searchOf } from "../choice.ts";
import { words } from "../messages.ts";
import { isShown, neighbours, type Row } from "../rows.ts";
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
              ? spoken
              : say.noOwnFigure(own === undefined ? "" : name(own))}{" "}
          <Mark origin={indicator.origin} language={language} />
        </p>
        {rows && mine?.figure && rows.some((row) => !row.own && isShown(row.main)) && (
          <ToldApart {...props} rows={rows} mine={mine} />
        )}
      </div>
    </div>
  );
}

/** For the figure and for what it is read beside, whom one's own cannot be told from. */
function ToldApart(props: Shared & { readonly rows: readonly Row[]; readonly mine: Row }) {
  const { choice, indicator, partner, rows, mine, name } = props;
  const { language } = choice;
  const say = words[language];
  const main = neighbours(rows, "main");
  const beside = partner && mine.beside?.state === "shown" ? neighbours(rows, "beside") : undefined;
  const differ = main.apart.length > 0 || (beside?.apart.length ?? 0) > 0;
  const told = (title: string, { same, apart }: ReturnType<typeof neighbours>) => (
    <>
      <strong>{say.forCoverage(lower(title))}</strong>{" "}
      {say.toldApart(name(mine.member), same.map(name), apart.length)}{" "}
    </>
  );
  return (
    <p class="told">
      {told(indicator.name[language], main)}
      {beside && partner && told(partner.name[language], beside)}
      {differ && main.same.length + (beside?.same.length ?? 0) > 0 && say.othersDiffer}
    </p>
  );
}

export const first = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
const lower = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
