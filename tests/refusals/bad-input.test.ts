/** An owner's bad files and bad descriptors, on the command line: one plain sentence, no success, and what was out stays out. */
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { askHub } from "../../adapters/client/asking.ts";
import { peek } from "../../functions/signing/jws.ts";
import { Statement } from "../../schemas/query.ts";
import { makeWorld, member, type World } from "../world/machine.ts";
import { tavolo } from "../world/process.ts";
import { aiuti, aiutiJson, bytes, csv, HEADER, storedRows } from "../world/small.ts";

const ADA = "IT-000001";
let world: World;

beforeAll(async () => {
  world = await makeWorld([member(ADA)], "2026-07-15");
  await world.publish(ADA, aiuti(), bytes(csv()));
  await world.start();
});
afterAll(() => world.close());

const inState = (name: string) => join(world.at.root, name);
const cli = (...args: string[]) => tavolo(world.at.root, args);
let files = 0;
async function file(content: string | Uint8Array): Promise<string> {
  const path = inState(`file-${++files}.csv`);
  await writeFile(path, content);
  return path;
}
async function ingest(content: string | Uint8Array, descriptor: object = aiutiJson) {
  const path = inState(`descriptor-${++files}.json`);
  await writeFile(path, JSON.stringify(descriptor));
  return cli("ingest", path, await file(content), "--as", ADA);
}
async function served(): Promise<unknown> {
  const question = {
    members: [ADA],
    dataset: "aiuti",
    period: "2025",
    measures: [{ count: "any" }],
    by: ["age", "sex"],
    where: {},
  };
  const { outcomes, table } = peek(await askHub(await world.asker(ADA), question), Statement);
  expect(outcomes[0]!.outcome).toBe("answered");
  return table;
}
const versions = () => readdir(join(world.at.private(ADA), "versions", "aiuti"));

/** No value of any row: not a surname, a code, a date of birth. */
const expectNoValue = (text: string) =>
  expect(text).not.toMatch(/Canarino|CF0|\d\d\/\d\d\/19|segreto/);

interface Ended {
  readonly code: number | null;
  readonly err: string;
}
function expectRefused({ code, err }: Ended, reason: string, words: RegExp): void {
  const [sentence, ...more] = err.trimEnd().split("\n");
  expect(code).toBe(1);
  expect(sentence).toMatch(new RegExp(`^[A-Z][^\\n]+\\. \\[${reason}\\]$`));
  expect(sentence).toMatch(words);
  expect(more.filter((line) => !/^ {2}\/\S*: /.test(line))).toEqual([]);
  expectNoValue(err);
}

describe("rows that break the descriptor", () => {
  test("are left out: the report says line, field and rule, and never the value", async () => {
    const lines = csv().split("\n");
    lines[3] = lines[3]!.replace(/\d\d\/\d\d\/\d{4}/, "31/02/1944");
    lines[50] = lines[50]!.replace(/;[FM];/, ";segreto;");
    lines[51] = `${lines[51]};segreto`;
    lines[99] = lines[99]!.replace(/^CF\d+;Canarino/, '"CF;segreto');
    const { code, out, err } = await ingest(lines.join("\n"));
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("aiuti: 200 rows read, 196 kept, 4 rejected");
    for (const line of [
      "line 4, NATO: date",
      "line 51, SESSO: code",
      "line 52, row: columns",
      "line 100, row: quote",
    ])
      expect(out).toContain(`  ${line}\n`);
    expectNoValue(out);
  });

  test("are refused when there are too many: nothing is stored, and the last release is still served", async () => {
    const [before, stored] = [await served(), await versions()];
    const spoilt = csv().replaceAll(/;[FM];nord/g, ";segreto;nord");
    expectRefused(
      await ingest(spoilt),
      "too-many-rejects",
      /of 200 rows \(code \d+\); at most a share of 0\.02 may be\. First: line \d+ SESSO: code/,
    );
    expect(await versions()).toEqual(stored);
    expect(await served()).toEqual(before);
    const { code, err } = await cli("release", "aiuti", "--as", ADA);
    expectRefused({ code, err }, "not-due", /the calendar of this period is complete/);
    expect(await served()).toEqual(before);
  });
});

