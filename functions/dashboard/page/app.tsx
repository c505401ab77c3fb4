/** The frame of every view: header, strip, footer, and who is signed in. What is chosen is the address, and nothing else. */
import { useEffect, useState } from "preact/hooks";
import { type Choice, choiceOf, searchOf, type View } from "./choice.ts";
import { openTable, type Table } from "./load.ts";
import { forget, keep, type Session, sessionOf } from "./session.ts";
import { Catalogue } from "./view/catalogue.tsx";
import { IndicatorView } from "./view/indicator.tsx";
import { IndicatorList } from "./view/list.tsx";
import { Practices } from "./view/practices.tsx";
import { SignIn } from "./view/sign-in.tsx";
import { words } from "./words.ts";

export interface ViewProps {
  readonly table: Table;
  readonly choice: Choice;
  readonly choose: (change: Partial<Choice>) => void;
}

const VIEWS: readonly Exclude<View, "indicator">[] = ["indicators", "practices", "catalogue"];

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
  const [fault, setFault] = useState<string>();
  const [session, setSession] = useState(first);
  const say = words[choice.language];

  const load = (coming: Promise<Table>) => {
    setFault(undefined);
    coming.then(setTable, (error: Error) => setFault(error.message));
  };
  useEffect(() => load(opened), []);
  useEffect(() => {
    const back = () => setChoice(choiceOf(location.search, choice.language));
    addEventListener("popstate", back);
    return () => removeEventListener("popstate", back);
  }, [choice.language]);
  useEffect(() => {
    document.documentElement.lang = choice.language;
  }, [choice.language]);

  const choose = (change: Partial<Choice>) => {
    const next = { ...choice, ...change };
    history.pushState(null, "", searchOf(next));
    setChoice(next);
    if (change.view !== undefined) document.getElementById("content")?.focus();
  };
  const signIn = async (member: string, jwk: JsonWebKey) => {
    const made = await sessionOf(member, jwk);
    await keep(made);
    setSession(made);
    load(openTable(made));
  };
  const signOut = async () => {
    await forget();
    setSession(undefined);
    load(openTable(undefined));
  };

  return (
    <>
      <a class="visually-hidden-focusable" href="#content">
        {say.skip}
      </a>
      <Header choice={choice} choose={choose} table={table} session={session} signOut={signOut} />
      <aside class="strip" aria-label={say.demonstration}>
        <div class="container inner">
          <p class="mb-0">
            <strong>{say.demonstration}</strong> {say.demonstrationText}
          </p>
        </div>
      </aside>
      <main id="content" tabIndex={-1}>
        {fault !== undefined ? (
          <Fault text={fault} again={() => load(openTable(session))} choice={choice} />
        ) : table === undefined ? (
          <p class="container py-5">{say.waiting}</p>
        ) : (
          <Shown table={table} choice={choice} choose={choose} signIn={signIn} />
        )}
      </main>
      <footer class="slim foot">
        <div class="container inner">
          <span>{say.footer}</span>
          <a class="text-white" href="/docs/api">
            API
          </a>
        </div>
      </footer>
    </>
  );
}

function Shown({ table, choice, choose, signIn }: ViewProps & { readonly signIn: (member: string, jwk: JsonWebKey) => Promise<void> }) {
  const props = { table, choice, choose };
  switch (choice.view) {
    case "indicators":
      return <IndicatorList {...props} />;
    case "practices":
      return <Practices {...props} />;
    case "catalogue":
      return <Catalogue {...props} />;
    case "indicator":
      return table.session ? <IndicatorView {...props} /> : <SignIn {...props} signIn={signIn} />;
  }
}

function Fault({ text, again, choice }: { readonly text: string; readonly again: () => void; readonly choice: Choice }) {
  const say = words[choice.language];
  return (
    <div class="container py-5" role="alert">
      <h1>{say.error}</h1>
      <p>{text}</p>
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
  const open = (view: View) => (event: Event) => {
    event.preventDefault();
    choose({ view });
  };
  return (
    <header>
      <div class="slim">
        <div class="container inner">
          <span>{say.claim}</span>
          <span class="d-flex gap-3">
            <button type="button" class="plain" lang={other} onClick={() => choose({ language: other })}>
              {say.otherLanguage}
            </button>
            {session && (
              <>
                <strong>{table?.names.get(session.member)?.[choice.language] ?? session.member}</strong>
                <button type="button" class="plain" onClick={signOut}>
                  {say.signOut}
                </button>
              </>
            )}
          </span>
        </div>
      </div>
      <div class="brand">
        <div class="container inner">
          <a class="name" href={searchOf({ ...choice, view: "indicator" })} onClick={open("indicator")}>
            {say.title}
          </a>
          <nav aria-label={say.menu}>
            <ul>
              {VIEWS.map((view) => (
                <li key={view}>
                  <a
                    href={searchOf({ ...choice, view })}
                    onClick={open(view)}
                    aria-current={choice.view === view || (view === "indicators" && choice.view === "indicator") ? "page" : undefined}
                  >
                    {say.nav[view as keyof typeof say.nav]}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
        </div>
      </div>
    </header>
  );
}
