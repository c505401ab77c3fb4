/**
 * Where the traces of a run are kept, and the look at them when it is over: one that holds a secret fails the run, and so does a
 * refusal that its endpoint does not declare.
 */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { UNDECLARED } from "../../functions/edge/serving.ts";
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
    const undeclared = await undeclaredIn(folder);
    await rm(folder, { recursive: true, force: true });
    if (undeclared.length > 0) {
      process.exitCode = 1;
      throw new Error(`refusals that no endpoint declares:\n  ${undeclared.join("\n  ")}`);
    }
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

/** Lines of the log that say so (functions/edge/serving.ts), each with the test that made it. */
async function undeclaredIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".err"));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  const lines = texts.flatMap((text) => {
    const [from, ...written] = text.split("\n");
    return written.filter((line) => line.includes(UNDECLARED)).map((line) => `${line} in ${from}`);
  });
  return [...new Set(lines)];
}
