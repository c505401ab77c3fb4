/** An official table as its publisher lives with it: it is corrected, and says what it is. Over HTTP, at a node and its hub. */

import { parquetReadObjects } from "hyparquet";
import readXlsx from "read-excel-file/universal";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { statementTable } from "../../adapters/cli/print.ts";
import { askHub } from "../../adapters/client/asking.ts";
import { releaseOf } from "../../adapters/local/private-side.ts";
import { accept } from "../../functions/disclosure/descriptor-rules.ts";
import { tidyStatement } from "../../functions/formats/tidy.ts";
import { write } from "../../functions/formats/write.ts";
import { directory } from "../../functions/members/directory.ts";
import { peek } from "../../functions/signing/jws.ts";
import { verifyStatement } from "../../functions/statements/verify.ts";
import { Descriptor } from "../../schemas/descriptor.ts";
import { type Figure, Partial, Query, Statement } from "../../schemas/query.ts";
import { Manifest, type RevisionTerms } from "../../schemas/release.ts";
import { refusal } from "../world/keep.ts";
import { HUB, makeWorld, member, type World } from "../world/machine.ts";
import { aiutiJson, bytes, tavola, tavolaCsv } from "../world/small.ts";

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

/** One figure of each kind: what the source wrote of it, and what a reader is told. */
const states: readonly (readonly [
  zone: string,
  cell: string,
  status: string,
  code: string,
  value: number | null,
  why: string,
])[] = [
  ["normal", "10", "", "A", 10, "shown"],
  ["provisional", "20", "P", "P", 20, "shown"],
  ["estimated", "30", "est", "E", 30, "shown"],
  ["corrected", "40", "r", "A", 40, "shown"],
  ["zero", "0", "", "A", 0, "shown"],
  // what is withheld is not looked at, also where the file has it
  ["withheld", "77", "Q", "Q", null, "source-withheld"],
  ["uncounted", "", "L", "L", null, "not-collected"],
  ["impossible", ":", "M", "M", null, "not-applicable"],
  ["gone", "", "", "O", null, "missing"],
];
const stati = Descriptor.parse({
  ...tavola,
  v: 2,
  id: "stati",
  dimensions: [
    {
      ...tavola.dimensions[0],
      codes: [
        ["sure", ["normal", "provisional", "estimated", "corrected", "zero", "impossible"]],
        ["unsure", ["withheld", "uncounted", "gone"]],
      ],
    },
  ],
  status: { column: "STATO", map: { est: "E", r: "R" } },
});
const statiCsv = `ZONA;N;STATO\n${states.map(([zone, cell, status]) => `${zone};${cell};${status}\n`).join("")}`;
const FORMATS = ["json", "csv", "sdmx-csv", "json-stat", "parquet", "xlsx"] as const;

