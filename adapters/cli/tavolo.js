#!/usr/bin/env node
// Starts the command line on Node 24: on this one where it is new enough, else on the one that npm ci brought along.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

// as in cli.ts: unheard, it would open the inspector of this process
process.on("SIGUSR1", () => {});

const here = fileURLToPath(new URL("./cli.ts", import.meta.url));
const major = Number(process.versions.node.split(".")[0]);
const brought = fileURLToPath(new URL("../../node_modules/.bin/node", import.meta.url));
if (major < 24 && !existsSync(brought)) {
  console.error(
    `Tavolo needs Node 24; this is ${process.version}. Run npm ci (it brings Node 24 on Linux and Windows), or install Node 24.`,
  );
  process.exit(1);
}
// a start takes half as long where Node keeps what it compiled
const cache = fileURLToPath(new URL("../../node_modules/.cache/node", import.meta.url));
if (major >= 24) {
  enableCompileCache(cache);
  await import("./cli.ts");
} else {
  const env = { NODE_COMPILE_CACHE: cache, ...process.env };
  process.exit(
    spawnSync(brought, [here, ...process.argv.slice(2)], { stdio: "inherit", env }).status ?? 1,
  );
}
