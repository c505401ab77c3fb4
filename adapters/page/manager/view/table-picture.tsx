/** The table-picture: a row a city; reached and gap, the figure, and what it must be read beside, at one glance. The same figures below as a table. */

import { meaningOf, signOf } from "../../../../functions/disclosure/said.ts";
import { type Together, together } from "../../../../functions/indicators/compare/together.ts";
import type { Indicator } from "../../../../schemas/indicator.ts";
import { spokenPeriod } from "../../../../schemas/period.ts";
import type { Language } from "../../../../schemas/words.ts";
import type { Axis } from "../../parts/axis.ts";
import { number } from "../../parts/numbers.ts";
import { words } from "../messages.ts";
import { Bar, BarSign } from "../picture/bar.tsx";
import { DotLine, DotSign, type Look, Ticks } from "../picture/dot.tsx";
import { isBand, isShown, type Parts, SIGNS, shares, type Value } from "../rows.ts";
import { axisFor, haveWidth, heard, limitsOf, lookOf, tickOf, widthOf } from "./columns.ts";
import { FigureTable } from "./figure-table.tsx";
import { type Figures, Mark, Sign, shortly } from "./shared.tsx";

export function TablePicture(props: Figures) {
  const { choice, indicator, partner, rows, compared, own, name, period } = props;
  const { language } = choice;
  const say = words[language];
  const shown = rows.filter(({ main }) => isShown(main) || isBand(main)).length;
  const grouping = compared.comparison.groupings.find((one) => one.period === period);
  return (
    <section class="container pictures" aria-labelledby="figures">
      <h2 id="figures">{partner ? say.sideBySide : say.cityByCity}</h2>
      <p class="second">
        {say.answered(shown, rows.length)}{" "}
        <Mark origin={compared.comparison.origin} language={language} />
      </p>
      <StandIns {...props} />
      <Picture {...props} />
      <Key {...props} ownName={own === undefined ? undefined : name(own)} />
      {rows.some(({ parts }) => parts !== undefined) && <Narrow {...props} />}
      {grouping?.told === "not-apart" && (
        <p class="notice">
          <strong>{say.tooWide}</strong> {say.tooWideWhy}
        </p>
      )}
      <p class="second small narrow-text">
        {indicator.need?.kind === "known" &&
          rows.some(({ parts }) => parts && parts.widths.rest > 0) &&
          say.notKnown}{" "}
        {say.rounded}
      </p>
      <FigureTable {...props} indicator={indicator} />
    </section>
  );
}

