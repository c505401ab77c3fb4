/** Each figure without a number by name, with its reason and a way out that works; and why there is a margin at all. */

import type { Comparison } from "../../../../schemas/comparison.ts";
import { found } from "../../../../schemas/found.ts";
import { inOrder, labelOf, spokenPeriod } from "../../../../schemas/period.ts";
import type { Language } from "../../../../schemas/words.ts";
import { number } from "../../parts/numbers.ts";
import type { Choice } from "../choice.ts";
import type { Compared } from "../compare.ts";
import { words } from "../messages.ts";
import { isShown, rowsOf, type Value, valueAs, type Without } from "../rows.ts";
import { haveWidth } from "./columns.ts";
import { type Figures, To } from "./shared.tsx";

interface Also {
  /** The second indicator, as far as it has come. */
  readonly also: Compared | undefined;
}
interface Missed {
  readonly member: string;
  readonly title: string;
  readonly period: string;
  readonly without: Without;
}
/** What lacks its number for one reason. */
interface Line {
  readonly without: Without;
  readonly members: readonly string[];
  readonly all: readonly Missed[];
}

/** What the picture and the trend lack, a line a reason: this period first, then the others. */
function missedIn(props: Figures & Also): Line[] {
  const { rows, compared, indicator, partner, choice, period, own, also } = props;
  const { language } = choice;
  const missing = (title: string, member: string, value: Value | undefined): Missed[] =>
    value === undefined || isShown(value) ? [] : [{ member, title, period, without: value }];
  const now = rows.flatMap(({ member, main, beside }): Missed[] => [
    ...missing(indicator.name[language], member, main),
    ...missing(partner?.name[language] ?? "", member, beside),
  ]);
  const silent = new Set(
    now
      .filter(({ without }) => without.kind !== "unpublished" && without.state === "absent")
      .map(({ member }) => member),
  );
  const before = [compared.comparison, compared.partner].flatMap((one) =>
    (one?.figures ?? []).flatMap((figure): Missed[] => {
      if (figure.period === period || figure.group !== choice.group?.code) return [];
      if (silent.has(figure.member)) return [];
      const reason = compared.silent.get(`${figure.member} ${figure.period}`);
      const value = valueAs(figure, "not-tested", reason);
      const title = found(one).indicator.name[language];
      return missing(title, figure.member, value).map((lost) => ({
        ...lost,
        period: figure.period,
      }));
    }),
  );
  const title = also?.comparison.indicator.name[language] ?? "";
  const second = (also ? rowsOf(also, period, undefined, own) : [])
    .filter(({ member }) => !silent.has(member))
    .flatMap(({ member, main }) => missing(title, member, main));
  const alike = Map.groupBy(
    [...now, ...second, ...before],
    ({ without }) => `${without.state} ${without.why.en}`,
  );
  return [...alike.values()].map((all) => ({
    all,
    without: found(all[0]).without,
    members: [...new Set(all.map(({ member }) => member))],
  }));
}

/** `Ore a testa: Parma, 2021, 2022; Rovigo, 2022`: what it is, whose, and of which periods. */
function Named({
  line: { all },
  name,
  language,
}: {
  readonly line: Line;
  readonly name: Figures["name"];
  readonly language: Language;
}) {
  return (
    <>
      {[...Map.groupBy(all, ({ title }) => title)].map(([title, of]) => {
        const members = [...Map.groupBy(of, ({ member }) => member)].map(([member, own]) =>
          [
            name(member),
            ...inOrder(own.map(({ period }) => period)).map((one) => labelOf(one)[language]),
          ].join(", "),
        );
        return (
          <span key={title}>
            {title}: <strong>{members.join("; ")}.</strong>{" "}
          </span>
        );
      })}
    </>
  );
}

