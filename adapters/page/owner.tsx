/** Begins the owner's page: who is signed in, what the address says, and the page. */
import { found } from "../../schemas/found.ts";
import "./parts/style.css";
import "./owner/owner.css";
import { render } from "preact";
import { OwnerApp } from "./owner/app.tsx";
import { choiceOf } from "./owner/choice.ts";
import { fromDesk } from "./parts/desk.ts";
import { fromLink, storedSession, storeSession } from "./parts/session.ts";

const linked =
  (await fromLink().catch(() => undefined)) ?? (await fromDesk().catch(() => undefined));
if (linked) await storeSession(linked).catch(() => undefined);
const session = linked ?? (await storedSession().catch(() => undefined));
const language = navigator.language.startsWith("en") ? "en" : "it";
render(
  <OwnerApp session={session} first={choiceOf(location.search, language)} />,
  found(document.getElementById("page")),
);
