import { parquetWriteBuffer } from "hyparquet-writer";
import { beforeAll, describe, expect, test } from "vitest";
import type { DirectoryEntry } from "../../schemas/member.ts";
import { Statement } from "../../schemas/query.ts";
import type { Manifest } from "../../schemas/release.ts";
import { TOTAL } from "../../schemas/words.ts";
import {
  HUB,
  type Member,
  makeManifest,
  makeMember,
  makeWorld,
  memorySigner,
  NOW,
  type World,
} from "../../tests/world/federation.ts";
import { codesOf } from "../disclosure/axes.ts";
import { type Cube, loadCube } from "../disclosure/cube.ts";
import { select } from "../disclosure/select.ts";
import { ask } from "../query/ask.ts";
import { peek, sha256, signCompact } from "../signing/jws.ts";
import { type Grounds, verifyStatement } from "./verify.ts";

const YEARS = 5 * 365 * 86_400;

/** Every marginal of every field, with figures that need not add up: selecting is what is tested. */
function cubeBytes({ axes, fields }: Manifest, seed: string): Uint8Array {
  const codes = axes.reduce<string[][]>(
    (all, axis) =>
      all.flatMap((taken) => [TOTAL, ...codesOf(axis.codes)].map((code) => [...taken, code])),
    [[]],
  );
  const rows = fields.flatMap(({ id, order }) =>
    codes
      .filter((taken) => taken.filter((code) => code !== TOTAL).length <= order)
      .map((taken) => ({ id, taken })),
  );
  const value = (row: object) =>
    Buffer.from(sha256(seed + JSON.stringify(row))).readUInt16BE() / 100;
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        ...axes.map(({ id }, at) => ({
          name: id,
          data: rows.map(({ taken }) => taken[at]!),
          type: "STRING" as const,
        })),
        { name: "FIELD", data: rows.map(({ id }) => id), type: "STRING" as const },
        { name: "OBS_VALUE", data: rows.map(value), type: "DOUBLE" as const },
      ],
    }),
  );
}

let world: World;
let jws: string;
let cities: Member[];
let directory: DirectoryEntry[];
let cubes: Map<string, Uint8Array>;
let loaded: Map<string, { cube: Cube; manifest: Manifest }>;
const nodeOf = (member: Member) => {
  const { cube, manifest } = loaded.get(member.entry.id)!;
  return {
    member,
    manifests: [manifest],
    cells: (plan: Parameters<typeof select>[0]) => select(plan, cube, manifest.policy.smallest),
  };
};
beforeAll(async () => {
  cities = [
    await makeMember("IT-022205", { url: "https://a.example.org" }),
    await makeMember("IT-010025", { url: "https://b.example.org" }),
  ];
  [cubes, loaded] = [new Map(), new Map()];
  for (const { entry } of cities) {
    const bytes = cubeBytes(makeManifest(entry.id), entry.id);
    const manifest = makeManifest(entry.id, { cube: sha256(bytes) });
    cubes.set(manifest.cube, bytes);
    loaded.set(entry.id, { cube: await loadCube(bytes, manifest), manifest });
  }
  world = await makeWorld(cities.map(nodeOf), cities.slice(1));
  directory = [world.hub.entry, ...cities.map(({ entry }) => entry)];
  const query = await world.sign(
    world.query({
      measures: [{ count: "any" }, { count: "A2.08" }],
      where: { age: ["0-17", "18-34", "85+"] },
    }),
  );
  jws = await ask(world.deps, { authorization: `DPoP ${await world.token()}`, jws: query });
});
const grounds = (change: Partial<Grounds> = {}): Grounds => ({
  directory,
  hub: HUB,
  now: NOW,
  cubes,
  ...change,
});

test("a statement verifies offline, years later, and names the keys that its verdict rests on", async () => {
  const report = await verifyStatement(jws, grounds({ now: NOW + YEARS }));
  expect(report.ok).toBe(true);
  expect(report.checks.filter((check) => check.includes("recomputed"))).toHaveLength(2);
  expect(report.thumbprints).toEqual([
    { member: HUB, use: "hub", kid: world.hub.keys.hub.kid },
    { member: "IT-022205", use: "member", kid: cities[0]!.keys.member.kid },
    ...cities.flatMap(({ entry, keys }) => [
      { member: entry.id, use: "answer", kid: keys.answer.kid },
      { member: entry.id, use: "release", kid: keys.release.kid },
    ]),
  ]);
});

