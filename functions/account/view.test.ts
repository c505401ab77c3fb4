import fc from "fast-check";
import { expect, test } from "vitest";
import type { Item, Store } from "../../schemas/ports.ts";
import type { AccountEntry } from "../../schemas/release.ts";
import { descriptorWith } from "../../tests/world/policy.ts";
import { muOfPoints } from "../disclosure/gaussian-dp.ts";
import { planRelease } from "../disclosure/release-plan.ts";
import { readAccount } from "./account.ts";
import { reserve } from "./reserve.ts";
import { raise } from "./terms.ts";
import { accountView } from "./view.ts";

/** The one thing of a store that an account rests on: conditional writes of whole items. */
function memory(): Store {
  const items = new Map<string, Item>();
  const at = (pk: string, sk: string) => `${pk}\n${sk}`;
  return {
    get: async (pk, sk) => items.get(at(pk, sk)),
    getMany: async (pk, sks) => sks.flatMap((sk) => items.get(at(pk, sk)) ?? []),
    async put(item, condition) {
      const before = items.get(at(item.pk, item.sk));
      if (condition?.kind === "absent" && before !== undefined) return false;
      if (condition?.kind === "revision" && before?.revision !== condition.is) return false;
      items.set(at(item.pk, item.sk), structuredClone(item));
      return true;
    },
    delete: async () => {},
    async *query() {},
  };
}
const day = (text: string) => Date.parse(`${text}T12:00:00Z`) / 1000;
const planOf = (id: string, advantage: number) =>
  planRelease(
    { ...descriptorWith({ axes: [["a", "b"]], atMost: 1, pair: false, advantage }), id },
    "2022",
  );
const sign = async () => "a.b.c";
const NOW = day("2023-07-01");

test("releases of 10 and 5 points make 11.1 and leave 10.3 under 15, mu² adding exactly", async () => {
  const store = memory();
  await reserve(store, "IT-028060", planOf("one", 10), NOW);
  await reserve(store, "IT-028060", planOf("two", 5), NOW);
  const { ceiling, entries } = await readAccount(store, "2022");
  const view = accountView("2022", ceiling, entries);
  expect(view.total.mu2).toBeCloseTo(muOfPoints(10) ** 2 + muOfPoints(5) ** 2, 14);
  expect(view.total.points.toFixed(1)).toBe("11.1");
  expect(view.room.toFixed(1)).toBe("10.3");
  expect(
    view.datasets.map(({ dataset, points, epsilon }) => [
      dataset,
      points.toFixed(1),
      epsilon.toFixed(2),
    ]),
  ).toEqual([
    ["one", "10.0", "2.29"],
    ["two", "5.0", "1.07"],
  ]);
});

test("the account never decreases, and what fits by its own word fits", () => {
  const entries = fc
    .array(fc.double({ min: 0.001, max: 0.02, noNaN: true }), { maxLength: 20 })
    .map((all) =>
      all.map(
        (mu2, at): AccountEntry => ({
          release: "x",
          dataset: `d${at % 3}`,
          period: "2022",
          number: 1,
          mu2,
          fields: [],
          at: 0,
        }),
      ),
    );
  fc.assert(
    fc.property(entries, (all) => {
      const totals = all.map((_, at) => accountView("2022", 15, all.slice(0, at + 1)));
      for (const [at, view] of totals.entries()) {
        expect(view.total.mu2).toBeGreaterThanOrEqual(totals[at - 1]?.total.mu2 ?? 0);
        expect(view.room).toBeLessThanOrEqual((totals[at - 1]?.room ?? 15) + 1e-9);
        expect(view.total.mu2 + muOfPoints(view.room) ** 2).toBeCloseTo(
          Math.max(muOfPoints(15) ** 2, view.total.mu2),
          9,
        );
      }
    }),
  );
});

test("a release beyond the ceiling is refused before anything is reserved, and says what would fit", async () => {
  const store = memory();
  await reserve(store, "IT-028060", planOf("one", 10), NOW);
  await expect(reserve(store, "IT-028060", planOf("two", 12), NOW)).rejects.toMatchObject({
    reason: "account-exceeded",
    hint: {
      detail: expect.stringMatching(
        /stands at 10\.0 under a ceiling of 15; a release of 11\.4 points would fit/,
      ),
    },
  });
  expect((await readAccount(store, "2022")).entries).toHaveLength(1);
});

test("no release at 20 points without a raise; with one to 21, made before the year began, it fits", async () => {
  const store = memory();
  await expect(reserve(store, "IT-028060", planOf("one", 20), NOW)).rejects.toMatchObject({
    reason: "account-exceeded",
  });
  const wish = {
    year: "2022",
    points: 21,
    reason: "Contract with the region on housing, council decision 12",
  };
  const raised = await raise(store, wish, sign, day("2021-12-31"));
  expect(raised.ceiling).toBe(21);
  const { account, entry } = await reserve(store, "IT-028060", planOf("one", 20), NOW);
  expect(account.ceiling).toBe(21);
  expect(entry.mu2).toBeCloseTo(muOfPoints(20) ** 2, 12);
  expect((await readAccount(store, "2022")).raises).toEqual([
    { points: 21, reason: wish.reason, at: day("2021-12-31"), jws: "a.b.c" },
  ]);
});

test.each([
  ["once the year has begun", { points: 18 }, "2022-01-01", /2022 has begun/],
  ["beyond 21", { points: 22 }, "2021-06-01", /at most 21/],
  ["downwards", { points: 12 }, "2021-06-01", /not between/],
  ["to no number", { points: Number.NaN }, "2021-06-01", /not between/],
  ["without a reason", { points: 18, reason: " " }, "2021-06-01", /its reason/],
])("the ceiling is not raised %s", async (_, wish, today, why) => {
  const store = memory();
  const asked = raise(
    store,
    { year: "2022", reason: "A reason that others will read", ...wish },
    sign,
    day(today),
  );
  await expect(asked).rejects.toMatchObject({
    reason: "raise-refused",
    hint: { detail: expect.stringMatching(why) },
  });
  expect(await readAccount(store, "2022")).toMatchObject({ ceiling: 15, raises: [], revision: 0 });
});

test("a raise is kept by later releases, and a second one only goes further up", async () => {
  const store = memory();
  const wish = { year: "2022", reason: "A reason that others will read" };
  await raise(store, { ...wish, points: 18 }, sign, day("2021-06-01"));
  await expect(
    raise(store, { ...wish, points: 17 }, sign, day("2021-06-02")),
  ).rejects.toMatchObject({ reason: "raise-refused" });
  await raise(store, { ...wish, points: 20 }, sign, day("2021-06-03"));
  await reserve(store, "IT-028060", planOf("one", 10), NOW);
  const { raises, ceiling, entries } = await readAccount(store, "2022");
  expect([raises.map(({ points }) => points), ceiling, entries.length]).toEqual([[18, 20], 20, 1]);
});
