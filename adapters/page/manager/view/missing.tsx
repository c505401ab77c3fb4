/** Each hidden or absent figure by name, with its reason and a way out that works; and why there is a margin at all. */

import { found } from "../../../../schemas/found.ts";
import { inOrder, labelOf, spokenPeriod } from "../../../../schemas/period.ts";
import { number } from "../../parts/numbers.ts";
import type { Choice } from "../choice.ts";
import type { Compared } from "../compare.ts";
import { words } from "../messages.ts";
import { type Empty, emptyOf, emptyState, isShown, rowsOf } from "../rows.ts";
import { type Figures, To } from "./shared.tsx";

interface Also {
  /** The second indicator, as far as it has come. */
  readonly also: Compared | undefined;
}
interface Missed {
  readonly member: string;
  readonly title: string;
  readonly period: string;
  readonly empty: Empty;
}

/** What the picture and the trend lack: this period first, then the others. */
function missedIn({
  rows,
  compared,
  indicator,
  partner,
  choice,
  period,
  own,
  also,
}: Figures & Also): (Missed & {
  readonly members: readonly string[];
  readonly periods: readonly string[];
})[] {
  const { language } = choice;
  const now = rows.flatMap(({ member, main, beside }): Missed[] => {
    if (!isShown(main)) return [{ member, title: indicator.name[language], period, empty: main }];
    return beside && !isShown(beside)
      ? [{ member, title: partner?.name[language] ?? "", period, empty: beside }]
      : [];
  });
  const silent = new Set(
    now
      .filter(({ empty }) => empty.kind !== "unpublished" && empty.state === "absent")
      .map(({ member }) => member),
  );
  const before = compared.comparison.figures.flatMap((figure): Missed[] => {
    if (
      figure.state === "shown" ||
      figure.period === period ||
      figure.group !== choice.group?.code ||
      silent.has(figure.member)
    )
      return [];
    const empty = emptyOf(
      emptyState(figure.state),
      figure.why,
      compared.silent.get(`${figure.member} ${figure.period}`),
    );
    return [
      { member: figure.member, title: indicator.name[language], period: figure.period, empty },
    ];
  });
  const title = also?.comparison.indicator.name[language] ?? "";
  const second = (also ? rowsOf(also, period, undefined, own) : []).flatMap(
    ({ member, main }): Missed[] =>
      isShown(main) || silent.has(member) ? [] : [{ member, title, period, empty: main }],
  );
  // the same reason for the same city is said once, with its years
  const alike = Map.groupBy([...now, ...second, ...before], ({ member, title, empty }) =>
    empty.kind === "agreement" ? "agreement" : `${member} ${title} ${empty.kind}`,
  );
  return [...alike.values()].map((same) => ({
    ...found(same[0]),
    members: [...new Set(same.map(({ member }) => member))],
    periods: inOrder(same.map((one) => one.period)),
  }));
}

export function Missing(props: Figures & Also) {
  const { choice, compared, rows, name, indicator } = props;
  const { language } = choice;
  const say = words[language];
  const missed = missedIn(props);
  const own = rows.find((row) => row.own);
  const mine = own?.main;
  const agreement = missed.some(({ empty }) => empty.kind === "agreement");
  return (
    <section
      class={`missing ${missed.length === 0 ? "none-missing" : ""}`}
      aria-labelledby="missing"
    >
      <h2 id="missing">{say.missingTitle}</h2>
      {missed.length === 0 && <p>{say.missingNone}</p>}
      <ul class="plain-list">
        {missed.map(({ member, members, title, periods, empty }) => (
          <li key={`${member} ${title} ${empty.kind}`}>
            <span class="label">{say.state[empty.state]}</span>
            <span>
              <strong>
                {members.map(name).join(", ")},{" "}
                {periods.map((one) => labelOf(one)[language]).join(", ")}.
              </strong>{" "}
              {title}. {empty.why[language]} <WayOut {...props} member={member} empty={empty} />
            </span>
          </li>
        ))}
      </ul>
      {missed.some(({ empty }) => empty.state === "hidden") && (
        <p class="second small">{say.missingNote}</p>
      )}
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
      <h3>{say.whyMargin}</h3>
      <p class="second">
        {say.margin}{" "}
        {own &&
          isShown(mine) &&
          mine.low < mine.high &&
          say.marginOwn(
            name(own.member),
            ...([mine.value, mine.low, mine.high].map((value) =>
              number(value, language, indicator.decimals),
            ) as [string, string, string]),
          )}{" "}
        {compared.comparison.notes.find((note) => /Poisson|Wilson/.test(note.en))?.[language]}
      </p>
    </section>
  );
}

/** What can be asked instead and has an answer: another period, everybody, or what it is read beside. */
function WayOut(props: Figures & { readonly member: string; readonly empty: Empty }) {
  const { compared, choice, member, empty, period } = props;
  const say = words[choice.language];
  if (empty.kind === "agreement")
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
  const way = wayOf(props, member);
  if (empty.kind === "down" || empty.kind === "distrusted" || way === undefined) return null;
  return (
    <To {...props} change={way.change}>
      {way.text === "whole"
        ? say.ways.whole
        : say.ways.period(spokenPeriod(way.text)[choice.language])}
    </To>
  );

  function wayOf(
    { compared: { comparison } }: Figures,
    of: string,
  ): { change: Partial<Choice>; text: string } | undefined {
    if (choice.group !== undefined) return { change: { group: undefined }, text: "whole" };
    const other = compared.comparison.figures
      .filter((one) => one.member === of && one.state === "shown" && one.period !== period)
      .at(-1);
    return other && comparison
      ? { change: { period: other.period }, text: other.period }
      : undefined;
  }
}
