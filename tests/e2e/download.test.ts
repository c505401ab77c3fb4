/** What the how-to says about a release taken home holds: the query, the intervals, and what a union of codes costs. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { takeRelease } from "../../adapters/client/asking.ts";
import { cities } from "../../docs/demo/cities.ts";
import { prestazioni } from "../../docs/demo/datasets.ts";
import { generate } from "../../docs/demo/generate.ts";
import { makeWorld, member, purposeId, type World } from "../world/machine.ts";

const PARMA = cities.find(({ name }) => name === "Parma")!;
let world: World;
let file: string;
beforeAll(async () => {
  world = await makeWorld([member(PARMA.id), member("IT-028060", false)], "2023-07-01");
  await world.publish(PARMA.id, prestazioni(PARMA), generate(PARMA)["prestazioni-2022.csv"]);
  const { nodes } = await world.start([
    { consumer: "IT-028060", provider: PARMA.id, dataset: "prestazioni" },
  ]);
  file = join(world.at.root, "parma.parquet");
  await writeFile(
    file,
    await takeRelease(
      await world.asker("IT-028060"),
      nodes[0]!.url,
      `${PARMA.id}/prestazioni/2022/1`,
      purposeId,
    ),
  );
});
afterAll(() => world.close());

test("the query of the how-to gives every age that may be shown, with its interval", async () => {
  const page = await readFile(
    join(import.meta.dirname, "../../docs/how-to/download-a-release.md"),
    "utf8",
  );
  const sql = /```sql\n([\s\S]*?)```/.exec(page)![1]!.replace("parma.parquet", file);
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const rows = (await connection.runAndReadAll(sql)).getRowObjectsJS() as {
    age: string;
    known: number;
    low: number;
    high: number;
  }[];
  expect(rows.map(({ age }) => age)).toEqual(
    expect.arrayContaining(["_T", "75-84", "75-79", "85+"]),
  );
  for (const { known, low, high } of rows)
    expect([known - low, high - known]).toEqual([expect.closeTo(23.5, 0), expect.closeTo(23.5, 0)]);
  const of = (age: string) => rows.find((row) => row.age === age)!.known;
  // siblings add up within rounding
  expect(of("75-79") + of("80-84")).toBeCloseTo(of("75-84"), 2);
});
