/** A public table at four levels: the nation's regions, a region's provinces, a province's municipalities. The level is always said. */

import { useEffect, useState } from "preact/hooks";
import { saidAs, spanIn } from "../../../../functions/indicators/compare/sentences.ts";
import { found } from "../../../../schemas/found.ts";
import type { Indicator } from "../../../../schemas/indicator.ts";
import { labelOf } from "../../../../schemas/period.ts";
import { number } from "../../parts/numbers.ts";
import { periodsOf, titlesOf } from "../load.ts";
import { words } from "../messages.ts";
import { inside, levelInside, ofPlaces, treeFor, wayTo } from "../places.ts";
import { Actions } from "./actions.tsx";
import type { ViewProps } from "./shared.tsx";
import { Mark, To } from "./shared.tsx";
import { WrongAddress } from "./states.tsx";
import { useCompared } from "./use-compared.ts";

/** Names and outlines are loaded when somebody comes here: most readers do not. */
type Atlas = typeof import("../picture/map.tsx") & {
  readonly placeNames: Readonly<Record<string, string>>;
};
function useAtlas(): Atlas | undefined {
  const [atlas, setAtlas] = useState<Atlas>();
  useEffect(() => {
    void Promise.all([import("../picture/map.tsx"), import("../map/places.ts")]).then(
      ([map, { placeNames }]) => setAtlas({ ...map, placeNames }),
    );
  }, []);
  return atlas;
}

export function Places(props: ViewProps) {
  const { table, choice } = props;
  const say = words[choice.language];
  const all = ofPlaces(table);
  const indicator = all.find(({ id }) => id === choice.indicator) ?? all[0];
  return (
    <div class="container view">
      <h1>{say.placesTitle}</h1>
      <p class="subtitle">{say.placesText}</p>
      {indicator ? (
        <Levels {...props} indicator={indicator} all={all} />
      ) : (
        <p class="explained">{say.noFigures}</p>
      )}
    </div>
  );
}

/** What is divided by, as its owner calls it. */
function baseOf(table: ViewProps["table"], { denominator }: Indicator) {
  return denominator && "count" in denominator.measure
    ? titlesOf(table, denominator)(denominator.measure.count)
    : undefined;
}

function Levels({
  indicator,
  all,
  ...props
}: ViewProps & { readonly indicator: Indicator; readonly all: readonly Indicator[] }) {
  const { table, choice, choose } = props;
  const { language } = choice;
  const say = words[language];
  const atlas = useAtlas();
  const tree = found(treeFor(table, indicator));
  const chosen = wayTo(tree, choice.place);
  const way = chosen.length > 0 ? chosen : ["IT"];
  const strange = chosen.length > 0 ? [] : [say.wrong.value("place", choice.place)];
  const place = found(way.at(-1));
  const parts = inside(tree, way);
  const period = periodsOf(table, indicator).at(-1);
  const periods = period === undefined ? [] : [period];
  const { compared, fault } = useCompared(
    table,
    period === undefined ? undefined : { indicator, members: parts, periods },
    period,
  );
  const whole = useCompared(
    table,
    period === undefined ? undefined : { indicator, members: [place], periods },
    period,
  ).compared;
  const name = (code: string) => (code === "IT" ? say.italy : (atlas?.placeNames[code] ?? code));
  const level = levelInside(place);
  const figures = new Map(
    compared?.comparison.figures.flatMap((one) =>
      one.state === "shown" ? [[one.member, one] as const] : [],
    ) ?? [],
  );
  const [own] = whole?.comparison.figures ?? [];
  const values = new Map([...figures].map(([code, { value }]) => [code, value]));
  const shade = atlas && values.size > 1 ? atlas.shadeOf([...values.values()]) : undefined;
  const byName = [...parts].sort((a, b) => name(a).localeCompare(name(b), "it"));
  const shared = {
    ...props,
    indicator,
    partner: undefined,
    period: period ?? "",
    own: undefined,
    name,
  };
  return (
    <div class={compared && atlas ? "settled" : ""}>
      <WrongAddress lines={strange} language={language} />
      <div class="title-and-actions">
        <div class="choice wide">
          <label for="table">{say.indicator}</label>
          <select
            id="table"
            value={indicator.id}
            onChange={(event) => choose({ indicator: event.currentTarget.value })}
          >
            {all.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name[language]}
              </option>
            ))}
          </select>
        </div>
        <Actions {...shared} compared={compared} />
      </div>
      <nav aria-label={say.placeName} class="crumbs">
        {way.map((code, at) => (
          <span key={code}>
            {at > 0 && " / "}
            {code === place ? (
              <strong aria-current="page">{name(code)}</strong>
            ) : (
              <To {...props} change={{ place: code }}>
                {name(code)}
              </To>
            )}
          </span>
        ))}
      </nav>
      <p class="spoken">
        {own?.state === "shown" ? (
          <>
            {name(place)}:{" "}
            <strong>
              {saidAs(own, indicator) === "number"
                ? number(own.value, language, indicator.decimals)
                : spanIn(own, indicator.decimals, language)}
            </strong>{" "}
            {indicator.unit[language]}, {period && labelOf(period)[language]}.
          </>
        ) : own ? (
          `${name(place)}: ${say.noValue}.`
        ) : (
          say.waiting
        )}{" "}
        <Mark origin={indicator.origin} language={language} />
      </p>
      <p class="level" role="status">
        {say.shownLevel(
          say.level[level === "region" ? "IT" : level === "province" ? "region" : "province"],
          name(place),
        )}
      </p>
      {fault && <p class="explained">{fault.message}</p>}
      <div class={level === "municipality" ? "" : "map-and-table"}>
        {shade && atlas && level !== "municipality" && (
          <figure>
            <atlas.PlacesMap
              within={place}
              values={values}
              shade={shade}
              label={`${say.mapTitle(indicator.name[language])}. ${say.mapText}`}
              open={(code) => choose({ place: code })}
            />
            <figcaption>
              <ul class="legend">
                {shade.classes.map(([low, high], at) => (
                  <li key={low}>
                    <span class={`swatch shade-${at}`} />
                    {say.classOf(
                      number(low, language, indicator.decimals),
                      number(high, language, indicator.decimals),
                    )}
                  </li>
                ))}
              </ul>
              <p class="second small">
                {say.mapText} {say.borders}.
              </p>
            </figcaption>
          </figure>
        )}
        <table class="numbers places">
          <caption class="visually-hidden">
            {indicator.name[language]}, {name(place)}
          </caption>
          <thead>
            <tr>
              <th scope="col">{say.placeName}</th>
              <th scope="col">{baseOf(table, indicator)?.[language] ?? say.table.base}</th>
              <th scope="col">{indicator.unit[language]}</th>
            </tr>
          </thead>
          <tbody>
            {byName.map((code) => {
              const figure = figures.get(code);
              return (
                <tr key={code} class={code === table.session?.member ? "own" : ""}>
                  <th scope="row">
                    {level === "municipality" ? (
                      name(code)
                    ) : (
                      <To {...props} change={{ place: code }}>
                        {name(code)}
                      </To>
                    )}
                  </th>
                  <td>{figure?.denominator ? number(figure.denominator.value, language) : "–"}</td>
                  <td>
                    {figure
                      ? number(figure.value, language, indicator.decimals)
                      : compared
                        ? say.noValue
                        : ""}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p class="second small narrow-text">
        {indicator.note[language]} {indicator.source[language]}
      </p>
    </div>
  );
}
