/** Who leaves while a release is made, and what a release reads of those who left before. The engine counts plainly what it is given. */

import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { withdraw } from "../../functions/keep/consent/withdraw.ts";
import { ingest } from "../../functions/keep/ingest/ingest.ts";
import { announceLeave, pendingOf } from "../../functions/keep/withdrawn.ts";
import { storeLog } from "../../functions/log/append.ts";
import { type ReleaseDeps, release } from "../../functions/release/release.ts";
import { sha256 } from "../../functions/signing/jws.ts";
import { partitionOf } from "../../schemas/items/item.ts";
import { withdrawal } from "../../schemas/items/keep.ts";
import type { CrossRequest, Item } from "../../schemas/ports.ts";
import { descriptorOf, FIRST, PERIOD } from "../faults/node.ts";
import { memoryStore } from "../world/federation.ts";
import { keep, linesOf, refusal } from "../world/keep.ts";

const MEMBER = "IT-000001";
const dataset = "support";
const job = { dataset, period: PERIOD };
/** Of an item that says how far a release is. */
const draftState = ({ pk, body }: Item) =>
  pk.startsWith("release#draft#") ? (body as { state: string }).state : undefined;
const people = ["ADA", "BEA", "CIA"].map((cf) => ({
  cf,
  sex: "F",
  born: "1950-05-17",
  amount: "10",
}));

/** A node of three persons; `drawing` is called each time that the engine counts, and `counted` holds whom it counted. */
async function node(drawing: (draw: number) => Promise<unknown> = async () => undefined) {
  const store = memoryStore();
  const deps = { ...(await keep({ a: people })), store, clock: () => FIRST };
  await ingest(deps, { member: MEMBER, descriptor: descriptorOf(), files: ["a"] });
  const asked: string[] = [];
  const counted: number[] = [];
  const cross = async ({ rows: at, withdrawn }: CrossRequest) => {
    const rows = linesOf(await readFile(at.path)).filter(
      ({ subject }) => !withdrawn.includes(subject),
    );
    counted.push(rows.length);
    await drawing(counted.length);
    return { rows: [{ codes: ["F", "65+"], values: [rows.length, 10 * rows.length] }] };
  };
  // what is done before an item of some kind is put: nothing unless a test says so
  let before: (item: Item) => Promise<void> = async () => {};
  const watched: typeof store = {
    ...store,
    async put(item, condition) {
      await before(item);
      return store.put(item, condition);
    },
    query: (pk, options) => {
      asked.push(pk);
      return store.query(pk, options);
    },
  };
  const releaseDeps: ReleaseDeps = {
    ...{
      member: MEMBER,
      store: watched,
      privateBlobs: deps.blobs,
      publicBlobs: deps.blobs,
      signer: deps.signer,
      clock: deps.clock,
    },
    engine: { cross },
    cubes: { write: async (table) => new TextEncoder().encode(JSON.stringify(table)) },
    log: storeLog(store, MEMBER),
  };
  const accounts = () =>
    (store.items.get(`release#account#${PERIOD}\naccount`)!.body as { entries: object[] }).entries;
  return {
    deps,
    release: () => release(releaseDeps, job),
    leave: (cf: string) => withdraw(deps, { dataset, identifiers: [[cf]] }),
    asked,
    counted,
    dieAt(which: (item: Item) => boolean) {
      before = async (item) => {
        if (which(item)) throw new Error("died");
      };
    },
    pauseAt(which: (item: Item) => boolean, meanwhile: () => Promise<void>) {
      before = async (item) => {
        if (which(item)) await meanwhile();
      };
    },
    mend() {
      before = async () => {};
    },
    accounts,
  };
}

test("who leaves while it is drawn is not counted: it is drawn again, and charged once", async () => {
  const made = await node((draw) => (draw === 1 ? made.leave("ADA") : Promise.resolve()));
  await made.release();
  expect([made.counted, made.accounts().length]).toEqual([[3, 2], 1]);
});

