/** What the reader chooses: indicator, year, order of rows, and with whom to compare. Native controls. */

import type { Order, Peers } from "../choice.ts";
import { words } from "../words.ts";
import type { Shared } from "./heading.tsx";

export function Choices(props: Shared & { readonly periods: readonly string[]; readonly members: readonly string[] }) {
  const { table, choice, choose, indicator, period, periods, members } = props;
  const say = words[choice.language];
  const name = (id: string) => table.names.get(id)?.[choice.language] ?? id;
  const select = <T extends string>(
    id: string,
    label: string,
    value: T,
    options: readonly (readonly [T, string])[],
    change: (value: T) => void,
  ) => (
    <div class="choice">
      <label for={id}>{label}</label>
      <select id={id} class="form-select" value={value} onChange={(event) => change(event.currentTarget.value as T)}>
        {options.map(([code, text]) => (
          <option key={code} value={code}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
  const own = table.session?.member;
  const turn = (id: string) =>
    choose({
      peers: "chosen",
      members: members.includes(id)
        ? members.filter((one) => one !== id)
        : [...members, id].sort((a, b) => table.cities.indexOf(a) - table.cities.indexOf(b)),
    });
  return (
    <section class="choices" aria-label={say.filters}>
      <div class="container">
        <div class="choice-row">
          {select(
            "indicator",
            say.indicator,
            indicator.id,
            table.indicators.map((one) => [one.id, one.name[choice.language]] as const),
            (id) => choose({ indicator: id }),
          )}
          {select(
            "year",
            say.year,
            period,
            periods.map((year) => [year, year] as const),
            (year) => choose({ period: year }),
          )}
          {select(
            "order",
            say.order,
            choice.order,
            (["name", "value"] as const).map((order) => [order, say.orders[order]] as const),
            (order: Order) => choose({ order }),
          )}
        </div>
        <div class="chips">
          <span id="compare-with">{say.compareWith}</span>
          <fieldset class="btn-group" aria-labelledby="compare-with">
            {(["all", "chosen"] as const).map((peers: Peers) => (
              <button
                key={peers}
                type="button"
                class="btn btn-sm btn-outline-primary"
                aria-pressed={choice.peers === peers}
                onClick={() => choose({ peers, members: peers === "chosen" ? members : [] })}
              >
                {say.peers[peers]}
              </button>
            ))}
          </fieldset>
          {table.cities.map((id) =>
            id === own ? (
              <span key={id} class="pill-own">
                {name(id)}
              </span>
            ) : (
              <button
                key={id}
                type="button"
                class="chip-button"
                aria-pressed={members.includes(id)}
                aria-label={members.includes(id) ? say.remove(name(id)) : say.add(name(id))}
                onClick={() => turn(id)}
              >
                {name(id)} <span aria-hidden="true">{members.includes(id) ? "×" : "+"}</span>
              </button>
            ),
          )}
        </div>
      </div>
    </section>
  );
}
