/** Nothing but the tests' own entry can choose the noise: no variable of the environment, no dependency, no argument. */
import { readFile } from "node:fs/promises";
import { afterEach, expect, test } from "vitest";
import { makeWorld, member, type World } from "../world/machine.ts";
import { aiuti, bytes, csv } from "../world/small.ts";

const MEMBER = "IT-020030";
const KEY = "00".repeat(32);
const worlds: World[] = [];
afterEach(() => Promise.all(worlds.splice(0).map((world) => world.close())));

/** The same file, released under the same id in a world of its own. */
async function cube(): Promise<string> {
  const world = await makeWorld([member(MEMBER)], "2026-07-01");
  worlds.push(world);
  await world.publish(MEMBER, aiuti(), bytes(csv()));
  return (
    await readFile(`${world.at.published(MEMBER)}/releases/aiuti/2025/1/cube.parquet`)
  ).toString("hex");
}

test("the same rows under the same id never get the same noise, whatever the environment says", async () => {
  const tried = [
    "TAVOLO_NOISE_KEY",
    "TAVOLO_KEY",
    "TAVOLO_TEST_NOISE_KEY",
    "NOISE_KEY",
    "NOISE_SEED",
    "TAVOLO_SEED",
    "SEED",
    "NODE_ENV",
  ];
  for (const name of tried) process.env[name] = name === "NODE_ENV" ? "test" : KEY;
  try {
    expect(await cube()).not.toBe(await cube());
  } finally {
    for (const name of tried) if (name !== "NODE_ENV") delete process.env[name];
  }
});

test("neither a dependency nor an argument of the release can hand a key in", async () => {
  const source = await readFile(
    new URL("../../functions/release/release.ts", import.meta.url),
    "utf8",
  );
  // the one place where the live flow gets its key
  expect(source.match(/makeKey: freshKey/g)).toHaveLength(1);
  expect(source).toMatch(/const freshKey = \(\): Uint8Array => randomBytes\(32\)/);
  expect(source).not.toMatch(/process\.env/);
});