describe("a figure says what it is by its source", () => {
  let statement: string;
  beforeAll(async () => {
    await world.publish(INPS, stati, bytes(statiCsv));
  });

  test("each status goes from the file into the cube, never as zero", async () => {
    const manifest = peek(
      await (await fetch(`${node}/v1/releases/stati/2025/1/manifest`)).text(),
      Manifest,
    );
    expect(manifest).toMatchObject({ v: 2, statuses: ["E", "P", "Q", "L", "O", "M", "R"] });
    const csv = await (await fetch(`${node}/v1/releases/stati/2025/1/cube?format=csv`)).text();
    const rows = csv.split("\n").map((line) => line.split(","));
    for (const [zone, , , code, value] of states)
      expect(rows.find(([name]) => name === zone)).toEqual([
        ...[zone, "helped", String(value ?? ""), value === null ? "" : "0", code],
        ...[code === "Q" ? "C" : "F", String(zone === "corrected")],
      ]);
    // a sum without what is withheld would say that it is zero; what cannot be adds nothing
    expect(rows.find(([name]) => name === "sure")?.slice(2, 5)).toEqual(["100", "0", "E"]);
    expect(rows.find(([name]) => name === "unsure")?.slice(2, 5)).toEqual(["", "", "Q"]);
    expect(rows.find(([name]) => name === "_T")?.slice(2, 5)).toEqual(["", "", "Q"]);
  });

  test("an answer has them, of the form that holds them, and is recomputed", async () => {
    const where = { zone: states.map(([zone]) => zone) };
    const question = { members: [INPS], dataset: "stati", period: "2025", where };
    statement = await askHub(await world.asker(INPS), {
      ...question,
      ...{ measures: [{ count: "helped" }], by: ["zone"] },
    });
    const { v, table } = peek(statement, Statement);
    expect(v).toBe(2);
    for (const [at, [zone, , , code, value]] of states.entries()) {
      const { by, figures, none } = table.cells[at] ?? {};
      expect(by).toEqual({ zone });
      if (value === null) expect([figures, none?.[0]?.status]).toEqual([[], code]);
      else expect([figures?.[0]?.value, figures?.[0]?.status ?? "A"]).toEqual([value, code]);
    }
    const cube = await fetch(`${node}/v1/releases/stati/2025/1/cube?format=parquet`);
    const { checks } = await verified(statement, new Uint8Array(await cube.arrayBuffer()));
    expect(checks).toContain(`the figures of ${INPS} are those of its release, recomputed`);
  });

  test.each(FORMATS)(
    "%s has an estimate as one, and each kind of no figure by itself",
    async (name) => {
      const table = tidyStatement(statement);
      const rows = await rowsIn(name, await write(table, name));
      for (const [zone, , , code, value] of states) {
        const row = rows.get(zone);
        expect([zone, row?.value ?? null, row?.status]).toEqual([zone, value, code]);
      }
    },
  );

  test("so has the command line, with a sign and what it means", () => {
    const question = peek(peek(statement, Statement).query, Query);
    const text = statementTable(question, peek(statement, Statement), new Map(), "en");
    const line = (zone: string) => text.split("\n").find((one) => one.includes(` ${zone} `));
    expect(line("estimated")).toMatch(/30 e /);
    expect(line("provisional")).toMatch(/20 p /);
    expect(line("corrected")).toMatch(/40 r /);
    expect(line("withheld")).toMatch(/\* \(withheld by its source\)/);
    expect(line("uncounted")).toMatch(/\.{4} \(not collected\)/);
    expect(line("impossible")).toMatch(/– \(not applicable\)/);
    expect(line("gone")).toMatch(/\.{4} \(missing\)/);
    expect(line("zero")).toMatch(/ 0 /);
  });

  test("one word for all figures does without a column", async () => {
    const whole = { ...tavola, v: 2 as const, id: "intera", status: { value: "P" as const } };
    const manifest = await world.publish(INPS, whole, bytes(tavolaCsv));
    expect(manifest?.statuses).toEqual(["P"]);
    const csv = await (await fetch(`${node}/v1/releases/intera/2025/1/cube?format=csv`)).text();
    expect(csv).toMatch(/^centro,helped,60,0,P,F$/m);
  });

  test("a word that is none is a reject, and persons have no status", async () => {
    const wrong = statiCsv.replace("est", "perhaps");
    expect(await refusal(world.publish(INPS, stati, bytes(wrong), false))).toMatchObject({
      reason: "too-many-rejects",
    });
    expect(() => accept({ ...aiutiJson, v: 2, status: { value: "P" } })).toThrow(
      expect.objectContaining({ reason: "descriptor-invalid" }),
    );
    expect(() => accept({ ...tavola, status: { value: "P" } })).toThrow(
      expect.objectContaining({ reason: "descriptor-invalid" }),
    );
  });
});

/** Value and status by zone, read back from a format as its readers have it. */
async function rowsIn(
  name: (typeof FORMATS)[number],
  given: string | Uint8Array,
): Promise<Map<string, { value: number | null; status: string }>> {
  const text = typeof given === "string" ? given : "";
  const table = (lines: readonly Record<string, unknown>[], zone: string) =>
    new Map(
      lines.map((line) => [
        String(line[zone]),
        {
          value: line.OBS_VALUE === "" || line.OBS_VALUE === null ? null : Number(line.OBS_VALUE),
          status: String(line.OBS_STATUS),
        },
      ]),
    );
  const lined = () => {
    const [head = [], ...lines] = text
      .trim()
      .split("\r\n")
      .map((line) => line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/));
    return lines.map((line) => Object.fromEntries(head.map((key, at) => [key, line[at]])));
  };
  switch (name) {
    case "json": {
      const { rows } = JSON.parse(text) as {
        rows: { codes: { zone: string }; value: number | null; obsStatus: string }[];
      };
      return new Map(
        rows.map(({ codes, value, obsStatus }) => [codes.zone, { value, status: obsStatus }]),
      );
    }
    case "csv":
      return table(lined(), "zone");
    case "sdmx-csv":
      return table(lined(), "ZONE");
    case "json-stat": {
      const { dimension, value, status } = JSON.parse(text);
      const zones: string[] = dimension.zone.category.index;
      return new Map(
        zones.map((zone, at) => [zone, { value: value[4 * at], status: status[4 * at] }]),
      );
    }
    case "parquet": {
      const file = new Uint8Array(given as Uint8Array).buffer;
      return table(await parquetReadObjects({ file }), "zone");
    }
    case "xlsx": {
      const [head = [], ...lines] = (
        await readXlsx(new Blob([new Uint8Array(given as Uint8Array)]))
      ).flatMap(({ data }, sheet) => (sheet === 0 ? data : [])) as unknown[][];
      return table(
        lines.map((line) => Object.fromEntries(head.map((key, at) => [String(key), line[at]]))),
        "zone",
      );
    }
  }
}
