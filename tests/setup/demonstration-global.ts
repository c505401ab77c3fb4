/** A folder of this run, in which the first test file that needs the demonstration sets it up for all (tests/world/demonstration.ts). */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    readonly demonstration: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "tavolo-demonstration-"));
  project.provide("demonstration", folder);
  return () => rm(folder, { recursive: true, force: true });
}
