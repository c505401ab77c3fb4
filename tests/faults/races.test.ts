/**
 * Several at once: whoever wins, there is one number, one charge and one cube, the year's account never passes its ceiling, and
 * who withdrew is not in the version in force. Once with processes over real stores, as they come; once in memory with the order
 * of all calls chosen at random, so that orders are met which hardly ever come by themselves.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { muOfPoints, pointsOfMu2 } from "../../functions/disclosure/gaussian-dp.ts";
import { versionInForce } from "../../functions/keep/version-store.ts";
import type { Job, Outcome, Work } from "./child.ts";
import {
  accounts,
  child,
  DATASET,
  descriptorOf,
  FIRST,
  fileOf,
  filesIn,
  nodeOf,
  PERIOD,
  personOf,
  SECOND,
  served,
  type World,
  world,
} from "./node.ts";
import { keepOrders, releaseOrders } from "./orders.ts";

let open: World;
let members = 0;
beforeAll(async () => {
  open = await world();
});
afterAll(() => open.close());

const release = (dataset = DATASET): Work => ({ do: "release", dataset, period: PERIOD });
const ingest = (file: string, descriptor: unknown = descriptorOf()): Work => ({
  do: "ingest",
  descriptor,
  files: [file],
});
const newNode = () => nodeOf(open.at, open.stores, `IT-${String(++members).padStart(6, "0")}`);

/** Processes that have all loaded before the first may begin. */
async function atOnce(member: string, now: number, works: readonly Work[]): Promise<Outcome[]> {
  const ready = await Promise.all(works.map(child));
  const job = (work: Work): Job => ({ root: open.at.root, member, now, work });
  return Promise.all(ready.map(async ({ go }, at) => (await go(job(works[at]!)))!));
}
const reasons = (outcomes: readonly Outcome[]) => outcomes.flatMap(({ refused }) => refused ?? []);
const done = <T>(outcomes: readonly Outcome[]) =>
  outcomes.flatMap((outcome) => (outcome.done ? [outcome.done as T] : []));
const failures = (outcomes: readonly Outcome[]) => outcomes.flatMap(({ failed }) => failed ?? []);

/** Points that a year has left under the ceiling of 15 once each of these has been spent. */
const leftAfter = (...points: number[]) =>
  pointsOfMu2(
    muOfPoints(15) ** 2 - points.reduce((sum, one) => sum + muOfPoints(one) ** 2, 0),
  ).toFixed(1);

describe("processes", () => {
  test.each([2, 8])(
    "%i that release at once make one number, one charge and one cube",
    async (count) => {
      const node = await newNode();
      await node.run(ingest(await fileOf(open.at.root, 0, 60)), FIRST);
      const outcomes = await atOnce(
        node.member,
        FIRST,
        Array.from({ length: count }, () => release()),
      );
      expect(failures(outcomes)).toEqual([]);
      const { number, cube } = await served(node, FIRST);
      const manifests = done<{ number: number; cube: string }>(outcomes);
      expect(manifests.length).toBeGreaterThan(0);
      for (const manifest of manifests) expect([manifest.number, manifest.cube]).toEqual([1, cube]);
      expect(
        reasons(outcomes).filter((reason) => !["release-superseded", "not-due"].includes(reason)),
      ).toEqual([]);
      const { kept, published } = await accounts(node);
      expect([number, kept.length, published]).toEqual([1, 1, kept]);
      expect(await filesIn(open.at.published(node.member))).toEqual(
        new Map([[`releases/${DATASET}/${PERIOD}/1/cube.parquet`, cube]]),
      );
      expect(
        [...(await filesIn(open.at.private(node.member))).keys()].filter((path) =>
          path.startsWith("drafts/"),
        ),
      ).toEqual([]);
    },
  );

  test("four that release after two dates have passed make no more than two, each charged once", async () => {
    const node = await newNode();
    await node.run(ingest(await fileOf(open.at.root, 0, 60)), FIRST);
    const outcomes = await atOnce(
      node.member,
      SECOND,
      Array.from({ length: 4 }, () => release()),
    );
    expect(failures(outcomes)).toEqual([]);
    const { kept } = await accounts(node);
    expect(kept.map(({ number }) => number)).toEqual(
      [1, 2].slice(0, (await served(node, SECOND)).number),
    );
  });

  test("of four datasets that want the last of the year one gets it, and the others hear what would fit", async () => {
    const node = await newNode();
    const file = await fileOf(open.at.root, 0, 60);
    const ids = ["one", "two", "three", "four"];
    for (const id of ids) await node.run(ingest(file, descriptorOf(id, 11, ["2025-01-31"])), FIRST);
    const outcomes = await atOnce(node.member, FIRST, ids.map(release));
    expect([failures(outcomes), done(outcomes).length]).toEqual([[], 1]);
    expect(reasons(outcomes)).toEqual(Array(3).fill("account-exceeded"));
    for (const { detail } of outcomes.filter(({ refused }) => refused))
      expect(detail).toBe(
        `this release spends 11.0 points, the year's account stands at 11.0 under a ceiling of 15; a release of ${leftAfter(11)} points would fit`,
      );
    const { kept } = await accounts(node);
    expect(kept).toHaveLength(1);
    for (const id of ids.filter((one) => one !== kept[0]!.dataset))
      await expect(served(node, FIRST, id)).rejects.toMatchObject({ reason: "unknown-period" });
  });

  test("two that ingest at once leave one of the two files, and one that withdraws meanwhile is in neither", async () => {
    const node = await newNode();
    const files = [await fileOf(open.at.root, 0, 60), await fileOf(open.at.root, 0, 61)];
    const withdrawal: Work = { do: "withdraw", dataset: DATASET, identifiers: [[personOf(7)]] };
    const outcomes = await atOnce(node.member, FIRST, [
      ...files.map((file) => ingest(file)),
      withdrawal,
    ]);
    expect(failures(outcomes)).toEqual([]);
    expect(reasons(outcomes).filter((reason) => reason !== "conflict")).toEqual([]);
    // whoever was turned away does it again
    for (const [at, { refused }] of outcomes.entries())
      if (refused) await node.run([...files.map((file) => ingest(file)), withdrawal][at]!, FIRST);
    const { digest, path } = (await versionInForce(node.store, DATASET))!.pointer;
    const rows = [...(await filesIn(open.at.private(node.member))).entries()].filter(
      ([name]) => !name.startsWith("keys/"),
    );
    expect(rows).toEqual([[path, digest]]);
    const signed = (await node.run(withdrawal, FIRST)) as { receipt: object }[];
    expect(signed).toMatchObject([{ receipt: { rowsRemovedAtOnce: true } }]);
    // leaving out somebody who is not there gives the same bytes
    expect((await versionInForce(node.store, DATASET))!.pointer.digest).toBe(digest);
  });
});

