/** Begins: who is signed in, what the address says, and the page. */
import { found } from "../../schemas/found.ts";
import "./parts/style.css";
import { render } from "preact";
import { readSignin } from "../client/signin.ts";
import { App } from "./manager/app.tsx";
import { choiceOf } from "./manager/choice.ts";
import { openTable } from "./manager/load.ts";
import { fromDesk } from "./parts/desk.ts";
import { fromLink, storedSession, storeSession } from "./parts/session.ts";

// a link that signs in, opened where the page is open already
addEventListener("hashchange", () => readSignin(location.hash) && location.reload());
// what is folded on screen is open on paper
const folded = () => document.querySelectorAll<HTMLDetailsElement>("details.figures:not([open])");
let opened: HTMLDetailsElement[] = [];
addEventListener("beforeprint", () => {
  opened = [...folded()];
  for (const one of opened) one.open = true;
});
addEventListener("afterprint", () => {
  for (const one of opened) one.open = false;
});

const linked =
  (await fromLink().catch(() => undefined)) ?? (await fromDesk().catch(() => undefined));
if (linked) await storeSession(linked).catch(() => undefined);
const session = linked ?? (await storedSession().catch(() => undefined));
const language = navigator.language.startsWith("en") ? "en" : "it";
render(
  <App session={session} opened={openTable(session)} first={choiceOf(location.search, language)} />,
  found(document.getElementById("page")),
);
