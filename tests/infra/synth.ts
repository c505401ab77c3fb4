/** The stacks of the example, built in this process. */
import { readFileSync } from "node:fs";
import { App } from "aws-cdk-lib";
import { type NodeConfig, readConfig } from "../../infra/config.ts";
import { stacks } from "../../infra/stacks.ts";

const context = JSON.parse(readFileSync("cdk.json", "utf8")).context as Record<string, unknown>;

/** Without bundling it takes a tenth of the time, and the templates differ in nothing but the names of assets. */
export function build(
  outdir: string,
  bundle: boolean,
  change: (node: NodeConfig) => NodeConfig = (same) => same,
) {
  const app = new App({
    outdir,
    context: {
      ...context,
      "aws:cdk:enable-asset-metadata": true,
      ...(bundle ? {} : { "aws:cdk:bundling-stacks": [] }),
    },
  });
  const config = readConfig("infra/federation.json");
  const { hub, nodes } = stacks(app, { ...config, nodes: config.nodes.map(change) });
  return { app, hub: hub!, node: nodes[0]! };
}
