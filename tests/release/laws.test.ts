/**
 * What the promise rests on before any noise is drawn: a subject's contribution is never more than what was charged for; nothing
 * depends on how a file's lines happen to lie; and a descriptor that is odd makes no release. That a contribution depends on that
 * subject alone is in every engine's contract.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { duckDbEngine } from "../../adapters/engine/duckdb.ts";
import { releaseDeps } from "../../adapters/local/private-side.ts";
import { duckdbVersions } from "../../adapters/version/duckdb.ts";
import { cities } from "../../docs/demo/cities.ts";
import { prestazioni } from "../../docs/demo/datasets.ts";
import { leavesOf } from "../../functions/disclosure/axes.ts";
import { accept } from "../../functions/disclosure/descriptor-rules.ts";
import { axesOf, measureColumns } from "../../functions/disclosure/fields.ts";
import { muOfPoints } from "../../functions/disclosure/gaussian-dp.ts";
import { planRelease } from "../../functions/disclosure/release-plan.ts";
import { crossRequest } from "../../functions/release/release.ts";
import type { Cross, VersionRow } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { makeWorld, member } from "../world/machine.ts";
import { releaseWithKey } from "../world/release.ts";
import { aiuti, bytes, csv, HEADER, person } from "../world/small.ts";

const PERIOD = "2022";
const descriptor = prestazioni(cities[0]!);
const plan = planRelease(descriptor, PERIOD);
const axes = axesOf(descriptor);
const columns = {
  dimensions: axes.map(({ id }) => id),
  family: true,
  measures: measureColumns(descriptor).map(({ column }) => column),
};

let folder: string;
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tavolo-laws-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function crossOf(rows: readonly VersionRow[]): Promise<Cross["rows"]> {
  const file = join(folder, `${files++}.parquet`);
  await duckdbVersions.write(file, columns, rows);
  const { rows: cells } = await duckDbEngine({ threads: 1 }).cross(
    crossRequest(plan, { kind: "parquet", path: file }, []),
  );
  await rm(file);
  return cells;
}

// a few subjects, so that several rows meet in one; amounts far beyond any bound, on both sides
const anyRow = (subjects: readonly string[]): fc.Arbitrary<VersionRow> =>
  fc.record({
    subject: fc.constantFrom(...subjects),
    period: fc.constantFrom(PERIOD, PERIOD, PERIOD, "2021"),
    start: fc.integer({ min: 18_993, max: 18_996 }),
    codes: fc.tuple(...axes.map(({ codes }) => fc.constantFrom(...leavesOf(codes)))),
    family: fc.constantFrom(...descriptor.family!.codes.map(({ code }) => code)),
    measures: fc.tuple(
      ...columns.measures.map(() => fc.option(fc.integer({ min: -10_000_000, max: 10_000_000 }))),
    ),
  });
const someRows = (subjects: readonly string[]) =>
  fc.array(anyRow(subjects), { minLength: 1, maxLength: 30 });
const RUNS = { numRuns: 25 };

describe("a subject's contribution", () => {
  test("lies in one cell and is at most what is charged for: 1 a count, b over a family, half the range a sum", async () => {
    const family = new Set(descriptor.family!.codes.map(({ code }) => code));
    await fc.assert(
      fc.asyncProperty(someRows(["a"]), async (rows) => {
        const cells = await crossOf(rows);
        expect(cells.length).toBe(rows.some(({ period }) => period === PERIOD) ? 1 : 0);
        for (const { values } of cells) {
          let kept = 0;
          for (const [at, { rule }] of plan.fields.entries()) {
            const value = values[at]!;
            expect(Number.isInteger(value), rule.id).toBe(true);
            if (rule.kind === "sum")
              expect(Math.abs(value), rule.id).toBeLessThanOrEqual(
                (rule.clip!.high - rule.clip!.low) / 2,
              );
            else expect([0, 1], rule.id).toContain(value);
            if (family.has(rule.id)) kept += value;
          }
          expect(kept).toBeLessThanOrEqual(descriptor.family!.atMost);
        }
      }),
      RUNS,
    );
  });
});

describe("no figure depends on", () => {
  test("the order of a file's lines: the same key gives the same cube, byte for byte", async () => {
    const key = Uint8Array.from({ length: 32 }, (_, at) => at);
    const lines = Array.from({ length: 200 }, (_, n) => person(n));
    const cubes = [];
    for (const file of [csv(), `${[HEADER, ...lines.reverse()].join("\n")}\n`])
      cubes.push(await cubeUnder(key, file));
    expect(cubes[1]).toBe(cubes[0]);
  });
});

/** The digest of the cube that a file becomes under a key. */
async function cubeUnder(key: Uint8Array, file: string): Promise<string> {
  const world = await makeWorld([member("IT-016024")], "2026-07-01");
  try {
    await world.publish("IT-016024", aiuti(), bytes(file), false);
    const deps = await releaseDeps(
      world.at,
      "IT-016024",
      await world.store("IT-016024"),
      world.clock,
    );
    return (await releaseWithKey(key, deps, { dataset: "aiuti", period: "2025" })).cube;
  } finally {
    await world.close();
  }
}

