/** The indicators by theme: what is counted, of whom, and where it stands between money and effect. */
import type { Theme } from "../../../../schemas/indicator.ts";
import { words } from "../messages.ts";
import type { ViewProps } from "./shared.tsx";
import { Mark, To } from "./shared.tsx";

export function IndicatorList(props: ViewProps) {
  const { table, choice } = props;
  const { language } = choice;
  const say = words[language];
  const themes = Map.groupBy(table.indicators, ({ theme }) => theme);
  return (
    <div class="container view">
      <h1>{say.nav.indicators}</h1>
      <p class="subtitle">{say.indicatorsText}</p>
      {(Object.keys(say.themes) as Theme[]).map((theme) => {
        const own = themes.get(theme);
        if (!own) return null;
        return (
          <section key={theme} aria-labelledby={theme}>
            <h2 id={theme}>{say.themes[theme]}</h2>
            <ul class="cards">
              {own.map(({ id, name, target, place, origin, unit }) => (
                <li key={id}>
                  <To {...props} change={{ view: "indicator", indicator: id, group: undefined }}>
                    {name[language]}
                  </To>
                  <p class="second">{target[language]}</p>
                  <p class="second small">
                    {unit[language]} · {say.places[place]}{" "}
                    <Mark origin={origin} language={language} />
                  </p>
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}
