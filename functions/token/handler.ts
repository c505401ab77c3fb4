/** The token endpoint. Errors are problem+json with the two members that OAuth clients look for (RFC 6749, 5.2). */
import { Refused } from "../../schemas/refusal.ts";
import { bodyOf, type Edge, http, json, problem, type Reply, routed } from "../shared/http.ts";
import { type TokenDeps, token } from "./token.ts";

export function edge(deps: TokenDeps): Edge {
  const issue = token(deps);
  return http(
    routed({
      "POST /token.oauth2": async (event) => {
        try {
          return json(await issue(bodyOf(event, "application/x-www-form-urlencoded")));
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
          return oauthProblem(error);
        }
      },
    }),
  );
}

/** Only what a client can put right, or try again, has a name in OAuth. */
function oauthProblem(refused: Refused): Reply {
  const error = refused.status === 401 ? "invalid_client" : refused.status < 500 ? "invalid_request" : "temporarily_unavailable";
  const reply = problem(refused);
  return { ...reply, body: JSON.stringify({ ...JSON.parse(reply.body ?? "{}"), error, error_description: refused.title }) };
}
