/** The indicators by theme: what is counted, of whom, and where it stands between money and effect. */
import type { Theme } from "../../../../schemas/indicator.ts";
import type { ViewProps } from "../app.tsx";
import { searchOf } from "../choice.ts";
import { words } from "../words.ts";

export function IndicatorList({ table, choice, choose }: ViewProps) {
  const say = words[choice.language];
  const { language } = choice;
  const themes = Map.groupBy(table.indicators, ({ theme }) => theme);
  return (
    <div class="container py-4">
      <h1>{say.nav.indicators}</h1>
      {(Object.keys(say.themes) as Theme[]).flatMap((theme) => {
        const own = themes.get(theme);
        if (!own) return [];
        return (
          <section key={theme} aria-labelledby={theme}>
            <h2 id={theme} class="h4 mt-4">
              {say.themes[theme]}
            </h2>
            <ul class="cards">
              {own.map(({ id, name, target, place, origin, unit }) => {
                const to = { ...choice, view: "indicator" as const, indicator: id };
                return (
                  <li key={id}>
                    <a
                      class="fw-semibold"
                      href={searchOf(to)}
                      onClick={(event) => {
                        event.preventDefault();
                        choose(to);
                      }}
                    >
                      {name[language]}
                    </a>
                    <p class="second mb-1">{target[language]}</p>
                    <p class="second small mb-0">
                      {unit[language]} · {say.places[place]} · <span class={origin === "real" ? "real" : "made"}>{say[origin]}</span>
                    </p>
                  </li>
                );
              })}
            </ul>
          </section>
        );
      })}
    </div>
  );
}
