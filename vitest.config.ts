import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { Order } from "./tests/setup/order.ts";

// the command line is started hundreds of times: Node keeps what it compiled
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, "node_modules/.cache/node");

export default defineConfig({
  test: {
    // what everything wrote is looked through at the end: no secret, token, identifier or pseudonym may be in it
    globalSetup: ["tests/setup/traces-global.ts", "tests/setup/demonstration-global.ts"],
    setupFiles: ["tests/setup/traces.ts"],
    // only what hangs gets there, however busy the machine is: no test sets a limit of its own
    testTimeout: 600_000,
    hookTimeout: 600_000,
    pool: "forks",
    // one more than there are cores: who waits for a process or a disk leaves a core to another
    maxWorkers: 3,
    sequence: { sequencer: Order },
    projects: [
      {
        extends: true,
        test: { name: "whole", include: ["{adapters,infra,tests,docs}/**/*.test.ts"] },
      },
      // pure functions leave nothing behind: their files share a worker, and Node loads them by itself
      {
        extends: true,
        test: {
          name: "functions",
          include: ["{functions,schemas}/**/*.test.ts"],
          isolate: false,
          experimental: { viteModuleRunner: false },
        },
      },
    ],
  },
});
