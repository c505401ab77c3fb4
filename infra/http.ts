/** A member's public address: the routes of schemas/routes.ts, each to its function, and nothing else. */
import { HttpApi, HttpMethod, HttpStage } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { type Route, routes } from "../schemas/routes.ts";

/** Requests a second, and how many at once above that: a lid on what a flood can cost. */
const THROTTLE = { rateLimit: 50, burstLimit: 100 };

export function httpApi(
  scope: Construct,
  at: Route["at"],
  functions: Readonly<Partial<Record<Route["serves"], IFunction>>>,
): HttpStage {
  const api = new HttpApi(scope, "Api", { createDefaultStage: false });
  for (const { method, path, serves } of routes.filter((route) => route.at === at)) {
    const handler = functions[serves];
    if (handler === undefined && serves === "desk") continue; // a node without a provider to sign in with has none
    if (handler === undefined) throw new Error(`no function serves ${method} ${path}`);
    const integration = new HttpLambdaIntegration(serves, handler);
    api.addRoutes({ path, methods: [HttpMethod[method]], integration });
  }
  return new HttpStage(scope, "Stage", {
    httpApi: api,
    stageName: "$default",
    autoDeploy: true,
    throttle: THROTTLE,
  });
}
