/**
 * The promise of a period holds whatever its owner does: no manifest states less than what its dataset truly spent, and no
 * period spends more than was fixed for it and signed for besides.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { readAccount } from "../../functions/account/account.ts";
import { correct, raise } from "../../functions/account/terms.ts";
import { badCorrections, badRaises, discrepancies } from "../../functions/catalogue/audit.ts";
import { withdraw } from "../../functions/keep/consent/withdraw.ts";
import { ingest } from "../../functions/keep/ingest/ingest.ts";
import { versionInForce } from "../../functions/keep/version-store.ts";
import { publishAccount } from "../../functions/release/publish.ts";
import { release } from "../../functions/release/release.ts";
import { peek, signCompact } from "../../functions/signing/jws.ts";
import { getItem } from "../../functions/store/stored.ts";
import { pointer, publishedAccount } from "../../schemas/items/release.ts";
import { Refused } from "../../schemas/refusal.ts";
import { Account, type FixedPolicy, Manifest } from "../../schemas/release.ts";
import { loss, muOfPoints } from "../reference/account.ts";
import { normalCdf } from "../reference/normal.ts";
import { makeMember } from "../world/federation.ts";
import { isStopped, node } from "../world/promise.ts";

const PERIOD = "2023";
/** Of the same year: what it spends is in the same account. */
const QUARTER = "2023-Q4";
const dayOfMonth = (month: number, day = 15) => Date.UTC(2024, month, day, 12) / 1000;

test("five releases of one period, each with a date added and at 5 points, are not to be had", async () => {
  const { keep, releasing, jobOf, at } = await node();
  const days: string[] = [];
  const outcomes: string[] = [];
  for (const month of [1, 2, 3, 4, 5]) {
    at.now = dayOfMonth(month);
    days.push(`2024-0${month + 1}-01`);
    const calendar = { [PERIOD]: [...days] };
    const advantage = month === 1 ? 10 : 5;
    try {
      await ingest(keep, jobOf({ method: "lattice", advantage, calendar }));
      const { policy, horizon } = await release(releasing, {
        dataset: "prestazioni",
        period: PERIOD,
      });
      outcomes.push(`${policy.advantage} points, ${horizon?.period}`);
    } catch (error) {
      outcomes.push(error instanceof Refused ? error.reason : String(error));
    }
  }
  expect(outcomes).toEqual(["10 points, 60", ...Array(4).fill("policy-fixed")]);
  const item = await getItem(releasing.store, publishedAccount, { year: PERIOD });
  const account = peek(item?.body.jws ?? "", Account);
  const spent = account.entries.reduce((sum, { mu2 }) => sum + mu2, 0);
  expect(spent).toBeLessThanOrEqual(muOfPoints(10) ** 2 + 1e-12);
  expect(discrepancies([], account)).toEqual([]);
});

test("a correction makes one release more, and every manifest from then on states the sum", async () => {
  const { keep, releasing, jobOf, at, store } = await node();
  const city = await longTime();
  const of = { dataset: "prestazioni", period: PERIOD };
  at.now = dayOfMonth(5);
  await ingest(keep, jobOf({ method: "lattice", calendar: { [PERIOD]: ["2024-03-01"] } }));
  const first = await release(releasing, of);
  expect(first).toMatchObject({ v: 2, policy: { advantage: 10 }, horizon: { period: 60 } });
  expect(first.account?.late?.at).toBe(at.now);
  await expect(release(releasing, of)).rejects.toMatchObject({ reason: "not-due" });
  const terms = { ...of, points: 5, reason: "a street was coded wrongly in May" };
  await expect(
    correct(store, { ...terms, points: 12 }, signing(city, at), at.now),
  ).rejects.toMatchObject({ reason: "correction-refused" });
  await correct(store, terms, signing(city, at), at.now);
  const second = await release(releasing, of);
  // mu² of 10 and of 5 points are 11.2 together
  expect(second).toMatchObject({ number: 2, policy: { advantage: 11.2, releases: 2 } });
  expect(second.account?.corrections).toMatchObject([{ points: 5, reason: terms.reason }]);
  expect(second.horizon?.period).toBe(61.1);
  await expect(release(releasing, of)).rejects.toMatchObject({ reason: "not-due" });
  // the same file, corrected, is taken in as easily as before
  await ingest(
    keep,
    jobOf(
      { method: "lattice", calendar: { [PERIOD]: ["2024-03-01"], "2024": ["2025-03-01"] } },
      { title: { it: "Altro titolo", en: "Another title" } },
    ),
  );
});

