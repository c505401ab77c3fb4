/** Begins: who is signed in, what the address says, and the page. */
import "./style.css";
import { render } from "preact";
import { App } from "./app.tsx";
import { choiceOf } from "./choice.ts";
import { openTable } from "./load.ts";
import { fromLink, keep, kept } from "./session.ts";

const linked = await fromLink().catch(() => undefined);
if (linked) await keep(linked).catch(() => undefined);
const session = linked ?? (await kept().catch(() => undefined));
const language = navigator.language.startsWith("en") ? "en" : "it";
render(<App session={session} opened={openTable(session)} first={choiceOf(location.search, language)} />, document.getElementById("page")!);