export function Missing(props: Figures & Also) {
  const { choice, compared, name, partner } = props;
  const { language } = choice;
  const say = words[language];
  const missed = missedIn(props);
  const agreement = missed.some(({ without }) => without.kind === "agreement");
  const untested = partner && compared.partner?.problem;
  const none = missed.length === 0 && untested === undefined;
  return (
    <section class={`missing ${none ? "none-missing" : ""}`} aria-labelledby="missing">
      <h2 id="missing">{say.missingTitle}</h2>
      {none && <p>{say.missingNone}</p>}
      <ul class="plain-list">
        {missed.map((line) => (
          <li key={`${line.without.state} ${line.without.why.en}`}>
            <span class="label">{say.state[line.without.state]}</span>
            <span>
              <Named line={line} name={name} language={language} /> {line.without.why[language]}{" "}
              <WayOut {...props} line={line} />
            </span>
          </li>
        ))}
        {partner && untested && (
          <li>
            <span class="label">{say.notCompared}</span>
            <span>
              <strong>{partner.name[language]}.</strong> {untested.sentence[language]}{" "}
              <To {...props} change={{ indicator: partner.id }}>
                {say.ways.indicator(partner.name[language])}
              </To>
            </span>
          </li>
        )}
      </ul>
      {(["interval", "withheld"] as const)
        .filter((state) => missed.some(({ without }) => without.state === state))
        .map((state) => (
          <p class="second small" key={state}>
            {say.missingNote[state]}
          </p>
        ))}
      {agreement && (
        <details id="agreement" class="folded">
          <summary>{say.agreementTitle}</summary>
          <ol>
            {say.agreementSteps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </details>
      )}
      <Margin {...props} />
    </section>
  );
}

const isNoisy = ({ figures }: Comparison): boolean =>
  figures.some((one) => (one.state === "shown" ? one.noise > 0 : one.state !== "absent"));

/** Where the margins come from: what cities add, chance, or nothing where figures are public and exact. */
function Margin({ rows, compared, choice: { language }, indicator, name }: Figures) {
  const say = words[language];
  const { comparison, partner } = compared;
  const noisy = [comparison, ...(partner ? [partner] : [])].some(isNoisy);
  const wide = haveWidth(rows.flatMap(({ main, beside }) => [main, beside]));
  const own = rows.find((row) => row.own);
  const mine = own?.main;
  const said =
    noisy && own && isShown(mine) && mine.low < mine.high
      ? say.marginOwn(
          name(own.member),
          ...([mine.value, mine.low, mine.high].map((value) =>
            number(value, language, indicator.decimals),
          ) as [string, string, string]),
        )
      : "";
  return (
    <>
      <h3>{noisy || wide ? say.whyMargin : say.whyNoMargin}</h3>
      <p class="second">
        {noisy ? `${say.margin} ${said}` : !wide && say.exact}{" "}
        {comparison.notes.find((note) => /Poisson|Wilson/.test(note.en))?.[language]}
      </p>
    </>
  );
}

/** What can be asked instead and has an answer: another period, everybody, or what it is read beside. */
function WayOut(props: Figures & { readonly line: Line }) {
  const { choice, line, indicator } = props;
  const { kind } = line.without;
  const say = words[choice.language];
  if (kind === "agreement")
    return (
      <button
        type="button"
        class="plain"
        onClick={() => {
          const steps = document.getElementById("agreement") as HTMLDetailsElement | null;
          if (steps === null) return;
          steps.open = true;
          steps.querySelector("summary")?.focus();
        }}
      >
        {say.ways.agreement}
      </button>
    );
  if (kind === "down" || kind === "distrusted") return null;
  if (line.all.some(({ title }) => title !== indicator.name[choice.language])) return null;
  const way = wayOf(props, line);
  return (
    way && (
      <To {...props} change={way.change}>
        {way.text === "whole"
          ? say.ways.whole
          : say.ways.period(spokenPeriod(way.text)[choice.language])}
      </To>
    )
  );
}

/** A period in which all of them have their number, or everybody in place of a group. */
function wayOf(
  { compared: { comparison }, choice, period }: Figures,
  { members }: Line,
): { readonly change: Partial<Choice>; readonly text: string } | undefined {
  if (choice.group !== undefined) return { change: { group: undefined }, text: "whole" };
  const shownIn = (at: string) =>
    members.every((member) =>
      comparison.figures.some(
        (one) => one.member === member && one.period === at && one.state === "shown",
      ),
    );
  const other = comparison.periods.filter((at) => at !== period && shownIn(at)).at(-1);
  return other === undefined ? undefined : { change: { period: other }, text: other };
}
