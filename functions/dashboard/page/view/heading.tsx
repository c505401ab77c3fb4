/** The indicator in plain words, one's own city in a spoken sentence, and from whom it cannot be told apart. */
import type { Indicator } from "../../../../schemas/indicator.ts";
import type { ViewProps } from "../app.tsx";
import { neighbours, type Row } from "../rows.ts";
import { words } from "../words.ts";

export interface Shared extends ViewProps {
  readonly indicator: Indicator;
  readonly period: string;
}

export function Heading({ table, choice: { language }, indicator, period, rows }: Shared & { readonly rows: readonly Row[] | undefined }) {
  const say = words[language];
  const own = rows?.find((row) => row.own);
  const name = (id: string) => table.names.get(id)?.[language] ?? id;
  const told = rows && own?.main.state === "shown" ? neighbours(rows, "main") : undefined;
  return (
    <div class="container pt-4">
      <p class="second small mb-1">
        {say.themes[indicator.theme]} · {say.places[indicator.place]}
      </p>
      <h1 class="mb-1">{indicator.name[language]}</h1>
      <p class="second lead-small">
        {indicator.target[language]}, {period}
      </p>
      <div class="sentences">
        <p class="spoken">
          {own ? own.sentence[language] : say.waiting}{" "}
          <span class={indicator.origin === "real" ? "real" : "made"}>{say[indicator.origin]}</span>
        </p>
        {told && own && <p class="second">{say.toldApart(name(own.member), told.same.map(name), told.apart.length)}</p>}
      </div>
    </div>
  );
}
