/** No room stands on what the table does not name, no circle runs between rooms, and nothing public reaches the private side. */
import { existsSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { circles, reached, roomOf, strangers, unnamed } from "./fence.ts";
import { allImports, type Import, importsOf, productionFiles } from "./imports.ts";
import { packages, rooms } from "./rooms.ts";

const ALL = ["schemas", "functions", "adapters", "infra", "docs"];
let imports: Import[];
beforeAll(() => {
  imports = allImports(ALL);
  const lines = rooms.map(
    ({ at, side, imports }) => `${at.padEnd(26)} ${side.padEnd(8)} ${imports.join(" ")}`,
  );
  console.log(lines.join("\n"));
});

const faults = (all: readonly Import[]) =>
  [
    ...unnamed(rooms, all),
    ...strangers(rooms, packages, all),
    ...circles(rooms, all),
    ...reached(rooms, all),
  ].sort();

test("no import is outside the table, none makes a circle, and none leads from the public side to the private", () => {
  expect(faults(imports)).toEqual([]);
});

test("every file lies in a room", () => {
  expect(productionFiles(ALL).filter((file) => roomOf(rooms, file) === undefined)).toEqual([]);
});

test("every room that is a folder has a README", () => {
  const folders = rooms.filter(({ at }) => !/\.ts$/.test(at));
  expect(folders.map(({ at }) => `${at}/README.md`).filter((file) => !existsSync(file))).toEqual(
    [],
  );
});

test("the table names nothing that no file needs", () => {
  const needed = new Set(
    imports.map(({ from, to }) => `${roomOf(rooms, from)?.at} ${roomOf(rooms, to)?.at}`),
  );
  const idle = rooms.flatMap(({ at, imports }) =>
    imports.filter((name) => !needed.has(`${at} ${name}`)).map((name) => `${at} ${name}`),
  );
  expect(idle).toEqual([]);
});

/** Every way to write an import. */
const ways = (name: string): string[] => [
  `import { a } from "${name}";`,
  `import type { A } from "${name}";`,
  `export { a } from "${name}";`,
  `await import("${name}");`,
];

describe("what reaches the private side by a way round fails", () => {
  test.each([
    ["by way of the composition root", "functions/answer/x.ts", "../../adapters/aws/keep.ts"],
    ["three folders deep", "functions/answer/a/b/x.ts", "../../../release/release.ts"],
    ["in a .tsx", "functions/answer/x.tsx", "../keep/version-store.ts"],
    ["by testing.ts", "functions/answer/testing.ts", "../release/release.ts"],
    ["by a room that both sides have", "functions/signing/x.ts", "../release/release.ts"],
  ])("%s", (_, file, name) => {
    for (const text of ways(name)) {
      const seeded = importsOf(file, text);
      expect(unnamed(rooms, seeded)).toHaveLength(1);
      const entry = { from: "functions/answer/answer.ts", to: file };
      expect(reached(rooms, [...imports, ...seeded, entry]).length).toBeGreaterThan(0);
    }
  });

  test("a circle is one however long", () => {
    const back = { from: "functions/signing/jws.ts", to: "functions/answer/answer.ts" };
    expect(circles(rooms, [...imports, back]).length).toBeGreaterThan(0);
  });
});

const forbidden = [
  ["schemas/x.ts", "../functions/signing/jws.ts"],
  ["schemas/x.ts", "../adapters/clock/clock.ts"],
  ["functions/answer/x.ts", "../release/release.ts"],
  ["functions/answer/x.ts", "../keep/ingest/ingest.ts"],
  ["functions/query/x.ts", "../release/protect/noise.ts"],
  ["functions/query/x.ts", "../keep/version-store.ts"],
  ["functions/query/x.ts", "../answer/answer.ts"],
  ["functions/access/x.ts", "../query/ask.ts"],
  ["functions/keep/consent/x.ts", "../../release/release.ts"],
  ["functions/statements/x.ts", "../release/release.ts"],
  ["functions/policy/x.ts", "../release/release.ts"],
  ["functions/policy/x.ts", "../keep/ingest/ingest.ts"],
  ["functions/owner/x.ts", "../release/protect/protect.ts"],
  ["functions/release/protect/x.ts", "../../keep/ingest/ingest.ts"],
  ["functions/release/protect/x.ts", "../../../adapters/clock/clock.ts"],
  ["functions/answer/x.ts", "../../adapters/clock/clock.ts"],
  ["functions/answer/x.ts", "../../infra/config.ts"],
  ["functions/answer/x.ts", "../../tests/world/release.ts"],
  ["functions/answer/x.ts", "@aws-sdk/client-s3"],
  ["functions/answer/x.ts", "@middy/core"],
  ["functions/release/x.ts", "@duckdb/node-api"],
  ["functions/signing/x.ts", "../release/release.ts"],
  ["functions/signing/x.ts", "../../adapters/clock/clock.ts"],
  ["functions/signing/x.ts", "@middy/core"],
  ["functions/edge/http.ts", "@aws-sdk/client-s3"],
  ["adapters/aws/x.ts", "../local/stores.ts"],
  ["adapters/aws/answer.ts", "../../functions/release/release.ts"],
  ["adapters/aws/answer.ts", "../engine/duckdb.ts"],
  ["adapters/aws/hub.ts", "./keep.ts"],
  ["adapters/local/answering.ts", "../../functions/keep/version-store.ts"],
  ["adapters/clock/x.ts", "../../functions/signing/jws.ts"],
  ["adapters/clock/x.ts", "../store/dynamo.ts"],
  ["adapters/client/x.ts", "../../functions/query/ask.ts"],
  ["adapters/client/x.ts", "../aws/hub.ts"],
  ["adapters/client/x.ts", "../../functions/edge/http.ts"],
  ["adapters/client/x.ts", "node:crypto"],
  ["adapters/page/manager/x.ts", "../../../functions/answer/answer.ts"],
  ["adapters/page/manager/x.ts", "../../aws/hub.ts"],
  ["adapters/page/manager/view/x.tsx", "../../../local/hub.ts"],
  ["adapters/page/manager/view/x.ts", "node:crypto"],
  ["infra/x.ts", "../functions/signing/jws.ts"],
  ["infra/x.ts", "../adapters/clock/clock.ts"],
] as const;
test.each(forbidden)("%s may not import %s", (file, name) => {
  for (const text of ways(name)) {
    const seeded = importsOf(file, text);
    expect([...unnamed(rooms, seeded), ...strangers(rooms, packages, seeded)]).toHaveLength(1);
  }
});

const allowed = [
  ["schemas/y.ts", "./words.ts"],
  ["functions/answer/y.ts", "../signing/jws.ts"],
  ["functions/answer/y.ts", "../../schemas/query.ts"],
  ["functions/answer/y.ts", "./verify.ts"],
  ["functions/release/y.ts", "../account/account.ts"],
  ["functions/release/protect/y.ts", "../../disclosure/axes.ts"],
  ["functions/keep/consent/y.ts", "../version-store.ts"],
  ["functions/statements/y.ts", "../disclosure/select.ts"],
  ["functions/policy/y.ts", "../disclosure/release-plan.ts"],
  ["adapters/page/manager/y.ts", "../../client/asking.ts"],
  ["adapters/page/manager/y.ts", "../../../functions/indicators/compare/compare.ts"],
  ["adapters/aws/y.ts", "../store/dynamo.ts"],
  ["adapters/aws/y.ts", "@aws-sdk/client-s3"],
  ["adapters/aws/release.ts", "../../functions/release/release.ts"],
  ["adapters/store/y.ts", "../../schemas/ports.ts"],
  ["adapters/store/y.ts", "@aws-sdk/client-s3"],
  ["adapters/local/y.ts", "../../functions/owner/handler.ts"],
  ["adapters/client/y.ts", "../../functions/signing/jws.ts"],
  ["adapters/client/y.ts", "../../functions/statements/verify.ts"],
  ["adapters/client/nodejs.ts", "../keys/file.ts"],
  ["infra/y.ts", "../schemas/routes.ts"],
] as const;
test.each(allowed)("%s may import %s", (file, name) => {
  for (const text of ways(name)) {
    const seeded = importsOf(file, text);
    expect([...unnamed(rooms, seeded), ...strangers(rooms, packages, seeded)]).toEqual([]);
  }
});
