/**
 * A process that is killed at any moment of an ingest or of a release leaves the last published release whole and served, shows
 * nothing of what it had not finished, and charges the account once. The killed one is a process of its own, over real stores
 * and a real disk; what it left is looked at from here, through the code of the answering role.
 */
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { setClock } from "../../adapters/clock/clock.ts";
import { openStores, paths, type Stores } from "../../adapters/local/state.ts";
import { versionInForce } from "../../functions/keep/version-store.ts";
import { Refused } from "../../schemas/refusal.ts";
import { Draft } from "../../schemas/release.ts";
import type { Job, Work } from "./child.ts";
import {
  accounts,
  child,
  DATASET,
  descriptorOf,
  FIRST,
  faultsOf,
  fileOf,
  filesIn,
  type Node,
  nodeOf,
  PERIOD,
  SECOND,
  served,
  type World,
  world,
} from "./node.ts";

let open: World;
let files: { a: string; b: string };
let members = 0;
beforeAll(async () => {
  open = await world();
  files = { a: await fileOf(open.at.root, 0, 60), b: await fileOf(open.at.root, 30, 80) };
});
afterAll(() => open.close());

const descriptor = descriptorOf();
const ingestOf = (file: string): Work => ({ do: "ingest", descriptor, files: [file] });
const RELEASE: Work = { do: "release", dataset: DATASET, period: PERIOD };
const CLI = join(import.meta.dirname, "../../adapters/cli/cli.ts");
const FORMER = `releases/${DATASET}/${PERIOD}/1/cube.parquet`;
const NEXT = `releases/${DATASET}/${PERIOD}/2/cube.parquet`;

/** A node of its own that has made its first release, on the first date of the calendar. */
async function published(world: Pick<World, "at" | "stores"> = open) {
  const node = await nodeOf(world.at, world.stores, `IT-${String(++members).padStart(6, "0")}`);
  await node.run(ingestOf(files.a), FIRST);
  await node.run(RELEASE, FIRST);
  const folder = world.at.published(node.member);
  return {
    node,
    former: (await filesIn(folder)).get(FORMER)!,
    digest: (await versionInForce(node.store, DATASET))!.pointer.digest,
  };
}
type Prepared = Awaited<ReturnType<typeof published>>;

/** Runs it in a process that is killed as the job says. */
async function killed(node: Node, work: Work, kill: Job["kill"]): Promise<void> {
  const victim = await child();
  const outcome = await victim.go({
    root: node.at.root,
    member: node.member,
    now: SECOND,
    work,
    ...(kill ? { kill } : {}),
  });
  expect([victim.process.signalCode, outcome]).toEqual(["SIGKILL", undefined]);
}

/** How many calls a run makes that nobody disturbs: those of the processes to be killed. */
async function callsOf(work: Work): Promise<readonly string[]> {
  const { node } = await published();
  const outcome = await (await child()).go({
    root: node.at.root,
    member: node.member,
    now: SECOND,
    work,
  });
  expect(outcome).toHaveProperty("done");
  return outcome!.calls;
}
/** Before the first call, in the middle of those that write files, and after each: before one is after the one that went before. */
const everyKill = (calls: readonly string[]) =>
  calls.flatMap((name, at) =>
    (
      [
        ...(at === 0 ? (["before"] as const) : []),
        ...(/^(private|public|cubes|writer)\.write$/.test(name) ? (["during"] as const) : []),
        "after",
      ] as const
    ).map((when) => ({
      name: `${when} ${at + 1} ${name}`,
      call: at + 1,
      when,
    })),
  );

/** What must hold whenever a release has been broken off: the pointer leads to a whole cube, and nothing else is to be seen. */
async function expectNothingUnfinished({ node, former }: Prepared): Promise<number> {
  const { number, cube } = await served(node, SECOND);
  const there = await filesIn(node.at.published(node.member));
  expect(there.get(number === 1 ? FORMER : NEXT)).toBe(cube);
  expect(there.get(FORMER)).toBe(former);
  const item = await node.store.get(`release#draft#${DATASET}`, `${PERIOD}#2`);
  const draft = item && Draft.parse(item.body);
  for (const [path, digest] of there) {
    if (path === FORMER) continue;
    // a copy that was broken off has a name that nobody asks for
    expect(path).toMatch(/^releases\/support\/2024\/2\/(cube\.parquet|\.tmp-[0-9a-f-]{36})$/);
    expect(draft?.state).toBe("publishing");
    if (path === NEXT) expect(draft).toMatchObject({ cube: digest });
  }
  expect(
    (await accounts(node)).kept.filter((entry) => entry.number === 2).length,
  ).toBeLessThanOrEqual(1);
  return number;
}

/** The version in force lies there whole, under its own digest. */
async function expectWholeVersion({ at, member, store }: Node): Promise<string> {
  const { digest, path } = (await versionInForce(store, DATASET))!.pointer;
  expect((await filesIn(at.private(member))).get(path)).toBe(digest);
  return digest;
}

/** What a killed process had not yet given its name goes once nobody can be writing it any more. */
async function makeOld({ at, member }: Node): Promise<void> {
  const longAgo = new Date(Date.now() - 3_600_000);
  for (const entry of await readdir(at.private(member), { recursive: true, withFileTypes: true }))
    if (/^(\.tmp-|cube-)/.test(entry.name))
      await utimes(join(entry.parentPath, entry.name), longAgo, longAgo);
}
/** What lies on the private side: files, and scratch folders even where they are empty. */
async function left({ at, member }: Node): Promise<string[]> {
  const scratch = await readdir(join(at.private(member), "scratch")).catch(() => []);
  return [...(await filesIn(at.private(member))).keys(), ...scratch];
}

