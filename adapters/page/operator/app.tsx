/** The operator's view of a federation: who is in it, whose node answers, and which accounts do not fit what is published. */
import { useEffect, useState } from "preact/hooks";
import { found } from "../../../schemas/found.ts";
import type { Language } from "../../../schemas/words.ts";
import { Cell, dayAt, percent, points, Shown, timeAt, useLoad } from "../owner/parts.tsx";
import { number } from "../parts/numbers.ts";
import { Slim } from "../parts/slim.tsx";
import { type AccountLine, type Federation, type MemberLine, openFederation } from "./load.ts";
import { words } from "./messages.ts";

export function OperatorApp({ first }: { readonly first: Language }) {
  const [language, setLanguage] = useState(first);
  const say = words[language];
  const [federation, again] = useLoad(openFederation, []);
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = `${say.title} · Tavolo`;
  }, [language]);
  const other = language === "it" ? "en" : "it";
  const turn = () => {
    history.replaceState(null, "", `?lang=${other}`);
    setLanguage(other);
  };
  return (
    <>
      <a class="skip" href="#content">
        {say.skip}
      </a>
      <header>
        <Slim other={other} name={say.other} turn={turn}>
          <span>
            {federation.state === "ready" && (
              <strong>{federation.value.hub?.name[language]}</strong>
            )}
          </span>
        </Slim>
        <div class="brand">
          <div class="container">
            <a class="name" href={`/?lang=${language}`} aria-label={`Tavolo: ${say.page}`}>
              Tavolo
            </a>
            <span class="claim">{say.claim}</span>
          </div>
        </div>
      </header>
      <main id="content" tabIndex={-1} class="container o-main">
        <h1>{say.title}</h1>
        <p class="o-second o-read">{say.about}</p>
        <Shown of={federation} again={again} language={language}>
          {(value) => <All federation={value} language={language} />}
        </Shown>
      </main>
      <footer class="foot">
        <div class="container">
          <span>{say.footer}</span>
          <a href={`/?lang=${language}`}>{say.page}</a>
          <a href="/docs/api">API</a>
        </div>
      </footer>
    </>
  );
}

interface Props {
  readonly federation: Federation;
  readonly language: Language;
}

function All({ federation, language }: Props) {
  return (
    <>
      <Cards federation={federation} language={language} />
      <Accounts federation={federation} language={language} />
      <Members federation={federation} language={language} />
      <Agreements federation={federation} language={language} />
    </>
  );
}

const oddIn = (accounts: readonly AccountLine[]) =>
  accounts.filter(({ discrepancies }) => discrepancies.length > 0);

function Cards({ federation: { members, accounts, agreements, well, log }, language }: Props) {
  const say = words[language].cards;
  const nodes = members.filter(({ node }) => node !== "none");
  const answering = nodes.filter(({ node }) => node === "answers").length;
  const odd = oddIn(accounts).length;
  const force = agreements.filter(({ state }) => state === "in-force").length;
  const open = agreements.filter(({ state }) => state === "proposed").length;
  return (
    <div class="o-cards o-four">
      <section class="o-card">
        <h2 class="o-label">{say.members}</h2>
        <p class="o-big o-num">{number(members.length, language)}</p>
        <p class={`mb-0 ${answering < nodes.length ? "o-amber" : "o-second"}`}>
          {answering === nodes.length
            ? say.all
            : say.answering(number(answering, language), number(nodes.length, language))}
        </p>
      </section>
      <section class="o-card">
        <h2 class="o-label">{say.accounts}</h2>
        <p class={`o-big o-num ${odd > 0 ? "o-amber" : ""}`}>{number(odd, language)}</p>
        <p class="o-second mb-0">{odd > 0 ? say.odd : say.fine}</p>
      </section>
      <section class="o-card">
        <h2 class="o-label">{say.agreements}</h2>
        <p class="o-big o-num">{number(force, language)}</p>
        <p class="o-second mb-0">
          {open === 0 ? say.none : say.open(number(open, language), open === 1)}
        </p>
      </section>
      <section class="o-card">
        <h2 class="o-label">{say.hub}</h2>
        <p class={well ? "o-big" : "o-big o-amber"}>{well ? say.well : say.notWell}</p>
        <p class={`mb-0 ${log === undefined ? "o-amber" : "o-second"}`}>
          {log === undefined
            ? say.logBad
            : say.log(
                number(log.size, language),
                `${dayAt(log.signed, language)}, ${timeAt(log.signed, language)}`,
              )}
        </p>
      </section>
    </div>
  );
}

