import { expect, test } from "vitest";
import { shared } from "../setup/shared.ts";
import { runVectors } from "./run.ts";

const folder = shared("vectors/sdc");

test.skipIf(folder === undefined)("every vector of the lattice holds, and every file is of a known kind or skipped by name", async () => {
  const lines: string[] = [];
  const tally = await runVectors(folder!, (line) => lines.push(line));
  expect(lines.filter((line) => line.startsWith("failed"))).toEqual([]);
  for (const kind of [
    "lattice_noise",
    "lattice_noise_hierarchy",
    "noise_draws",
    "gdp_accounting",
    "union_variance",
    "release_table",
    "display_quality",
  ])
    expect(lines.some((line) => line.startsWith("passed") && line.includes(`/${kind}.json`))).toBe(true);
  expect(tally.passed).toBeGreaterThan(50);
});
