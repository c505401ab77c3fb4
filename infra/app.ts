/** `npx cdk synth`, or `npx cdk deploy -c federation=FILE TavoloHub`. */
import { fileURLToPath } from "node:url";
import { App } from "aws-cdk-lib";
import { readConfig } from "./config.ts";
import { stacks } from "./stacks.ts";

const app = new App();
const file =
  app.node.tryGetContext("federation") ??
  fileURLToPath(new URL("federation.json", import.meta.url));
stacks(app, readConfig(file));
