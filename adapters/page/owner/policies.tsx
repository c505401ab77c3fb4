/**
 * Four policies side by side, on the same scale: first what a reader would see, then how much of it is a number, how wide the margins are, what an
 * attacker could reach, and whether it fits the account. One that does not fit stays to be seen, and says so. On made subjects.
 */

import { useId } from "preact/hooks";
import { readingOf } from "../../../functions/disclosure/methods/reading.ts";
import { pluralOf } from "../../../functions/disclosure/number-format.ts";
import type { OwnDataset, OwnPolicy, OwnPreview } from "../../../schemas/owner.ts";
import { inOrder, labelOf } from "../../../schemas/period.ts";
import type { Language } from "../../../schemas/words.ts";
import { type Axis, axisOf } from "../parts/axis.ts";
import { number, range } from "../parts/numbers.ts";
import { DotRow, Ticks } from "./dots.tsx";
import { words } from "./messages.ts";
import { percent, points, Shown, useLoad, type ViewProps, width } from "./parts.tsx";

/** More codes than this would make the picture too high: the rest is named by their number. */
const MOST_CODES = 12;

export function Policies({ node, overview, choice, choose }: ViewProps) {
  const { language } = choice;
  const say = words[language].policies;
  const able = overview.datasets.filter(
    ({ method, version }) => readingOf(method).protects && version !== undefined,
  );
  const dataset = able.find(({ id }) => id === choice.dataset) ?? dearest(able);
  const periods = dataset?.version
    ? inOrder([...dataset.version.periods, ...(dataset.next ? [dataset.next.period] : [])])
    : [];
  const period = periods.find((one) => one === choice.period);
  const [loaded, again] = useLoad(
    async () => (dataset === undefined ? undefined : node.policies(dataset.id, period)),
    [node, dataset?.id, period],
  );
  return (
    <section>
      <h2>{say.title}</h2>
      {dataset === undefined ? (
        <p class="o-notice">{say.none}</p>
      ) : (
        <>
          <div class="o-choices">
            <label>
              <span>{say.dataset}</span>
              <select
                class="form-select"
                value={dataset.id}
                onChange={(event) => choose({ dataset: event.currentTarget.value, period: "" })}
              >
                {able.map(({ id, title }) => (
                  <option key={id} value={id}>
                    {title[language]}
                  </option>
                ))}
              </select>
            </label>
            <label>
              <span>{say.period}</span>
              <select
                class="form-select"
                value={period ?? periods.at(-1)}
                onChange={(event) =>
                  choose({ dataset: dataset.id, period: event.currentTarget.value })
                }
              >
                {periods.map((one) => (
                  <option key={one} value={one}>
                    {labelOf(one)[language]}
                  </option>
                ))}
              </select>
            </label>
          </div>
          <Shown of={loaded} again={again} language={language}>
            {(preview) => preview && <SideBySide preview={preview} language={language} />}
          </Shown>
        </>
      )}
    </section>
  );
}

/** The one that spends most: what there is to look at first. */
const dearest = (datasets: readonly OwnDataset[]): OwnDataset | undefined =>
  [...datasets].sort((a, b) => (b.advantage ?? 0) - (a.advantage ?? 0))[0];

interface PreviewProps {
  readonly preview: OwnPreview;
  readonly language: Language;
}

