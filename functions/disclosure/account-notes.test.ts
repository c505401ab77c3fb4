import { describe, expect, test } from "vitest";
import type { Manifest } from "../../schemas/release.ts";
import { accountNotes, notesOfAccounts } from "./account-notes.ts";

const NAMES = new Map([
  ["IT-028060", { it: "Padova", en: "Padua" }],
  ["IT-013075", { it: "Como", en: "Como" }],
]);
const at = Date.UTC(2022, 2, 1) / 1000;
const late = { at, digest: "0".repeat(64) };
const corrections = [{ points: 5, reason: "A month was missing.", at }];
const manifest = (member: string, account: object | undefined) =>
  ({ id: `${member}/help/2022/1`, period: "2022", account }) as unknown as Manifest;

describe("what the account says", () => {
  test("of a release: when its policy was fixed, and each correction with its reason", () => {
    expect(accountNotes(manifest("IT-028060", { late, corrections })).map(({ it }) => it)).toEqual([
      "Regola di pubblicazione fissata il 1° marzo 2022, ad anno iniziato, come in ogni primo anno.",
      "Una pubblicazione in più di quelle fissate, firmata il 1° marzo 2022: A month was missing.",
    ]);
    expect(accountNotes(manifest("IT-028060", {}))).toEqual([]);
    expect(accountNotes(manifest("IT-028060", undefined))).toEqual([]);
  });

  test("of many: one line for one reason, and names only where it is not of all", () => {
    const [padua, como] = [
      manifest("IT-028060", { late, corrections }),
      manifest("IT-013075", { late }),
    ];
    const say = (all: readonly Manifest[]) => notesOfAccounts(all, NAMES).map(({ en }) => en);
    const fixed = "The policy was fixed once the year had begun, as in every first year";
    const more =
      "Padua 2022. One release more than was fixed, signed for on 1 March 2022: A month was missing.";
    // a public table has no account, and is none of them
    expect(say([padua, como, manifest("istat", undefined)])).toEqual([`${fixed}.`, more]);
    expect(say([padua, manifest("IT-013075", {})])).toEqual([`${fixed}: Padua 2022.`, more]);
    expect(say([manifest("IT-013075", {})])).toEqual([]);
  });
});
