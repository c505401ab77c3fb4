/** Begins the owner's page: who is signed in, what the address says, and the page. */
import "./parts/style.css";
import "./owner/owner.css";
import { render } from "preact";
import { OwnerApp } from "./owner/app.tsx";
import { choiceOf } from "./owner/choice.ts";
import { fromLink, keep, kept } from "./parts/session.ts";
import { fromDesk } from "./parts/sign-in.ts";

const linked =
  (await fromLink().catch(() => undefined)) ?? (await fromDesk().catch(() => undefined));
if (linked) await keep(linked).catch(() => undefined);
const session = linked ?? (await kept().catch(() => undefined));
const language = navigator.language.startsWith("en") ? "en" : "it";
render(
  <OwnerApp session={session} first={choiceOf(location.search, language)} />,
  document.getElementById("page")!,
);