function SideBySide({ preview, language }: PreviewProps) {
  const say = words[language].policies;
  const { rows } = say;
  const axis = axisOf(
    preview.policies.flatMap(({ codes }) =>
      codes
        .filter(({ shownAs }) => shownAs !== "withheld")
        .flatMap(({ value, high }) => [value, high]),
    ),
    3,
  );
  const orders = [
    ...new Set(preview.policies.flatMap((policy) => policy.orders.map(({ order }) => order))),
  ].sort();
  const unit = pluralOf(preview.focus.unit[language]);
  return (
    <>
      <p class="o-second">
        {say.about(number(preview.subjects, language))}{" "}
        <span class="made">{words[language].made}</span>
      </p>
      <div class="o-policies">
        <div class="o-row-names" aria-hidden="true">
          <span />
          <span>
            <strong>{rows.sees}</strong>
            <span class="o-second">
              {preview.focus.title[language]}: {unit}
            </span>
          </span>
          <span>
            <strong>{rows.shown}</strong>
            <span class="o-second">{rows.shownNote}</span>
            <Key language={language} />
          </span>
          <span>
            <strong>{rows.margin}</strong>
            <span class="o-second">{rows.at95}</span>
          </span>
          <span>
            <strong>{rows.apart}</strong>
          </span>
          <span>
            <strong>{rows.attacker}</strong>
          </span>
          <span>
            <strong>{rows.fit}</strong>
          </span>
        </div>
        {preview.policies.map((policy, at) => (
          <Policy
            key={policy.key}
            policy={policy}
            today={at === 0}
            axis={axis}
            orders={orders}
            unit={unit}
            language={language}
          />
        ))}
      </div>
      <p class="o-second">{say.keep}</p>
    </>
  );
}

interface PolicyProps {
  readonly policy: OwnPolicy;
  readonly today: boolean;
  readonly axis: Axis;
  readonly orders: readonly number[];
  readonly unit: string;
  readonly language: Language;
}

function Policy({ policy, today, axis, orders, unit, language }: PolicyProps) {
  const say = words[language].policies;
  const { rows } = say;
  const [drawn, ...sums] = policy.margins;
  return (
    <article
      class={today ? "o-policy o-today" : "o-policy"}
      aria-labelledby={`policy-${policy.key}`}
    >
      <div>
        <h3 id={`policy-${policy.key}`}>{policy.title[language]}</h3>
        <span class="o-second">{policy.note[language]}</span>
      </div>
      <div>
        <p class="o-row-name">{rows.sees}</p>
        <Codes policy={policy} axis={axis} unit={unit} language={language} />
      </div>
      <div>
        <p class="o-row-name">{rows.shown}</p>
        <Orders policy={policy} orders={orders} language={language} />
      </div>
      <div class="o-num">
        <p class="o-row-name">{rows.margin}</p>
        {drawn && (
          <strong class="o-strong">{say.margin(width(drawn.margin, language), unit)}</strong>
        )}
        {sums.map(({ title, unit: of, margin }) => (
          <span class="o-second o-under" key={title.it}>
            {say.margin(width(margin, language), of[language])}
          </span>
        ))}
        {policy.sums && (
          <span class="o-second o-under">
            {say.sums(percent(policy.sums.share, language), number(policy.sums.wider, language, 1))}
          </span>
        )}
      </div>
      <div class="o-num">
        <p class="o-row-name">{rows.apart}</p>
        <strong>
          {policy.pairs.apart === 0
            ? say.noPairs
            : say.pairs(
                number(policy.pairs.apart, language),
                number(policy.pairs.all, language),
                policy.pairs.apart === 1,
              )}
        </strong>
      </div>
      <div class="o-num">
        <p class="o-row-name">{rows.attacker}</p>
        <strong class="o-strong">{say.inHundred(number(policy.reach.period, language))}</strong>
        <span class="o-second o-under">{say.later(number(policy.reach.fiveYears, language))}</span>
      </div>
      <div class="o-num">
        <p class="o-row-name">{rows.fit}</p>
        <Fit policy={policy} language={language} />
      </div>
    </article>
  );
}

function Fit({ policy: { fit }, language }: Pick<PolicyProps, "policy" | "language">) {
  const say = words[language].policies;
  if (fit.fits)
    return (
      <strong>
        <span aria-hidden="true">✓ </span>
        {say.fits(points(fit.points, language))}
      </strong>
    );
  return (
    <strong class="o-amber">
      <span aria-hidden="true">⊗ </span>
      {say.fitsNot(
        points(fit.points, language),
        points(fit.room, language),
        points(fit.ceiling, language),
      )}
    </strong>
  );
}

