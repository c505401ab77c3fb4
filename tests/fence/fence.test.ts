/** No room stands on what the table does not name, no circle runs between rooms, and nothing public reaches the private side. */
import { beforeAll, describe, expect, test } from "vitest";
import { circles, reached, strangers, unnamed } from "./fence.ts";
import { allImports, type Import, importsOf } from "./imports.ts";
import { known } from "./known.ts";
import { packages, rooms } from "./rooms.ts";

let imports: Import[];
beforeAll(() => {
  imports = allImports(["schemas", "functions", "adapters", "infra", "docs"]);
  for (const { at, side, imports } of rooms)
    console.log(`${at.padEnd(26)} ${side.padEnd(8)} ${imports.join(" ")}`);
});

const faults = (all: readonly Import[]) =>
  [
    ...unnamed(rooms, all),
    ...strangers(rooms, packages, all),
    ...circles(rooms, all),
    ...reached(rooms, all),
  ].sort();

test("what the table does not name is known, and nothing that is known is mended already", () => {
  expect(faults(imports)).toEqual([...known].sort());
});

describe("a way round fails", () => {
  test.each([
    ["by way of the composition root", "functions/answer/x.ts", "../shared/live/keep.ts"],
    ["three folders deep", "functions/answer/a/b/x.ts", "../../../release/release.ts"],
    ["in a .tsx", "functions/answer/x.tsx", "../ingest/store.ts"],
    ["by testing.ts", "functions/answer/testing.ts", "../release/release.ts"],
  ])("%s", (_, file, name) => {
    const ways = [`import { a } from "${name}";`, `import type { A } from "${name}";`];
    for (const text of [...ways, `export { a } from "${name}";`, `await import("${name}");`]) {
      const seeded = importsOf(file, text);
      expect(unnamed(rooms, seeded)).toHaveLength(1);
      expect(reached(rooms, [...imports, ...seeded]).length).toBeGreaterThan(0);
    }
  });
});