test("four quarters at 5 points are 60 in 100 for who is in all four, and every manifest says so", async () => {
  const { keep, releasing, jobOf, at, store } = await node();
  const city = await longTime();
  const quarters = [1, 2, 3, 4].map((quarter) => `2023-Q${quarter}`);
  const days = ["2023-06-01", "2023-09-01", "2023-12-01", "2024-03-01"];
  const calendar = Object.fromEntries(quarters.map((period, at) => [period, [days[at]]]));
  const descriptor = { v: 2, period: { start: "inizio" } };
  at.now = Date.UTC(2022, 10, 1) / 1000;
  await ingest(keep, jobOf({ method: "lattice", advantage: 5, calendar }, descriptor));
  at.now = dayOfMonth(5);
  const made: Manifest[] = [];
  for (const period of quarters)
    made.push(await release(releasing, { dataset: "prestazioni", period }));
  for (const { v, period, policy, horizon, account } of made) {
    expect(quarters).toContain(period);
    expect([v, policy.advantage, horizon?.period, account?.year]).toEqual([2, 5, 55, "2023"]);
    // two years are eight of them: Φ(√8·Φ⁻¹(0.55))
    expect([horizon?.year, horizon?.twoYears]).toEqual([59.9, 63.9]);
    expect(account?.late).toBeUndefined();
  }
  const held = await readAccount(store, "2023");
  expect(held.fixed.map(({ period }) => period)).toEqual(quarters);
  expect(sum(held.entries.map(({ mu2 }) => mu2))).toBeCloseTo(4 * muOfPoints(5) ** 2, 12);
  await expect(
    release(releasing, { dataset: "prestazioni", period: "2023" }),
  ).rejects.toMatchObject({ reason: "unknown-period" });

  // a correction of one quarter is in the year of all that come after
  const of = { dataset: "prestazioni", period: "2023-Q4" };
  await correct(
    store,
    { ...of, points: 5, reason: "a street was coded wrongly" },
    signing(city, at),
    at.now,
  );
  const corrected = await release(releasing, of);
  expect([corrected.policy.advantage, corrected.horizon?.year]).toEqual([7.1, 61.1]);
  const published = await getItem(releasing.store, publishedAccount, { year: "2023" });
  const account = peek(published?.body.jws ?? "", Account);
  expect(account.v).toBe(2);
  expect(discrepancies([...made.slice(0, 3), corrected], account)).toEqual([]);
  const { year: _, ...silent } = corrected.horizon ?? {};
  expect(
    discrepancies([{ ...corrected, horizon: silent as Manifest["horizon"] }], account).join(),
  ).toMatch(/less of its year/);
});

test("a year's ceiling holds its quarters and its months together", async () => {
  const { keep, releasing, jobOf, at } = await node();
  const periods = ["2023-Q1", "2023-Q2", "2023-06", "2023"];
  const calendar = Object.fromEntries(periods.map((period) => [period, ["2024-03-01"]]));
  await ingest(keep, jobOf({ method: "lattice", advantage: 8, calendar }, { v: 2 }));
  at.now = dayOfMonth(3);
  const outcomes: string[] = [];
  for (const period of periods)
    await release(releasing, { dataset: "prestazioni", period }).then(
      ({ id }) => outcomes.push(id),
      (error: unknown) => outcomes.push(error instanceof Refused ? error.reason : String(error)),
    );
  // three times 8 points are 13.7, four times 15.8
  expect(outcomes).toEqual([
    ...periods.slice(0, 3).map((period) => `IT-016024/prestazioni/${period}/1`),
    "account-exceeded",
  ]);
});

test("a period dropped, and a dataset that is made public, are refused by name", async () => {
  const { keep, jobOf } = await node();
  const calendar = { [PERIOD]: ["2024-03-01"] };
  await ingest(keep, jobOf({ method: "lattice", calendar }));
  const refused = expect.objectContaining({ reason: "policy-fixed" });
  await expect(
    ingest(keep, jobOf({ method: "lattice", calendar: { "2024": ["2025-03-01"] } })),
  ).rejects.toEqual(refused);
  const closed = [{ from: "2024-06-01", until: "2024-06-20", reason: "elections" }];
  await expect(ingest(keep, jobOf({ method: "lattice", calendar, closed }))).rejects.toEqual(
    refused,
  );
  // a window of a later year is for a later period to say, and a later period may have other points
  const later = [{ from: "2025-06-01", until: "2025-06-20", reason: "elections" }];
  const policy = {
    ...{ method: "lattice", closed: later },
    calendar: { ...calendar, "2024": ["2025-03-01"] },
    periods: { "2024": { advantage: 5 } },
  };
  await ingest(keep, jobOf(policy, { v: 2 }));
});

