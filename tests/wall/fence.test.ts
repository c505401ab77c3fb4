/** The fence between folders bites: for each of its rules an import that breaks it is written down and reported, and one beside it is not. */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

interface Case {
  /** Where the import stands. */
  readonly in: string;
  readonly of: string;
}

const forbidden: Case[] = [
  { in: "schemas/x.ts", of: "../functions/shared/jws.ts" },
  { in: "schemas/x.ts", of: "../adapters/clock/clock.ts" },
  { in: "functions/answer/x.ts", of: "../release/release.ts" },
  { in: "functions/answer/x.ts", of: "../ingest/ingest.ts" },
  { in: "functions/query/x.ts", of: "../release/protect/draw.ts" },
  { in: "functions/query/x.ts", of: "../ingest/store.ts" },
  { in: "functions/query/x.ts", of: "../answer/select.ts" },
  { in: "functions/token/x.ts", of: "../query/ask.ts" },
  { in: "functions/consent/x.ts", of: "../release/release.ts" },
  { in: "functions/verify/x.ts", of: "../release/release.ts" },
  { in: "functions/policy/x.ts", of: "../release/release.ts" },
  { in: "functions/policy/x.ts", of: "../ingest/ingest.ts" },
  { in: "functions/release/protect/x.ts", of: "../../ingest/ingest.ts" },
  { in: "functions/release/protect/x.ts", of: "../../../adapters/clock/clock.ts" },
  { in: "functions/answer/x.ts", of: "../../adapters/clock/clock.ts" },
  { in: "functions/answer/x.ts", of: "../../infra/config.ts" },
  { in: "functions/answer/x.ts", of: "@aws-sdk/client-s3" },
  { in: "functions/answer/x.ts", of: "@middy/core" },
  { in: "functions/release/x.ts", of: "@duckdb/node-api" },
  { in: "functions/shared/x.ts", of: "../release/release.ts" },
  { in: "functions/shared/x.ts", of: "../../adapters/clock/clock.ts" },
  { in: "functions/shared/x.ts", of: "@middy/core" },
  { in: "functions/shared/http.ts", of: "@aws-sdk/client-s3" },
  { in: "functions/shared/live/x.ts", of: "../../../adapters/local/stores.ts" },
  { in: "functions/shared/live/x.ts", of: "../../release/testing.ts" },
  { in: "functions/shared/live/answer.ts", of: "../../release/release.ts" },
  { in: "functions/shared/live/answer.ts", of: "../../../adapters/engine/duckdb.ts" },
  { in: "functions/shared/live/hub.ts", of: "./keep.ts" },
  { in: "adapters/clock/x.ts", of: "../../functions/shared/jws.ts" },
  { in: "adapters/clock/x.ts", of: "../store/dynamo.ts" },
  { in: "adapters/client/x.ts", of: "../../functions/query/ask.ts" },
  { in: "adapters/client/x.ts", of: "../../functions/shared/live/hub.ts" },
  { in: "adapters/client/x.ts", of: "../../functions/shared/http.ts" },
  { in: "adapters/client/x.ts", of: "../keys/file.ts" },
  { in: "adapters/client/x.ts", of: "node:crypto" },
  { in: "functions/dashboard/page/x.ts", of: "../../answer/answer.ts" },
  { in: "functions/dashboard/page/x.ts", of: "../../shared/live/hub.ts" },
  { in: "functions/dashboard/page/view/x.ts", of: "../../../../adapters/local/hub.ts" },
  { in: "functions/dashboard/page/view/x.ts", of: "node:crypto" },
  { in: "infra/x.ts", of: "../functions/shared/jws.ts" },
  { in: "infra/x.ts", of: "../adapters/clock/clock.ts" },
];

