/** A public table held back until an hour: tried from outside at node, hub, catalogue and log before it and at it. By the command that people type. */
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inRome, instantOf } from "../../adapters/cli/rome.ts";
import { setClock } from "../../adapters/clock/clock.ts";
import { releaseOf } from "../../adapters/local/private-side.ts";
import { runSchedule } from "../../adapters/local/schedule.ts";
import { accept } from "../../functions/disclosure/descriptor-rules.ts";
import { confirmPlan, holdBack, plannedOf, withdrawPlan } from "../../functions/release/planned.ts";
import { descriptorFor } from "../../functions/release/trial.ts";
import { peek } from "../../functions/signing/jws.ts";
import { getItem } from "../../functions/store/stored.ts";
import { version } from "../../schemas/items/keep.ts";
import { TreeHead } from "../../schemas/log.ts";
import { makeWorld, member, type World } from "../world/machine.ts";
import { tavolo } from "../world/process.ts";
import { aiuti, bytes, tavola, tavolaCsv } from "../world/small.ts";

const INPS = "inps";
/** Ten o'clock in Rome, in summer. */
const AT = "2026-07-02T10:00";
const INSTANT = Date.parse("2026-07-02T08:00:00Z");
let world: World;
let node: string;
let hub: string;
let file: string;
const cli = (...args: string[]) => tavolo(world.at.root, [...args, "--as", INPS]);
const start = async () => {
  const federation = await world.start();
  [hub, node] = [federation.hub, federation.nodes[0]?.url ?? ""];
};
const schedule = async () => runSchedule(world.at, INPS, await world.store(INPS), world.clock);

beforeAll(async () => {
  world = await makeWorld([member(INPS)], "2026-07-01");
  await world.publish(INPS, tavola, bytes(tavolaCsv));
  file = join(world.at.root, "2026.csv");
  await writeFile(file, "ZONA;N\nnord;70414\ncentro;60\nsud;0\n");
  await start();
});
afterAll(() => world.close());

/** Everything that anybody can have of node and hub without a key. */
async function outside(): Promise<string> {
  const addresses = [
    ...["/v1/releases", "/v1/releases/tavola/2026/1/manifest", "/v1/releases/tavola/2026/1/cube"],
    ...["/v1/releases/tavola/2026/1/codes", "/v1/accounts/2026", "/v1/log/head"],
    ...["/v1/log/entries?from=0&to=1", "/v1/reports/tavola/2026/en.html"],
  ].map((path) => `${node}${path}`);
  const open = ["measure=helped", "measure=helped&by=zone&format=csv"].map(
    (query) => `${hub}/v1/tables/tavola/2026?${query}`,
  );
  const all = [
    ...addresses,
    ...[
      ...["/v1/datasets", "/v1/catalogue", "/v1/accounts", "/v1/log/head"],
      "/v1/log/entries?from=0&to=1",
    ].map((path) => `${hub}${path}`),
    ...open,
  ];
  const texts = await Promise.all(all.map(async (url) => (await fetch(url)).text()));
  return texts.join("\n");
}
const currentOf = async () =>
  (await getItem(await world.store(INPS), version, { dataset: "tavola" }))?.body.digest;
const publicFiles = async () =>
  (
    await Promise.all(
      [world.at.published(INPS), world.at.answering].map((folder) =>
        readdir(folder, { recursive: true }),
      ),
    )
  ).flat();
const logSize = async (of: string): Promise<number> => {
  const { head } = (await (await fetch(`${of}/v1/log/head`)).json()) as { head: string };
  return peek(head, TreeHead).size;
};