describe("a descriptor with odd metadata", () => {
  type Path = readonly (string | number)[];
  const pathsOf = (value: unknown, path: Path = []): Path[] =>
    typeof value === "object" && value !== null
      ? [path, ...Object.entries(value).flatMap(([key, one]) => pathsOf(one, [...path, key]))]
      : [path];
  const whole = JSON.parse(JSON.stringify(descriptor)) as object;
  const places = pathsOf(whole).filter(({ length }) => length > 0);
  const odd = fc.oneof(
    fc.constantFrom<unknown>(
      undefined,
      null,
      "",
      " ",
      0,
      -1,
      0.5,
      1e308,
      -1e-308,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      [],
      {},
      true,
      "x".repeat(10_000),
    ),
    fc.anything({ maxDepth: 1 }),
    fc.double(),
  );

  function changed(path: Path, value: unknown): object {
    const copy = structuredClone(whole) as Record<string, unknown>;
    let at: Record<string | number, unknown> = copy;
    for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
    if (value === undefined) delete at[path.at(-1)!];
    else at[path.at(-1)!] = value;
    return copy;
  }

  test("is refused by name, or promises no more than it says: every variance finite, the loss within its points", () => {
    let [refused, accepted] = [0, 0];
    fc.assert(
      fc.property(fc.constantFrom(...places), odd, (path, value) => {
        let planned: ReturnType<typeof planRelease>;
        try {
          planned = planRelease(accept(changed(path, value)), PERIOD);
        } catch (error) {
          expect(error, String(path)).toBeInstanceOf(Refused);
          expect(["descriptor-invalid", "descriptor-banned", "unknown-period"]).toContain(
            (error as Refused).reason,
          );
          refused += 1;
          return;
        }
        accepted += 1;
        const { method, advantage } = planned.descriptor.policy;
        expect(method).toBe("lattice");
        expect(planned.mu2 * planned.releases).toBeLessThanOrEqual(
          muOfPoints(advantage) ** 2 * (1 + 1e-9),
        );
        for (const { released, scale } of planned.fields) {
          expect(Number.isFinite(released.variance) && released.variance > 0, released.id).toBe(
            true,
          );
          expect(Number.isFinite(scale) && scale > 0, released.id).toBe(true);
        }
      }),
      { numRuns: 2500 },
    );
    expect(Math.min(refused, accepted)).toBeGreaterThan(20);
  });

  test("makes no release, also where it got into the store: nothing charged, nothing published", async () => {
    const world = await makeWorld([member("IT-016024")], "2026-07-01");
    try {
      await world.publish("IT-016024", aiuti(), bytes(csv()), false);
      const store = await world.store("IT-016024");
      const held = (await store.get("release#version", "aiuti"))!;
      const deps = await releaseDeps(world.at, "IT-016024", store, world.clock);
      const body = held.body as { descriptor: { policy: object; fields: object[] } };
      let revision = held.revision;
      for (const policy of [
        {},
        { ...body.descriptor.policy, method: "none" },
        { ...body.descriptor.policy, advantage: 0 },
      ]) {
        const tampered = {
          ...held,
          body: { ...body, descriptor: { ...body.descriptor, policy } },
          revision: ++revision,
        };
        await store.put(tampered);
        const made = releaseWithKey(new Uint8Array(32), deps, { dataset: "aiuti", period: "2025" });
        await expect(made).rejects.toMatchObject({ reason: expect.stringMatching(/^descriptor-/) });
      }
      expect(await store.get("release#account#2025", "account")).toBeUndefined();
      expect(await store.get("answer#pointer", "aiuti#2025")).toBeUndefined();
      expect(await deps.publicBlobs.list("")).toEqual([]);
    } finally {
      await world.close();
    }
  });
});