test("what a version of before policies were fixed was accepted with binds as well", async () => {
  const { keep, releasing, jobOf, at, store } = await node();
  at.now = dayOfMonth(5);
  const of = { dataset: "prestazioni", period: PERIOD };
  await ingest(keep, jobOf({ method: "lattice", calendar: { [PERIOD]: ["2024-03-01"] } }));
  const item = await store.get("release#version", of.dataset);
  if (item === undefined) throw new TypeError("it was taken in");
  const { fixed: _, ...former } = item.body as { fixed: unknown };
  await store.put({ ...item, body: former });
  const longer = { [PERIOD]: ["2024-03-01", "2024-05-01"] };
  await expect(ingest(keep, jobOf({ method: "lattice", calendar: longer }))).rejects.toMatchObject({
    reason: "policy-fixed",
  });
  expect((await release(releasing, of)).policy.calendar).toEqual(["2024-03-01"]);
});

test("what was reserved before a closed window and did not come out waits for its end", async () => {
  const { keep, releasing, jobOf, at, crash, store } = await node();
  const of = { dataset: "prestazioni", period: PERIOD };
  at.now = dayOfMonth(2, 31);
  const closed = [{ from: "2024-04-01", until: "2024-04-20", reason: "elections" }];
  const calendar = { [PERIOD]: ["2024-03-01"] };
  await ingest(keep, jobOf({ method: "lattice", calendar, closed }));
  // it dies once it is charged, and before anything is out
  for (let calls = 1; (await readAccount(store, PERIOD)).entries.length === 0; calls++) {
    crash.left = calls;
    await release(releasing, of).catch((error: unknown) => expect(isStopped(error)).toBe(true));
  }
  crash.left = Number.POSITIVE_INFINITY;
  expect(await getItem(store, pointer, of)).toBeUndefined();
  at.now = dayOfMonth(3, 2);
  await expect(release(releasing, of)).rejects.toMatchObject({ reason: "not-due" });
  at.now = dayOfMonth(3, 21);
  expect((await release(releasing, of)).number).toBe(1);
});

const longTime = async () => {
  const made = await makeMember("IT-016024");
  const keys = made.entry.keys.map((key) => ({ ...key, from: 0 }));
  return { ...made, entry: { ...made.entry, keys } };
};
type City = Awaited<ReturnType<typeof longTime>>;
const signing =
  ({ entry, keys }: City, at: { readonly now: number }) =>
  (terms: object) =>
    signCompact(keys.member, "tavolo-correction+jws", {
      ...{ v: 1, iss: entry.id, iat: at.now },
      ...terms,
    });

const policies = fc.record({
  advantage: fc.constantFrom(5, 10, 10, 12),
  days: fc.constantFrom(
    ["2024-03-01"],
    ["2024-03-01"],
    ["2024-03-01", "2024-05-01"],
    ["2024-03-01", "2024-04-01", "2024-06-01"],
  ),
  other: fc.boolean(),
});
const step = fc.record({
  what: fc.oneof(
    { weight: 3, arbitrary: policies.map((policy) => ({ do: "ingest" as const, policy })) },
    {
      weight: 5,
      arbitrary: fc
        .constantFrom(PERIOD, PERIOD, QUARTER)
        .map((period) => ({ do: "release" as const, period })),
    },
    {
      weight: 2,
      arbitrary: fc
        .constantFrom(0.5, 3, 5, 9)
        .map((points) => ({ do: "correct" as const, points })),
    },
    { weight: 1, arbitrary: fc.constant({ do: "raise" as const }) },
    { weight: 1, arbitrary: fc.constant({ do: "withdraw" as const }) },
  ),
  days: fc.constantFrom(0, 0, 1, 30),
  crash: fc.option(
    fc.record({ left: fc.integer({ min: 1, max: 25 }), when: fc.constantFrom("before", "after") }),
    { freq: 3 },
  ),
});

/** mu² of a release by the noise that its manifest says was added, as another implementation works it out. */
function spentBy({ axes, fields }: Manifest): number {
  const [any] = fields;
  if (any === undefined) throw new TypeError("a release has fields");
  const h = axes.map(({ codes }) => (codes.length - 1) / (codes.length + 1));
  return (any.units * loss(h, any.order)) / (any.share * any.variance);
}
const sum = (all: readonly number[]) => all.reduce((total, one) => total + one, 0);