test("without cubes nothing is said of figures being recomputed", async () => {
  const { checks } = await verifyStatement(jws, grounds({ cubes: new Map() }));
  expect(checks.some((check) => check.includes("recomputed"))).toBe(false);
});

describe("a release of very many places", () => {
  const places = Array.from({ length: 7904 }, (_, at) => `Comune ${100_000 + at}`);
  const zone = { id: "zone", title: { it: "zone", en: "zone" }, codes: places };
  const made = (id: string) => {
    const { axes } = makeManifest(id);
    return makeManifest(id, { axes: [...axes.slice(0, 2), zone] });
  };
  const asked = async (change: object) => {
    const wide = await makeWorld(
      cities.map((member) => ({ member, manifests: [made(member.entry.id)] })),
      cities.slice(1),
    );
    const query = await wide.sign(wide.query({ measures: [{ count: "any" }], by: [], ...change }));
    const jws = await ask(wide.deps, { authorization: `DPoP ${await wide.token()}`, jws: query });
    const trust = { ...grounds(), directory: [wide.hub.entry, ...directory.slice(1)] };
    return { jws, statement: peek(jws, Statement), wide, trust };
  };

  test("one place is a small statement, which verifies offline", async () => {
    const { jws, statement, trust } = await asked({ where: { zone: ["Comune 104000"] } });
    expect(jws.length).toBeLessThan(40_000);
    expect(statement.v).toBe(2);
    expect(statement.table.totals[0]?.by).toEqual({});
    // a manifest of each member, and their one list once
    expect(statement.manifests).toHaveLength(2);
    expect(statement.codes).toHaveLength(1);
    await expect(verifyStatement(jws, trust)).resolves.toMatchObject({ ok: true });
  });

  test("a question that does not touch the list does not carry it", async () => {
    const { statement, jws, trust } = await asked({ by: ["sex"] });
    expect(statement.codes).toBeUndefined();
    await expect(verifyStatement(jws, trust)).resolves.toMatchObject({ ok: true });
  });

  test("a hub that leaves out or changes what goes beside is found out", async () => {
    const { statement, wide, trust } = await asked({ where: { zone: ["Comune 104000"] } });
    const [first = "", second = ""] = statement.manifests ?? [];
    const { size, blocks } = statement.codes![0] as { size: number; blocks: unknown[] };
    const other = blocks.map((one) =>
      typeof one === "string" ? one : (one as string[]).map((code) => code.replace("04", "05")),
    );
    for (const change of [
      { manifests: [first] },
      { manifests: undefined },
      { codes: undefined },
      { codes: [{ size: size + 1, blocks }] },
      { codes: [{ size, blocks: other }] },
      { manifests: [first, `${second.slice(0, -4)}AAAA`] },
    ]) {
      const forged = JSON.parse(JSON.stringify({ ...statement, ...change }));
      const signed = await signCompact(wide.hub.keys.hub, "tavolo-statement+jws", forged);
      await expect(verifyStatement(signed, trust)).rejects.toMatchObject({
        reason: "statement-invalid",
      });
    }
  });

  test("a node that answers from another manifest than it lists is not believed", async () => {
    const manifests = cities.map((member) => made(member.entry.id));
    const wide = await makeWorld(
      cities.map((member, at) => ({
        member,
        manifests: [manifests[at]!],
        twist: (partial) => (at === 1 ? { ...partial, manifest: sha256("another") } : partial),
      })),
      cities.slice(1),
    );
    const query = await wide.sign(wide.query());
    const jws = await ask(wide.deps, { authorization: `DPoP ${await wide.token()}`, jws: query });
    expect(peek(jws, Statement).outcomes.map(({ outcome }) => outcome)).toEqual([
      "answered",
      "answer-invalid",
    ]);
  });
});

