/**
 * A year of a dataset by consent, lived through under the local clock: two releases a period, and between them a person who
 * leaves. The tests below are one story, in order.
 */
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askHub } from "../../adapters/client/asking.ts";
import { releaseDeps } from "../../adapters/local/private-side.ts";
import { loadCube } from "../../functions/disclosure/cube.ts";
import { planRelease } from "../../functions/disclosure/release-plan.ts";
import { crossRequest, currentVersion } from "../../functions/release/release.ts";
import { rowsAt } from "../../functions/release/rows.ts";
import { peek } from "../../functions/signing/jws.ts";
import { Partial, Statement } from "../../schemas/query.ts";
import { Manifest } from "../../schemas/release.ts";
import { referenceCube } from "../reference/release.ts";
import { makeWorld, member, type World } from "../world/machine.ts";
import { tavolo } from "../world/process.ts";
import { releaseWithKey } from "../world/release.ts";
import { aiuti, aiutiJson, csv, storedRows } from "../world/small.ts";

const ADA = "IT-000001";
const WHO = 17;
const [FIRST, SECOND, GRACE_OVER] = ["2026-06-30", "2026-09-30", "2026-10-31"] as const;
const descriptor = aiuti({
  policy: { ...aiutiJson.policy, calendar: { "2025": [FIRST, SECOND] }, graceDays: 30 },
});
const job = { dataset: "aiuti", period: "2025" };
const key = Uint8Array.from({ length: 32 }, (_, at) => (at * 73 + 5) % 256);
let world: World;
let pseudonym: string;
let file: string;
let described: string;

beforeAll(async () => {
  world = await makeWorld([member(ADA)], "2026-06-01");
  await world.start();
  [file, described] = [join(world.at.root, "aiuti.csv"), join(world.at.root, "aiuti.json")];
  await writeFile(file, csv());
  await writeFile(described, JSON.stringify(descriptor));
});
afterAll(() => world.close());

const cli = (args: string[], input?: string) =>
  tavolo(world.at.root, [...args, "--as", ADA], input);
const folder = () => join(world.at.private(ADA), "versions", "aiuti");
const versions = () => readdir(folder());
const subjects = async () =>
  (await storedRows(join(folder(), (await versions())[0]!))).map(({ subject }) => subject);
/** The outcome of a question about everybody, and what it was answered from. */
async function asked() {
  const question = { ...job, members: [ADA], measures: [{ count: "any" }], by: [], where: {} };
  const { outcomes } = peek(await askHub(await world.asker(ADA), question), Statement);
  const [one] = outcomes;
  return one && "partial" in one ? peek(one.partial, Partial).release : one?.outcome;
}
/** Persons in the stored rows, exactly, as a release would count them now. */
async function exactly(): Promise<number> {
  const deps = await releaseDeps(world.at, ADA, await world.store(ADA), world.clock);
  const { path } = await currentVersion(deps.store, "aiuti");
  const request = crossRequest(
    planRelease(descriptor, "2025"),
    await rowsAt(deps.privateBlobs, { path }),
    [],
  );
  return (await deps.engine.cross(request)).rows.reduce((sum, { values }) => sum + values[0]!, 0);
}
const notDue = async (words: RegExp) => {
  const { code, err } = await cli(["release", "aiuti"]);
  expect([code, err]).toEqual([
    1,
    expect.stringMatching(/^The calendar has no release due now: [^\n]+ \[not-due\]\n$/),
  ]);
  expect(err).toMatch(words);
};

test("before the first date nothing is released", async () => {
  expect((await cli(["ingest", described, file])).out).toContain("200 rows read, 200 kept");
  await notDue(/release 1 of this period falls due on 2026-06-30; today is 2026-06-01/);
  expect(await asked().catch(({ reason }) => reason)).toBe("unknown-dataset");
});

test("on the first date the first release is made, once", async () => {
  await world.setDay(FIRST);
  await world.start();
  const { code, out } = await cli(["release", "aiuti"]);
  expect([code, out]).toEqual([0, expect.stringContaining(`Released ${ADA}/aiuti/2025/1`)]);
  expect(out).toContain("local clock: 2026-06-30");
  await notDue(/release 2 of this period falls due on 2026-09-30; today is 2026-06-30/);
  expect(await asked()).toBe(`${ADA}/aiuti/2025/1`);
});