/** What stands in for this period, by the definition's word: said where it is drawn. */
function StandIns({ compared: { comparison, partner }, choice: { language }, period }: Figures) {
  const say = words[language];
  const spoken = (one: string) => spokenPeriod(one)[language];
  const said = [comparison, ...(partner ? [partner] : [])].flatMap(({ figures, indicator }) => {
    const at = figures.find((one) => one.period === period)?.standIn;
    const title = `${indicator.name[language]}: `;
    return [
      ...(at?.numerator === undefined
        ? []
        : [title + say.standIn(spoken(period), spoken(at.numerator))]),
      ...(at?.denominator === undefined
        ? []
        : [title + say.standInBase([spoken(period)], spoken(at.denominator))]),
    ];
  });
  return said.length === 0 ? null : <p class="second small stand-in">{said.join(" ")}</p>;
}

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
            <span>
              {say.barsOf(number(indicator.multiplier, language), indicator.target[language])}
            </span>
            <small>
              <span>{isNeed ? say.barsEnds.need : say.barsEnds.known}</span>
              <span>{say.barsEnds.gap}</span>
            </small>
          </span>
        )}
        <Head indicator={indicator} language={language} values={rows.map((row) => row.main)} />
        {partner && (
          <Head indicator={partner} language={language} values={rows.map((row) => row.beside)} />
        )}
      </div>
      {rows.map((row) => (
        <div class={`line ${row.own ? "own" : ""}`} key={row.member}>
          <span class="who">{name(row.member)}</span>
          {hasParts && <PartCells {...props} parts={row.parts} />}
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

function Head({
  indicator,
  language,
  values,
}: {
  readonly indicator: Indicator;
  readonly language: Language;
  readonly values: readonly (Value | undefined)[];
}) {
  const say = words[language];
  return (
    <span class="head dots">
      <strong>{indicator.name[language]}</strong>
      <span>{indicator.unit[language]}</span>
      <small>{haveWidth(values) ? say.valueAndInterval : say.value}</small>
    </span>
  );
}

/** A number of need, reached or gap, as the table prints it. */
const partText =
  ({ indicator, choice }: Pick<Figures, "indicator" | "choice">) =>
  (amount: number): string =>
    number(amount, choice.language, indicator.decimals);

function PartCells({
  parts,
  ...props
}: Pick<Figures, "indicator" | "choice"> & { readonly parts: Parts | undefined }) {
  const text = partText(props);
  return (
    <span class="parts">
      {parts && (
        <>
          <strong class="known">{text(parts.known)}</strong>
          <Bar parts={parts} text={text} />
          <span class="left">{text(parts.gap)}</span>
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
  if (isBand(value))
    return (
      <>
        <span class="place">
          <DotLine axis={axis} band={value} />
        </span>
        <span class="numbers">
          <span class="limits">{limitsOf(value, language, decimals)}</span>
        </span>
      </>
    );
  if (!isShown(value))
    return (
      <>
        <span class="place">
          <DotLine axis={axis} />
          {value && <span class="instead">{shortly(value, props)}</span>}
        </span>
        <span class="numbers">{value && SIGNS[value.state]}</span>
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
        <span>{widthOf(value, language, decimals)}</span>
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
        value={{ state: "shown", ...figure, told: "not-tested" }}
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
          {...props}
          parts={
            all.parts &&
            shares(all.parts.need, all.parts.reached, all.parts.base, indicator.multiplier)
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
      <h3>{indicator.need?.kind === "need" ? say.bars.need : say.bars.known}</h3>
      <p class="second">
        {say.barsOf(
          number(indicator.multiplier, choice.language),
          indicator.target[choice.language],
        )}
      </p>
      <BarKey {...props} />
      <div role="img" aria-label={barsSpoken(props)}>
        {rows.map((row) => (
          <div class={`narrow-line ${row.own ? "own" : ""}`} key={row.member}>
            <span class="who">{name(row.member)}</span>
            {row.parts ? (
              <PartCells {...props} parts={row.parts} />
            ) : isShown(row.main) || isBand(row.main) ? (
              "–"
            ) : (
              <span class="instead">{shortly(row.main, props)}</span>
            )}
          </div>
        ))}
      </div>
    </div>
  );
}

function barsSpoken({ rows, name, ...props }: Figures): string {
  const { barsKey } = words[props.choice.language];
  const text = partText(props);
  return rows
    .flatMap(({ member, parts }) =>
      parts
        ? [
            `${name(member)}: ${barsKey.reached} ${text(parts.reached)}, ${barsKey.needGap} ${text(parts.gap)}`,
          ]
        : [],
    )
    .join("; ");
}

/** What the picture shows, for who hears it: the finding first. */
function spoken(props: Figures): string {
  const { rows, indicator, partner, choice, compared, period } = props;
  const { language } = choice;
  const say = words[language];
  const column = (one: Indicator, of: "main" | "beside", grouped = compared.comparison) => {
    const values = rows.flatMap(({ [of]: value, ...row }) =>
      value === undefined ? [] : [{ ...row, main: value }],
    );
    const mine = values.some(({ own, main }) => own && isShown(main));
    const said = values.map((row) => heard(row, mine, { ...props, indicator: one }));
    const grouping = grouped.groupings.find((one) => one.period === period);
    return `${one.name[language]}, ${one.unit[language]}. ${grouping?.sentence[language] ?? ""} ${said.join(", ")}.`;
  };
  return [
    column(indicator, "main"),
    ...(partner ? [column(partner, "beside", compared.partner)] : []),
    ...(haveWidth(rows.flatMap(({ main, beside }) => [main, beside]))
      ? [`${say.key.interval}.`]
      : []),
  ].join(" ");
}

function Key(props: Figures & { readonly ownName: string | undefined }) {
  const { choice, rows } = props;
  const say = words[choice.language];
  const own = rows.some((row) => row.own && isShown(row.main)) ? props.ownName : undefined;
  const values = rows.flatMap(({ main, beside }) => (beside ? [main, beside] : [main]));
  const looks = new Set(
    rows.flatMap((row) =>
      [row.main, row.beside].flatMap((value) => (isShown(value) ? [lookOf(row, value)] : [])),
    ),
  );
  const signs = new Map(
    values.flatMap((value) => {
      if (isBand(value)) return [];
      if (!isShown(value)) return [[SIGNS[value.state], say.key.signs[value.state]] as const];
      return signOf(value) === ""
        ? []
        : [[signOf(value), meaningOf(value, choice.language)] as const];
    }),
  );
  return (
    <ul class="key">
      {own &&
        (["own", "same", "apart", "untested"] as const)
          .filter((look) => looks.has(look))
          .map((look) => (
            <li key={look}>
              <DotSign look={look} /> {say.key[look](own)}
            </li>
          ))}
      {values.some(isBand) && (
        <li>
          <DotSign look="band" /> {say.key.band}
        </li>
      )}
      {haveWidth(values) && (
        <li>
          <span class="pill-sign" /> {say.key.interval}
        </li>
      )}
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

function BarKey({ choice, rows, indicator }: Figures) {
  const { barsKey } = words[choice.language];
  const isNeed = indicator.need?.kind === "need";
  const rest = rows.some(({ parts }) => parts && parts.widths.rest > 0);
  return (
    <span class="bar-key">
      <span>
        <BarSign part="reached" /> {barsKey.reached}
      </span>
      <span>
        <BarSign part="otherwise" /> {isNeed ? barsKey.needGap : barsKey.gap}
      </span>
      {rest && (
        <span>
          <BarSign part="rest" /> {isNeed ? barsKey.restNeed : barsKey.rest}
        </span>
      )}
    </span>
  );
}
