/**
 * The account as a bar to its ceiling. Its length is the share of the room (mu², which adds); ticks are points at their true places: 10
 * and 5 make 11.1, and not 15. Solid is spent, hatched is reserved.
 */

import { useId } from "preact/hooks";
import { muOfPoints, pointsOfMu2 } from "../../../functions/disclosure/gaussian-dp.ts";
import type { OwnAccount, OwnCharge, OwnDataset } from "../../../schemas/owner.ts";
import { labelOf, lengthOf } from "../../../schemas/period.ts";
import type { Language } from "../../../schemas/words.ts";
import { words } from "./messages.ts";
import { dayOf, percent, points } from "./parts.tsx";

interface AccountProps {
  readonly account: OwnAccount;
  readonly datasets: readonly OwnDataset[];
  readonly language: Language;
}
interface Part {
  readonly dataset: string;
  readonly state: OwnCharge["state"];
  readonly mu2: number;
  /** Where it begins, in mu². */
  readonly from: number;
}

const ORDER: readonly OwnCharge["state"][] = ["spent", "reserved", "planned"];

/** A part a dataset and state, one behind the other: what is spent first. Pure. */
function partsOf({ charges }: OwnAccount): Part[] {
  const sums = new Map<string, Part>();
  for (const state of ORDER)
    for (const { dataset, mu2 } of charges.filter((charge) => charge.state === state)) {
      const known = sums.get(`${state} ${dataset}`);
      sums.set(`${state} ${dataset}`, { dataset, state, mu2: (known?.mu2 ?? 0) + mu2, from: 0 });
    }
  let from = 0;
  return [...sums.values()].map((part) => {
    const placed = { ...part, from };
    from += part.mu2;
    return placed;
  });
}

/** Points that a tick stands for, and its place in hundredths of the bar. */
const ticksOf = ({
  ceiling,
  whole,
}: Pick<OwnAccount, "ceiling" | "whole">): { points: number; at: number }[] =>
  [5, 10, 15, 20]
    .filter((one) => one < ceiling)
    .map((one) => ({ points: one, at: (100 * muOfPoints(one) ** 2) / whole }));

const HIGH = 42;

export function AccountCard({ account, datasets, language }: AccountProps) {
  const say = words[language].account;
  const taken = account.spent + account.reserved + account.planned;
  const share = percent(taken / account.whole, language);
  const parts = partsOf(account);
  const titleOf = (id: string) => datasets.find((one) => one.id === id)?.title[language] ?? id;
  if (parts.length === 0)
    return (
      <>
        <h2 class="o-label">{say.title(account.year)}</h2>
        <p>{say.none}</p>
      </>
    );
  const [all, ceiling] = [points(account.points, language), points(account.ceiling, language)];
  return (
    <>
      <div class="o-between">
        <h2 class="o-label">{say.title(account.year)}</h2>
        <span class="o-second">{say.share(share)}</span>
      </div>
      <p class="o-big o-num">{say.points(all, ceiling)}</p>
      <Bar
        account={account}
        parts={parts}
        language={language}
        title={say.title(account.year)}
        description={say.described(
          all,
          ceiling,
          share,
          parts
            .map(
              ({ dataset, mu2, state }) =>
                `${say.part(titleOf(dataset), points(pointsOfMu2(mu2), language))} (${say.states[state]})`,
            )
            .join("; "),
        )}
      />
      <ul class="o-key o-num">
        {parts.map(({ dataset, state, mu2 }, at) => (
          <li key={`${state} ${dataset}`}>
            <span class={`o-sign o-${state} o-tone-${at % 2}`} aria-hidden="true" />
            {say.part(titleOf(dataset), points(pointsOfMu2(mu2), language))}{" "}
            <span class="o-second">({say.states[state]})</span>
          </li>
        ))}
      </ul>
      <p class="mb-2">
        <strong>{account.room > 0.05 ? say.room(points(account.room, language)) : say.full}</strong>
      </p>
      <Promises account={account} language={language} titleOf={titleOf} />
      <Charges account={account} language={language} titleOf={titleOf} />
      <p class="o-second o-small mb-0">{say.note}</p>
    </>
  );
}

/** What was fixed for each period, and what was signed for besides. */
function Promises({
  account: { fixed, corrections },
  language,
  titleOf,
}: Omit<AccountProps, "datasets"> & { readonly titleOf: (id: string) => string }) {
  const say = words[language].account;
  if (fixed.length === 0) return undefined;
  // the account is of a year, which need not be said again
  const named = (dataset: string, period: string) =>
    lengthOf(period) === "year"
      ? titleOf(dataset)
      : `${titleOf(dataset)}, ${labelOf(period)[language]}`;
  return (
    <ul class="o-second o-small">
      {fixed.map(({ dataset, period, day, late, points: sum }) => (
        <li key={`${dataset} ${period}`}>
          {say.fixed(named(dataset, period), points(sum, language), dayOf(day, language), late)}
        </li>
      ))}
      {corrections.map(({ dataset, period, day, points: by, reason }, at) => (
        <li key={`${dataset} ${at}`}>
          {say.corrected(
            named(dataset, period),
            points(by, language),
            dayOf(day, language),
            reason,
          )}
        </li>
      ))}
    </ul>
  );
}

