/** The table-picture: a row a city; reached and gap, the figure, and what it must be read beside, at one glance. The same figures below as a table. */
import type { Estimate } from "../../../../schemas/comparison.ts";
import type { Indicator } from "../../../../schemas/indicator.ts";
import { problems } from "../../../benchlearn/problems.ts";
import type { Compared } from "../load.ts";
import { type Language, number, range } from "../numbers.ts";
import { Bars } from "../picture/bars.tsx";
import type { Dot } from "../picture/dot.tsx";
import { DotRows } from "../picture/rows.tsx";
import type { Row, Value } from "../rows.ts";
import { words } from "../words.ts";
import { FigureTable } from "./figure-table.tsx";
import type { Shared } from "./heading.tsx";

type Props = Shared & {
  readonly rows: readonly Row[] | undefined;
  readonly compared: Compared | undefined;
  readonly members: readonly string[];
};

export function TablePicture({ table, choice, indicator, rows, compared, members }: Props) {
  const { language } = choice;
  const say = words[language];
  const name = (id: string) => table.names.get(id)?.[language] ?? id;
  const partner = table.indicators.find(({ id }) => id === indicator.beside);
  const waiting: Row[] = members.map((member) => ({
    member,
    own: member === table.session?.member,
    main: { state: "absent", why: "not-answered" },
    sentence: { it: "", en: "" },
  }));
  const lines = rows ?? waiting;
  const own = lines.find((row) => row.own);
  const grouping = compared?.comparison.groupings.at(-1);
  if (compared?.comparison.problem) return <p class="container py-4 amber-box">{compared.comparison.problem.sentence[language]}</p>;
  const shown = lines.filter(({ main }) => main.state === "shown").length;
  const hasParts = lines.some(({ parts }) => parts !== undefined);
  return (
    <section class="container py-4 figure" aria-labelledby="figures">
      <h2 id="figures" class="h3">
        {partner ? say.sideBySide(indicator.name[language], partner.name[language].toLowerCase()) : indicator.name[language]}
      </h2>
      <p class="second">{rows ? say.answered(shown, lines.length) : say.waiting}</p>
      {rows && shown === 0 ? (
        <p class="amber-box">{say.noFigures}</p>
      ) : (
        <div class={`grid-picture ${hasParts ? "" : "no-parts"} ${partner ? "" : "alone"}`}>
          <ol class="names" aria-hidden="true">
            {lines.map((row) => (
              <li key={row.member} class={row.own ? "own" : ""}>
                {name(row.member)}
              </li>
            ))}
          </ol>
          {hasParts && (
            <div class="column parts">
              <p class="column-head">
                <strong>{say.bars}</strong> <span class="second small">{say.barsOf(indicator.target[language])}</span>
              </p>
              <Bars
                rows={lines.map((row) => ({ name: row.member, ...(row.parts ? { parts: row.parts } : {}) }))}
                width={300}
                title={say.bars}
                description={barsSpoken(lines, name, language)}
              />
            </div>
          )}
          <Column indicator={indicator} rows={lines} of="main" language={language} name={name} ready={rows !== undefined} />
          {partner && <Column indicator={partner} rows={lines} of="beside" language={language} name={name} ready={rows !== undefined} />}
        </div>
      )}
      {rows && shown > 0 && (
        <>
          <Key name={own ? name(own.member) : ""} language={language} />
          <p class="second small">
            {say.notKnown} {say.rounded}
          </p>
          {grouping && !grouping.distinguishable && shown > 1 && (
            <p class="notice">
              <strong>{say.tooWide}</strong> {say.tooWideWhy}
            </p>
          )}
          <FigureTable
            rows={rows}
            indicator={indicator}
            partner={partner}
            language={language}
            name={name}
            own={own ? name(own.member) : undefined}
          />
        </>
      )}
    </section>
  );
}

const barsSpoken = (rows: readonly Row[], name: (id: string) => string, language: Language) =>
  rows
    .flatMap(({ member, parts }) =>
      parts ? [`${name(member)}: ${words[language].reached} ${parts.reached}, ${words[language].gap} ${parts.otherwise}`] : [],
    )
    .join("; ");

const isShown = (value: Value | undefined): value is Extract<Value, { state: "shown" }> => value?.state === "shown";
const intervalOf = ({ low, high }: Estimate, language: Language, decimals: number) => range(low, high, language, decimals);

/** One indicator, all rows: the picture, and the value with its interval in columns of figures beside it. */
function Column(props: {
  readonly indicator: Indicator;
  readonly rows: readonly Row[];
  readonly of: "main" | "beside";
  readonly language: Language;
  readonly name: (id: string) => string;
  readonly ready: boolean;
}) {
  const { indicator, rows, of, language, name, ready } = props;
  const say = words[language];
  const values = rows.map((row) => row[of]);
  const dots = rows.map((row, at) => {
    const value = values[at];
    if (isShown(value))
      return {
        name: row.member,
        dot: { value: value.value, low: value.low, high: value.high, look: row.own ? "own" : value.apart ? "apart" : "same" } satisfies Dot,
      };
    return ready && value ? { name: row.member, instead: insteadOf(value, language) } : { name: row.member };
  });
  const spoken = rows
    .flatMap((row, at) => {
      const value = values[at];
      return isShown(value) ? [`${name(row.member)} ${number(value.value, language, indicator.decimals)}`] : [];
    })
    .join(", ");
  return (
    <div class={`column ${of}`}>
      <p class="column-head">
        <strong>{indicator.name[language]}</strong> <span class="second small">{indicator.unit[language]}</span>
      </p>
      <div class="dots-and-numbers">
        <DotRows
          rows={dots}
          width={210}
          title={indicator.name[language]}
          description={spoken}
          tick={(value) => number(value, language, Number.isInteger(value) ? 0 : 1)}
        />
        <ol class="values numbers" aria-hidden="true">
          {rows.map((row, at) => {
            const value = values[at];
            return (
              <li key={row.member}>
                {isShown(value) ? (
                  <>
                    <strong>{number(value.value, language, indicator.decimals)}</strong>{" "}
                    <span class="second">{intervalOf(value, language, indicator.decimals)}</span>
                  </>
                ) : ready ? (
                  "–"
                ) : (
                  ""
                )}
              </li>
            );
          })}
        </ol>
      </div>
      <span class="visually-hidden">{say.valueAndInterval}</span>
    </div>
  );
}

/** Short enough for a row; the whole reason stands below. */
function insteadOf(value: Exclude<Value, { state: "shown" }>, language: Language): string {
  const say = words[language];
  if (value.state === "absent") return say.absent;
  return value.why === "below-k" || value.why === "below-2k"
    ? say.hiddenShort.few
    : value.why in problems
      ? say.hiddenShort.uncertain
      : say.hidden;
}

function Key({ name, language }: { readonly name: string; readonly language: Language }) {
  const say = words[language];
  const sign = (look: Dot["look"]) => (
    <svg width="26" height="16" aria-hidden="true" class={`dot dot-${look}`}>
      <rect class="pill" x="2" y="2" width="22" height="12" rx="3" />
      <circle class="point" cx="13" cy="8" r="4" />
    </svg>
  );
  return (
    <ul class="key">
      <li>
        {sign("own")} {say.keyOwn(name)}
      </li>
      <li>
        {sign("same")} {say.keySame(name)}
      </li>
      <li>
        {sign("apart")} {say.keyApart(name)}
      </li>
      <li>{say.keyInterval}</li>
    </ul>
  );
}