describe("in any order of their calls", () => {
  test.each([2, 3, 8])("%i releases of one dataset", async (count) => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (order) => {
        const { node, release } = await releaseOrders(order, [descriptorOf()]);
        const cubes = await release(Array(count).fill(DATASET));
        const out = node.pointer(DATASET)!;
        expect(new Set(cubes.flatMap(({ cube }) => cube ?? []))).toEqual(new Set([out.cube]));
        expect(
          cubes
            .flatMap(({ refused }) => refused ?? [])
            .filter((reason) => !["release-superseded", "not-due"].includes(reason)),
        ).toEqual([]);
        expect([out.number, node.account().length]).toEqual([1, 1]);
        expect(node.published()).toEqual([
          [`releases/${DATASET}/${PERIOD}/1/cube.parquet`, out.cube],
        ]);
        expect(node.drafts()).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  test("datasets that want the last of the year", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.uniqueArray(fc.integer({ min: 3, max: 14 }), { minLength: 2, maxLength: 5 }),
        async (order, points) => {
          const descriptors = points.map((advantage) =>
            descriptorOf(`of-${advantage}`, advantage, ["2025-01-31"]),
          );
          const { node, release } = await releaseOrders(order, descriptors);
          const outcomes = await release(descriptors.map(({ id }) => id));
          for (const spent of node.spentOverTime())
            expect(spent).toBeLessThanOrEqual(muOfPoints(15) ** 2 + 1e-9);
          const room = muOfPoints(15) ** 2 - node.account().reduce((sum, { mu2 }) => sum + mu2, 0);
          for (const [at, { refused }] of outcomes.entries())
            if (refused) {
              expect(refused).toBe("account-exceeded");
              expect(muOfPoints(points[at]!) ** 2).toBeGreaterThan(room - 1e-9);
            }
          expect(node.account()).toHaveLength(outcomes.filter(({ cube }) => cube).length);
        },
      ),
      { numRuns: 100 },
    );
  });

  test.each([true, false])(
    "two ingests and a withdrawal; something stored before: %s",
    async (stored) => {
      await fc.assert(
        fc.asyncProperty(fc.scheduler(), async (order) => {
          const { run, remaining } = await keepOrders(order, stored);
          const { withdrawn } = await run();
          if (withdrawn) expect(await remaining()).not.toContain("gone");
          expect(await remaining()).toContain("stays");
        }),
        { numRuns: 100 },
      );
    },
  );

  test("two ingests, a withdrawal and a change of keys", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (order) => {
        const { run, later, remaining } = await keepOrders(order, true, true);
        const { withdrawn } = await run();
        if (withdrawn) expect(await remaining()).not.toContain("gone");
        expect(await remaining()).toContain("stays");
        await later();
        expect(await remaining()).toEqual(
          withdrawn ? ["stays", "stays"] : expect.arrayContaining(["stays", "stays"]),
        );
      }),
      { numRuns: 150 },
    );
  });
});
