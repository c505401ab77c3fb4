import { beforeAll, describe, expect, test, vi } from "vitest";
import { Ask, type Partial, Statement } from "../../schemas/query.ts";
import { type Reason, Refused } from "../../schemas/refusal.ts";
import {
  type FakeNode,
  HUB,
  type Member,
  makeManifest,
  makeMember,
  makeNode,
  makeWorld,
  memorySigner,
  NOW,
  partialOf,
  type World,
} from "../../tests/world/federation.ts";
import { peek, sha256, verifyCompact } from "../signing/jws.ts";
import { ask } from "./ask.ts";

type Fault = Parameters<typeof makeNode>[1];
let trento: Member;
let genova: Member;
let parma: Member;
beforeAll(async () => {
  trento = await makeMember("IT-022205", { url: "https://trento.example.org" });
  genova = await makeMember("IT-010025", { url: "https://genova.example.org" });
  parma = await makeMember("IT-034027", { url: "https://parma.example.org" });
});
const put = async (world: World, change: object = {}, deps = world.deps) =>
  ask(deps, {
    authorization: `DPoP ${await world.token()}`,
    jws: await world.sign(world.query(change)),
  });
const statementOf = (world: World, jws: string) =>
  verifyCompact(jws, "tavolo-statement+jws", Statement, {
    keys: world.hub.entry.keys,
    use: "hub",
    now: NOW,
  });
const outcomesOf = async (world: World, change: object = {}) =>
  Object.fromEntries(
    (await statementOf(world, await put(world, change))).outcomes.map(({ member, outcome }) => [
      member,
      outcome,
    ]),
  );

