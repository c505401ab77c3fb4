/** The frame of the owner's page: who is signed in, which part is open. What is chosen is the address, and nothing else. */
import { useEffect, useState } from "preact/hooks";
import type { OwnOverview } from "../../../schemas/owner.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { forget, type Session, sessionOf, storeSession } from "../parts/session.ts";
import { SignedIn, Slim } from "../parts/slim.tsx";
import { Agreements } from "./agreements.tsx";
import { type Choice, choiceOf, searchOf, VIEWS, type View } from "./choice.ts";
import { Closed } from "./closed.tsx";
import { type Node, openNode } from "./load.ts";
import { Log } from "./log.tsx";
import { words } from "./messages.ts";
import { Overview } from "./overview.tsx";
import { type Choosing, type Loaded, Shown, type ViewProps } from "./parts.tsx";
import { Policies } from "./policies.tsx";
import { Withdrawals } from "./withdrawals.tsx";

interface Opened {
  readonly node: Node;
  readonly overview: OwnOverview;
}
const open = async (session: Session): Promise<Opened> => {
  const node = await openNode(session);
  return { node, overview: await node.overview() };
};
/** Reasons that say: this is not the owner's key. */
const STRANGE = [
  "token-missing",
  "token-invalid",
  "token-key-mismatch",
  "session-invalid",
  "role-missing",
];

export function OwnerApp({
  session: first,
  first: start,
}: {
  readonly session: Session | undefined;
  readonly first: Choice;
}) {
  const [choice, setChoice] = useState(start);
  const [session, setSession] = useState(first);
  const [opened, setOpened] = useState<Loaded<Opened>>({ state: "waiting" });
  const say = words[choice.language];

  const load = (by: Session | undefined) => {
    if (by === undefined) return;
    setOpened({ state: "waiting" });
    open(by).then(
      (value) => setOpened({ state: "ready", value }),
      (error: unknown) =>
        setOpened({
          state: "failed",
          reason: error instanceof Refused ? error.reason : "internal",
        }),
    );
  };
  useEffect(() => load(session), [session]);
  useEffect(() => {
    const back = () => setChoice(choiceOf(location.search, choice.language));
    addEventListener("popstate", back);
    return () => removeEventListener("popstate", back);
  }, [choice.language]);
  useEffect(() => {
    document.documentElement.lang = choice.language;
  }, [choice.language]);
  useEffect(() => {
    if (opened.state === "ready")
      document.title = `${say.heading(opened.value.overview.name[choice.language])} · Tavolo`;
  }, [opened, choice.language]);

  const choose = (change: Partial<Choice>) => {
    const next = { ...choice, ...change };
    history.pushState(null, "", searchOf(next));
    setChoice(next);
    if (change.view === undefined || change.view === choice.view) return;
    scrollTo(0, 0);
    document.getElementById("content")?.focus();
  };
  const signIn = async (member: string, jwk: JsonWebKey) => {
    const made = await sessionOf(member, jwk, session?.ahead ?? 0);
    await storeSession(made);
    setSession(made);
  };
  const signOut = async () => {
    await forget();
    setSession(undefined);
    setOpened({ state: "waiting" });
  };
  const strange = opened.state === "failed" && STRANGE.includes(opened.reason);
  const props = { choice, choose };

  return (
    <>
      <a class="skip" href="#content">
        {say.skip}
      </a>
      <Header
        {...props}
        overview={opened.state === "ready" ? opened.value.overview : undefined}
        signedIn={session !== undefined}
        signOut={signOut}
      />
      <main id="content" tabIndex={-1} class="container o-main">
        {session === undefined || strange ? (
          <Closed language={choice.language} strange={strange} signIn={signIn} />
        ) : (
          <Shown of={opened} again={() => load(session)} language={choice.language}>
            {({ node, overview }) => (
              <>
                <h1>{say.heading(overview.name[choice.language])}</h1>
                <p class="o-second o-read">{say.subtitle}</p>
                <Tabs {...props} />
                <Chosen {...props} node={node} overview={overview} />
              </>
            )}
          </Shown>
        )}
      </main>
      <footer class="slim foot">
        <div class="container">
          <span>{say.footer}</span>
        </div>
      </footer>
    </>
  );
}

function Chosen(props: ViewProps) {
  switch (props.choice.view) {
    case "overview":
      return <Overview {...props} />;
    case "policies":
      return <Policies {...props} />;
    case "withdrawals":
      return <Withdrawals {...props} />;
    case "agreements":
      return <Agreements {...props} />;
    case "log":
      return <Log {...props} />;
  }
}

function Tabs({ choice, choose }: Choosing) {
  const say = words[choice.language];
  const go = (view: View) => (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    choose({ view });
  };
  return (
    <nav class="o-tabs" aria-label={say.menu}>
      <ul>
        {VIEWS.map((view) => (
          <li key={view}>
            <a
              href={searchOf({ ...choice, view })}
              onClick={go(view)}
              aria-current={choice.view === view ? "page" : undefined}
            >
              {say.views[view]}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Header(
  props: Choosing & {
    readonly overview: OwnOverview | undefined;
    readonly signedIn: boolean;
    readonly signOut: () => void;
  },
) {
  const { choice, choose, overview, signedIn, signOut } = props;
  const say = words[choice.language];
  const other = choice.language === "it" ? "en" : "it";
  const made = overview?.datasets.some(({ origin }) => origin === "made");
  return (
    <header>
      <Slim other={other} name={say.otherLanguage} turn={() => choose({ language: other })}>
        {signedIn && (
          <SignedIn name={overview?.name[choice.language] ?? ""} say={say} signOut={signOut} />
        )}
      </Slim>
      <div class="brand">
        <div class="container">
          <span class="name o-white">{say.title}</span>
          <span class="claim">{say.claim}</span>
        </div>
      </div>
      {made && (
        <div class="strip">
          <p class="container">
            <strong>{say.demonstration}</strong> {say.demonstrationText}
          </p>
        </div>
      )}
    </header>
  );
}
