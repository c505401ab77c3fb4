/** What one point more of a coverage would take in one's own city: persons, hours, money. To reason with, not a plan. */
import { useEffect, useState } from "preact/hooks";
import { between, saidAs, spanIn } from "../../../../functions/indicators/compare/sentences.ts";
import type { Estimate, ShownFigure } from "../../../../schemas/comparison.ts";
import { found } from "../../../../schemas/found.ts";
import type { Indicator } from "../../../../schemas/indicator.ts";
import { number } from "../../parts/numbers.ts";
import { compareNow } from "../compare.ts";
import { words } from "../messages.ts";
import { pointOf } from "../point.ts";
import { type Figures, Mark } from "./shared.tsx";

/** What a year of one subject costs: an input that is read beside the same partner, of the same subjects. */
const costOf = (
  indicators: readonly Indicator[],
  indicator: Indicator,
  partner: Indicator,
): Indicator | undefined => {
  const subjects =
    "count" in indicator.numerator.measure ? indicator.numerator.measure.count : undefined;
  return indicators.find(
    ({ place, beside, numerator: { measure } }) =>
      place === "input" && beside === partner.id && "mean" in measure && measure.of === subjects,
  );
};

export function Point(props: Figures) {
  const { table, choice, indicator, partner, rows, period, name } = props;
  const { language } = choice;
  const say = words[language];
  const mine = rows.find((row) => row.own)?.figure;
  const cost = partner && costOf(table.indicators, indicator, partner);
  const [euro, setEuro] = useState<Estimate>();
  const [share, setShare] = useState(30);
  useEffect(() => {
    const stop = new AbortController();
    setEuro(undefined);
    if (cost === undefined || mine === undefined) return;
    compareNow(
      table,
      { indicator: cost, members: [mine.member], periods: [period] },
      stop.signal,
    ).then(
      ({ comparison }) => {
        const [figure] = comparison.figures;
        setEuro(figure?.state === "shown" ? figure : undefined);
      },
      () => undefined,
    );
    return () => stop.abort();
  }, [cost?.id, mine?.member, period]);
  if (!isPoint(indicator, mine) || partner === undefined || choice.group !== undefined) return null;
  const { beside } = mine;
  if (beside?.state !== "shown" || !/^(ore al mese|hours a month)/.test(partner.unit.it))
    return null;
  // what no sentence could say makes no sum either; what is between two makes two
  const hours = endsOf(beside, partner);
  const costs = euro && cost && endsOf(euro, cost);
  if (hours === undefined) return null;
  const pointAt = (end: 0 | 1) =>
    pointOf({
      base: found(mine.denominator).value,
      multiplier: indicator.multiplier,
      monthly: hours[end],
      yearly: costs?.[end],
      share: share / 100,
    });
  const [point, more] = [pointAt(0), pointAt(1)];
  const said = (value: number) => number(value, language);
  const amount = (low: number, high = low) =>
    low === high ? said(low) : spanIn({ low, high }, 0, language);
  return (
    <article class="card-practice own-card">
      <p class="from">
        <strong>{name(mine.member)}</strong> · {say.point.card}{" "}
        <Mark origin="made" language={language} />
      </p>
      <h3>{say.point.title}</h3>
      <p>
        {say.point.intro(
          "1",
          `${said(indicator.multiplier)} ${indicator.target[language]}`,
          hours[0] === hours[1]
            ? number(hours[0], language, partner.decimals)
            : between(beside, partner.decimals, language),
          partner.unit[language],
        )}
      </p>
      <ul class="amounts">
        <li>
          <strong>{said(point.persons)}</strong> {say.point.persons}
        </li>
        <li>
          <strong>{amount(point.hours, more.hours)}</strong> {say.point.hours}
        </li>
        {point.euro !== undefined && point.price !== undefined && (
          <li>
            <strong>{amount(point.euro, more.euro)}</strong> {say.point.euro}
            {point.price === more.price && `, ${say.point.at(number(point.price, language, 2))}`}
          </li>
        )}
      </ul>
      <p class="assumption">
        <label for="share">{say.point.share}</label>{" "}
        <input
          id="share"
          type="number"
          min="1"
          max="100"
          value={share}
          onInput={(event) => {
            const given = Number(event.currentTarget.value);
            if (given >= 1 && given <= 100) setShare(given);
          }}
        />
      </p>
      <p class="second small" aria-live="polite">
        {say.point.alone(
          number(point.ofAlone, language, point.ofAlone < 10 ? 1 : 0),
          said(point.alone),
        )}{" "}
        {say.point.assumed}
      </p>
    </article>
  );
}

/** What a figure is reckoned with, by its width: its value twice, its two limits, or nothing. */
function endsOf(figure: Estimate, of: Indicator): readonly [number, number] | undefined {
  switch (saidAs(figure, of)) {
    case "number":
      return [figure.value, figure.value];
    case "between":
      return [figure.low, figure.high];
    case "nothing":
      return undefined;
  }
}

const isPoint = (indicator: Indicator, mine: ShownFigure | undefined): mine is ShownFigure =>
  indicator.coverage &&
  indicator.multiplier > 1 &&
  mine?.denominator !== undefined &&
  mine.denominator.value > 0;