const allowed: Case[] = [
  { in: "schemas/y.ts", of: "./words.ts" },
  { in: "functions/answer/y.ts", of: "../shared/jws.ts" },
  { in: "functions/answer/y.ts", of: "../../schemas/query.ts" },
  { in: "functions/answer/y.ts", of: "./select.ts" },
  { in: "functions/answer/y.test.ts", of: "../release/release.ts" },
  { in: "functions/release/protect/y.ts", of: "../account.ts" },
  { in: "functions/release/protect/y.ts", of: "../../shared/axes.ts" },
  { in: "functions/consent/y.ts", of: "../ingest/store.ts" },
  { in: "functions/verify/y.ts", of: "../query/partial.ts" },
  { in: "functions/verify/y.ts", of: "../answer/select.ts" },
  { in: "functions/policy/y.ts", of: "../release/protect/plan.ts" },
  { in: "functions/dashboard/page/y.ts", of: "../../../adapters/client/asking.ts" },
  { in: "functions/dashboard/page/y.ts", of: "../../benchlearn/compare.ts" },
  { in: "functions/shared/live/y.ts", of: "../../../adapters/store/dynamo.ts" },
  { in: "functions/shared/live/y.ts", of: "@aws-sdk/client-s3" },
  { in: "functions/shared/live/y.ts", of: "../../release/release.ts" },
  { in: "adapters/clock/y.ts", of: "../../schemas/ports.ts" },
  { in: "adapters/clock/y.ts", of: "@aws-sdk/client-s3" },
  { in: "adapters/local/y.ts", of: "../../functions/answer/handler.ts" },
  { in: "adapters/client/y.ts", of: "../../functions/shared/jws.ts" },
  { in: "adapters/client/y.ts", of: "../../functions/verify/verify.ts" },
  { in: "adapters/client/node.ts", of: "../keys/file.ts" },
  { in: "infra/y.ts", of: "../schemas/routes.ts" },
];

/** Every way to write an import, a line each. */
const ways = (of: string, name: string): string[] => [
  `import { ${name}a } from "${of}"; export const ${name}A = ${name}a;`,
  `import type { ${name}B } from "${of}"; export type ${name}C = ${name}B;`,
  `export { ${name}d } from "${of}";`,
  `export const ${name}e = import("${of}");`,
];

const zod: Case[] = [
  "tests/z.ts",
  "schemas/z.ts",
  "functions/answer/z.ts",
  "functions/shared/live/z.ts",
  "adapters/clock/z.ts",
  "infra/z.ts",
].map((file) => ({ in: file, of: "zod" }));
const NAMED = 'import { z } from "zod"; export const a = z.string();';
const NAMESPACE = 'import * as z2 from "zod"; export const b = z2.string();';

/** Lines of files that do not exist in the project, but lie where such files would. */
const files = new Map<string, string[]>();
/** Adds lines, and says where they stand as `file:line`. */
function add(file: string, lines: readonly string[]): string[] {
  const text = files.get(file) ?? [];
  files.set(file, text);
  return lines.map((line) => `${file}:${text.push(line)}`);
}
const placed = (cases: readonly Case[], name: string) =>
  cases.map((one, at) => ({ ...one, places: add(one.in, ways(one.of, `${name}${at}`)) }));

const wrong = placed(forbidden, "wrong");
const right = placed(allowed, "right");
const named = zod.map((one) => ({ ...one, places: add(one.in, [NAMED]) }));
const namespace = zod.map((one) => ({ ...one, places: add(one.in, [NAMESPACE]) }));

let folder: string;
let reported: Set<string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fence-"));
  await cp("biome.json", join(folder, "biome.json"));
  for (const [file, lines] of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), `${lines.join("\n")}\n`);
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

const found = (places: readonly string[]) => places.filter((place) => reported.has(place));

test.each(wrong)("$in may not import $of", ({ places }) => expect(found(places)).toEqual(places));
test.each(right)("$in may import $of", ({ places }) => expect(found(places)).toEqual([]));
test.each(named)("$in may not import { z }", ({ places }) => expect(found(places)).toEqual(places));
test.each(namespace)("$in may import * as z", ({ places }) => expect(found(places)).toEqual([]));
