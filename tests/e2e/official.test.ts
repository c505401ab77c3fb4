/** An official table as its publisher lives with it: it is corrected, and says what it is. Over HTTP, at a node and its hub. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { askHub } from "../../adapters/client/asking.ts";
import { releaseOf } from "../../adapters/local/private-side.ts";
import { directory } from "../../functions/members/directory.ts";
import { peek } from "../../functions/signing/jws.ts";
import { verifyStatement } from "../../functions/statements/verify.ts";
import { type Figure, Partial, Statement } from "../../schemas/query.ts";
import { Manifest, type RevisionTerms } from "../../schemas/release.ts";
import { refusal } from "../world/keep.ts";
import { HUB, makeWorld, member, type World } from "../world/machine.ts";
import { bytes, tavola, tavolaCsv } from "../world/small.ts";

const INPS = "inps";
let world: World;
let node: string;
beforeAll(async () => {
  world = await makeWorld([member(INPS)], "2026-07-01");
  await world.publish(INPS, tavola, bytes(tavolaCsv));
  const federation = await world.start();
  node = federation.nodes[0]?.url ?? "";
});
afterAll(() => world.close());

const because = {
  it: "Una sede aveva inviato due volte lo stesso elenco.",
  en: "One office had sent the same list twice.",
};
async function release(revision?: RevisionTerms) {
  const run = await releaseOf(world.at, INPS, await world.store(INPS), world.clock);
  return run({ dataset: "tavola", period: "2025", ...(revision ? { revision } : {}) });
}
const ask = async (): Promise<string> =>
  askHub(await world.asker(INPS), {
    ...{ members: [INPS], dataset: "tavola", period: "2025" },
    ...{ measures: [{ count: "helped" }], by: ["zone"], where: {} },
  });
const figuresIn = (jws: string): (Figure | undefined)[] =>
  peek(jws, Statement).table.cells.map(({ figures }) => figures[0]);
const verified = async (jws: string, cube: Uint8Array) => {
  const entries = await directory(await world.store(HUB)).all();
  const { cube: digest } = peek(partialIn(jws), Partial);
  const grounds = { directory: entries, hub: HUB, now: world.clock() };
  return verifyStatement(jws, { ...grounds, cubes: new Map([[digest, cube]]) });
};
const partialIn = (jws: string): string => {
  const [outcome] = peek(jws, Statement).outcomes;
  return outcome && "partial" in outcome ? outcome.partial : "";
};
const at = (number: number, what: string) =>
  fetch(`${node}/v1/releases/tavola/2025/${number}/${what}`);
const cubeOf = async (number: number) =>
  new Uint8Array(await (await at(number, "cube?format=parquet")).arrayBuffer());

describe("one cell corrected", () => {
  let before: string;
  let after: string;
  let first: Uint8Array;

  test("a further release without a reason is none, also where the calendar has a date for it", async () => {
    before = await ask();
    first = await cubeOf(1);
    await world.publish(INPS, tavola, bytes(tavolaCsv.replace("60", "61")), false);
    expect(await refusal(release())).toMatchObject({ reason: "not-due" });
    const dated = { ...tavola.policy, calendar: { "2025": ["2026-06-30", "2026-07-01"] } };
    await world.publish(
      INPS,
      { ...tavola, policy: dated },
      bytes(tavolaCsv.replace("60", "61")),
      false,
    );
    expect(await refusal(release())).toMatchObject({ reason: "not-due" });
    expect(await refusal(release({ replaces: 2, because }))).toMatchObject({
      reason: "revision-refused",
    });
  });

  test("the manifest says why, which release it replaces, and which cells changed", async () => {
    const manifest = await release({ replaces: 1, because });
    expect(manifest).toMatchObject({ v: 2, number: 2, revision: { replaces: 1, because } });
    expect(manifest.revision?.changed).toEqual([
      { field: "helped", by: {} },
      { field: "helped", by: { zone: "centro" } },
    ]);
    expect(manifest.revision?.cells).toBe(2);
    expect(peek(await (await at(2, "manifest")).text(), Manifest)).toEqual(manifest);
  });

  test("the answer marks the figure that changed, and no other", async () => {
    after = await ask();
    expect(figuresIn(after)).toMatchObject([
      { value: 70 },
      { value: 61, revised: true },
      { value: 70 },
    ]);
    expect(figuresIn(after).map((figure) => figure?.revised)).toEqual([undefined, true, undefined]);
    expect([peek(before, Statement).v, peek(after, Statement).v]).toEqual([1, 2]);
    expect(peek(partialIn(after), Partial).v).toBe(2);
  });

  test("the former release stays at its address, and its statement verifies and is recomputed", async () => {
    expect(await cubeOf(1)).toEqual(first);
    expect((await at(1, "manifest")).status).toBe(200);
    expect((await at(3, "manifest")).status).toBe(404);
    expect((await verified(before, first)).checks).toContain(
      `the figures of ${INPS} are those of its release, recomputed`,
    );
    expect((await verified(after, await cubeOf(2))).checks).toContain(
      `the figures of ${INPS} are those of its release, recomputed`,
    );
    expect(await refusal(verified(after, first))).toMatchObject({ reason: "statement-invalid" });
  });

  test("every format says it at the figure, and why", async () => {
    const csv = await (await at(2, "cube?format=csv")).text();
    expect(csv.split("\n").slice(0, 5)).toEqual([
      "zone,FIELD,OBS_VALUE,SD,OBS_STATUS,CONF_STATUS,REVISED",
      "_T,helped,201,0,A,F,true",
      "nord,helped,70,0,A,F,false",
      "centro,helped,61,0,A,F,true",
      "sud,helped,70,0,A,F,false",
    ]);
    const json = await (await at(2, "cube?format=json")).json();
    const rows = json.rows.map((row: { codes: Record<string, string>; revised: string | null }) => [
      row.codes.zone,
      row.revised,
    ]);
    expect(rows).toEqual([
      ["_T", "R"],
      ["nord", null],
      ["centro", "R"],
      ["sud", null],
    ]);
    expect(JSON.stringify(json.notes)).toContain(because.it);
  });

  test("what changes nothing is no revision, and the one that is out stays", async () => {
    expect(await refusal(release({ replaces: 2, because }))).toMatchObject({
      reason: "revision-refused",
    });
    expect((await at(2, "manifest")).status).toBe(200);
  });
});