describe("held back until an hour", () => {
  let digest: string;
  let before: { files: string[]; entries: number };

  test("what changed is said first, and it asks", async () => {
    before = { files: await publicFiles(), entries: await logSize(node) };
    const asked = await cli("publish", "tavola", file, "--period", "2026", "--at", AT);
    expect(asked.code).toBe(1);
    expect(asked.err).toMatch(/Release tavola 2026 on 2026-07-02T10:00 \(Europe\/Rome\)\?.*--yes/);
    expect(asked.out).toMatch(/helped +│ 200 +│ 70,474 +│ 70,274/);
    expect(asked.out).toMatch(/3 of 4 cells differ/);
    expect(asked.out).toMatch(/Gone from zone: sud/);
    expect((await schedule()).filter(({ what }) => what === "released")).toEqual([]);
  });

  test("it is taken in without an edit of the descriptor, and waits", async () => {
    const done = await cli("publish", "tavola", file, "--period", "2026", "--at", AT, "--yes");
    expect([done.code, done.err]).toEqual([0, expect.not.stringMatching(/\[/)]);
    expect(done.out).toMatch(/Held back: tavola 2026 is out on 2026-07-02T10:00 \(Europe\/Rome\)/);
    digest = (await currentOf()) ?? "";
    expect(digest).toMatch(/^[\w-]{43}$/);
  });

  test("before the hour there is no figure, digest or size of it anywhere; that it comes is public", async () => {
    await setClock(world.at.clock, new Date(INSTANT - 600_000));
    await start();
    expect(await schedule()).toEqual([]);
    const refused = await cli("release", "tavola", "--period", "2026");
    expect([refused.code, refused.err]).toEqual([
      1,
      expect.stringMatching(/held back.*\[not-due\]/s),
    ]);
    const said = await outside();
    for (const secret of ["70414", "70,414", "70474", digest, 'tavola/2026/1"'])
      expect(said).not.toContain(secret);
    expect(await publicFiles()).toEqual(before.files);
    expect(await logSize(node)).toBe(before.entries);
    const released = await (await fetch(`${node}/v1/releases`)).json();
    expect(released).toMatchObject({
      v: 2,
      next: [{ dataset: "tavola", period: "2026", at: INSTANT / 1000 }],
    });
    const { members } = await (await fetch(`${hub}/v1/datasets`)).json();
    expect(members).toContainEqual(
      expect.objectContaining({
        member: INPS,
        next: [{ dataset: "tavola", period: "2026", at: INSTANT / 1000 }],
      }),
    );
    const catalogue = await (await fetch(`${hub}/v1/catalogue`)).json();
    expect(catalogue["dcat:dataset"][0]["dct:available"]["@value"]).toBe("2026-07-02T08:00:00Z");
  });

  test("other rows are not taken in its place", async () => {
    await writeFile(join(world.at.root, "d.json"), JSON.stringify(tavola));
    const other = await cli("ingest", join(world.at.root, "d.json"), file);
    expect([other.code, other.err]).toEqual([1, expect.stringMatching(/held back.*\[conflict\]/s)]);
  });

  test("at the hour it is out, by the schedule and nobody else", async () => {
    await setClock(world.at.clock, new Date(INSTANT));
    expect(await schedule()).toMatchObject([
      { what: "released", dataset: "tavola", period: "2026", release: `${INPS}/tavola/2026/1` },
    ]);
    await start();
    expect((await fetch(`${node}/v1/releases/tavola/2026/1/manifest`)).status).toBe(200);
    const csv = await (await fetch(`${hub}/v1/tables/tavola/2026?measure=helped&by=zone`)).text();
    expect(csv).toContain("70414");
    expect(await (await fetch(`${node}/v1/releases`)).json()).toMatchObject({ v: 1 });
    const { members } = await (await fetch(`${hub}/v1/datasets`)).json();
    expect(members.find(({ member }: { member: string }) => member === INPS).next).toBeUndefined();
    expect(await schedule()).toEqual([]);
  });
});

describe("now", () => {
  test("a revision by the same command, with its reason in both languages", async () => {
    await writeFile(file, "ZONA;N\nnord;70414\ncentro;61\nsud;0\n");
    const args = ["publish", "tavola", file, "--period", "2026", "--yes"];
    const without = await cli(...args);
    expect([without.code, without.err]).toEqual([1, expect.stringMatching(/\[not-due\]/)]);
    const half = await cli(...args, "--revises", "1", "--because", "Un errore di una sede.");
    expect([half.code, half.err]).toEqual([1, expect.stringMatching(/--because-en/)]);
    const done = await cli(
      ...[...args, "--revises", "1", "--because", "Un errore di una sede."],
      ...["--because-en", "A mistake of one office."],
    );
    expect([done.code, done.out]).toEqual([
      0,
      expect.stringMatching(/2 of 4 cells differ[\s\S]*Released inps\/tavola\/2026\/2/),
    ]);
  });

  test("what is held back can be taken back", async () => {
    await writeFile(file, "ZONA;N\nnord;1\ncentro;1\nsud;1\n");
    const planned = await cli(
      ...["publish", "tavola", file, "--period", "2027", "--at", "2027-01-10T09:00", "--yes"],
      ...["--status", "P"],
    );
    expect([planned.code, planned.err]).toEqual([0, ""]);
    expect(await (await fetch(`${node}/v1/releases`)).json()).toMatchObject({ v: 2 });
    expect((await cli("publish", "tavola", "--withdraw")).code).toBe(0);
    expect(await (await fetch(`${node}/v1/releases`)).json()).toMatchObject({ v: 1 });
    // its rows are in force, and its day has come: no calendar takes them for due
    await setClock(world.at.clock, new Date("2027-01-12T09:00:00Z"));
    expect(await schedule()).toEqual([]);
    const byHand = await cli("release", "tavola", "--period", "2027");
    expect([byHand.code, byHand.err]).toEqual([1, expect.stringMatching(/\[not-due\]/)]);
    // whoever publishes them again has said when
    const again = await cli("publish", "tavola", file, "--period", "2027", "--yes");
    expect([again.code, again.out]).toEqual([
      0,
      expect.stringContaining("Released inps/tavola/2027/1"),
    ]);
  });

  test("what nobody confirmed is refused at its hour, and not released after it", async () => {
    const store = await world.store(INPS);
    const at = world.clock() + 600;
    await holdBack(store, { dataset: "tavola", period: "2028" }, at, world.clock());
    const next = descriptorFor(tavola, { period: "2028", day: "2027-01-12", status: undefined });
    await world.publish(INPS, accept(next), bytes("ZONA;N\nnord;2\ncentro;2\nsud;2\n"), false);
    await setClock(world.at.clock, new Date((at + 60) * 1000));
    expect(await schedule()).toMatchObject([{ what: "refused", reason: "no-version" }]);
    expect(await schedule()).toEqual([]);
    expect((await fetch(`${node}/v1/releases/tavola/2028/1/manifest`)).status).toBe(404);
  });

  test("rows of one period are not released as those of another: all figures would be zero", async () => {
    const calendar = { "2025": ["2026-06-30"], "2026": ["2026-06-30"] };
    const two = accept({ ...tavola, id: "altra", policy: { ...tavola.policy, calendar } });
    await world.publish(INPS, two, bytes(tavolaCsv), false);
    const make = await releaseOf(world.at, INPS, await world.store(INPS), world.clock);
    await make({ dataset: "altra", period: "2025" });
    await expect(make({ dataset: "altra", period: "2026" })).rejects.toMatchObject({
      reason: "no-version",
    });
    expect(await schedule()).toEqual([]);
  });

  test("a plan that was taken back is not ended by who read the former one", async () => {
    const store = await world.store(INPS);
    const first = await holdBack(
      store,
      { dataset: "tavola", period: "2029" },
      world.clock() + 600,
      world.clock(),
    );
    await withdrawPlan(store, "tavola");
    const second = await holdBack(
      store,
      { dataset: "tavola", period: "2029" },
      world.clock() + 900,
      world.clock(),
    );
    await withdrawPlan(store, "tavola", first);
    expect((await plannedOf(store, "tavola"))?.id).toBe(second);
    await expect(
      confirmPlan(store, { dataset: "tavola", id: first, rows: "A".repeat(43) }),
    ).rejects.toMatchObject({ reason: "conflict" });
    await withdrawPlan(store, "tavola", second);
  });

  test("an hour that is past is refused, before anything is read", async () => {
    const past = await cli(
      "publish",
      "tavola",
      file,
      "--period",
      "2028",
      "--at",
      "2020-01-01T10:00",
    );
    expect([past.code, past.out]).toEqual([1, ""]);
    expect(past.err).toMatch(/is past.*\[body-invalid\]/s);
  });

  test("what carries noise is not published so", () => {
    expect(() => descriptorFor(aiuti(), { period: "2026", day: "2026-07-02" })).toThrow(
      expect.objectContaining({ reason: "descriptor-invalid" }),
    );
  });
});

describe("the clock of Rome", () => {
  test.each([
    ["2026-03-02T10:00", "2026-03-02T09:00:00Z"],
    ["2026-07-02T10:00", "2026-07-02T08:00:00Z"],
    ["2026-03-29T03:00", "2026-03-29T01:00:00Z"],
    // the hour that comes twice is the first
    ["2026-10-25T02:30", "2026-10-25T00:30:00Z"],
    ["2026-03-02T10:00Z", "2026-03-02T10:00:00Z"],
    ["2026-03-02T10:00+02:00", "2026-03-02T08:00:00Z"],
  ])("%s is %s", (text, utc) => {
    expect(instantOf(text)).toBe(Date.parse(utc) / 1000);
  });
  test.each(["2026-03-29T02:30", "tomorrow", "2026-13-01T10:00", "2026-03-02"])(
    "%s is no instant",
    (text) => {
      expect(() => instantOf(text)).toThrow(expect.objectContaining({ reason: "body-invalid" }));
    },
  );
  test("reads back as it was written", () => {
    expect(inRome(instantOf(AT))).toBe(AT);
  });
});
