import { expect, test } from "vitest";
import type { Account, Manifest } from "../../schemas/release.ts";
import { type Member, makeManifest, makeMember } from "../../tests/world/federation.ts";
import { muOfPoints } from "../disclosure/gaussian-dp.ts";
import { signCompact } from "../signing/jws.ts";
import { badCorrections, badRaises, discrepancies } from "./audit.ts";

const manifest: Manifest = {
  ...makeManifest("IT-022205"),
  account: { year: "2022", mu2: 0.25, spent: 0.25, ceiling: 15 },
};
const account = (change: object = {}, entry: object = {}): Account => ({
  v: 1,
  iss: "IT-022205",
  iat: manifest.iat,
  year: "2022",
  ceiling: 15,
  entries: [
    {
      release: manifest.id,
      dataset: manifest.dataset,
      period: manifest.period,
      number: manifest.number,
      mu2: 0.25,
      fields: manifest.fields.map(({ id, share, variance }) => ({ id, share, variance })),
      at: manifest.iat,
      ...entry,
    },
  ],
  ...change,
});

test("a release that is accounted for is in order", () => {
  expect(discrepancies([manifest], account())).toEqual([]);
});

test.each([
  ["a release that nobody charged", [manifest], account({ entries: [] }), /not in the account/],
  ["a release that was charged less", [manifest], account({}, { mu2: 0.1 }), /another sum/],
  [
    "less noise than was charged for",
    [{ ...manifest, fields: manifest.fields.map((field) => ({ ...field, variance: 1 })) }],
    account(),
    /not what was charged/,
  ],
  [
    "one release more than the calendar has",
    [{ ...manifest, number: 9 }],
    account(),
    /one more than its calendar/,
  ],
  [
    "a charge that was taken back",
    [{ ...manifest, account: { ...manifest.account!, spent: 0.5 } }],
    account(),
    /more spending/,
  ],
  ["a ceiling out of nothing", [manifest], account({ ceiling: 18 }), /nobody raised/],
  [
    "a ceiling above the highest",
    [manifest],
    account({ ceiling: 30, raises: [{ points: 30, reason: "because", at: 0, jws: "a.b.c" }] }),
    /nobody raised/,
  ],
  ["more spent than the ceiling", [manifest], account({ ceiling: 5 }), /more than its ceiling/],
  [
    "an entry twice",
    [manifest],
    account({ entries: [...account().entries, ...account().entries] }),
    /twice/,
  ],
])("the hub sees %s", (_, manifests, published, sentence) => {
  expect(discrepancies(manifests as Manifest[], published).join()).toMatch(sentence);
});

const REASON = "contract with the Region, decision 12";
/** A member with the keys that it has had for years. */
async function longTime(id: string): Promise<Member> {
  const made = await makeMember(id);
  return {
    ...made,
    entry: { ...made.entry, keys: made.entry.keys.map((key) => ({ ...key, from: 0 })) },
  };
}
const in2021 = Date.UTC(2021, 11, 1) / 1000;
const raised = async (by: Member, change: object = {}, entry: object = {}) => {
  const terms = {
    v: 1,
    iss: by.entry.id,
    iat: in2021,
    year: "2022",
    points: 18,
    reason: REASON,
    ...change,
  };
  const jws = await signCompact(by.keys.member, "tavolo-raise+jws", terms);
  return account({
    ceiling: 18,
    raises: [{ points: 18, reason: REASON, at: in2021, jws, ...entry }],
  });
};

test("a raise that the organisation signed before the year began is in order", async () => {
  const city = await longTime("IT-022205");
  expect(await badRaises(await raised(city), city.entry.keys)).toEqual([]);
  expect(discrepancies([manifest], await raised(city))).toEqual([]);
});

test.each<[string, (city: Member, stranger: Member) => Promise<Account>, RegExp]>([
  ["by a stranger", (_, stranger) => raised(stranger, { iss: "IT-022205" }), /not signed/],
  [
    "by the release step",
    (city) => raised({ ...city, keys: { ...city.keys, member: city.keys.release } }),
    /not signed/,
  ],
  ["to other points than it was signed for", (city) => raised(city, { points: 16 }), /not signed/],
  ["of another year", (city) => raised(city, { year: "2021" }), /not signed/],
  [
    "for another reason",
    (city) => raised(city, {}, { reason: "another reason than that" }),
    /not signed/,
  ],
  [
    "when the year had begun",
    (city) => raised(city, { iat: Date.UTC(2022, 0, 1) / 1000 }),
    /had begun/,
  ],
])("the hub sees a raise %s", async (_, make, sentence) => {
  const [city, stranger] = await Promise.all([longTime("IT-022205"), longTime("IT-028060")]);
  expect((await badRaises(await make(city, stranger), city.entry.keys)).join()).toMatch(sentence);
});

