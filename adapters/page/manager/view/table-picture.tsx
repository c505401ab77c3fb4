/** The table-picture: a row a city; reached and gap, the figure, and what it must be read beside, at one glance. The same figures below as a table. */

import { meaningOf, signOf } from "../../../../functions/disclosure/said.ts";
import { type Together, together } from "../../../../functions/indicators/compare/together.ts";
import type { Indicator } from "../../../../schemas/indicator.ts";
import type { Language } from "../../../../schemas/words.ts";
import { type Axis, axisOf } from "../../parts/axis.ts";
import { number, range } from "../../parts/numbers.ts";
import { words } from "../messages.ts";
import { Bar, BarSign } from "../picture/bar.tsx";
import { DotLine, DotSign, type Look, Ticks } from "../picture/dot.tsx";
import { isShown, type Row, shares, type Value } from "../rows.ts";
import { FigureTable } from "./figure-table.tsx";
import { type Figures, Mark, Sign, shortly } from "./shared.tsx";

export function TablePicture(props: Figures) {
  const { choice, indicator, partner, rows, compared, own, name, period } = props;
  const { language } = choice;
  const say = words[language];
  const shown = rows.filter(({ main }) => isShown(main)).length;
  const grouping = compared.comparison.groupings.find((one) => one.period === period);
  return (
    <section class="container pictures" aria-labelledby="figures">
      <h2 id="figures">{partner ? say.sideBySide : say.cityByCity}</h2>
      <p class="second">
        {say.answered(shown, rows.length)}{" "}
        <Mark origin={compared.comparison.origin} language={language} />
      </p>
      <Picture {...props} />
      <Key {...props} ownName={own === undefined ? undefined : name(own)} />
      {rows.some(({ parts }) => parts !== undefined) && <Narrow {...props} />}
      {grouping?.told === "not-apart" && (
        <p class="notice">
          <strong>{say.tooWide}</strong> {say.tooWideWhy}
        </p>
      )}
      <p class="second small narrow-text">
        {rows.some(({ parts }) => parts !== undefined) && say.notKnown} {say.rounded}
      </p>
      <FigureTable {...props} indicator={indicator} />
    </section>
  );
}

/** The axis of a column: everything that is drawn in it. */
export const axisFor = (values: readonly (Value | undefined)[]): Axis =>
  axisOf(values.flatMap((value) => (isShown(value) ? [value.high, value.value] : [])));

function Picture(props: Figures) {
  const { choice, indicator, partner, rows, compared, name, period } = props;
  const { language } = choice;
  const say = words[language];
  const all =
    rows.length > 2
      ? together(compared.comparison, period, choice.group?.code, compared.partner)
      : undefined;
  const hasParts = rows.some(({ parts }) => parts !== undefined);
  const [main, beside] = [
    axisFor(rows.map((row) => row.main)),
    axisFor(rows.map((row) => row.beside)),
  ];
  const isNeed = indicator.need?.kind === "need";
  return (
    <div
      class={`grid-picture ${hasParts ? "has-parts" : ""} ${partner ? "has-beside" : ""}`}
      role="img"
      aria-label={spoken(props)}
    >
      <div class="line heads">
        <span />
        {hasParts && (
          <span class="head parts">
            <strong>{isNeed ? say.bars.need : say.bars.known}</strong>
            <span>{say.barsOf(indicator.target[language])}</span>
            <small>
              <span>{isNeed ? say.barsEnds.need : say.barsEnds.known}</span>
              <span>{say.barsEnds.gap}</span>
            </small>
          </span>
        )}
        <Head indicator={indicator} language={language} />
        {partner && <Head indicator={partner} language={language} />}
      </div>
      {rows.map((row) => (
        <div class={`line ${row.own ? "own" : ""}`} key={row.member}>
          <span class="who">{name(row.member)}</span>
          {hasParts && <PartCells row={row} />}
          <DotCells
            {...props}
            axis={main}
            value={row.main}
            decimals={indicator.decimals}
            look={lookOf(row, row.main)}
          />
          {partner && (
            <DotCells
              {...props}
              axis={beside}
              value={row.beside}
              decimals={partner.decimals}
              look={lookOf(row, row.beside)}
            />
          )}
        </div>
      ))}
      {all && <TogetherLine {...props} all={all} axes={[main, beside]} hasParts={hasParts} />}
      <div class="line axes">
        <span />
        {hasParts && <span class="parts" />}
        <span class="place">
          <Ticks axis={main} tick={tickOf(main, language)} />
        </span>
        <span />
        {partner && (
          <span class="place">
            <Ticks axis={beside} tick={tickOf(beside, language)} />
          </span>
        )}
      </div>
    </div>
  );
}

const lookOf = (row: Row, value: Value | undefined): Look =>
  row.own ? "own" : isShown(value) && value.apart ? "apart" : "same";

export const tickOf = (axis: Axis, language: Language) => {
  const decimals = axis.ticks.every(Number.isInteger)
    ? 0
    : axis.ticks.every((tick) => Number.isInteger(Math.round(tick * 1e6) / 1e5))
      ? 1
      : 2;
  return (value: number) => number(value, language, value === 0 ? 0 : decimals);
};

function Head({
  indicator,
  language,
}: {
  readonly indicator: Indicator;
  readonly language: Language;
}) {
  return (
    <span class="head dots">
      <strong>{indicator.name[language]}</strong>
      <span>{indicator.unit[language]}</span>
      <small>{words[language].valueAndInterval}</small>
    </span>
  );
}

function PartCells({ row: { parts } }: { readonly row: Pick<Row, "parts"> }) {
  return (
    <span class="parts">
      {parts && (
        <>
          <strong class="known">{parts.reached + parts.otherwise}</strong>
          <Bar parts={parts} />
          <span class="left">{parts.otherwise}</span>
        </>
      )}
    </span>
  );
}

