/** What each function is made of, as esbuild saw it: the wall between the private and the public side, in what ships. */
import { readdirSync } from "node:fs";
import { isBuiltin } from "node:module";
import { build, type Metafile } from "esbuild";
import { beforeAll, describe, expect, test } from "vitest";
import { entryOf, MAIN_FIELDS, TARGET, WITH_ENGINE } from "../../infra/bundling.ts";
import { FUNCTIONS } from "../infra/functions.ts";

const folders = readdirSync("adapters/aws/lambda")
  .filter((name) => name.endsWith(".ts"))
  .map((name) => name.replace(/\.ts$/, ""));
const LOCAL = "adapters/local/answering.ts";
const DESK = "adapters/local/desk.ts";

/** The engine is left out of all of them, so that a bundle that should have none shows it as an import. */
async function metafileOf(entry: string): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    target: TARGET,
    mainFields: MAIN_FIELDS,
    external: ["@duckdb/*"],
    logLevel: "silent",
  });
  return metafile;
}

const metafiles: Record<string, Metafile> = {};
beforeAll(async () => {
  for (const folder of folders) metafiles[folder] = await metafileOf(entryOf(folder));
  for (const entry of [LOCAL, DESK]) metafiles[entry] = await metafileOf(entry);
});

/** Everything that was read, and everything that is left for Node to find. */
const parts = ({ inputs, outputs }: Metafile): string[] => [
  ...Object.keys(inputs),
  ...Object.values(outputs).flatMap(({ imports }) => imports.map(({ path }) => path)),
];
const within = (name: string, pattern: RegExp) =>
  parts(metafiles[name]!).filter((part) => pattern.test(part));

test("every function that a stack deploys is looked at", () => {
  expect(folders.sort()).toEqual([...FUNCTIONS]);
});

/** Previews a policy by the release's pure rules, and reads its account. */
const OWNER = "owner";

test("the owner's interface has the rules of a release, and nothing that reads a row, finds a person or draws noise", () => {
  expect(
    within(
      OWNER,
      /@duckdb|functions\/(keep|answer|query)\/|adapters\/(engine|version|cube|source)\//,
    ),
  ).toEqual([]);
  expect(within(OWNER, /adapters\/aws\/(keep|release)/)).toEqual([]);
  expect(within(OWNER, /functions\/release\//)).toEqual([]);
});

describe.each([
  ...folders.filter((folder) => folder !== OWNER && !WITH_ENGINE.some((name) => name === folder)),
  LOCAL,
  DESK,
])("%s", (name) => {
  test("has nothing of the private side", () => {
    expect(
      within(name, /@duckdb|functions\/(release|keep)\/|adapters\/(engine|version|cube|source)\//),
    ).toEqual([]);
    expect(within(name, /adapters\/aws\/(keep|release)/)).toEqual([]);
  });
});

test.each(["token", "query", "catalogue", "members", "agreements", "log", "status"])(
  "%s, at the hub, has nothing of a node",
  (name) => {
    // it writes Parquet tables and reads none
    expect(
      within(
        name,
        /functions\/answer\/|adapters\/blobs\/.*|client-s3|hyparquet\/src\/(read|rowgroup|query|plan)/,
      ).filter((part) => bytesOf(name, part) > 0),
    ).toEqual([]);
  },
);

/** Bytes of a file that are left in what ships: an unused one may be read and then dropped. */
function bytesOf(name: string, file: string): number {
  return Object.values(metafiles[name]!.outputs).reduce(
    (sum, { inputs }) => sum + (inputs[file]?.bytesInOutput ?? 0),
    0,
  );
}

test("the desk has nothing of what answers, asks or tells the owner: a session is all that it makes", () => {
  for (const name of ["desk", DESK])
    expect(within(name, /functions\/(answer|query|owner|agreements)\/|access\/token\.ts/)).toEqual(
      [],
    );
});

test("what may leave rows behind does not sign answers, and what ingests does not release", () => {
  expect(within("ingest", /functions\/(release|answer|query)\//)).toEqual([]);
  expect(within("release", /functions\/(ingest|consent|answer|query)\//)).toEqual([]);
});

test("nothing is left for Node to find but its own modules, and the engine where it is needed", () => {
  for (const name of folders) {
    const left = Object.values(metafiles[name]!.outputs).flatMap(({ imports }) =>
      imports.flatMap(({ path, external }) => (external ? [path] : [])),
    );
    const foreign = [...new Set(left)].filter(
      (path) => !path.startsWith("node:") && !isBuiltin(path),
    );
    expect(foreign).toEqual(
      WITH_ENGINE.some((folder) => folder === name) ? ["@duckdb/node-api"] : [],
    );
  }
});

test("nothing takes in what only tests may, and what is deployed signs by KMS alone", () => {
  for (const name of [...folders, LOCAL, DESK])
    expect(within(name, /testing\.ts$|\.test\.ts$|vitest/)).toEqual([]);
  for (const name of folders)
    expect(within(name, /adapters\/keys\/file|adapters\/local\//)).toEqual([]);
});