test("so is who has only said so, and is not out of the rows yet", async () => {
  const made = await node(async (draw) => {
    if (draw > 1) return;
    const [first] = linesOf(
      (await made.deps.blobs.read((await made.deps.blobs.list("versions/"))[0]!))!,
    );
    await announceLeave(
      made.deps.store,
      dataset,
      { names: [first!.subject], epoch: 0 },
      "objection",
      FIRST,
    );
  });
  await made.release();
  expect(made.counted).toEqual([3, 2]);
  expect(await made.deps.blobs.list("drafts/")).toEqual([]);
});

test("where somebody leaves each time, nothing is shown, and the next run goes on with what was charged", async () => {
  const made = await node((draw) => (draw <= 5 ? made.leave(`NOBODY ${draw}`) : Promise.resolve()));
  expect((await refusal(made.release())).reason).toBe("conflict");
  expect(made.deps.store.items.has(`answer#pointer\n${dataset}#${PERIOD}`)).toBe(false);
  expect(await made.deps.blobs.list("releases/")).toEqual([]);
  await made.release();
  expect([made.counted.length, made.accounts().length]).toEqual([6, 1]);
});

test("whoever left before the rows were written is not read again, however many", async () => {
  const made = await node();
  await made.leave("ADA");
  await made.release();
  expect(made.counted).toEqual([2]);
  expect(made.asked).not.toContain(partitionOf(withdrawal, { dataset }));
  expect(await pendingOf(made.deps.store, dataset)).toEqual([]);
});

test("pseudonyms under another key than the rows cannot be left out: nothing is released", async () => {
  const made = await node();
  await announceLeave(
    made.deps.store,
    dataset,
    { names: ["A".repeat(22)], epoch: 1 },
    "objection",
    FIRST,
  );
  expect((await refusal(made.release())).reason).toBe("conflict");
});

/** The same node, whose next release dies just before the call that `dies` names; then it is made again by another. */
async function brokenOff(dies: (made: Made) => void) {
  const made = await node();
  dies(made);
  await expect(made.release()).rejects.toThrow("died");
  made.mend();
  return made;
}
type Made = Awaited<ReturnType<typeof node>>;
const cubeOf = async ({ deps }: Made) =>
  Buffer.from((await deps.blobs.read(`releases/${dataset}/${PERIOD}/1/cube.parquet`))!).toString();

test("who leaves after a cube was sealed, and before anybody could see it, is not counted either: it is drawn again, charged once", async () => {
  const made = await brokenOff(({ dieAt }) => dieAt((item) => draftState(item) === "publishing"));
  expect(made.counted).toEqual([3]);
  expect(await made.deps.blobs.list("releases/")).toEqual([]);
  await made.leave("ADA");
  await made.release();
  expect([made.counted, made.accounts().length]).toEqual([[3, 2], 1]);
  expect(await made.deps.blobs.list("drafts/")).toEqual([]);
});

test("a sealed cube that nobody has left is published as it is", async () => {
  const made = await brokenOff(({ dieAt }) => dieAt((item) => draftState(item) === "publishing"));
  await made.release();
  expect([made.counted, made.accounts().length]).toEqual([[3], 1]);
});

test("once it has begun to be published it is what it is: a second drawing beside it would give more away than was charged", async () => {
  const made = await brokenOff(({ dieAt }) => dieAt((item) => item.pk === "answer#pointer"));
  const cube = await cubeOf(made);
  await made.leave("ADA");
  await made.release();
  expect(made.counted).toEqual([3]);
  expect(await cubeOf(made)).toBe(cube);
});

test("of two runs that found it sealed, one draws again and the other cannot publish what was sealed before", async () => {
  const made = await node();
  let late: Promise<unknown> | undefined;
  // the first run stands still between sealing and publishing: meanwhile somebody leaves, and another run makes the release
  made.pauseAt(
    (item) => draftState(item) === "publishing" && late === undefined,
    async () => {
      late = Promise.resolve();
      await made.leave("ADA");
      await made.release();
    },
  );
  expect((await refusal(made.release())).reason).toBe("release-superseded");
  expect(made.counted).toEqual([3, 2]);
  expect(made.accounts()).toHaveLength(1);
  const pointer = made.deps.store.items.get(`answer#pointer\n${dataset}#${PERIOD}`)!.body as {
    cube: string;
  };
  expect(sha256(await cubeOf(made))).toBe(pointer.cube);
});