function DotCells(
  props: Figures & {
    readonly axis: Axis;
    readonly value: Value | undefined;
    readonly decimals: number;
    readonly look: Look;
  },
) {
  const { axis, value, decimals, look, choice } = props;
  const { language } = choice;
  if (!isShown(value))
    return (
      <>
        <span class="place">
          <DotLine axis={axis} />
          {value && <span class="instead">{shortly(value, props)}</span>}
        </span>
        <span class="numbers">–</span>
      </>
    );
  return (
    <>
      <span class="place">
        <DotLine axis={axis} dot={{ ...value, look }} />
      </span>
      <span class="numbers">
        <strong>
          {number(value.value, language, decimals)}
          <Sign of={value} language={language} />
        </strong>
        <span>{range(value.low, value.high, language, decimals)}</span>
      </span>
    </>
  );
}

function TogetherLine(
  props: Figures & {
    readonly all: Together;
    readonly axes: readonly [Axis, Axis];
    readonly hasParts: boolean;
  },
) {
  const { all, axes, hasParts, indicator, partner, choice } = props;
  const { language } = choice;
  const cells = (figure: Together["main"], axis: Axis, decimals: number) =>
    figure ? (
      <DotCells
        {...props}
        axis={axis}
        value={{ state: "shown", ...figure, apart: true }}
        decimals={decimals}
        look="together"
      />
    ) : (
      <>
        <span class="place">
          <DotLine axis={axis} />
        </span>
        <span class="numbers" />
      </>
    );
  if (all.main === undefined) return null;
  return (
    <div class="line together">
      <span class="who">{words[language].together(all.members)}</span>
      {hasParts && (
        <PartCells
          row={
            all.parts ? { parts: shares(all.parts.need, all.parts.reached, all.parts.base) } : {}
          }
        />
      )}
      {cells(all.main, axes[0], indicator.decimals)}
      {partner && cells(all.beside, axes[1], partner.decimals)}
    </div>
  );
}

/** Where there is no room for bars beside the dots they are a picture of their own. */
function Narrow(props: Figures) {
  const { choice, rows, name, indicator } = props;
  const say = words[choice.language];
  return (
    <div class="narrow-bars">
      <h3>{say.bars.known}</h3>
      <p class="second">{say.barsOf(indicator.target[choice.language])}</p>
      <BarKey {...props} />
      <div role="img" aria-label={barsSpoken(props)}>
        {rows.map((row) => (
          <div class={`narrow-line ${row.own ? "own" : ""}`} key={row.member}>
            <span class="who">{name(row.member)}</span>
            {row.parts ? (
              <PartCells row={row} />
            ) : (
              <span class="instead">{isShown(row.main) ? "–" : shortly(row.main, props)}</span>
            )}
          </div>
        ))}
      </div>
    </div>
  );
}

const barsSpoken = ({ rows, name, choice: { language } }: Figures): string =>
  rows
    .flatMap(({ member, parts }) =>
      parts
        ? [
            `${name(member)}: ${words[language].barsKey.reached} ${parts.reached}, ${words[language].barsKey.needGap} ${parts.otherwise}`,
          ]
        : [],
    )
    .join("; ");

/** What the picture shows, for who hears it: the finding first. */
function spoken(props: Figures): string {
  const { rows, name, indicator, choice, compared, period } = props;
  const { language } = choice;
  const say = words[language];
  const said = rows.map((row) =>
    isShown(row.main)
      ? `${name(row.member)} ${[number(row.main.value, language, indicator.decimals), meaningOf(row.main, language)].filter(Boolean).join(", ")}`
      : `${name(row.member)}: ${shortly(row.main, props)}`,
  );
  const grouping = compared.comparison.groupings.find((one) => one.period === period);
  return `${indicator.name[language]}, ${indicator.unit[language]}. ${grouping?.sentence[language] ?? ""} ${said.join(", ")}. ${say.key.interval}.`;
}

function Key(props: Figures & { readonly ownName: string | undefined }) {
  const { choice, rows } = props;
  const say = words[choice.language];
  const own = rows.some((row) => row.own && isShown(row.main)) ? props.ownName : undefined;
  const shown = rows.flatMap(({ main, beside }) => [main, beside]).filter(isShown);
  const signs = new Map(
    shown
      .filter((value) => signOf(value) !== "")
      .map((value) => [signOf(value), meaningOf(value, choice.language)]),
  );
  return (
    <ul class="key">
      {own && (
        <>
          <li>
            <DotSign look="own" /> {say.key.own(own)}
          </li>
          <li>
            <DotSign look="same" /> {say.key.same(own)}
          </li>
          <li>
            <DotSign look="apart" /> {say.key.apart(own)}
          </li>
        </>
      )}
      <li>
        <span class="pill-sign" /> {say.key.interval}
      </li>
      {[...signs].map(([sign, meaning]) => (
        <li key={sign}>
          <span class="said">{sign}</span> {meaning}
        </li>
      ))}
      {rows.some(({ parts }) => parts) && (
        <li class="wide-only">
          <BarKey {...props} />
        </li>
      )}
    </ul>
  );
}

function BarKey({ choice, rows }: Figures) {
  const { barsKey } = words[choice.language];
  const rest = rows.some(({ parts }) => parts && parts.rest > 0);
  return (
    <span class="bar-key">
      <span>
        <BarSign part="reached" /> {barsKey.reached}
      </span>
      <span>
        <BarSign part="otherwise" /> {rest ? barsKey.gap : barsKey.needGap}
      </span>
      {rest && (
        <span>
          <BarSign part="rest" /> {barsKey.rest}
        </span>
      )}
    </span>
  );
}