describe("a member that fails is data, and costs its own column alone", () => {
  const refusing = (reason: Reason) => async () =>
    Promise.reject(new Refused(reason, "text of the other side"));
  const twisted = (change: object) => ({
    twist: (partial: Partial): Partial => ({ ...partial, ...change }),
  });
  const cases: [string, Fault, Reason][] = [
    ["is down", { reply: async () => Promise.reject(new Refused("unreachable")) }, "unreachable"],
    [
      "never answers, and overlooks the deadline",
      { reply: () => new Promise(() => {}) },
      "too-slow",
    ],
    ["refuses", { reply: refusing("beyond-agreement") }, "beyond-agreement"],
    ["answers nonsense", { reply: async () => "nonsense" }, "answer-invalid"],
    ["answers with a stranger's signature", { signer: memorySigner() }, "answer-invalid"],
    ["answers another question", twisted({ query: sha256("another") }), "answer-invalid"],
    ["answers in another member's name", twisted({ iss: "IT-022205" }), "answer-invalid"],
    [
      "names another release than its manifest",
      twisted({ release: "IT-010025/prestazioni/2022/2" }),
      "answer-invalid",
    ],
    [
      "names another cube than its manifest",
      twisted({ cube: sha256("another") }),
      "answer-invalid",
    ],
    ["says that records are public", twisted({ agreement: "public" }), "answer-invalid"],
    ["says that they are the asker's own", twisted({ agreement: "own" }), "answer-invalid"],
    [
      "names somebody else's agreement",
      twisted({ agreement: "IT-034027/IT-010025/prestazioni/1" }),
      "answer-invalid",
    ],
    [
      "leaves cells out",
      { twist: (partial) => ({ ...partial, cells: partial.cells.slice(1) }) },
      "answer-invalid",
    ],
    [
      "gives a cell twice",
      { twist: (partial) => ({ ...partial, cells: [partial.cells[0]!, partial.cells[0]!] }) },
      "answer-invalid",
    ],
    [
      "gives fewer figures than planned",
      {
        twist: (partial) => ({
          ...partial,
          cells: partial.cells.map((cell) => ({ ...cell, figures: cell.figures.slice(1) })),
        }),
      },
      "answer-invalid",
    ],
    [
      "gives figures on another grid",
      {
        twist: (partial) => ({
          ...partial,
          cells: partial.cells.map((cell) => ({
            ...cell,
            figures: cell.figures.map((figure) => ({ ...figure, grid: 1 })),
          })),
        }),
      },
      "answer-invalid",
    ],
    [
      "has no release of the period",
      {
        manifests: [
          makeManifest("IT-010025", { period: "2021", id: "IT-010025/prestazioni/2021/1" }),
        ],
      },
      "unknown-period",
    ],
    [
      "has another dataset",
      {
        manifests: [makeManifest("IT-010025", { dataset: "altro", id: "IT-010025/altro/2022/1" })],
      },
      "unknown-dataset",
    ],
    [
      "has none of the fields",
      {
        manifests: [
          makeManifest("IT-010025", { fields: makeManifest("IT-010025").fields.slice(0, 1) }),
        ],
      },
      "unknown-field",
    ],
    [
      "publishes a manifest with a sum over nothing",
      {
        manifests: [
          makeManifest("IT-010025", {
            fields: makeManifest("IT-010025").fields.map(({ of: _, mid: __, ...field }) => field),
          }),
        ],
        cells: () => [],
      },
      "answer-invalid",
    ],
    [
      "publishes a manifest of another member",
      { manifests: [makeManifest("IT-010025", { iss: "IT-022205" })] },
      "answer-invalid",
    ],
  ];
  test.each(cases)("a node that %s", async (_, change, outcome) => {
    const world = await makeWorld([makeNode(trento), makeNode(genova, change)], [genova]);
    const deadline = outcome === "too-slow" ? { deadlineMs: 1000 } : {};
    const statement = await statementOf(
      world,
      await put(world, {}, { ...world.deps, ...deadline }),
    );
    expect(statement.outcomes.map((part) => part.outcome)).toEqual(["answered", outcome]);
    expect(new Set(statement.table.cells.map(({ member }) => member))).toEqual(
      new Set(["IT-022205"]),
    );
    expect(statement.table.totals).toHaveLength(2);
    expect(JSON.stringify(statement)).not.toContain("text of the other side");
  });

  test("a partial for the same question of another moment", async () => {
    const world = await makeWorld([makeNode(trento), makeNode(genova)], [genova]);
    const earlier = await partialOf(makeNode(genova), await world.sign(world.query()));
    const replaying = await makeWorld(
      [makeNode(trento), makeNode(genova, { reply: async () => earlier })],
      [genova],
    );
    expect(await outcomesOf(replaying)).toEqual({
      "IT-022205": "answered",
      "IT-010025": "answer-invalid",
    });
  });

  test("a fault of the hub's own is told as the hub's, and its line has frames and no data", async () => {
    const world = await makeWorld([makeNode(trento), makeNode(genova)], [genova]);
    const { directory, offers } = world.deps;
    // its offer is known, so that the first who needs its keys is the check of its answer
    await offers.release(genova.entry, "prestazioni", "2022", NOW);
    const broken = {
      ...genova.entry,
      get keys(): never {
        throw new TypeError("of a person\n    at person (data.ts:1:1)");
      },
    };
    const some = async (ids: readonly string[]) =>
      new Map([...(await directory.some(ids)), [broken.id, broken]]);
    const request = {
      authorization: `DPoP ${await world.token()}`,
      jws: await world.sign(world.query()),
    };
    const lines = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const asked = ask({ ...world.deps, directory: { ...directory, some } }, request);
    const { outcomes } = await statementOf(world, await asked);
    expect(outcomes).toMatchObject([
      { member: "IT-022205", outcome: "answered" },
      {
        member: "IT-010025",
        outcome: "internal",
        detail: expect.stringMatching(/^the hub itself/),
      },
    ]);
    expect(lines.mock.calls.flat()).toEqual([
      expect.stringMatching(/^{"code":"fault","error":"TypeError".*functions\/statements\/partial/),
    ]);
    expect(JSON.stringify(lines.mock.calls)).not.toContain("person");
    lines.mockRestore();
  });

  test("a peer that fails in a way that has no name is a fault of ours", async () => {
    const reply = async () => Promise.reject(new Error("text of the other side"));
    const world = await makeWorld([makeNode(trento), makeNode(genova, { reply })], [genova]);
    const statement = await statementOf(world, await put(world));
    expect(statement.outcomes).toMatchObject([
      { outcome: "answered" },
      { outcome: "internal", detail: expect.stringMatching(/^the hub itself/) },
    ]);
    expect(JSON.stringify(statement)).not.toContain("text of the other side");
  });

  test("a member in trouble is shown even where nobody else was asked", async () => {
    const world = await makeWorld([makeNode(trento, { reply: refusing("unreachable") })]);
    const statement = await statementOf(world, await put(world));
    expect(statement.outcomes).toEqual([{ member: "IT-022205", outcome: "unreachable" }]);
    expect(statement.table).toEqual({ cells: [], totals: [] });
  });

  test("all nodes are asked at once: none answers before every one was asked", async () => {
    let waiting = 3;
    const everyone = Promise.withResolvers<void>();
    const node = (member: Member): FakeNode =>
      makeNode(member, {
        async reply() {
          if (--waiting === 0) everyone.resolve();
          await everyone.promise;
          throw new Refused("unreachable");
        },
      });
    const world = await makeWorld([node(trento), node(genova), node(parma)], [genova, parma]);
    expect(Object.values(await outcomesOf(world))).toEqual([
      "unreachable",
      "unreachable",
      "unreachable",
    ]);
  });
});

test("an envelope is for one node alone and carries the consumer's own bytes", async () => {
  const world = await makeWorld([makeNode(trento)]);
  let seen = "";
  const peer = {
    ask: async (_: string, envelope: string) => {
      seen = envelope;
      throw new Refused("unreachable");
    },
  };
  const jws = await world.sign(world.query());
  await ask({ ...world.deps, peer }, { authorization: `DPoP ${await world.token()}`, jws });

  expect(peek(seen, Ask)).toMatchObject({ iss: HUB, aud: "IT-022205", query: jws });
});
