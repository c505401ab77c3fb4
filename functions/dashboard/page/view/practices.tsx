/** Practice cards: what a city did, under which rule, at what cost, and the role to write to. Never a person's name. */
import type { ViewProps } from "../app.tsx";
import type { Practice } from "../load.ts";
import { date, type Language } from "../numbers.ts";
import { words } from "../words.ts";

export function Card({ practice, name, language }: { readonly practice: Practice; readonly name: string; readonly language: Language }) {
  const say = words[language];
  return (
    <article class="card-practice">
      <p class="small second mb-1">
        <strong>{name}</strong> <span class="made">{say.made}</span>
      </p>
      <h3 class="h5">{practice.title[language]}</h3>
      <dl>
        {(Object.keys(say.practice) as (keyof typeof say.practice)[]).map((part) => (
          <div key={part}>
            <dt>{say.practice[part]}</dt>
            <dd>{practice[part][language]}</dd>
          </div>
        ))}
      </dl>
      <p class="small second mb-0">{say.signedBy(practice.version, date(new Date(practice.at * 1000), language))}</p>
    </article>
  );
}

export function Practices({ table, choice: { language } }: ViewProps) {
  const say = words[language];
  const name = (id: string) => table.indicators.find((one) => one.id === id)?.name[language] ?? id;
  const groups = Map.groupBy(table.practices, ({ indicator }) => indicator);
  return (
    <div class="container py-4">
      <h1>{say.nav.practices}</h1>
      <p class="second">{say.practicesTitle}</p>
      {[...groups].map(([indicator, own]) => (
        <section key={indicator}>
          <h2 class="h4">{name(indicator)}</h2>
          <div class="practice-cards">
            {own.map((practice) => (
              <Card
                key={practice.member}
                practice={practice}
                name={table.names.get(practice.member)?.[language] ?? practice.member}
                language={language}
              />
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}
