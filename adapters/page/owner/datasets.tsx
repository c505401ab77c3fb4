/** Every dataset of the node: on which basis it is held, what is out, what it costs, what comes next. A card each where there is little room. */

import { readingOf } from "../../../functions/disclosure/methods/reading.ts";
import type { OwnAccount, OwnDataset } from "../../../schemas/owner.ts";
import { labelOf, spokenPeriod, yearOf } from "../../../schemas/period.ts";
import type { Language } from "../../../schemas/words.ts";
import { words } from "./messages.ts";
import { Cell, dayAt, dayOf, Made, percent, points, type ViewProps } from "./parts.tsx";

export function Datasets(props: ViewProps) {
  const { overview, choice } = props;
  const say = words[choice.language].datasets;
  const { columns } = say;
  if (overview.datasets.length === 0)
    return (
      <section>
        <h2>{say.title}</h2>
        <p class="o-notice">{say.none}</p>
      </section>
    );
  return (
    <section>
      <h2 id="datasets">{say.title}</h2>
      {/* roles are said, since a narrow window lays the table out as cards, and a browser then forgets that it is one */}
      {/* biome-ignore lint/a11y/noRedundantRoles: see above */}
      <table class="o-table o-num" role="table" aria-labelledby="datasets">
        {/* biome-ignore lint/a11y/noRedundantRoles: see above */}
        <thead role="rowgroup">
          {/* biome-ignore lint/a11y/noRedundantRoles: see above */}
          <tr role="row">
            {[
              columns.dataset,
              columns.basis,
              columns.last,
              columns.points,
              columns.share,
              columns.next,
              columns.state,
            ].map((name) => (
              // biome-ignore lint/a11y/noRedundantRoles: see above
              <th key={name} role="columnheader" scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        {/* biome-ignore lint/a11y/noRedundantRoles: see above */}
        <tbody role="rowgroup">
          {overview.datasets.map((dataset) => (
            <Row key={dataset.id} {...props} dataset={dataset} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** What a dataset has taken of a year's account. */
function lossOf(dataset: string, account: OwnAccount | undefined): number {
  return (
    account?.charges
      .filter((charge) => charge.dataset === dataset && charge.state !== "planned")
      .reduce((sum, { mu2 }) => sum + mu2, 0) ?? 0
  );
}

function Row({ dataset, overview, choice, choose }: ViewProps & { readonly dataset: OwnDataset }) {
  const { language } = choice;
  const say = words[language].datasets;
  const { columns } = say;
  const [last] = dataset.released;
  const account = overview.accounts.find(({ year }) => last && year === yearOf(last.period));
  const share =
    last && account && last.mu2 > 0
      ? percent(lossOf(dataset.id, account) / account.whole, language)
      : "–";
  const periods = dataset.version?.periods.map((one) => labelOf(one)[language]).join(", ") ?? "";
  return (
    // biome-ignore lint/a11y/noRedundantRoles: see above
    <tr role="row">
      {/* biome-ignore lint/a11y/noRedundantRoles: see above */}
      <th role="rowheader" scope="row">
        <span class="o-name">{dataset.title[language]}</span>{" "}
        <Made origin={dataset.origin} language={language} />
        <span class="o-second o-under">
          {dataset.unit ? say.unit(dataset.unit[language], periods) : say.table(periods)}
          {dataset.version && `; ${say.version(String(dataset.version.number))}`}
        </span>
      </th>
      <Cell name={columns.basis}>
        {say.bases[dataset.basis] ?? dataset.basis}
        <span class="o-second o-under">{dataset.reference}</span>
      </Cell>
      <Cell name={columns.last}>
        {last ? (
          <>
            <span class="o-code">
              {last.period}/{last.number}
            </span>
            <span class="o-second o-under">{dayAt(last.at, language)}</span>
          </>
        ) : (
          "–"
        )}
      </Cell>
      <Cell name={columns.points}>
        {last && last.mu2 > 0 ? points(last.points, language) : "–"}
      </Cell>
      <Cell name={columns.share}>{share}</Cell>
      <Cell name={columns.next}>
        {dataset.next ? (
          <>
            {dayOf(dataset.next.day, language)}
            <span class="o-second o-under">
              {say.of(spokenPeriod(dataset.next.period)[language])}
            </span>
          </>
        ) : (
          say.whenNeeded
        )}
      </Cell>
      <Cell name={columns.state}>
        <State dataset={dataset} language={language} />
        {readingOf(dataset.method).protects && dataset.version && (
          <button
            type="button"
            class="o-link o-under"
            onClick={() => choose({ view: "policies", dataset: dataset.id })}
          >
            {say.try}
            <span class="visually-hidden">: {dataset.title[language]}</span>
          </button>
        )}
      </Cell>
    </tr>
  );
}

function State({
  dataset: { state },
  language,
}: {
  readonly dataset: OwnDataset;
  readonly language: Language;
}) {
  const well = state === "waiting" || state === "due";
  return (
    <span class={well ? "o-well" : "o-odd"}>
      <span aria-hidden="true">{well ? "✓" : "!"} </span>
      {words[language].datasets.states[state]}
    </span>
  );
}
