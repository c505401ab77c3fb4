/** On AWS: requests for the log, and the schedule's own event, at which what waits gets its place. */
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { lazily } from "../../../functions/edge/http.ts";
import { edge } from "../../../functions/log/handler.ts";
import { log } from "../log.ts";

let sequence: (() => Promise<unknown>) | undefined;
const requests = lazily(async () => {
  const deps = await log(process.env);
  sequence = deps.sequence;
  return edge(deps);
});

export const handler = async (event: APIGatewayProxyEventV2 | { readonly sequence: true }) => {
  if ("routeKey" in event) return requests(event);
  sequence ??= (await log(process.env)).sequence;
  await sequence();
  return { sequenced: true };
};
