/** Each hidden or absent figure by name, with its reason; and why there is a margin at all. */
import type { Row } from "../rows.ts";
import { words } from "../words.ts";
import type { Shared } from "./heading.tsx";

export function Missing({ choice: { language }, rows }: Shared & { readonly rows: readonly Row[] }) {
  const say = words[language];
  const missing = rows.filter(({ main }) => main.state !== "shown");
  return (
    <section class="container py-4 two-columns" aria-labelledby="missing">
      <div>
        <h2 id="missing" class="h3">
          {say.missingTitle}
        </h2>
        {missing.length === 0 ? (
          <p>{say.missingNone}</p>
        ) : (
          <ul class="plain-list">
            {missing.map(({ member, main, sentence }) => (
              <li key={member}>
                <span class="amber small fw-bold text-uppercase">{say[main.state as "hidden" | "absent"]}</span>
                <br />
                {sentence[language]}
              </li>
            ))}
          </ul>
        )}
        <p class="second small">{say.missingNote}</p>
      </div>
      <div>
        <h3 class="h5">{say.whyMargin}</h3>
        <p class="second">{say.margin}</p>
      </div>
    </section>
  );
}
