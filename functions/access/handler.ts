/** The token endpoint, and what is to be known of it. Errors are problem+json with the two members that OAuth clients look for (RFC 6749, 5.2). */
import { Refused } from "../../schemas/refusal.ts";
import { addressOf, type Edge, json, originOf, problem, type Reply } from "../edge/http.ts";
import { type Meter, metered } from "../edge/quota.ts";
import { serving } from "../edge/serving.ts";
import { jwksOf, resourceMetadata, serverMetadata } from "./metadata.ts";
import { type TokenDeps, token } from "./token.ts";

export interface TokenEdgeDeps extends TokenDeps {
  /** Where the hub answers, as its clients call it: `https://…` without a slash at the end. Undefined behind API Gateway alone. */
  readonly origin: string | undefined;
  /** Calls are not counted where there is none. */
  readonly meter?: Meter;
}

export function edge(deps: TokenEdgeDeps): Edge {
  return serving("token", {
    serverMetadata: async (event) => json(serverMetadata(originOf(event, deps.origin), deps.hub)),
    resourceMetadata: async (event) =>
      json(resourceMetadata(originOf(event, deps.origin), deps.hub)),
    keys: async () => json(jwksOf(await deps.directory.get(deps.hub), deps.clock())),
    requestToken: async (event, body) => {
      const url = addressOf(event, deps.origin);
      return metered(deps.meter, deps.clock, async (count) => {
        try {
          const form = body();
          return json(await token(deps, { form, dpop: event.headers.dpop, url, count }));
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
          return oauthProblem(error);
        }
      });
    },
  });
}

/** Only what a client can put right, or try again, has a name in OAuth. */
function oauthProblem(refused: Refused): Reply {
  const error =
    refused.reason === "proof-invalid"
      ? "invalid_dpop_proof" // RFC 9449, 5
      : refused.reason === "unknown-member"
        ? "invalid_target" // RFC 8707, 2
        : refused.status === 401
          ? "invalid_client"
          : refused.status < 429
            ? "invalid_request"
            : "temporarily_unavailable";
  const reply = problem(refused);
  return {
    ...reply,
    body: JSON.stringify({
      ...JSON.parse(reply.body ?? "{}"),
      error,
      error_description: refused.title,
    }),
  };
}