function Accounts({ federation: { accounts, members }, language }: Props) {
  const say = words[language];
  const nameOf = (id: string) =>
    members.find(({ entry }) => entry.id === id)?.entry.name[language] ?? id;
  // what does not fit comes first
  const sorted = [
    ...oddIn(accounts),
    ...accounts.filter(({ discrepancies }) => discrepancies.length === 0),
  ];
  return (
    <section>
      <h2>{say.accounts}</h2>
      <p class="o-second o-read">{say.accountsAbout}</p>
      {sorted.length === 0 && <p class="o-notice">{say.noAccounts}</p>}
      <ul class="o-waiting o-num">
        {sorted.map((line) => (
          <li key={`${line.member} ${line.year ?? ""}`}>
            <span>
              <strong>{nameOf(line.member)}</strong> {line.year}
            </span>
            <span>
              {line.outcome !== undefined ? (
                <span class="o-amber">{say.node[line.outcome] ?? say.unseen}</span>
              ) : line.points === undefined || line.points < 0.005 ? (
                say.nothing
              ) : (
                say.points(
                  points(line.points, language),
                  points(found(line.ceiling), language),
                  percent(found(line.share), language),
                )
              )}
            </span>
            <Fits line={line} fits={say.fits} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Sentences come from the hub, which writes them in English. */
function Fits({
  line: { discrepancies, outcome },
  fits,
}: {
  readonly line: AccountLine;
  readonly fits: string;
}) {
  if (discrepancies.length > 0)
    return (
      <span class="o-amber" lang="en">
        {discrepancies.join("; ")}
      </span>
    );
  return <span class="o-second">{outcome === undefined ? `✓ ${fits}` : ""}</span>;
}

function Members({ federation: { members }, language }: Props) {
  const say = words[language];
  const { columns } = say;
  return (
    <section>
      <h2 id="members">{say.members}</h2>
      {/* biome-ignore lint/a11y/noRedundantRoles: laid out as cards where there is little room, and then a browser forgets that it is a table */}
      <table class="o-table o-num" role="table" aria-labelledby="members">
        {/* biome-ignore lint/a11y/noRedundantRoles: see above */}
        <thead role="rowgroup">
          {/* biome-ignore lint/a11y/noRedundantRoles: see above */}
          <tr role="row">
            {Object.values(columns).map((name) => (
              // biome-ignore lint/a11y/noRedundantRoles: see above
              <th key={name} role="columnheader" scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        {/* biome-ignore lint/a11y/noRedundantRoles: see above */}
        <tbody role="rowgroup">
          {members.map((line) => (
            <Member key={line.entry.id} line={line} language={language} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Member({
  line: { entry, node, releases, keys, until },
  language,
}: {
  readonly line: MemberLine;
  readonly language: Language;
}) {
  const say = words[language];
  const { columns } = say;
  const well = node === "answers" || node === "none";
  return (
    // biome-ignore lint/a11y/noRedundantRoles: see above
    <tr role="row">
      {/* biome-ignore lint/a11y/noRedundantRoles: see above */}
      <th role="rowheader" scope="row">
        <span class="o-name">{entry.name[language]}</span>{" "}
        <span class="o-second o-code">{entry.id}</span>
      </th>
      <Cell name={columns.roles}>
        {entry.roles.map((role) => say.roles[role] ?? role).join(", ")}
      </Cell>
      <Cell name={columns.node}>
        <span class={well ? undefined : "o-amber"}>{say.node[node] ?? node}</span>
        {entry.url && <span class="o-second o-under o-break">{entry.url}</span>}
      </Cell>
      <Cell name={columns.releases}>{node === "answers" ? number(releases, language) : "–"}</Cell>
      <Cell name={columns.key}>
        {keys.map((kid) => (
          <code key={kid} class="o-break">
            {kid}{" "}
          </code>
        ))}
        {until !== undefined && (
          <span class="o-second o-under">{say.until(dayAt(until, language))}</span>
        )}
      </Cell>
    </tr>
  );
}

function Agreements({ federation: { agreements }, language }: Props) {
  const say = words[language];
  const states = Object.keys(say.states).filter((state) =>
    agreements.some((one) => one.state === state),
  );
  const sum = (of: (answers: { today: number; total: number }) => number, state: string) =>
    number(
      agreements.reduce((all, one) => all + (one.state === state ? of(one.answers) : 0), 0),
      language,
    );
  return (
    <section>
      <h2>{say.agreements}</h2>
      <p class="o-second">{agreements.length === 0 ? say.noAgreements : say.agreementsAbout}</p>
      <dl class="o-dates o-num">
        {states.map((state) => (
          <div key={state}>
            <dt>
              {number(agreements.filter((one) => one.state === state).length, language)}{" "}
              {say.states[state]}
            </dt>
            <dd>
              {say.answers(
                sum(({ total }) => total, state),
                sum(({ today }) => today, state),
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
