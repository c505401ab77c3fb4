/** What the reader chooses: indicator, period, of whom, order of rows, and with whom to compare. Native controls. */

import type { Theme } from "../../../../schemas/indicator.ts";
import { labelOf } from "../../../../schemas/period.ts";
import type { Language } from "../../../../schemas/words.ts";
import { number } from "../../parts/numbers.ts";
import type { Peers } from "../choice.ts";
import type { Filter } from "../filters.ts";
import { criteriaIn, type Likeness, similarTo } from "../likeness.ts";
import { words } from "../messages.ts";
import type { Order } from "../rows.ts";
import { Scrolling, type Shared } from "./shared.tsx";

type Props = Shared & {
  readonly periods: readonly string[];
  readonly everybody: readonly string[];
  readonly members: readonly string[];
  readonly filters: readonly Filter[];
  readonly likeness: Likeness | undefined;
};

export function Choices(props: Props) {
  const { table, choice, choose, indicator, period, periods, filters } = props;
  const { language } = choice;
  const say = words[language];
  const themes = Map.groupBy(table.indicators, ({ theme }) => theme);
  return (
    <section class="choices no-print" aria-label={say.filters}>
      <details class="container" open={matchMedia("(min-width: 700px)").matches}>
        <summary>
          {say.filters}:{" "}
          {say.chosenNow(
            period && labelOf(period)[language],
            say.orders[choice.order],
            props.members.length,
          )}
        </summary>
        <div class="choice-row">
          <div class="choice wide">
            <label for="indicator">{say.indicator}</label>
            <select
              id="indicator"
              value={indicator.id}
              onChange={(event) =>
                choose({ indicator: event.currentTarget.value, group: undefined })
              }
            >
              {(Object.keys(say.themes) as Theme[]).map((theme) => (
                <optgroup key={theme} label={say.themes[theme]} hidden={!themes.has(theme)}>
                  {themes.get(theme)?.map(({ id, name }) => (
                    <option key={id} value={id}>
                      {name[language]}
                    </option>
                  ))}
                </optgroup>
              ))}
            </select>
          </div>
          <Select
            id="period"
            label={say.period}
            value={period}
            options={periods.map((one) => [one, labelOf(one)[language]])}
            change={(one) => choose({ period: one })}
          />
          {filters.map(({ dimension, title, codes }) => (
            <Select
              key={dimension}
              id={`of-${dimension}`}
              label={title}
              value={choice.group?.dimension === dimension ? choice.group.code : ""}
              options={[
                ["", say.everybody],
                ...codes.map((code) => [code, say.codes[code] ?? code] as const),
              ]}
              change={(code) => choose({ group: code === "" ? undefined : { dimension, code } })}
            />
          ))}
          <Select
            id="order"
            label={say.order}
            value={choice.order}
            options={(Object.keys(say.orders) as Order[]).map((order) => [
              order,
              say.orders[order],
            ])}
            change={(order) => choose({ order: order as Order })}
          />
        </div>
        <Chips {...props} />
      </details>
    </section>
  );
}

function Select(props: {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  readonly change: (value: string) => void;
}) {
  return (
    <div class="choice">
      <label for={props.id}>{props.label}</label>
      <select
        id={props.id}
        value={props.value}
        onChange={(event) => props.change(event.currentTarget.value)}
      >
        {props.options.map(([code, text]) => (
          <option key={code} value={code}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Who is compared: a button each. Taking one out keeps the others, and the focus where it is. */
function Chips({ choice, choose, members, everybody, own, name, likeness }: Props) {
  const say = words[choice.language];
  const turn = (id: string) => {
    const inside = members.includes(id);
    if (choice.peers === "similar" && inside) return choose({ members: [...choice.members, id] });
    const next = inside
      ? members.filter((one) => one !== id)
      : everybody.filter((one) => one === id || members.includes(one));
    choose({ peers: "chosen", members: next });
  };
  const shown =
    choice.peers === "similar"
      ? everybody.filter((id) => members.includes(id) || choice.members.includes(id))
      : everybody;
  return (
    <>
      <div class="chips">
        <fieldset class="switch">
          <legend>{say.compareWith}</legend>
          {(["all", "similar", "chosen"] as const).map((peers: Peers) => (
            <button
              key={peers}
              type="button"
              aria-pressed={choice.peers === peers}
              onClick={() => choose({ peers, members: peers === "chosen" ? members : [] })}
            >
              {say.peers[peers]}
            </button>
          ))}
        </fieldset>
        {shown.map((id) =>
          id === own ? (
            <span key={id} class="who-chip chip-own">
              {name(id)}
            </span>
          ) : (
            <button
              key={id}
              type="button"
              class={`who-chip ${members.includes(id) ? "" : "chip-out"}`}
              aria-label={members.includes(id) ? say.remove(name(id)) : say.add(name(id))}
              onClick={() => turn(id)}
            >
              {name(id)} <span aria-hidden="true">{members.includes(id) ? "×" : "+"}</span>
            </button>
          ),
        )}
      </div>
      {choice.peers === "similar" && likeness && own !== undefined && (
        <WhySimilar
          likeness={likeness}
          members={members}
          everybody={everybody}
          own={own}
          name={name}
          language={choice.language}
        />
      )}
    </>
  );
}

/** By what the nearest are near, how far each is, and the numbers: criteria that all have alike are not named. */
function WhySimilar(props: {
  readonly likeness: Likeness;
  readonly members: readonly string[];
  readonly everybody: readonly string[];
  readonly own: string;
  readonly name: (id: string) => string;
  readonly language: Language;
}) {
  const { likeness, members, everybody, own, name, language } = props;
  const say = words[language];
  const criteria = criteriaIn(own, likeness, everybody);
  const distances = new Map(
    similarTo(own, likeness, everybody, Number.POSITIVE_INFINITY).map(({ member, distance }) => [
      member,
      distance,
    ]),
  );
  return (
    <div class="why-similar">
      <p class="second">
        {say.similarWhy(criteria.map((one) => one.name[language].toLowerCase()))}
      </p>
      {criteria.length > 0 && (
        <details>
          <summary>{say.similarTable}</summary>
          <Scrolling label={say.similarTable}>
            <table class="numbers">
              <thead>
                <tr>
                  <th scope="col">{say.table.city}</th>
                  <th scope="col">{say.distance}</th>
                  {criteria.map((one) => (
                    <th scope="col" key={one.id}>
                      {one.name[language]} ({one.unit[language]})
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {members.map((id) => (
                  <tr key={id} class={id === own ? "own" : ""}>
                    <th scope="row">{name(id)}</th>
                    <td>{id === own ? "–" : number(distances.get(id) ?? 0, language, 2)}</td>
                    {criteria.map((one) => {
                      const value = likeness.contexts[id]?.[one.id];
                      return (
                        <td key={one.id}>
                          {value === undefined ? "–" : number(value, language, one.decimals)}
                        </td>
                      );
                    })}
                  </tr>
                ))}
              </tbody>
            </table>
            <p class="second small">{say.distanceText}</p>
          </Scrolling>
        </details>
      )}
    </div>
  );
}
