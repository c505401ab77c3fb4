/** From a figure to a colleague: the practice cards of this indicator. */
import { words } from "../words.ts";
import type { Shared } from "./heading.tsx";
import { Card } from "./practices.tsx";

export function Colleagues({ table, choice: { language }, indicator }: Shared) {
  const say = words[language];
  const cards = table.practices.filter((practice) => practice.indicator === indicator.id);
  return (
    <section class="ground" aria-labelledby="colleagues">
      <div class="container py-4">
        <h2 id="colleagues" class="h3">
          {say.practicesTitle}
        </h2>
        <p class="second">{cards.length > 0 ? say.practicesText : say.practicesNone}</p>
        <div class="practice-cards">
          {cards.map((practice) => (
            <Card
              key={practice.member}
              practice={practice}
              name={table.names.get(practice.member)?.[language] ?? practice.member}
              language={language}
            />
          ))}
        </div>
      </div>
    </section>
  );
}
