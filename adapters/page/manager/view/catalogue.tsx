/** What each member offers: datasets and periods, with source and licence. Searched as one types. */

import { useMemo } from "preact/hooks";
import { labelOf } from "../../../../schemas/period.ts";
import { words } from "../messages.ts";
import { indexOf, search } from "../search.ts";
import type { ViewProps } from "./shared.tsx";
import { Mark } from "./shared.tsx";

const AT_MOST = 100;

export function Catalogue({ table, choice, choose }: ViewProps) {
  const { language } = choice;
  const say = words[language];
  const index = useMemo(() => indexOf(table.offers, language), [table.offers, language]);
  const found = useMemo(() => search(index, choice.search), [index, choice.search]);
  return (
    <div class="container view">
      <h1>{say.nav.catalogue}</h1>
      <div class="search">
        <label for="search">{say.searchCatalogue}</label>
        <input
          id="search"
          type="search"
          value={choice.search}
          onInput={(event) => choose({ search: event.currentTarget.value }, "replace")}
        />
      </div>
      <p role="status" class="second">
        {say.found(found.length)} {found.length > AT_MOST && say.onlyFirst(AT_MOST)}
      </p>
      <ul class="catalogue">
        {found
          .slice(0, AT_MOST)
          .map(
            ({
              member,
              name,
              dataset,
              title,
              periods,
              origin,
              publisher,
              source,
              licence,
              fields,
            }) => (
              <li key={`${member} ${dataset}`}>
                <p class="from">
                  <strong>{name[language]}</strong> <Mark origin={origin} language={language} />
                </p>
                <h2>{title[language]}</h2>
                <p class="second">{fields.map((field) => field[language]).join(" · ")}</p>
                <p class="second small">
                  {say.periods}: {periods.map((one) => labelOf(one)[language]).join(", ")}{" "}
                  {publisher && `· ${publisher[language]} `}· {source} · {licence}
                </p>
              </li>
            ),
          )}
      </ul>
    </div>
  );
}