/** Each code's figure in the middle of the interval that a reader would get. */
function Codes({ policy, axis, unit, language }: Omit<PolicyProps, "orders" | "today">) {
  const say = words[language].policies;
  const id = useId();
  const shown = policy.codes.slice(0, MOST_CODES);
  const over = policy.codes.length - shown.length;
  const margin = policy.margins[0]
    ? say.margin(width(policy.margins[0].margin, language), unit)
    : "";
  return (
    <>
      <div role="img" aria-label={say.described(policy.title[language], margin)}>
        <ul class="o-codes">
          {shown.map(({ code, value, low, high, shownAs }) => (
            <li key={code}>
              <span class="o-code-name">{code}</span>
              {shownAs === "withheld" ? (
                <span class="o-hidden">{say.withheld}</span>
              ) : (
                <DotRow axis={axis} of={{ value, low, high }} dot={shownAs === "point"} />
              )}
            </li>
          ))}
        </ul>
        <div class="o-code-ticks">
          <Ticks axis={axis} said={(value) => number(value, language)} />
        </div>
      </div>
      {over > 0 && <p class="o-second o-small mb-0">{say.more(number(over, language))}</p>}
      <details class="o-figures">
        <summary>
          {say.table}
          <span class="visually-hidden">: {policy.title[language]}</span>
        </summary>
        <table class="table table-sm o-num" aria-labelledby={`${id}c`}>
          <caption class="visually-hidden" id={`${id}c`}>
            {policy.title[language]}
          </caption>
          <thead>
            <tr>
              <th scope="col">{say.columns.code}</th>
              <th scope="col">{say.columns.figure}</th>
              <th scope="col">{say.columns.interval}</th>
            </tr>
          </thead>
          <tbody>
            {policy.codes.map(({ code, value, low, high, shownAs }) => (
              <tr key={code}>
                <th scope="row">{code}</th>
                <td>{shownAs === "point" ? number(value, language) : "–"}</td>
                <td>
                  {shownAs === "withheld" ? say.withheld : range(Math.max(0, low), high, language)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}

/** Shares of figures that have a number, by how many ways a table has. */
function Orders({ policy, orders, language }: Pick<PolicyProps, "policy" | "orders" | "language">) {
  const say = words[language].policies;
  return (
    <ul class="o-orders o-num">
      {orders.map((order) => {
        const found = policy.orders.find((one) => one.order === order);
        return (
          <li key={order}>
            <span>{say.orders[order]}</span>
            {found === undefined ? (
              <span class="o-amber o-not">{say.notReleased}</span>
            ) : (
              <>
                <PointBar points={found.points} intervals={found.intervals} />
                <strong>{percent(found.points, language)}</strong>
              </>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function PointBar({
  points: firm,
  intervals,
}: {
  readonly points: number;
  readonly intervals: number;
}) {
  return (
    <svg width="100%" height="15" aria-hidden="true" focusable="false">
      <rect class="o-bar-withheld" x="0" y="0.5" width="100%" height="14" />
      <rect class="o-bar-interval" x="0" y="0" width={`${100 * (firm + intervals)}%`} height="15" />
      <rect class="o-bar-point" x="0" y="0" width={`${100 * firm}%`} height="15" />
    </svg>
  );
}

function Key({ language }: { readonly language: Language }) {
  const { key } = words[language].policies;
  return (
    <span class="o-bar-key o-second">
      {(["point", "interval", "withheld"] as const).map((one) => (
        <span key={one}>
          <svg width="16" height="11" aria-hidden="true" focusable="false">
            <rect class={`o-bar-${one}`} x="0.5" y="0.5" width="15" height="10" />
          </svg>{" "}
          {key[one]}
        </span>
      ))}
    </span>
  );
}
