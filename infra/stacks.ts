/** The stacks of a federation. They share nothing: hub and nodes belong to different organisations, in accounts of their own. */
import { type App, Tags } from "aws-cdk-lib";
import type { FederationConfig } from "./config.ts";
import { HubStack } from "./hub-stack.ts";
import { NodeStack } from "./node-stack.ts";

export function stacks(app: App, { region, hub, nodes }: FederationConfig) {
  const env = { region };
  Tags.of(app).add("project", "tavolo");
  return {
    hub: hub && new HubStack(app, "TavoloHub", { env, config: hub }),
    nodes: nodes.map(
      (config) => new NodeStack(app, `TavoloNode-${config.member}`, { env, config }),
    ),
  };
}
