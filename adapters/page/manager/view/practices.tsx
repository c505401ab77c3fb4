/** Practice cards: what a city did about a figure, by which rule, at what cost, and which role to write to. */

import type { ListedPractice } from "../../../../schemas/practice.ts";
import type { Language } from "../../../../schemas/words.ts";
import { date } from "../../parts/numbers.ts";
import { words } from "../messages.ts";
import type { ViewProps } from "./shared.tsx";
import { Mark, To } from "./shared.tsx";

export function Card({
  practice,
  name,
  language,
}: {
  readonly practice: ListedPractice;
  readonly name: string;
  readonly language: Language;
}) {
  const say = words[language];
  const subject = `${practice.title[language]} (Tavolo)`;
  return (
    <article class="card-practice">
      <p class="from">
        <strong>{name}</strong> · {say.card} <Mark origin={practice.origin} language={language} />
      </p>
      <h3>{practice.title[language]}</h3>
      <dl>
        {(Object.keys(say.practice) as (keyof typeof say.practice)[]).map((part) => (
          <div key={part}>
            <dt>{say.practice[part]}</dt>
            <dd>{practice[part][language]}</dd>
          </div>
        ))}
        <div>
          <dt>{say.writeTo}</dt>
          <dd>
            <a href={`mailto:${practice.address}?subject=${encodeURIComponent(subject)}`}>
              {practice.role[language]}
            </a>
          </dd>
        </div>
      </dl>
      <p class="signed">
        {say.signedBy(practice.version, date(new Date(practice.at * 1000), language))}
      </p>
    </article>
  );
}

export function Practices(props: ViewProps) {
  const { table, choice } = props;
  const { language } = choice;
  const say = words[language];
  const groups = Map.groupBy(table.practices ?? [], ({ indicator }) => indicator);
  return (
    <div class="container view">
      <h1>{say.nav.practices}</h1>
      <p class="subtitle">{table.practices === undefined ? say.waiting : say.practicesTitle}</p>
      {[...groups].map(([id, cards]) => (
        <section key={id} aria-labelledby={`cards-${id}`}>
          <h2 id={`cards-${id}`}>
            <To {...props} change={{ view: "indicator", indicator: id }}>
              {table.indicators.find((one) => one.id === id)?.name[language] ?? id}
            </To>
          </h2>
          <div class="practice-cards">
            {cards.map((practice) => (
              <Card
                key={`${practice.member} ${practice.id}`}
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