describe("a hub that lies is found out", () => {
  /** The hub signs something else with its own true key. */
  const forged = (change: (statement: Statement) => object) => {
    const statement = peek(jws, Statement);
    return signCompact(world.hub.keys.hub, "tavolo-statement+jws", {
      ...statement,
      ...change(statement),
    });
  };
  const cases: [string, () => Promise<string>, string][] = [
    [
      "a statement signed by a stranger",
      () => signCompact(memorySigner(), "tavolo-statement+jws", peek(jws, Statement)),
      "signed by the hub",
    ],
    [
      "a statement signed by a member",
      () => signCompact(cities[0]!.keys.hub, "tavolo-statement+jws", peek(jws, Statement)),
      "signed by the hub",
    ],
    [
      "another kind of signed thing",
      () => signCompact(world.hub.keys.hub, "tavolo-ask+jws", peek(jws, Statement)),
      "signed by the hub",
    ],
    [
      "a receipt of somebody else's log",
      () => forged(({ receipt }) => ({ receipt: { ...receipt, log: "IT-022205" } })),
      "who says so",
    ],
    [
      "a question that nobody asked",
      async () => {
        const made = await world.sign(world.query(), memorySigner());
        return forged(() => ({ query: made }));
      },
      "signed by the member who asked",
    ],
    [
      "answers to another question of the same member",
      async () => {
        const other = await world.sign(world.query());
        return forged(() => ({ query: other }));
      },
      "IT-022205 signed its answer",
    ],
    [
      "a statement made long after the question",
      () => forged(() => ({ iat: NOW - 3600 })),
      "while the question was valid",
    ],
    [
      "a member left out",
      () => forged(({ outcomes }) => ({ outcomes: outcomes.slice(1) })),
      "one outcome",
    ],
    [
      "members in another order",
      () => forged(({ outcomes }) => ({ outcomes: [...outcomes].reverse() })),
      "one outcome",
    ],
    [
      "answered, without the answer",
      () =>
        forged(({ outcomes }) => ({
          outcomes: [outcomes[0], { member: "IT-010025", outcome: "answered" }],
        })),
      "one outcome",
    ],
    [
      "an outcome of its own making",
      () =>
        forged(({ outcomes }) => ({
          outcomes: [outcomes[0], { member: "IT-010025", outcome: "they would rather not" }],
        })),
      "one outcome",
    ],
    [
      "a member said to be down whose figures are in the table",
      () =>
        forged(({ outcomes }) => ({
          outcomes: [outcomes[0], { member: "IT-010025", outcome: "unreachable" }],
        })),
      "add up to",
    ],
    [
      "one member's answer put in for another's",
      () =>
        forged(({ outcomes: [first, second] }) => ({
          outcomes: [first, { ...first, member: second!.member }],
        })),
      "IT-010025 signed its answer",
    ],
    [
      "a cell altered",
      () =>
        forged(({ table }) => {
          const cells = structuredClone(table.cells);
          cells[0]!.figures[0]!.value += 1;
          return { table: { ...table, cells } };
        }),
      "add up to",
    ],
    [
      "a mark altered",
      () =>
        forged(({ table }) => {
          const totals = structuredClone(table.totals);
          totals[0]!.figures[0]!.mark = "below-k";
          return { table: { ...table, totals } };
        }),
      "add up to",
    ],
    [
      "totals left out",
      () => forged(({ table }) => ({ table: { ...table, totals: [] } })),
      "add up to",
    ],
  ];
  test.each(cases)("%s", async (_, made, sentence) => {
    await expect(verifyStatement(await made(), grounds())).rejects.toMatchObject({
      reason: "statement-invalid",
      hint: { detail: expect.stringContaining(sentence) },
    });
  });
});

test("a node whose answer is not what it released is found out by whoever has the release", async () => {
  const twisted = await makeWorld([
    {
      ...nodeOf(cities[0]!),
      twist: (partial) => {
        const cells = structuredClone(partial.cells);
        cells[0]!.figures[0]!.value += 1;
        return { ...partial, cells };
      },
    },
  ]);
  const made = await ask(twisted.deps, {
    authorization: `DPoP ${await twisted.token()}`,
    jws: await twisted.sign(twisted.query()),
  });
  const other = grounds({ directory: [twisted.hub.entry, cities[0]!.entry] });
  await expect(verifyStatement(made, { ...other, cubes: new Map() })).resolves.toMatchObject({
    ok: true,
  });
  await expect(verifyStatement(made, other)).rejects.toMatchObject({
    hint: { detail: expect.stringContaining("recomputed") },
  });
});

test("a cube that is not the one released proves nothing, and is said not to hold", async () => {
  const { cube } = loaded.get("IT-022205")!.manifest;
  const wrong = new Map([[cube, new Uint8Array([1, 2, 3])]]);
  await expect(verifyStatement(jws, grounds({ cubes: wrong }))).rejects.toMatchObject({
    reason: "statement-invalid",
  });
});

test("a directory with a member missing, or twice, does not carry a verdict", async () => {
  for (const other of [directory.slice(0, 2), [...directory, directory[2]!]])
    await expect(verifyStatement(jws, grounds({ directory: other }))).rejects.toMatchObject({
      reason: "statement-invalid",
    });
});