test("who withdraws is out of the rows at once, and is told from when no release counts them", async () => {
  await world.setDay("2026-08-10");
  await world.start();
  const [[before], counted] = [await versions(), await subjects()];
  expect(counted).toHaveLength(200);

  const { code, out, err } = await cli(
    ["withdraw", "aiuti", "--yes", "--identifiers"],
    `cf${String(WHO).padStart(6, "0")} \n`,
  );
  expect([code, err]).toEqual([
    0,
    `Noted for 1 person. The release of ${SECOND} and those after it do not count them.\n`,
  ]);
  const receipt = JSON.parse(out);
  expect(receipt).toMatchObject({
    dataset: "aiuti",
    rowsRemovedAtOnce: true,
    countedNoLongerFrom: SECOND,
  });
  pseudonym = receipt.pseudonym;
  expect(out).not.toContain("CF0");

  const [after, ...older] = await versions();
  expect([after === before, older]).toEqual([false, []]);
  expect(await subjects()).toEqual(counted.filter((subject) => subject !== pseudonym));
  expect(await subjects()).toHaveLength(199);
  expect(await exactly()).toBe(199);
});

test("it makes no release, and changes none: its date does not show", async () => {
  await notDue(/falls due on 2026-09-30; today is 2026-08-10/);
  expect(await asked()).toBe(`${ADA}/aiuti/2025/1`);
});

test("the same person again is the same withdrawal, and a stranger is told no more", async () => {
  const [again, stranger, nobody, wrong] = await Promise.all([
    cli(["withdraw", "aiuti", "--yes", "--pseudonym", pseudonym]),
    cli(["withdraw", "aiuti", "--yes", "--identifiers"], "CF999999\n"),
    cli(["withdraw", "aiuti"]),
    cli(["withdraw", "aiuti", "--yes", "--identifiers"], "CF000001;Rossi\n"),
  ]);
  const { at, id: _, receipt: __, ...receipt } = JSON.parse(again.out);
  const { at: ___, id: ____, receipt: _____, pseudonym: other, ...told } = JSON.parse(stranger.out);
  expect(new Date(at * 1000).toISOString().slice(0, 10)).toBe("2026-08-10");
  expect(receipt).toEqual({ ...told, pseudonym });
  expect([stranger.code, stranger.err]).toEqual([again.code, again.err]);
  expect(again.err).toMatch(/^Noted for 1 person\. /);
  expect(other).not.toBe(pseudonym);
  expect([nobody.code, nobody.err]).toEqual([
    1,
    expect.stringMatching(/: nobody was named; [^\n]+ \[body-invalid\]\n$/),
  ]);
  expect([wrong.code, wrong.out]).toEqual([1, ""]);
  expect(wrong.err).toMatch(/^[A-Z][^\n]+: name each person by: CODICE\. \[body-invalid\]\n$/);
  expect(await subjects()).toHaveLength(199);
});

test("a file that brings the person again does not bring the person back", async () => {
  const { code, out } = await cli(["ingest", described, file]);
  expect([code, out]).toEqual([
    0,
    expect.stringContaining(
      "200 rows read, 199 kept, 0 rejected, 1 of persons who withdrew left out.",
    ),
  ]);
  expect(await subjects()).not.toContain(pseudonym);
});

test("after the second date and the days of grace answers stop, until the release is made", async () => {
  await world.setDay("2026-10-30");
  await world.start();
  expect(await asked()).toBe(`${ADA}/aiuti/2025/1`);
  await world.setDay(GRACE_OVER);
  await world.start();
  expect(await asked()).toBe("release-overdue");
});

test("the second release counts everybody but that person, in every figure", async () => {
  const deps = await releaseDeps(world.at, ADA, await world.store(ADA), world.clock);
  const manifest = await releaseWithKey(key, deps, job);
  expect(manifest.id).toBe(`${ADA}/aiuti/2025/2`);
  expect(await asked()).toBe(manifest.id);

  const cube = await loadCube(
    (await deps.publicBlobs.read("releases/aiuti/2025/2/cube.parquet"))!,
    manifest,
  );
  const fields = new Map(cube.manifest.fields.map((field) => [field.id, field]));
  const apart = (text: string) =>
    referenceCube({
      descriptor,
      csv: text,
      period: "2025",
      key,
      releaseId: manifest.id,
    }).cells.filter(
      ({ field, codes, valueGrid }) =>
        cube.value(
          fields.get(field)!,
          cube.trees.map(({ id }) => codes[id]!),
        ) !== valueGrid,
    ).length;
  expect(apart(csv([WHO]))).toBe(0);
  expect(apart(csv())).toBeGreaterThan(0);
});

test("then the calendar is complete, and never overdue", async () => {
  await notDue(/the calendar of this period is complete: 2 of 2 releases are made/);
  await world.setDay("2027-12-31");
  await world.start();
  expect(await asked()).toBe(`${ADA}/aiuti/2025/2`);
  const said = await fetch(`${(await world.start()).nodes[0]!.url}/v1/releases`);
  const { manifests } = (await said.json()) as { manifests: string[] };
  expect(manifests.map((jws) => peek(jws, Manifest).id)).toEqual([`${ADA}/aiuti/2025/2`]);
});
