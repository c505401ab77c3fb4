/** Where the traces of a run are kept, and the look at them when it is over: one that holds a secret fails the run. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { leaksIn } from "../privacy/leaks.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A folder of this run. */
    readonly traces: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "tavolo-traces-"));
  project.provide("traces", folder);
  return async () => {
    const { leaks, streams, secrets } = await leaksIn(folder);
    await rm(folder, { recursive: true, force: true });
    if (leaks.length === 0)
      return console.log(
        `Traces: none of ${secrets} keys and pseudonyms, no token and no tax code in ${streams} streams that were written.`,
      );
    process.exitCode = 1;
    throw new Error(
      `what the suite wrote holds what it must not:\n  ${leaks.slice(0, 50).join("\n  ")}`,
    );
  };
}
