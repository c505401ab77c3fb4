import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine, RowsAt, VersionColumns, VersionRow } from "../../schemas/ports.ts";
import { plainEngine } from "../../tests/reference/engine.ts";
import { duckdbVersions } from "../version/duckdb.ts";
import { duckDbEngine } from "./duckdb.ts";
import { columns, engineContract, request, someRows, tableOf } from "./engine.contract.ts";
import { engine } from "./engine.ts";

let folder: string;
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "engine-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function inParquet(of: VersionColumns, rows: readonly VersionRow[]): Promise<RowsAt> {
  const path = join(folder, `${files++}.parquet`);
  await duckdbVersions.write(path, of, rows);
  return { kind: "parquet", path };
}

describe.each<[string, Engine]>([
  ["the engine of a release", engine],
  ["plain loops", plainEngine],
])("%s", (_, one) => engineContract(one, inParquet));

test("DuckDB gives what plain loops give, on however many threads", async () => {
  await fc.assert(
    fc.asyncProperty(someRows(["a", "b", "c", "d"]), async (rows) => {
      const asked = request(await inParquet(columns, rows), { withdrawn: ["d"] });
      const plain = tableOf(await plainEngine.cross(asked));
      for (const threads of [1, 2])
        expect(tableOf(await duckDbEngine({ threads }).cross(asked))).toEqual(plain);
    }),
    { numRuns: 25 },
  );
});
