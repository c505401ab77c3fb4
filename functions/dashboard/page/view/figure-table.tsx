/** The figures of a picture as a real table: closed on screen, open on paper. */
import type { Indicator } from "../../../../schemas/indicator.ts";
import { problems } from "../../../benchlearn/problems.ts";
import { type Language, number, range } from "../numbers.ts";
import type { Row, Value } from "../rows.ts";
import { words } from "../words.ts";

interface Props {
  readonly rows: readonly Row[];
  readonly indicator: Indicator;
  readonly partner: Indicator | undefined;
  readonly language: Language;
  readonly name: (id: string) => string;
  readonly own: string | undefined;
}

export function FigureTable({ rows, indicator, partner, language, name, own }: Props) {
  const say = words[language];
  const head = (one: Indicator) => [
    <th scope="col" key={`${one.id} value`}>
      {one.name[language]} ({one.unit[language]})
    </th>,
    <th scope="col" key={`${one.id} interval`}>
      {say.interval}
    </th>,
    ...(own
      ? [
          <th scope="col" key={`${one.id} compared`}>
            {say.compared(own)}
          </th>,
        ]
      : []),
  ];
  return (
    <details class="figures">
      <summary>{say.showTable(rows.length)}</summary>
      <div class="table-scroll">
        <table class="table numbers">
          <caption class="visually-hidden">{indicator.name[language]}</caption>
          <thead>
            <tr>
              <th scope="col">{say.city}</th>
              {head(indicator)}
              <th scope="col">{say.quality}</th>
              {partner && head(partner)}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.member} class={row.own ? "own" : ""}>
                <th scope="row">{name(row.member)}</th>
                {cells(row, row.main, indicator, language, own)}
                <td>{row.main.state === "shown" ? (row.main.letter ?? "") : ""}</td>
                {partner && cells(row, row.beside, partner, language, own)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function cells(row: Row, value: Value | undefined, { decimals }: Indicator, language: Language, own: string | undefined) {
  const say = words[language];
  if (value?.state !== "shown")
    return <td colSpan={own ? 3 : 2}>{value ? `${say[value.state]}: ${problems[value.why][language]}` : "–"}</td>;
  return [
    <td key="value">{number(value.value, language, decimals)}</td>,
    <td key="interval">{range(value.low, value.high, language, decimals)}</td>,
    ...(own ? [<td key="compared">{row.own ? "–" : value.apart ? say.apart : say.same}</td>] : []),
  ];
}
