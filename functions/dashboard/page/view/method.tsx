/** How it is computed, what it does not say, where it comes from, and whose signatures were checked. */
import type { Part } from "../../../../schemas/indicator.ts";
import type { Measure } from "../../../../schemas/query.ts";
import type { Compared } from "../load.ts";
import { date, number, time } from "../numbers.ts";
import { words } from "../words.ts";
import { offer } from "./actions.tsx";
import type { Shared } from "./heading.tsx";

const said = (measure: Measure): string => Object.values(measure).join(" / ");
const partSaid = ({ measure, plus, dataset, where }: Part): string => {
  const filter = Object.entries(where).map(([dimension, codes]) => `${dimension}: ${codes.join(", ")}`);
  return `${[measure, ...plus].map(said).join(" + ")} (${[dataset, ...filter].join("; ")})`;
};

export function Method({ table, choice: { language }, indicator, compared }: Shared & { readonly compared: Compared }) {
  const say = words[language];
  const { comparison, checked } = compared;
  const signers = new Set(
    checked.reports.flatMap(({ thumbprints }) => thumbprints.flatMap(({ member, use }) => (use === "answer" ? [member] : []))),
  );
  const sources = new Map(comparison.sources.map((source) => [`${source.source} ${source.licence}`, source]));
  const partner = table.indicators.find(({ id }) => id === indicator.beside);
  return (
    <section class="container py-4 three-columns">
      <div>
        <h2 class="h5">{say.how}</h2>
        <ul>
          <li>
            <strong>{say.numerator}</strong>: {partSaid(indicator.numerator)}
          </li>
          {indicator.denominator && (
            <li>
              <strong>{say.denominator}</strong>: {partSaid(indicator.denominator)}
              {indicator.multiplier !== 1 && `, ${say.multiplier} ${number(indicator.multiplier, language)}`}
            </li>
          )}
          {comparison.notes.map((note) => (
            <li key={note.en}>{note[language]}</li>
          ))}
          <li>{say.version(indicator.version)}</li>
        </ul>
      </div>
      <div>
        <h2 class="h5">{say.notSay}</h2>
        <p>{indicator.note[language]}</p>
        {partner && (
          <p>
            {say.readBeside}: <strong>{partner.name[language]}</strong>
          </p>
        )}
        <h3 class="h6">{say.sources}</h3>
        <ul class="small second">
          {[...sources.values()].map(({ release, source, licence, origin }) => (
            <li key={release}>
              {source}. {licence}. <span class={origin === "made" ? "made" : "real"}>{say[origin]}</span>
            </li>
          ))}
        </ul>
      </div>
      <div class="signatures">
        <h2 class="h5">✓ {say.signatures}</h2>
        <p>
          {say.signaturesText(signers.size, comparison.members.length)} {date(checked.at, language)}, {time(checked.at, language)}.
        </p>
        <p class="small">
          {say.digest} <code>{`${checked.digest.slice(0, 8)} … ${checked.digest.slice(-4)}`}</code>
        </p>
        <button
          type="button"
          class="btn btn-outline-primary btn-sm no-print"
          onClick={() =>
            offer(`${indicator.id}.statements.json`, "application/json", JSON.stringify({ v: 1, statements: checked.statements }))
          }
        >
          {say.proof}
        </button>
      </div>
    </section>
  );
}