describe("files that cannot be read", () => {
  const zipped = gzipSync(csv());
  test.each<[string, string | Uint8Array, string, RegExp]>([
    [
      "a gzip that was cut short",
      zipped.subarray(0, zipped.length - 200),
      "file-unreadable",
      /cut short/,
    ],
    [
      "a gzip that is damaged",
      Uint8Array.from(zipped, (byte, at) => (at === 500 ? byte ^ 0xff : byte)),
      "file-unreadable",
      /gzip file is/,
    ],
    [
      "another encoding",
      Buffer.from(csv().replace("Canarino3", "Nicolò"), "latin1"),
      "file-unreadable",
      /is not written in utf-8/,
    ],
    [
      "a quote in the header that nobody closes",
      csv().replace("COGNOME", '"COGNOME'),
      "file-columns",
      /quote that is not closed/,
    ],
    ["a column missing", csv().replace("ZONA", "AREA"), "file-columns", /not in the file: ZONA/],
    [
      "a column twice",
      csv().replace("COGNOME", "ZONA"),
      "file-columns",
      /there more than once: ZONA/,
    ],
    [
      "another delimiter",
      csv().replaceAll(";", "\t"),
      "file-columns",
      /not in the file: CODICE, NATO, SESSO, ZONA, ORE/,
    ],
    ["a header alone", `${HEADER}\n`, "file-unreadable", /no rows/],
    ["nothing", "", "file-columns", /names the columns/],
  ])("%s", async (_, content, reason, words) => {
    const stored = await versions();
    expectRefused(await ingest(content), reason, words);
    expect(await versions()).toEqual(stored);
  });

  test("a file, a descriptor or a dataset that is not there", async () => {
    const descriptor = inState("aiuti.json");
    await writeFile(descriptor, JSON.stringify(aiutiJson));
    const [absent, folder, nothing, noJson, unknown, year] = await Promise.all([
      cli("ingest", descriptor, inState("nowhere.csv"), "--as", ADA),
      cli("ingest", descriptor, world.at.root, "--as", ADA),
      cli("ingest", inState("nowhere.json"), inState("nowhere.csv"), "--as", ADA),
      cli("ingest", await file("ciao"), inState("nowhere.csv"), "--as", ADA),
      cli("release", "redditi", "--as", ADA),
      cli("release", "aiuti", "--period", "1999", "--as", ADA),
    ]);
    expectRefused(absent, "file-unreadable", /there is no such file/);
    expectRefused(folder, "file-unreadable", /is a folder/);
    expectRefused(nothing, "file-unreadable", /cannot be opened/);
    expectRefused(noJson, "file-unreadable", /is not JSON/);
    expectRefused(unknown, "no-version", /ingest a file of redditi first/);
    expectRefused(year, "unknown-period", /has no period 1999/);
  });
});

describe("descriptors that are refused", () => {
  const [age, sex, zone] = aiutiJson.dimensions;
  const [any, hours] = aiutiJson.fields;
  const dimensions = (changed: object) => ({ dimensions: [{ ...age, ...changed }, sex, zone] });
  const sum = (changed: object) => ({ fields: [any, { ...hours, ...changed }] });
  const policy = (changed: object) => ({ policy: { ...aiutiJson.policy, ...changed } });
  test.each<[string, object, string, RegExp]>([
    [
      "quantiles",
      dimensions({ generalise: "quantile" }),
      "descriptor-banned",
      /depends on other subjects \(quantile\)/,
    ],
    ["ranks", dimensions({ generalise: "rank" }), "descriptor-banned", /depends on other subjects/],
    [
      "a code list from the data",
      dimensions({ codes: "from-data" }),
      "descriptor-banned",
      /taken from the rows/,
    ],
    [
      "bounds from the data",
      sum({ source: "own data" }),
      "descriptor-banned",
      /never from the rows/,
    ],
    [
      "bounds that are odd together",
      sum({ bounds: [0, 40.01] }),
      "descriptor-banned",
      /must be even in grid steps/,
    ],
    [
      "a sum without bounds",
      sum({ bounds: undefined }),
      "descriptor-invalid",
      /a sum over subjects has bounds/,
    ],
    [
      "one number under two names",
      { fields: [any, hours, { ...hours, id: "ore" }] },
      "descriptor-banned",
      /ore: one number under two names/,
    ],
    [
      "one dimension under two names",
      { dimensions: [sex, { ...sex, id: "genere" }] },
      "descriptor-banned",
      /genere: one number under two names/,
    ],
    [
      "records without protection",
      policy({ method: "none" }),
      "descriptor-banned",
      /records are released under method lattice/,
    ],
    [
      "sums that take more than their share",
      sum({ share: 0.5 }),
      "descriptor-banned",
      /at most 0\.25 of the loss/,
    ],
    [
      "six dimensions",
      { dimensions: "abcdef".split("").map((id) => ({ ...sex, id, column: id })) },
      "descriptor-invalid",
      /at most 5 dimensions/,
    ],
    [
      "a release within a closed window",
      policy({ closed: [{ from: "2026-06-01", until: "2026-07-31", reason: "elections" }] }),
      "descriptor-invalid",
      /closed window/,
    ],
    [
      "more points than anybody may spend",
      policy({ advantage: 30 }),
      "descriptor-invalid",
      /\/policy\/advantage/,
    ],
    [
      "a key that descriptors do not have",
      { sql: "SELECT 1" },
      "descriptor-invalid",
      /Unrecognized key/,
    ],
  ])("%s", async (_, change, reason, words) => {
    expectRefused(await ingest(csv(), { ...aiutiJson, ...change }), reason, words);
  });
});

test("after all of it nothing of a draft is left, one version is stored, and in it no column that would name anybody", async () => {
  const own = world.at.private(ADA);
  expect(await readdir(join(own, "drafts", "versions", "aiuti")).catch(() => [])).toEqual([]);
  const [version, ...others] = await versions();
  expect(others).toEqual([]);
  const rows = await storedRows(join(own, "versions", "aiuti", version!));
  expect(rows).toHaveLength(196);
  expect(Object.keys(rows[0]!)).toEqual([
    "subject",
    "period",
    "start",
    "dim_age",
    "dim_sex",
    "dim_zone",
    "val_ORE",
  ]);
  expectNoValue(Object.values(rows[0]!).join(" "));
});
