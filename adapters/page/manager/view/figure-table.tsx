/** The figures of a picture as a real table: closed on screen, open on paper. */

import { spanIn } from "../../../../functions/indicators/compare/sentences.ts";
import type { Estimate, ShownFigure, Told } from "../../../../schemas/comparison.ts";
import type { Indicator } from "../../../../schemas/indicator.ts";
import type { Language } from "../../../../schemas/words.ts";
import { number, range } from "../../parts/numbers.ts";
import { words } from "../messages.ts";
import { isBand, isShown, type Row, SIGNS, type Value } from "../rows.ts";
import { haveWidth, widthOf } from "./columns.ts";
import { type Figures, Scrolling, Sign } from "./shared.tsx";

export function FigureTable(props: Figures & { readonly plain?: boolean }) {
  const { rows, indicator, partner, choice, name, own } = props;
  const { language } = choice;
  const say = words[language];
  const mine = rows.some((row) => row.own) && own !== undefined ? name(own) : undefined;
  const base = rows.some(({ figure }) => figure?.denominator !== undefined);
  const parts = rows.some(({ parts }) => parts !== undefined);
  const isNeed = indicator.need?.kind === "need";
  const of = number(indicator.multiplier, language);
  const count = (value: Pick<Estimate, "value"> | undefined) =>
    value === undefined ? "–" : number(value.value, language);
  const head = (text: string) => <th scope="col">{text}</th>;
  const [wide, besideWide] = [
    haveWidth(rows.map(({ main }) => main)),
    haveWidth(rows.map(({ beside }) => beside)),
  ];
  const headsOf = (one: Indicator, wide: boolean) => (
    <>
      <th scope="col">
        {one.name[language]} <span class="screen-only">({one.unit[language]})</span>
      </th>
      {wide && head(say.table.interval)}
    </>
  );
  const graded = rows.some(({ main }) => isShown(main) && main.letter !== undefined) || wide;
  return (
    <details class="figures">
      <summary>{say.showTable(rows.length)}</summary>
      <Scrolling label={indicator.name[language]}>
        <table class="numbers">
          <caption class="visually-hidden">
            {indicator.name[language]}
            {partner ? `, ${partner.name[language]}` : ""}
          </caption>
          <thead>
            <tr>
              {head(say.table.city)}
              {base && head(say.table.base)}
              {parts && head((isNeed ? say.table.need : say.table.known)(of))}
              {parts && head(say.table.gap(of))}
              {headsOf(indicator, wide)}
              {partner && headsOf(partner, besideWide)}
              {graded && head(say.table.quality)}
              {mine && head(say.table.compared(mine))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.member} class={row.own ? "own" : ""}>
                <th scope="row">{name(row.member)}</th>
                {base && <td>{count(row.figure?.denominator)}</td>}
                {parts && <td>{shareOf(row.figure, "need", indicator, language)}</td>}
                {parts && <td>{shareOf(row.figure, "gap", indicator, language)}</td>}
                {cells(row.main, indicator, language, wide)}
                {partner && cells(row.beside ?? row.main, partner, language, besideWide)}
                {graded && <td>{lettersOf(row, props)}</td>}
                {mine && (
                  <td class="words">
                    {row.own ? (
                      "–"
                    ) : (
                      <ComparedWords main={row.main} beside={row.beside} language={language} />
                    )}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
        <p class="print-only second small">{say.table.legend}</p>
      </Scrolling>
    </details>
  );
}

/** Subjects as a share of the base, with their interval. */
function shareOf(
  figure: ShownFigure | undefined,
  part: "need" | "gap",
  { multiplier, decimals }: Indicator,
  language: Language,
): string {
  const [estimate, base] = [figure?.[part], figure?.denominator?.value];
  if (estimate === undefined || !base) return "–";
  const [value, low, high] = [estimate.value, estimate.low, estimate.high].map(
    (amount) => (multiplier * amount) / base,
  ) as [number, number, number];
  return `${number(value, language, decimals)} (${range(low, high, language, decimals)})`;
}

/** `wide`: whether the column has one for intervals after it. */
function cells(value: Value, { decimals }: Indicator, language: Language, wide: boolean) {
  if (isBand(value)) return <td colSpan={2}>{spanIn(value, decimals, language)}</td>;
  if (!isShown(value))
    return (
      <td colSpan={wide ? 2 : 1} class="words">
        {SIGNS[value.state]} <span class="screen-only">{words[language].state[value.state]}: </span>
        {value.why[language]}
      </td>
    );
  return (
    <>
      <td>
        {number(value.value, language, decimals)}
        <Sign of={value} language={language} />
      </td>
      {wide && <td>{widthOf(value, language, decimals)}</td>}
    </>
  );
}

/** How reliable the figure is and, after it, the one beside it: A to E. */
function lettersOf({ member, main }: Row, { compared, partner, choice, period }: Figures): string {
  if (!isShown(main)) return "–";
  const other = compared.partner?.figures.find(
    (one) =>
      one.member === member &&
      one.period === period &&
      one.group === choice.group?.code &&
      one.state === "shown",
  );
  const letters = [
    main.letter ?? "–",
    ...(partner ? [(other?.state === "shown" && other.letter) || "–"] : []),
  ];
  return letters.join(" / ");
}

const TOLD_SIGNS: Readonly<Record<Told, string>> = {
  apart: "≠",
  "not-apart": "≈",
  "not-tested": "?",
};

/** In words; on paper, where there is less room, by signs that the page explains. */
function ComparedWords({
  main,
  beside,
  language,
}: {
  readonly main: Value;
  readonly beside: Value | undefined;
  readonly language: Language;
}) {
  const { table } = words[language];
  const values = beside === undefined ? [main] : [main, beside];
  const told = (value: Value): Told | undefined =>
    isShown(value) ? value.told : isBand(value) ? "not-tested" : undefined;
  const word = (value: Value) => {
    const as = told(value);
    return as === undefined ? "–" : table.told[as];
  };
  const sign = (value: Value) => {
    const as = told(value);
    return as === undefined ? "–" : TOLD_SIGNS[as];
  };
  return (
    <>
      <span class="screen-only">{values.map(word).join(" · ")}</span>
      <span class="print-only" aria-hidden="true">
        {values.map(sign).join(" · ")}
      </span>
    </>
  );
}