function Bar(props: {
  account: OwnAccount;
  parts: readonly Part[];
  language: Language;
  title: string;
  description: string;
}) {
  const { account, parts, language, title, description } = props;
  const say = words[language].account;
  const id = useId();
  const at = (mu2: number) => (100 * mu2) / account.whole;
  return (
    <svg class="o-bar" width="100%" height={HIGH + 34} role="img" aria-labelledby={`${id}t ${id}d`}>
      <title id={`${id}t`}>{title}</title>
      <desc id={`${id}d`}>{description}</desc>
      <Hatch id={`${id}h`} />
      <rect class="o-room" x="0" y="6" width="100%" height={HIGH} />
      {parts.map(({ dataset, state, mu2, from }, k) => (
        <rect
          key={`${state} ${dataset}`}
          class={`o-${state} o-tone-${k % 2}`}
          x={`${at(from)}%`}
          y="6"
          width={`${at(mu2)}%`}
          height={HIGH}
          fill={state === "spent" ? undefined : `url(#${id}h)`}
        />
      ))}
      {parts.map(({ dataset, state, mu2, from }) =>
        at(mu2) < 7 ? undefined : (
          <text
            key={`${state} ${dataset}`}
            class={`o-in o-in-${state}`}
            x={`${at(from + mu2 / 2)}%`}
            y={6 + HIGH / 2 + 5}
            text-anchor="middle"
          >
            {points(pointsOfMu2(mu2), language)}
          </text>
        ),
      )}
      {ticksOf(account).map((tick) => (
        <g key={tick.points}>
          <line class="o-tick" x1={`${tick.at}%`} x2={`${tick.at}%`} y1={6 + HIGH} y2={12 + HIGH} />
          <text class="o-tick-text" x={`${tick.at}%`} y={27 + HIGH} text-anchor="middle">
            {tick.points}
          </text>
        </g>
      ))}
      <line class="o-ceiling" x1="100%" x2="100%" y1="0" y2={12 + HIGH} />
      <text class="o-ceiling-text" x="100%" y={27 + HIGH} text-anchor="end">
        {say.ceiling(points(account.ceiling, language))}
      </text>
    </svg>
  );
}

/** Lines on white: it stays to be seen in grey and in forced colours. */
const Hatch = ({ id }: { readonly id: string }) => (
  <defs>
    <pattern
      id={id}
      width="7"
      height="7"
      patternUnits="userSpaceOnUse"
      patternTransform="rotate(45)"
    >
      <rect class="o-hatch-ground" width="7" height="7" />
      <rect class="o-hatch-line" width="3" height="7" />
    </pattern>
  </defs>
);

function Charges({
  account,
  language,
  titleOf,
}: Omit<AccountProps, "datasets"> & { readonly titleOf: (id: string) => string }) {
  const say = words[language].account;
  const { columns } = say;
  return (
    <details class="o-figures mb-2">
      <summary>{say.table}</summary>
      <table class="table table-sm o-wrap o-num">
        <caption class="visually-hidden">{say.title(account.year)}</caption>
        <thead>
          <tr>
            <th scope="col">{columns.release}</th>
            <th scope="col">{columns.state}</th>
            <th scope="col">{columns.points}</th>
            <th scope="col">{columns.share}</th>
          </tr>
        </thead>
        <tbody>
          {account.charges.map((charge) => (
            <tr key={charge.release}>
              <th scope="row">
                {titleOf(charge.dataset)} {charge.release.split("/").slice(2).join("/")}
              </th>
              <td>
                {say.states[charge.state]}, {dayOf(charge.day, language)}
              </td>
              <td>{points(charge.points, language)}</td>
              <td>{percent(charge.mu2 / account.whole, language)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

/** Other years, a line each. */
export function SmallAccounts({
  accounts,
  language,
}: {
  readonly accounts: readonly OwnAccount[];
  readonly language: Language;
}) {
  const say = words[language].account;
  return (
    <ul class="o-small-accounts o-num" aria-label={say.others}>
      {accounts.map((account) => (
        <SmallAccount key={account.year} account={account} language={language} />
      ))}
    </ul>
  );
}

function SmallAccount({
  account,
  language,
}: {
  readonly account: OwnAccount;
  readonly language: Language;
}) {
  const say = words[language].account;
  const id = useId();
  const later = account.reserved + account.planned;
  const state = later === 0 ? "spent" : account.spent === 0 ? "planned" : "both";
  return (
    <li>
      <strong>{account.year}</strong>
      <svg width="100%" height="16" aria-hidden="true" focusable="false">
        <Hatch id={id} />
        <rect class="o-room" x="0" y="2" width="100%" height="12" />
        <rect
          class="o-past"
          x="0"
          y="2"
          width={`${(100 * account.spent) / account.whole}%`}
          height="12"
        />
        <rect
          class="o-planned"
          x={`${(100 * account.spent) / account.whole}%`}
          y="2"
          width={`${(100 * later) / account.whole}%`}
          height="12"
          fill={`url(#${id})`}
        />
        <line class="o-ceiling" x1="100%" x2="100%" y1="0" y2="16" />
      </svg>
      <span>{say.small(points(account.points, language), state)}</span>
    </li>
  );
}
