/** Begins the operator's view: public facts alone, so that nobody need sign in. */
import { found } from "../../schemas/found.ts";
import "./parts/style.css";
import "./owner/owner.css";
import { render } from "preact";
import { OperatorApp } from "./operator/app.tsx";

const asked = new URLSearchParams(location.search).get("lang");
const language =
  asked === "it" || asked === "en" ? asked : navigator.language.startsWith("en") ? "en" : "it";
render(<OperatorApp first={language} />, found(document.getElementById("page")));