test("whatever an owner does and wherever it stops, nothing states less than was spent", async () => {
  const city = await longTime();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      const { keep, releasing, jobOf, at, crash, store } = await node();
      const deps = { ...keep, store: releasing.store };
      const of = { dataset: "prestazioni", period: PERIOD };
      const released = new Map<number, Manifest>();
      const inYear = new Map<string, Manifest>();
      let fixed: FixedPolicy | undefined;
      const run = async (what: (typeof steps)[number]["what"]) => {
        switch (what.do) {
          case "ingest": {
            const { advantage, days, other } = what.policy;
            const more = { [QUARTER]: ["2024-02-28"], "2024": ["2025-02-28"] };
            const calendar = { [PERIOD]: days, ...(other ? more : {}) };
            const v = other ? 2 : 1;
            return ingest(deps, jobOf({ method: "lattice", advantage, calendar }, { v }));
          }
          case "release":
            return release(releasing, { ...of, period: what.period });
          case "correct": {
            const terms = { ...of, points: what.points, reason: "a street was coded wrongly" };
            const account = await correct(releasing.store, terms, signing(city, at), at.now);
            return publishAccount(releasing, PERIOD, account, at.now);
          }
          case "raise": {
            const wish = { year: PERIOD, points: 18, reason: "a contract with the Region" };
            return raise(releasing.store, wish, async () => "a.b.c", at.now);
          }
          case "withdraw":
            return withdraw(deps, {
              dataset: of.dataset,
              identifiers: [["RSSMRA50A01H501U", "1"]],
            });
        }
      };
      for (const { what, days, crash: stop } of steps) {
        at.now += days * 86_400;
        crash.left = stop?.left ?? Number.POSITIVE_INFINITY;
        crash.when = stop?.when === "after" ? "after" : "before";
        await run(what).catch((error: unknown) => {
          if (!(error instanceof Refused) && !isStopped(error)) throw error;
        });
        crash.left = Number.POSITIVE_INFINITY;

        const held = (await versionInForce(store, of.dataset))?.pointer.fixed?.[PERIOD];
        if (fixed !== undefined) expect(held).toEqual(fixed);
        fixed = held;
        for (const period of [PERIOD, QUARTER]) {
          const latest = await getItem(store, pointer, { ...of, period });
          if (latest === undefined || inYear.has(latest.body.id)) continue;
          const manifest = peek(latest.body.manifest, Manifest);
          inYear.set(manifest.id, manifest);
          // what both periods have spent, as far as it is out, is in what the newest says of its year
          const right = 100 * normalCdf(Math.sqrt(sum([...inYear.values()].map(spentBy))) / 2);
          const { horizon } = manifest;
          expect(horizon?.year ?? horizon?.period).toBeGreaterThanOrEqual(right - 0.0501);
          const { ceiling } = await readAccount(store, PERIOD);
          const all = sum([...inYear.values()].map(spentBy));
          expect(all).toBeLessThanOrEqual(muOfPoints(ceiling) ** 2 + 1e-9);
        }
        const out = await getItem(store, pointer, of);
        if (out === undefined) continue;
        const manifest = peek(out.body.manifest, Manifest);
        const known = released.get(manifest.number);
        if (known !== undefined) expect(manifest).toEqual(known);
        expect([released.size, released.size + 1]).toContain(manifest.number);
        released.set(manifest.number, manifest);

        const spent = sum([...released.values()].map(spentBy));
        expect(muOfPoints(manifest.policy.advantage ?? 0) ** 2).toBeGreaterThan(spent - 1e-9);
        // percents are rounded to a tenth
        const right = 100 * normalCdf(Math.sqrt(spent) / 2);
        expect(manifest.horizon?.period).toBeGreaterThanOrEqual(right - 0.0501);
        const { corrections, ceiling } = await readAccount(store, PERIOD);
        const signed = sum(corrections.map(({ points }) => muOfPoints(points) ** 2));
        expect(spent).toBeLessThanOrEqual((fixed?.mu2 ?? 0) + signed + 1e-9);
        expect(spent).toBeLessThanOrEqual(muOfPoints(ceiling) ** 2 + 1e-9);

        const published = (await getItem(store, publishedAccount, { year: PERIOD }))?.body.jws;
        const account = peek(published ?? "", Account);
        expect(discrepancies([manifest], account)).toEqual([]);
        expect(await badCorrections(account, city.entry.keys)).toEqual([]);
        expect(await badRaises(account, city.entry.keys)).toEqual([]);
      }
    }),
    { numRuns: 25 },
  );
});
