/** The node's public edge. */
import { Refused } from "../../schemas/refusal.ts";
import { binary, bodyOf, type Edge, http, json, routed, text } from "../shared/http.ts";
import { type AnswerDeps, answer } from "./answer.ts";

export function edge(deps: AnswerDeps): Edge {
  const ask = answer(deps);
  return http(
    routed({
      "POST /v1/answer": async (event) => text(await ask(bodyOf(event, "application/jose")), "application/jose"),
      "GET /v1/releases": async () => json({ v: 1, manifests: await deps.releases.manifests() }),
      "GET /v1/releases/{dataset}/{period}/{number}/cube": async ({ pathParameters }) => {
        const { dataset = "", period = "", number = "" } = pathParameters ?? {};
        const { manifest } = await deps.releases.current(dataset, period, deps.clock());
        // a whole release of records goes to those with an agreement, which this call cannot show
        if (manifest.kind === "records" && manifest.legalBasis.basis !== "open-data") throw new Refused("no-agreement");
        return binary(await deps.releases.bytes(dataset, period, Number(number)), "application/vnd.apache.parquet");
      },
    }),
  );
}
