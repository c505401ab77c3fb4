/**
 * Half of those who have a benefit have no hours written down. Their mean is that of the other half: computed here from the file by
 * plain loops, and by the product from file to answer. Divided by all of them it would be drawn half-way to the midpoint.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createMember } from "../../adapters/local/members.ts";
import { keepOf, releaseDeps } from "../../adapters/local/private-side.ts";
import { openStores, paths, type Stores } from "../../adapters/local/state.ts";
import { loadCube } from "../../functions/disclosure/cube.ts";
import { accept } from "../../functions/disclosure/descriptor-rules.ts";
import { planFor } from "../../functions/disclosure/figure-plan.ts";
import { select } from "../../functions/disclosure/select.ts";
import { readMeasure } from "../../functions/indicators/compare/measure.ts";
import type { Measure } from "../../schemas/query.ts";
import { descriptorWith } from "../world/policy.ts";
import { releaseWithKey } from "../world/release.ts";

const ADA = "IT-000001";
const both = (text: string) => ({ it: text, en: text });
const base = descriptorWith({ axes: [["f", "m"]], atMost: 2, pair: false });
const descriptor = accept({
  ...base,
  v: 2,
  fields: [
    { id: "A with hours", kind: "known", column: "H", of: "A", title: both("With hours") },
    ...base.fields.map((field) =>
      field.kind === "sum" ? { ...field, of: "A with hours" } : field,
    ),
  ],
});

/** Everybody has A, women 20 or 28 hours and men 18 or 26; every other one of either has no hours. Every third has B besides, with hours of its own that are no hours of A. */
const people = Array.from({ length: 2400 }, (_, n) => ({
  id: `P${n}`,
  sex: n % 2 === 0 ? "f" : "m",
  hours: n % 4 < 2 ? 18 + 2 * ((n + 1) % 2) + 8 * (n % 3 === 0 ? 1 : 0) : undefined,
  other: n % 3 === 0,
}));
const rows = people.flatMap(({ id, sex, hours, other }) => [
  [id, sex, "A", hours ?? ""].join(","),
  ...(other ? [[id, sex, "B", 5].join(",")] : []),
]);

let root: string;
let stores: Stores;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "tavolo-half-"));
  stores = await openStores(paths(root));
});
afterAll(async () => {
  await stores.close();
  await rm(root, { recursive: true, force: true });
});

test("a mean is of those who have the value, by whichever count it is asked, and says how many they are", async () => {
  const clock = () => 1_795_600_000;
  const at = paths(root);
  await createMember(at, { id: ADA, name: both("Ada"), roles: ["provider"], node: true });
  const store = await stores.store(ADA);
  const path = join(root, "half.csv");
  await writeFile(path, ["id,D0,B,H", ...rows].join("\n"));
  const { ingest } = await keepOf(at, ADA, store, clock);
  const report = await ingest({ member: ADA, descriptor, files: [path] });
  expect([report.kept, report.rejected]).toEqual([rows.length, 0]);
  const deps = await releaseDeps(at, ADA, store, clock);
  const manifest = await releaseWithKey(new Uint8Array(32).fill(7), deps, {
    dataset: descriptor.id,
    period: "2022",
  });
  expect(manifest.v).toBe(2);
  const bytes = await deps.publicBlobs.read(`releases/${descriptor.id}/2022/1/cube.parquet`);
  const cube = await loadCube(bytes!, manifest);
  const said = (measure: Measure) => {
    const question = {
      ...{ members: [ADA], dataset: descriptor.id, period: "2022" },
      ...{ measures: [measure], by: ["d0"], where: {} },
    };
    const cells = select(planFor(question, manifest), cube, 1);
    return new Map(
      cells.map((cell) => [
        cell.by.d0!,
        readMeasure(measure, cell, { smallest: 1, fields: manifest.fields }),
      ]),
    );
  };
  for (const sex of ["f", "m"]) {
    const own = people.filter((one) => one.sex === sex);
    const known = own.flatMap(({ hours }) => hours ?? []);
    const mean = known.reduce((sum, hours) => sum + hours, 0) / known.length;
    const pulled = (known.length * mean + (own.length - known.length) * 15) / own.length;
    for (const of of ["A", "A with hours"]) {
      const read = said({ mean: "hours", of }).get(sex)!;
      if (read.state !== "shown") throw new TypeError(`a mean that is ${read.state}`);
      expect(Math.abs(read.value - mean) / read.sd, `${sex} of ${of}`).toBeLessThan(4);
      expect(Math.abs(read.value - pulled) / read.sd, `${sex} of ${of}`).toBeGreaterThan(8);
    }
    const counted = said({ count: "A with hours" }).get(sex)!;
    if (counted.state !== "shown") throw new TypeError(`a count that is ${counted.state}`);
    expect(Math.abs(counted.value - known.length) / counted.sd).toBeLessThan(4);
  }
  expect(() => said({ mean: "hours", of: "any" })).toThrow("unknown-field");
});
