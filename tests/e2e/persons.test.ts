/**
 * A dataset that rests on consent, lived through with the commands that an office has: who consents, who leaves, who is erased, a change
 * of keys, the schedule, and the end of the time that rows are kept. One story, in order.
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { peek } from "../../functions/signing/jws.ts";
import { ConsentExport, SubjectReceipt } from "../../schemas/consent.ts";
import { makeWorld, member, type World } from "../world/machine.ts";
import { tavolo } from "../world/process.ts";
import { aiuti, aiutiJson, csv, storedRows } from "../world/small.ts";

const ADA = "IT-000001";
const calendar = { "2025": ["2026-06-30", "2026-09-30"] };
const descriptor = aiuti({
  legalBasis: {
    basis: "consent",
    reference: "notice 7",
    consent: { from: "register", contact: "the office" },
  },
  policy: { ...aiutiJson.policy, calendar },
  retention: { keep: "P2Y" },
  subject: { ...aiutiJson.subject, identifiers: { CODICE: [{ card: "CF\\d{6}" }] } },
});
const codes = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => `CF${String(from + n).padStart(6, "0")}`).join("\n");
let world: World;
let file: string;
let described: string;
const said: string[] = [];

beforeAll(async () => {
  world = await makeWorld([member(ADA)], "2026-06-01");
  [file, described] = [join(world.at.root, "aiuti.csv"), join(world.at.root, "aiuti.json")];
  await writeFile(file, csv());
  await writeFile(described, JSON.stringify(descriptor));
  await world.start();
});
afterAll(() => world.close());

async function cli(args: string[], input?: string) {
  const done = await tavolo(world.at.root, [...args, "--as", ADA], input);
  said.push(done.out, done.err);
  return done;
}
const to = async (day: string) => {
  await world.setDay(day);
  await world.start();
};
const subjects = async () => {
  const folder = join(world.at.private(ADA), "versions", "aiuti");
  return (await storedRows(join(folder, (await readdir(folder))[0]!))).map(
    ({ subject }) => subject,
  );
};

test("150 of 200 persons consent, and only they are stored", async () => {
  const early = await cli(["consent", "give", "aiuti", "--yes", "--identifiers"], codes(0, 1));
  expect([early.code, early.err]).toEqual([
    1,
    expect.stringMatching(/name its descriptor[^\n]+\[no-version\]\n$/),
  ]);
  const given = await cli(
    ["consent", "give", "aiuti", "--yes", "--identifiers", "--descriptor", described],
    codes(0, 150),
  );
  expect([given.code, given.err, given.out.match(/"state": "given"/g)?.length]).toEqual([
    0,
    "Noted for 150 persons. Each has a receipt.\n",
    150,
  ]);
  const { out } = await cli(["ingest", described, file]);
  expect(out).toContain("200 rows read, 150 kept, 0 rejected");
  expect(out).toContain("50 without consent left out");
  expect(await subjects()).toHaveLength(150);
});

test("the first release is the owner's; nothing is due before, and the schedule does not make it", async () => {
  await to("2026-06-30");
  expect((await cli(["schedule"])).out).toContain("Nothing was due.");
  expect((await cli(["release", "aiuti"])).code).toBe(0);
});

test("a withdrawal tells the date, and a slip of the pen is noticed", async () => {
  await to("2026-08-10");
  const { out } = await cli(["withdraw", "aiuti", "--yes", "--identifiers"], "cf000017\n");
  const { receipt, ...told } = JSON.parse(out);
  expect(told).toMatchObject({ kind: "withdrawal", countedNoLongerFrom: "2026-09-30", epoch: 0 });
  expect(peek(receipt, SubjectReceipt)).toMatchObject({
    iss: ADA,
    kind: "withdrawal",
    note: told.note,
  });
  const slip = await cli(["withdraw", "aiuti", "--yes", "--identifiers"], "CF0001\n");
  expect([slip.code, slip.err]).toEqual([
    1,
    expect.stringMatching(/person 1: CODICE is not in the form of its kind\. \[body-invalid\]\n$/),
  ]);
  expect(await subjects()).toHaveLength(149);
});

test("a change of keys changes every pseudonym, and people are still found, by old receipts too", async () => {
  const before = await subjects();
  const { out } = await cli(["pseudonym", "rotate", "aiuti"]);
  expect(out).toContain("(epoch 1)");
  const after = await subjects();
  expect(after).toHaveLength(149);
  expect(after.filter((subject) => before.includes(subject))).toEqual([]);
  expect((await cli(["ingest", described, file])).out).toContain(
    "149 kept, 0 rejected, 1 of persons who withdrew left out",
  );
  expect((await subjects()).toSorted()).toEqual(after.toSorted());
  const [old] = before;
  expect(
    (await cli(["withdraw", "aiuti", "--yes", "--pseudonym", String(old), "--epoch", "0"])).code,
  ).toBe(0);
  expect(await subjects()).toHaveLength(148);
});

test("an erasure leaves a receipt that names nobody", async () => {
  const { out } = await cli(["erase", "aiuti", "--yes", "--identifiers"], "CF000020\n");
  const told = JSON.parse(out);
  expect(told).toMatchObject({ kind: "erasure", rowsRemovedAtOnce: true });
  expect(told).not.toHaveProperty("pseudonym");
  expect(await subjects()).toHaveLength(147);
});

test("the records have the form of ISO/IEC TS 27560", async () => {
  const out = join(world.at.root, "consents.json");
  expect((await cli(["consent", "export", "aiuti", "--out", out])).code).toBe(0);
  const { records } = ConsentExport.parse(JSON.parse(await readFile(out, "utf8")));
  expect(records).toHaveLength(149);
  expect(
    records.filter(({ events }) => events.at(-1)!.event_state === "dpv:ConsentWithdrawn"),
  ).toHaveLength(2);
});

test("on the second date the schedule makes the release by itself, once", async () => {
  await to("2026-09-30");
  expect((await cli(["schedule", "--json"])).out).toContain(`"release":"${ADA}/aiuti/2025/2"`);
  expect((await cli(["schedule"])).out).toContain("Nothing was due.");
});

test("rows go when their time is over, and until then nothing is computed from them", async () => {
  await to("2028-01-01");
  const late = await cli(["policy", "preview", "aiuti", "--own-data", "--subjects", "200"]);
  expect([late.code, late.err]).toEqual([1, expect.stringContaining("[rows-run-out]")]);
  expect((await cli(["schedule"])).out).toContain(`rows of ${ADA}/aiuti that ran out are gone`);
  expect(await subjects()).toEqual([]);
});

test("without a terminal nothing is written until the number is answered for", async () => {
  const before = await subjects();
  for (const args of [["withdraw"], ["withdraw", "--end"], ["erase"], ["consent", "give"]]) {
    const { code, out, err } = await cli([...args, "aiuti", "--identifiers"], codes(30, 33));
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(/aiuti: [a-z ()]+ of 3 persons \(3 lines\) is to be noted\.[^\n]+--yes/);
  }
  expect(await subjects()).toEqual(before);
});

test("once the key is destroyed nobody is found by identifier", async () => {
  expect((await cli(["pseudonym", "destroy", "aiuti"])).code).toBe(1);
  expect((await cli(["pseudonym", "destroy", "aiuti", "--yes"])).code).toBe(0);
  const { code, err } = await cli(["withdraw", "aiuti", "--yes", "--identifiers"], "CF000030\n");
  expect([code, err]).toEqual([1, expect.stringContaining("[key-destroyed]")]);
  expect(await readdir(join(world.at.private(ADA), "keys", "pseudonym"))).toEqual([]);
});

test("no identifier was said by any command", () => {
  expect(said.join("")).not.toMatch(/cf000\d{3}/i);
});
