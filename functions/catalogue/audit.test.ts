import { expect, test } from "vitest";
import type { Account, Manifest } from "../../schemas/release.ts";
import { makeManifest } from "../query/testing.ts";
import { discrepancies } from "./audit.ts";

const manifest: Manifest = { ...makeManifest("IT-022205"), account: { year: "2022", mu2: 0.25, spent: 0.25, ceiling: 15 } };
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
  ["one release more than the calendar has", [{ ...manifest, number: 9 }], account(), /one more than its calendar/],
  ["a charge that was taken back", [{ ...manifest, account: { ...manifest.account!, spent: 0.5 } }], account(), /more spending/],
  ["an entry twice", [manifest], account({ entries: [...account().entries, ...account().entries] }), /twice/],
])("the hub sees %s", (_, manifests, published, sentence) => {
  expect(discrepancies(manifests as Manifest[], published).join()).toMatch(sentence);
});
