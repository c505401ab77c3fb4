/** `npm run vectors -- DIR`: every vector file under a folder, whatever its name. Ends with `N passed, N failed, N skipped`. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { kinds } from "./kinds.ts";
import { notUsed } from "./tokens.ts";

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

async function filesUnder(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return path.endsWith(".json") ? [path] : [];
  const names = (await readdir(path)).sort();
  return (await Promise.all(names.map((name) => filesUnder(join(path, name))))).flat();
}

/** Runs all files of a folder; one line a file, and one a failure. Only kinds that are known can pass. */
export async function runVectors(folder: string, say: (line: string) => void): Promise<Tally> {
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  for (const path of await filesUnder(folder)) {
    const file = JSON.parse(await readFile(path, "utf8")) as { kind?: unknown };
    const checks =
      typeof file.kind === "string" && Object.hasOwn(kinds, file.kind)
        ? kinds[file.kind]
        : undefined;
    if (checks === undefined) {
      tally.skipped += 1;
      const kind = String(file.kind);
      say(
        `skipped  ${path}: ${Object.hasOwn(notUsed, kind) ? notUsed[kind] : `kind ${kind} is not known here`}`,
      );
      continue;
    }
    let failed = 0;
    const refused = new Map<string, number>();
    for (const { name, run, policy } of checks(file)) {
      try {
        await run();
        tally.passed += 1;
        if (policy !== undefined) refused.set(policy, (refused.get(policy) ?? 0) + 1);
      } catch (error) {
        failed += 1;
        say(`failed   ${path}, ${name}: ${(error as Error).message}`);
      }
    }
    for (const [why, count] of refused)
      say(`refused by policy, as it must be: ${path}: ${count} of its checks: ${why}`);
    tally.failed += failed;
    if (failed === 0) say(`passed   ${path}`);
  }
  return tally;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const folder = process.argv[2];
  if (folder === undefined || folder === "--help") {
    console.log("usage: npm run vectors -- DIR    runs every JSON vector file under DIR");
    process.exit(folder === undefined ? 2 : 0);
  }
  const { passed, failed, skipped } = await runVectors(folder, (line) => console.log(line));
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exit(failed > 0 ? 1 : 0);
}
