/** The node's day: answers and refusals by the hour, its keys, its log. */

import { useId } from "preact/hooks";
import type { OwnHealth } from "../../../schemas/owner.ts";
import type { Language } from "../../../schemas/words.ts";
import { number } from "../parts/numbers.ts";
import { words } from "./messages.ts";
import { dayAt, timeAt, type ViewProps } from "./parts.tsx";

function Short({ health, language }: { readonly health: OwnHealth; readonly language: Language }) {
  const say = words[language].node;
  const refusals = health.refusals.reduce((sum, { times }) => sum + times, 0);
  return (
    <>
      <p class="o-big">{say.answers}</p>
      <p class="o-second mb-0">
        {health.last === undefined
          ? say.never
          : `${say.last(timeAt(health.last, language))} ${say.day(number(health.answers, language), number(refusals, language))}`}
      </p>
    </>
  );
}

function agoOf(seconds: number, language: Language): string {
  const { ago } = words[language].node;
  if (seconds < 90) return ago.seconds(String(Math.max(0, seconds)));
  return seconds < 5400
    ? ago.minutes(String(Math.round(seconds / 60)))
    : ago.hours(String(Math.round(seconds / 3600)));
}

export function NodeDay({ health, choice, choose }: ViewProps & { readonly health: OwnHealth }) {
  const { language } = choice;
  const all = words[language];
  const say = all.node;
  const ends = health.keys.flatMap(({ until }) => until ?? []).sort((a, b) => a - b)[0];
  return (
    <>
      <Hours health={health} language={language} />
      {health.partial && <p class="o-amber">{say.partial}</p>}
      <dl class="o-dates">
        <div>
          <dt>{say.rows.answers}</dt>
          <dd class="o-num">{number(health.answers, language)}</dd>
        </div>
        <div>
          <dt>{say.rows.refusals}</dt>
          <dd class="o-num">
            {health.refusals.length === 0
              ? say.noRefusals
              : health.refusals
                  .map(({ reason, times }) =>
                    say.times(all.reasons[reason] ?? reason, number(times, language)),
                  )
                  .join(", ")}
            {health.refusals.length > 0 && (
              <>
                {". "}
                <button type="button" class="o-link" onClick={() => choose({ view: "log" })}>
                  {say.seeLog}
                </button>
              </>
            )}
          </dd>
        </div>
        <div>
          <dt>{say.rows.keys}</dt>
          <dd>
            {ends === undefined
              ? say.keys(String(health.keys.length))
              : say.keysUntil(dayAt(ends, language))}
          </dd>
        </div>
        <div>
          <dt>{say.rows.log}</dt>
          <dd>
            {health.signed === undefined
              ? say.unsigned
              : say.signed(agoOf(health.at - health.signed, language))}
          </dd>
        </div>
      </dl>
    </>
  );
}
NodeDay.Short = Short;

const HIGH = 56;

/** A column an hour, as high as it had questions; what was refused lies on top, hatched in amber. */
function Hours({
  health: { hours },
  language,
}: {
  readonly health: OwnHealth;
  readonly language: Language;
}) {
  const say = words[language].node;
  const id = useId();
  const most = Math.max(1, ...hours.map(({ answers, refusals }) => answers + refusals));
  const high = (value: number) => (value === 0 ? 0 : Math.max(2, (HIGH * value) / most));
  const wide = 100 / hours.length;
  const busy = hours.filter(({ answers, refusals }) => answers + refusals > 0);
  const described = busy
    .map((hour) =>
      say.hour(timeAt(hour.from, language), String(hour.answers), String(hour.refusals)),
    )
    .join("; ");
  return (
    <>
      <svg
        class="o-hours"
        width="100%"
        height={HIGH + 22}
        role="img"
        aria-labelledby={`${id}t ${id}d`}
      >
        <title id={`${id}t`}>{say.picture}</title>
        <desc id={`${id}d`}>{described || say.never}</desc>
        {hours.map(({ from, answers, refusals }, at) => (
          <g key={from}>
            <rect
              class="o-hour"
              x={`${at * wide + 0.4}%`}
              width={`${wide - 0.8}%`}
              y="0"
              height={HIGH}
            />
            <rect
              class="o-answers"
              x={`${at * wide + 0.4}%`}
              width={`${wide - 0.8}%`}
              y={HIGH - high(answers)}
              height={high(answers)}
            />
            <rect
              class="o-refusals"
              x={`${at * wide + 0.4}%`}
              width={`${wide - 0.8}%`}
              y={HIGH - high(answers) - high(refusals)}
              height={high(refusals)}
            />
          </g>
        ))}
        {hours.slice(0, 1).map(({ from }) => (
          <text key={from} class="o-tick-text" x="0" y={HIGH + 18}>
            {say.from(timeAt(from, language))}
          </text>
        ))}
        <text class="o-tick-text" x="100%" y={HIGH + 18} text-anchor="end">
          {say.now}
        </text>
      </svg>
      <details class="o-figures mb-2">
        <summary>{say.table}</summary>
        <table class="table table-sm o-num">
          <caption class="visually-hidden">{say.picture}</caption>
          <thead>
            <tr>
              <th scope="col">{say.columns.hour}</th>
              <th scope="col">{say.columns.answers}</th>
              <th scope="col">{say.columns.refusals}</th>
            </tr>
          </thead>
          <tbody>
            {hours.map(({ from, answers, refusals }) => (
              <tr key={from}>
                <th scope="row">{timeAt(from, language)}</th>
                <td>{number(answers, language)}</td>
                <td>{number(refusals, language)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}