const fixed = (points: number, more: object = {}) => ({
  ...{ dataset: manifest.dataset, period: manifest.period, advantage: points },
  ...{ days: ["2023-06-30"], closed: [], mu2: muOfPoints(points) ** 2 },
  ...{ digest: "A".repeat(43), at: manifest.iat, ...more },
});
const entries = (...spent: readonly number[]) =>
  spent.map((mu2, at) => {
    const [one] = account({}, { mu2, number: at + 1 }).entries;
    return { ...one, release: manifest.id.replace(/\d+$/, String(at + 1)) };
  });
const signedFor = async (by: Member, change: object = {}, entry: object = {}) => {
  const terms = {
    ...{ dataset: manifest.dataset, period: manifest.period, points: 5, reason: REASON },
    ...change,
  };
  const payload = { v: 1, iss: by.entry.id, iat: in2021, ...terms };
  const jws = await signCompact(by.keys.member, "tavolo-correction+jws", payload);
  return { ...terms, at: in2021, jws, ...entry };
};
const ten = muOfPoints(10) ** 2;
const five = muOfPoints(5) ** 2;

test("a correction that the member signed is in order, and its sum is what was fixed and signed for", async () => {
  const city = await longTime("IT-022205");
  const corrections = [await signedFor(city)];
  const both = account({ v: 2, fixed: [fixed(10)], corrections, entries: entries(ten, five) });
  expect(discrepancies([], both)).toEqual([]);
  expect(await badCorrections(both, city.entry.keys)).toEqual([]);
  const more = account({ v: 2, fixed: [fixed(10)], corrections, entries: entries(ten, 2 * five) });
  expect(discrepancies([], more).join()).toMatch(/more than was fixed for it and signed for/);
});

test.each<[string, (city: Member, stranger: Member) => Promise<object>]>([
  ["by a stranger", (_, stranger) => signedFor(stranger, { iss: "IT-022205" })],
  [
    "by the release step",
    (city) => signedFor({ ...city, keys: { ...city.keys, member: city.keys.release } }),
  ],
  ["for other points", (city) => signedFor(city, {}, { points: 6 })],
  ["of another period", (city) => signedFor(city, { period: "2021" }, { period: "2022" })],
  ["for another reason", (city) => signedFor(city, {}, { reason: "another reason" })],
])("the hub sees a correction that is signed %s", async (_, make) => {
  const [city, stranger] = await Promise.all([longTime("IT-022205"), longTime("IT-028060")]);
  const corrections = [await make(city, stranger)] as Account["corrections"];
  const sentences = await badCorrections(account({ v: 2, corrections }), city.entry.keys);
  expect(sentences.join()).toMatch(/is not signed by IT-022205/);
});

test.each<[string, Account, RegExp]>([
  ["a sum that nobody fixed", account({ v: 2, fixed: [] }), /nothing was fixed/],
  ["a period that is fixed twice", account({ v: 2, fixed: [fixed(10), fixed(15)] }), /fixed twice/],
  [
    "points that are not their sum",
    account({ v: 2, fixed: [fixed(10, { mu2: 1 })] }),
    /another sum than its points/,
  ],
])("the hub sees %s", (_, published, sentence) => {
  expect(discrepancies([], published).join()).toMatch(sentence);
});

test("a manifest at 5 points after five releases that spent 0.524 states less than its dataset spent", () => {
  const spent = [ten / 2, ten / 2, 0.0632, 0.0632, 0.1409];
  const last = {
    ...manifest,
    ...{ id: manifest.id.replace(/\d+$/, "5"), number: 5 },
    policy: { ...manifest.policy, advantage: 5, releases: 5 },
  };
  const published = account({ entries: entries(...spent) });
  expect(discrepancies([last], published).join()).toMatch(
    /promises 5 points, and its period spent/,
  );
});
