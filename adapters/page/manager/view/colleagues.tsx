/** From a figure to a colleague: the practice cards of this indicator, and what one point more would take here. */
import { words } from "../messages.ts";
import { Point } from "./point-view.tsx";
import { Card } from "./practices.tsx";
import type { Figures } from "./shared.tsx";

export function Colleagues(props: Figures) {
  const { table, choice, indicator, partner, name } = props;
  const say = words[choice.language];
  const ids = [indicator.id, ...(partner ? [partner.id] : [])];
  const cards = table.practices?.filter((practice) => ids.includes(practice.indicator));
  return (
    <section class="ground" aria-labelledby="colleagues">
      <div class="container">
        <h2 id="colleagues">{say.practicesTitle}</h2>
        <p class="second">
          {cards === undefined
            ? say.waiting
            : cards.length > 0
              ? say.practicesText
              : say.practicesNone}
        </p>
        <div class="practice-cards">
          {cards?.map((practice) => (
            <Card
              key={`${practice.member} ${practice.id}`}
              practice={practice}
              name={name(practice.member)}
              language={choice.language}
            />
          ))}
          <Point {...props} />
        </div>
      </div>
    </section>
  );
}
