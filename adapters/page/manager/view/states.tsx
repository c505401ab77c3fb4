/** What is shown where figures are not: while they come, where nobody may be asked, where there are none, where a signature fails. */

import { useEffect, useState } from "preact/hooks";
import type { Indicator } from "../../../../schemas/indicator.ts";
import { spokenPeriod } from "../../../../schemas/period.ts";
import type { Bilingual, Language } from "../../../../schemas/words.ts";
import type { Choice } from "../choice.ts";
import { compareNow } from "../compare.ts";
import { membersOf, periodsOf } from "../load.ts";
import { type Words, words } from "../messages.ts";
import type { Row } from "../rows.ts";
import { type Shared, To, type ViewProps } from "./shared.tsx";

/** What an address asks for that is not there, each on a line, and what to do. Nothing where it asks for nothing odd. */
export function WrongAddress({
  lines,
  language,
}: {
  readonly lines: readonly string[];
  readonly language: Language;
}) {
  if (lines.length === 0) return null;
  return (
    <div class="container no-print" role="status">
      <p class="explained wrong-address">
        {lines.join(" ")} {words[language].wrong.todo}
      </p>
    </div>
  );
}

/** No other indicator is put in the place of one that is not there. */
export function Unknown(props: ViewProps) {
  const say = words[props.choice.language];
  return (
    <div class="container view unknown">
      <h1>{say.wrong.indicator}</h1>
      <p class="explained">{say.wrong.indicatorText(props.choice.indicator ?? "")}</p>
      <p>
        <To {...props} change={{ view: "indicators" }}>
          {say.wrong.list}
        </To>
      </p>
    </div>
  );
}

/** Title and rows of names at once; columns fill in. */
export function Waiting({
  choice,
  members,
  name,
  own,
}: Shared & { readonly members: readonly string[] }) {
  return (
    <section
      class="container pictures waiting"
      aria-busy="true"
      aria-label={words[choice.language].waiting}
    >
      <ul class="plain-list">
        {members.map((id) => (
          <li key={id} class={`line ${id === own ? "own" : ""}`}>
            <span class="who">{name(id)}</span>
            <span class="blank" />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A member whose answers do not verify, or the whole table: said before anything else. */
export function Distrusted({
  choice: { language },
  members,
  name,
}: Shared & { readonly members: readonly string[] }) {
  const say = words[language];
  return (
    <div class="container" role="alert">
      <p class="explained distrusted">
        <strong>{say.signatureFails}</strong>{" "}
        {members.length > 0 ? say.signatureOf(members.map(name)) : say.signatureHub}
      </p>
    </div>
  );
}

/** Without any agreement: one's own figures and what is public. */
export function Alone(props: Shared) {
  const { choice, own, name } = props;
  const say = words[choice.language];
  return (
    <section class="container alone" aria-labelledby="alone">
      <h2 id="alone">{say.alone(own === undefined ? "" : name(own))}</h2>
      <p>{say.aloneText}</p>
      <Public {...props} />
    </section>
  );
}

function Public(props: Shared) {
  const { choice, table, indicator } = props;
  const say = words[choice.language];
  const open = table.indicators.filter(
    ({ numerator, denominator, id }) =>
      id !== indicator.id && numerator.member && (denominator === undefined || denominator.member),
  );
  if (open.length === 0) return null;
  return (
    <>
      <p class="mb-1">
        <strong>{say.publicOnes}</strong>
      </p>
      <ul class="links">
        {open.slice(0, 6).map(({ id, name }) => (
          <li key={id}>
            <To {...props} change={{ indicator: id }}>
              {name[choice.language]}
            </To>
          </li>
        ))}
      </ul>
    </>
  );
}

/** No axes: one sentence why, and the nearest question that has an answer. */
export function Nothing(props: Shared & { readonly rows?: readonly Row[] }) {
  const { choice, rows = [] } = props;
  const say = words[choice.language];
  const [one] = rows.flatMap(({ main }) => (main.state === "shown" ? [] : [main]));
  const way = useNearest(props);
  return (
    <section class="container nothing" aria-labelledby="nothing">
      <h2 id="nothing">{say.noFigures}</h2>
      {one && <p>{one.why[choice.language]}</p>}
      {way && (
        <p>
          {say.nearest}{" "}
          <To {...props} change={way.change}>
            {way.text[choice.language]}
          </To>
        </p>
      )}
    </section>
  );
}

interface Way {
  readonly change: Partial<Choice>;
  readonly text: Bilingual;
  readonly indicator: Indicator;
  readonly period: string;
}
/** How many questions are tried. */
const TRIED = 5;

/** The first of some questions that has an answer for one's own city: it is asked before it is offered. */
function useNearest(props: Shared): Way | undefined {
  const { table, own, indicator, period, choice } = props;
  const [found, setFound] = useState<Way>();
  const key = `${indicator.id} ${period} ${own} ${choice.group?.code}`;
  useEffect(() => {
    setFound(undefined);
    if (own === undefined) return;
    const stop = new AbortController();
    void (async () => {
      for (const way of waysOf(props).slice(0, TRIED)) {
        const partner = table.indicators.find(({ id }) => id === way.indicator.beside);
        const wanted = {
          indicator: way.indicator,
          ...(partner ? { partner } : {}),
          members: [own],
          periods: [way.period],
        };
        const compared = await compareNow(table, wanted, stop.signal).catch(() => undefined);
        if (stop.signal.aborted) return;
        if (compared?.comparison.figures.some(({ state }) => state === "shown"))
          return setFound(way);
      }
    })();
    return () => stop.abort();
  }, [key, table.asked]);
  return found;
}

/** For everybody, in another period, and what one's own city publishes: of the same theme first, and what is public last. */
function waysOf({ table, own, indicator, period, choice }: Shared): Way[] {
  const said = (of: (say: Words) => string): Bilingual => ({ it: of(words.it), en: of(words.en) });
  const periods = periodsOf(table, indicator).filter((one) => one !== period);
  const whole =
    choice.group === undefined
      ? []
      : [{ change: { group: undefined }, text: said((say) => say.ways.whole), indicator, period }];
  const before = periods.reverse().map((other) => ({
    change: { period: other },
    text: {
      it: words.it.ways.period(spokenPeriod(other).it),
      en: words.en.ways.period(spokenPeriod(other).en),
    },
    indicator,
    period: other,
  }));
  const others = table.indicators.flatMap((one): Way[] => {
    const last = periodsOf(table, one).at(-1);
    if (
      one.id === indicator.id ||
      last === undefined ||
      own === undefined ||
      !membersOf(table, one).includes(own)
    )
      return [];
    const text = {
      it: words.it.ways.indicator(one.name.it),
      en: words.en.ways.indicator(one.name.en),
    };
    return [
      {
        change: { indicator: one.id, period: last, group: undefined },
        text,
        indicator: one,
        period: last,
      },
    ];
  });
  const far = ({ indicator: one }: Way) =>
    one.numerator.member !== undefined ? 2 : one.theme === indicator.theme ? 0 : 1;
  const near = [...others].sort((a, b) => far(a) - far(b));
  // the last one is public, and has an answer if anything has
  return [
    ...whole,
    ...before.slice(0, 1),
    ...near.filter((way) => far(way) < 2).slice(0, 2),
    ...near.filter((way) => far(way) === 2),
  ];
}
