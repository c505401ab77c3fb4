/** The frame of every view: header, strip, footer, and who is signed in. What is chosen is the address, and nothing else. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Refused } from "../../../schemas/refusal.ts";
import { atEnd } from "../parts/desk.ts";
import { forget, type Session, sessionOf, storeSession } from "../parts/session.ts";
import { SignedIn, Slim } from "../parts/slim.tsx";
import { type Choice, choiceOf, oddIn, searchOf, type View } from "./choice.ts";
import { openTable, type Table } from "./load.ts";
import { words } from "./messages.ts";
import { Hatch } from "./picture/bar.tsx";
import { Catalogue } from "./view/catalogue.tsx";
import { IndicatorView, indicatorOf } from "./view/indicator.tsx";
import { IndicatorList } from "./view/list.tsx";
import { Places } from "./view/places.tsx";
import { Practices } from "./view/practices.tsx";
import { To, type ViewProps } from "./view/shared.tsx";
import { SignIn } from "./view/sign-in.tsx";
import { WrongAddress } from "./view/states.tsx";

const VIEWS = ["indicators", "practices", "places", "catalogue"] as const satisfies readonly View[];
/** Views that ask questions, and so need a key. */
const ASKING: readonly View[] = ["indicator", "places"];

export function App({
  session: first,
  opened,
  first: start,
}: {
  readonly session: Session | undefined;
  readonly opened: Promise<Table>;
  readonly first: Choice;
}) {
  const [choice, setChoice] = useState(start);
  const [table, setTable] = useState<Table>();
  const [fault, setFault] = useState<Error>();
  const [session, setSession] = useState(first);
  const main = useRef<HTMLElement>(null);
  const say = words[choice.language];

  const load = (coming: Promise<Table>) => {
    setFault(undefined);
    coming
      .then(async (opened) => {
        setTable(opened);
        const more = await opened.later();
        setTable((now) => (now?.asked === opened.asked ? { ...opened, ...more } : now));
      })
      .catch(setFault);
  };
  useEffect(() => load(opened), []);
  useEffect(() => {
    const back = () => setChoice(choiceOf(location.search, choice.language));
    addEventListener("popstate", back);
    return () => removeEventListener("popstate", back);
  }, [choice.language]);
  const title =
    choice.view === "indicator" ? table && titleOf(table, choice) : say.nav[choice.view];
  useEffect(() => {
    document.documentElement.lang = choice.language;
    document.title = title ? `${title} · ${say.title}` : say.title;
  }, [choice.language, title]);

  const choose: ViewProps["choose"] = (change, how = "push") => {
    const next = { ...choice, ...change };
    history[how === "push" ? "pushState" : "replaceState"](null, "", searchOf(next));
    setChoice(next);
    if (change.view !== undefined && change.view !== choice.view) {
      scrollTo(0, 0);
      main.current?.focus();
    }
  };
  const signIn = async (member: string, jwk: JsonWebKey) => {
    const made = await sessionOf(member, jwk);
    await storeSession(made);
    setSession(made);
    load(openTable(made));
  };
  const signOut = async () => {
    await forget();
    setSession(undefined);
    load(openTable(undefined));
  };

  useEffect(() => atEnd(session, signOut), [session]);
  const odd = oddIn(location.search).map(({ name, value, known }) =>
    known ? say.wrong.value(name, value) : say.wrong.choice(name),
  );

  return (
    <>
      <a class="skip" href="#content">
        {say.skip}
      </a>
      <Header choice={choice} choose={choose} table={table} session={session} signOut={signOut} />
      {(table === undefined || isMade(table)) && (
        <aside class="strip" aria-label={say.demonstration}>
          <p class="container">
            <strong>{say.demonstration}</strong> {say.demonstrationText}
          </p>
        </aside>
      )}
      <main id="content" tabIndex={-1} ref={main}>
        <Hatch />
        <WrongAddress lines={odd} language={choice.language} />
        {fault !== undefined ? (
          <Fault error={fault} again={() => load(openTable(session))} choice={choice} />
        ) : table === undefined ? (
          <p class="container view" role="status">
            {say.waiting}
          </p>
        ) : (
          <Shown table={table} choice={choice} choose={choose} signIn={signIn} />
        )}
      </main>
      <footer class="foot">
        <div class="container">
          <span>{say.footer}</span>
          <span>{say.accessibility}</span>
          <span>{say.borders}</span>
          <a href={`/operator?lang=${choice.language}`}>{say.operator}</a>
          <a href="/docs/api">{say.api}</a>
        </div>
      </footer>
    </>
  );
}

/** The name of the indicator that is shown; of one that is not there, that it is not. */
function titleOf({ indicators }: Table, { indicator, language }: Choice): string | undefined {
  const shown = indicatorOf(indicators, indicator);
  return indicator === undefined || shown?.id === indicator
    ? shown?.name[language]
    : words[language].wrong.indicator;
}

const isMade = ({ offers }: Table): boolean =>
  offers.some(({ datasets }) => datasets.some(({ origin }) => origin === "made"));

function Shown({
  table,
  choice,
  choose,
  signIn,
}: ViewProps & { readonly signIn: (member: string, jwk: JsonWebKey) => Promise<void> }) {
  const props = { table, choice, choose };
  if (ASKING.includes(choice.view) && table.session === undefined)
    return <SignIn {...props} signIn={signIn} />;
  switch (choice.view) {
    case "indicators":
      return <IndicatorList {...props} />;
    case "practices":
      return <Practices {...props} />;
    case "places":
      return <Places {...props} />;
    case "catalogue":
      return <Catalogue {...props} />;
    case "indicator":
      return <IndicatorView {...props} />;
  }
}

function Fault({
  error,
  again,
  choice,
}: {
  readonly error: Error;
  readonly again: () => void;
  readonly choice: Choice;
}) {
  const say = words[choice.language];
  return (
    <div class="container view" role="alert">
      <h1>{say.error}</h1>
      <p>
        {error instanceof Refused
          ? [error.title, error.hint.detail].filter(Boolean).join(": ")
          : error.message}
      </p>
      <button type="button" class="btn btn-primary" onClick={again}>
        {say.again}
      </button>
    </div>
  );
}

function Header(
  props: Pick<ViewProps, "choice" | "choose"> & {
    readonly table: Table | undefined;
    readonly session: Session | undefined;
    readonly signOut: () => void;
  },
) {
  const { choice, choose, table, session, signOut } = props;
  const say = words[choice.language];
  const other = choice.language === "it" ? "en" : "it";
  const links = { choice, choose };
  return (
    <header>
      <div class="no-print">
        <Slim other={other} name={say.otherLanguage} turn={() => choose({ language: other })}>
          {session && (
            <SignedIn
              name={table?.names.get(session.member)?.[choice.language] ?? session.member}
              say={say}
              signOut={signOut}
            />
          )}
        </Slim>
      </div>
      <div class="brand">
        <div class="container">
          <To {...links} change={{ view: "indicator" }} class="name">
            {say.title}
          </To>
          <span class="claim">{say.claim}</span>
          <nav aria-label={say.menu} class="no-print">
            <ul>
              {VIEWS.map((view) => (
                <li key={view}>
                  <To
                    {...links}
                    change={{ view }}
                    current={
                      choice.view === view || (view === "indicators" && choice.view === "indicator")
                    }
                  >
                    {say.nav[view]}
                  </To>
                </li>
              ))}
            </ul>
          </nav>
        </div>
      </div>
    </header>
  );
}
