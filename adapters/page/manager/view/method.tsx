/** How it is computed, what it does not say, where it comes from, and whose signatures were checked. */
import type { IndicatorPart } from "../../../../schemas/indicator.ts";
import { date, number, time } from "../../parts/numbers.ts";
import { offer } from "../export.ts";
import { titlesOf } from "../load.ts";
import { fieldsOf } from "../measures.ts";
import { words } from "../messages.ts";
import { first } from "./heading.tsx";
import { type Figures, Mark, To } from "./shared.tsx";

export function Method(props: Figures) {
  const { table, choice, indicator, partner, compared } = props;
  const { language } = choice;
  const say = words[language];
  const { comparison } = compared;
  const sources = new Map(
    comparison.sources.map((source) => [`${source.source} ${source.licence}`, source]),
  );
  const said = (part: IndicatorPart): string => {
    const title = titlesOf(table, part);
    const of = (id: string) => title(id)?.[language] ?? id;
    const measures = [part.measure, ...part.plus].map((measure) =>
      fieldsOf(measure).map(of).join(" / "),
    );
    const filter = Object.entries(part.where).map(
      ([dimension, codes]) => `${of(dimension).toLowerCase()} ${codes.join(", ")}`,
    );
    return `${[measures.join(" + "), ...filter].join("; ")}`;
  };
  return (
    <section class="container method">
      <div>
        <h2>{say.how}</h2>
        <ul>
          <li>
            <strong>{say.numerator}</strong>: {said(indicator.numerator)}.
          </li>
          {indicator.denominator && (
            <li>
              <strong>{say.denominator}</strong>: {said(indicator.denominator)}
              {indicator.multiplier !== 1 &&
                `, ${say.multiplier(number(indicator.multiplier, language))}`}
              .
            </li>
          )}
          {(comparison.sources.length > 0 ? comparison.notes.slice(1) : []).map((note) => (
            <li key={note.en}>{note[language]}</li>
          ))}
          <li>{say.version(indicator.version, 0)}</li>
        </ul>
      </div>
      <div>
        <h2>{say.notSay}</h2>
        <p>{indicator.note[language]}</p>
        {partner && (
          <p>
            {say.readBeside}:{" "}
            <To {...props} change={{ indicator: partner.id }}>
              {partner.name[language]}
            </To>
          </p>
        )}
      </div>
      <div>
        <Signatures {...props} />
        <h3>{say.sources}</h3>
        <p class="small second">{indicator.source[language]}</p>
        <ul class="small second">
          {[...sources.values()].map(({ release, publisher, source, licence, origin }) => (
            <li key={release}>
              {publisher && `${publisher[language]}: `}
              {first(source)}. {licence}. <Mark origin={origin} language={language} />
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

function Signatures({ table, choice, indicator, compared, name }: Figures) {
  const { language } = choice;
  const say = words[language];
  const { comparison, checked } = compared;
  const prints = new Map(
    checked.reports.flatMap(({ thumbprints }) =>
      thumbprints.map((one) => [`${one.member} ${one.use} ${one.kid}`, one] as const),
    ),
  );
  const { member, numerator, denominator } = {
    ...comparison.indicator,
    member: comparison.indicator.numerator.member,
  };
  const expected = new Set(
    member === undefined
      ? compared.wanted.members
      : [numerator, denominator].flatMap((part) => part?.member ?? []),
  );
  const signers = [
    ...new Set(
      [...prints.values()].flatMap((one) =>
        one.use === "answer" && expected.has(one.member) ? [one.member] : [],
      ),
    ),
  ];
  if (checked.statements.length === 0) return <p class="signatures">{say.nothingSigned}</p>;
  return (
    <div class="signatures">
      <h2>
        <svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true" focusable="false">
          <circle cx="11" cy="11" r="9" />
          <path d="M6.5 11.5 L9.7 14.5 L15.5 8" />
        </svg>
        {say.signatures}
      </h2>
      <p>
        {say.signaturesText(signers.length, expected.size)} {date(checked.at, language)},{" "}
        {time(checked.at, language)}.
      </p>
      <p class="small">
        {say.digest}{" "}
        <code>{`${checked.digest.slice(0, 4)} ${checked.digest.slice(4, 8)} … ${checked.digest.slice(-4)}`}</code>
      </p>
      <button
        type="button"
        class="plain no-print"
        onClick={() =>
          offer(
            `${indicator.id}.statements.json`,
            "application/json",
            JSON.stringify({
              v: 1,
              statements: Object.fromEntries(
                checked.statements.map((jws, at) => [`${at + 1}`, jws]),
              ),
            }),
          )
        }
      >
        {say.proof}
      </button>
      <details class="no-print">
        <summary>{say.seeSignatures}</summary>
        <ul class="prints">
          {[...prints.values()].map(({ member, use, kid }) => (
            <li key={`${member} ${use} ${kid}`}>
              {table.names.get(member)?.[language] ?? name(member)} · {say.uses[use] ?? use}{" "}
              <code>{kid.slice(0, 12)}…</code>
            </li>
          ))}
        </ul>
      </details>
    </div>
  );
}