/** Releases as the log has them, each as often as it is there. */
async function announced({ store }: Node): Promise<string[]> {
  const found: string[] = [];
  for await (const { body } of store.query("log#inbox")) {
    const { kind, release } = JSON.parse((body as { entry: string }).entry) as {
      kind: string;
      release: string;
    };
    if (kind === "release") found.push(release);
  }
  return found.sort();
}

/** The same release again, until it is out: one entry, one cube, nothing left over. Finished already, it is refused as not due. */
async function expectFinished({ node, former }: Prepared, before: number): Promise<void> {
  const again = await node.run(RELEASE, SECOND).catch((error: unknown) => error);
  if (before === 1) expect(again).toMatchObject({ number: 2 });
  else expect(again instanceof Refused && again.reason).toBe("not-due");
  const { number, cube, figures } = await served(node, SECOND);
  expect([number, figures]).toEqual([2, 18]);
  const there = await filesIn(node.at.published(node.member));
  expect([there.get(FORMER), there.get(NEXT)]).toEqual([former, cube]);
  const { kept, published } = await accounts(node);
  expect(kept.map((entry) => entry.release)).toEqual(
    [1, 2].map((n) => `${node.member}/${DATASET}/${PERIOD}/${n}`),
  );
  expect(published).toEqual(kept);
  expect(await announced(node)).toEqual(kept.map((entry) => entry.release));
  expect((await left(node)).filter((path) => !/^(keys|versions)\//.test(path))).toEqual([]);
}

test("a release killed at any call is done again, or was done", async () => {
  const calls = await callsOf(RELEASE);
  expect(calls.length).toBeGreaterThan(15);
  const flip = calls.lastIndexOf("store.put") + 1;
  const faults = await faultsOf(
    everyKill(calls),
    ({ name }) => name,
    async (kill) => {
      const prepared = await published();
      await killed(prepared.node, RELEASE, kill);
      const number = await expectNothingUnfinished(prepared);
      expect(number).toBe(
        kill.call > flip || (kill.call === flip && kill.when === "after") ? 2 : 1,
      );
      if (kill.when === "during") await makeOld(prepared.node);
      await expectFinished(prepared, number);
    },
  );
  expect(faults).toEqual([]);
});

test("an ingest killed at any call leaves a whole version, and the release as it was", async () => {
  const calls = await callsOf(ingestOf(files.b));
  expect(calls.length).toBeGreaterThan(12);
  const faults = await faultsOf(
    everyKill(calls),
    ({ name }) => name,
    async (kill) => {
      const prepared = await published();
      await killed(prepared.node, ingestOf(files.b), kill);
      const held = await expectWholeVersion(prepared.node);
      expect(await expectNothingUnfinished(prepared)).toBe(1);
      if (kill.when === "during") await makeOld(prepared.node);
      await prepared.node.run(ingestOf(files.b), SECOND);
      const digest = await expectWholeVersion(prepared.node);
      expect([digest, prepared.digest]).toContain(held);
      expect(digest).not.toBe(prepared.digest);
      expect(await left(prepared.node)).toEqual([
        expect.stringMatching(`^keys/pseudonym/${DATASET}-`),
        expect.stringContaining(digest),
      ]);
      expect(await expectNothingUnfinished(prepared)).toBe(1);
      expect((await accounts(prepared.node)).kept).toHaveLength(1);
    },
  );
  expect(faults).toEqual([]);
});

test("kills at random moments, one after the other, of ingest and release", async () => {
  const delays = Array.from({ length: 4 }, () =>
    Array.from({ length: 4 }, () => Math.floor(Math.random() * 200)),
  );
  const faults = await faultsOf(delays, String, async (list) => {
    const prepared = await published();
    const { node } = prepared;
    for (const [at, delay] of list.entries()) {
      const work = at < 2 ? ingestOf(files.b) : RELEASE;
      const victim = await child();
      const ended = victim.go({ root: node.at.root, member: node.member, now: SECOND, work });
      await pause(delay);
      victim.process.kill("SIGKILL");
      await ended;
      await expectWholeVersion(node);
      await expectNothingUnfinished(prepared);
    }
    await makeOld(node);
    await node.run(ingestOf(files.b), SECOND);
    await expectFinished(prepared, (await served(node, SECOND)).number);
  });
  expect(faults).toEqual([]);
});

test("a release killed together with the stores that it had opened itself, and finished by the command line", async () => {
  const at = paths(await mkdtemp(join(tmpdir(), "tavolo-embedded-")));
  const opened = async <T>(work: (stores: Stores) => Promise<T>) => {
    const stores = await openStores(at);
    return work(stores).finally(() => stores.close());
  };
  try {
    const prepared = await opened((stores) => published({ at, stores }));
    const { member } = prepared.node;
    const again = async (stores: Stores) => ({
      ...prepared,
      node: await nodeOf(at, stores, member),
    });
    // charged; drawn but not sealed; copied but not signed for; all but the pointer. Each run takes up what the one before it left
    for (const call of [6, 13, 16, 10]) {
      await killed(prepared.node, RELEASE, { call, when: "after" });
      expect(await opened(async (stores) => expectNothingUnfinished(await again(stores)))).toBe(1);
    }
    await setClock(at.clock, new Date(SECOND * 1000));
    const { status, stdout } = spawnSync(
      process.execPath,
      [CLI, "release", DATASET, "--as", member, "--state", at.root],
      {
        encoding: "utf8",
      },
    );
    expect([status, stdout]).toEqual([
      0,
      expect.stringContaining(`Released ${member}/${DATASET}/${PERIOD}/2, cube`),
    ]);
    await opened(async (stores) => expectFinished(await again(stores), 2));
  } finally {
    await rm(at.root, { recursive: true, force: true });
  }
});
