/** The hub's public edge for questions. Wiring only. */
import { bodyOf, type Edge, http, routed, text } from "../shared/http.ts";
import { type AskDeps, ask } from "./ask.ts";

export function edge(deps: AskDeps): Edge {
  const answer = ask(deps);
  return http(
    routed({
      "POST /v1/query": async (event) => {
        const jws = bodyOf(event, "application/jose");
        return text(await answer({ authorization: event.headers.authorization, jws }), "application/jose");
      },
    }),
  );
}
