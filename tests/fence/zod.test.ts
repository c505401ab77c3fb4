/** Zod is imported as a namespace everywhere: Biome says so of every file, and of both ways to write it. */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const files = [
  "tests/z.ts",
  "schemas/z.ts",
  "functions/answer/z.ts",
  "functions/keep/ingest/z.ts",
  "adapters/aws/z.ts",
  "adapters/page/owner/z.tsx",
  "infra/z.ts",
];
const NAMED = 'import { z } from "zod"; export const a = z.string();';
const NAMESPACE = 'import * as z2 from "zod"; export const b = z2.string();';

let folder: string;
let reported: Set<string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fence-"));
  await cp("biome.json", join(folder, "biome.json"));
  for (const file of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), `${NAMED}\n${NAMESPACE}\n`);
  }
  reported = await lint();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Where the project's own rules report an import, as `file:line`. */
async function lint(): Promise<Set<string>> {
  const options = ["lint", "--vcs-enabled=false", "--reporter=json", "--max-diagnostics=none", "."];
  // it ends with 1 wherever it reports anything
  const { stdout } = await promisify(execFile)(resolve("node_modules/.bin/biome"), options, {
    cwd: folder,
    maxBuffer: 2 ** 26,
  }).catch((error: { stdout: string }) => error);
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: { category: string; location: { path: string; start: { line: number } } }[];
  };
  const broken = diagnostics.filter(
    ({ category }) => category === "lint/style/noRestrictedImports",
  );
  return new Set(broken.map(({ location: { path, start } }) => `${path}:${start.line}`));
}

test.each(files)("%s may not import { z }, and may import * as z", (file) => {
  expect(reported).toContain(`${file}:1`);
  expect(reported).not.toContain(`${file}:2`);
});
