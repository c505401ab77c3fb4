import { beforeAll, describe, expect, test } from "vitest";
import { Statement } from "../../schemas/query.ts";
import type { Reason } from "../../schemas/refusal.ts";
import {
  HUB,
  type Member,
  makeManifest,
  makeMember,
  makeNode,
  makeWorld,
  memorySigner,
  NOW,
  PURPOSE,
  type World,
} from "../../tests/world/federation.ts";
import { storeLog } from "../log/append.ts";
import { signCompact, verifyCompact } from "../signing/jws.ts";
import { ask } from "./ask.ts";
import { Authorised } from "./authorise.ts";
import { Planned } from "./plan.ts";

let trento: Member;
let genova: Member;
let parma: Member;
beforeAll(async () => {
  trento = await makeMember("IT-022205", { url: "https://trento.example.org" });
  genova = await makeMember("IT-010025", { url: "https://genova.example.org" });
  parma = await makeMember("IT-034027", { url: "https://parma.example.org" });
});
const put = async (world: World, change: object = {}) =>
  ask(world.deps, {
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

describe("a question becomes a statement", () => {
  test("with every member's signed part, the table and the receipt", async () => {
    const world = await makeWorld(
      [makeNode(trento), makeNode(genova), makeNode(parma)],
      [genova, parma],
    );
    const jws = await world.sign(world.query());
    const statement = await statementOf(
      world,
      await ask(world.deps, { authorization: `DPoP ${await world.token()}`, jws }),
    );
    expect(statement.query).toBe(jws);
    expect(statement.outcomes.map(({ outcome }) => outcome)).toEqual([
      "answered",
      "answered",
      "answered",
    ]);
    expect(statement.table.cells.map(({ member, by }) => `${member} ${by.sex}`)).toEqual(
      ["IT-022205", "IT-010025", "IT-034027"].flatMap((member) => [`${member} F`, `${member} M`]),
    );
    expect(statement.table.totals).toHaveLength(2);
    expect(statement.receipt.log).toBe(HUB);
  });

  test("its own data needs no agreement, open data none either", async () => {
    const open = makeNode(genova, {
      manifests: [makeManifest("IT-010025", { kind: "statistics" })],
    });
    const world = await makeWorld([makeNode(trento), open]);
    expect(await outcomesOf(world, { purposeId: undefined })).toEqual({
      "IT-022205": "answered",
      "IT-010025": "answered",
    });
  });

  test("what is recorded are ids and outcomes, never a figure, a filter or a token", async () => {
    const world = await makeWorld([makeNode(trento), makeNode(genova)]);
    await put(world, { by: [], where: { age: ["85+"] } });
    expect(world.logged).toHaveLength(1);
    expect(world.logged[0]).toMatchObject({
      kind: "query",
      consumer: "IT-022205",
      outcomes: "IT-022205=answered IT-010025=no-agreement",
    });
    expect(JSON.stringify(world.logged)).not.toContain("85+");
  });

  test("nothing goes out to anybody before it is written down that the question was used", async () => {
    const world = await makeWorld([makeNode(trento), makeNode(genova)], [genova]);
    let write = () => {};
    const writing = new Promise<void>((done) => {
      write = done;
    });
    const put: typeof world.store.put = async (item, condition) => {
      if (item.pk === "hub#replay") await writing;
      return world.store.put(item, condition);
    };
    const request = {
      authorization: `DPoP ${await world.token()}`,
      jws: await world.sign(world.query()),
    };
    const asked = ask({ ...world.deps, store: { ...world.store, put } }, request);
    await new Promise((done) => setTimeout(done, 50));
    expect([world.peer.listed, world.peer.asked]).toEqual([[], []]);
    write();
    expect((await statementOf(world, await asked)).outcomes).toHaveLength(2);
    expect(world.peer.asked).toHaveLength(2);
    await expect(ask(world.deps, request)).rejects.toMatchObject({ reason: "replayed" });
    expect(world.peer.asked).toHaveLength(2);
  });

  test("no record, no answer", async () => {
    const world = await makeWorld([makeNode(trento)]);
    const down = { ...world.store, put: async () => Promise.reject(new Error("down")) };
    const deps = { ...world.deps, log: storeLog(down, HUB) };
    const asked = ask(deps, {
      authorization: `DPoP ${await world.token()}`,
      jws: await world.sign(world.query()),
    });
    await expect(asked).rejects.toMatchObject({ reason: "log-unwritten" });
  });

  test("steps cannot be left out: only the step before can make what a step takes", () => {
    // @ts-expect-error a question that nobody authorised cannot be planned
    () => Planned.plan({ query: {}, jws: "", parts: [] });
    // @ts-expect-error the constructor is the step's own
    () => new Authorised();
  });
});

describe("refuses", () => {
  type Attack = (world: World) => Promise<{ authorization?: string; jws?: string }>;
  const attacks: [string, Reason, Attack][] = [
    ["no token", "token-missing", async () => ({ authorization: "" })],
    [
      "a token sent as bearer: whoever stole it could use it",
      "token-missing",
      async (w) => ({ authorization: `Bearer ${await w.token()}` }),
    ],
    [
      "a token that a stranger signed",
      "token-invalid",
      async (w) => ({ authorization: `DPoP ${await w.token({}, memorySigner())}` }),
    ],
    [
      "a token that a member signed",
      "token-invalid",
      async (w) => ({ authorization: `DPoP ${await w.token({}, trento.keys.member)}` }),
    ],
    [
      "a token of yesterday",
      "token-invalid",
      async (w) => ({
        authorization: `DPoP ${await w.token({ iat: NOW - 90_000, exp: NOW - 89_000 })}`,
      }),
    ],
    [
      "a token for another hub",
      "token-invalid",
      async (w) => ({ authorization: `DPoP ${await w.token({ aud: "another-hub" })}` }),
    ],
    [
      "a statement of the hub sent as a token",
      "token-invalid",
      async (w) => ({
        authorization: `DPoP ${await signCompact(w.hub.keys.hub, "tavolo-statement+jws", {})}`,
      }),
    ],
    [
      "a token of a member who is gone",
      "token-invalid",
      async (w) => ({ authorization: `DPoP ${await w.token({ sub: "IT-999999" })}` }),
    ],
    [
      "a stolen token with the thief's own question",
      "signature-invalid",
      async (w) => ({ jws: await w.sign(w.query(), parma.keys.member) }),
    ],
    [
      "a question signed by another key than the token's",
      "token-key-mismatch",
      async (w) => ({
        authorization: `DPoP ${await w.token({ cnf: { jkt: parma.keys.member.kid } })}`,
      }),
    ],
    [
      "a question signed by an answering key",
      "signature-invalid",
      async (w) => ({ jws: await w.sign(w.query(), trento.keys.answer) }),
    ],
    [
      "a question in another member's name",
      "signature-invalid",
      async (w) => ({ jws: await w.sign(w.query({ iss: "IT-034027" })) }),
    ],
    [
      "a question altered on its way",
      "signature-invalid",
      async (w) => {
        const [head, , signature] = (await w.sign(w.query())).split(".");
        return {
          jws: `${head}.${Buffer.from(JSON.stringify(w.query())).toString("base64url")}.${signature}`,
        };
      },
    ],
    [
      "another kind of signed thing sent as a question",
      "signature-invalid",
      async (w) => ({
        jws: await signCompact(trento.keys.member, "client-assertion+jwt", w.query()),
      }),
    ],
    [
      "a question for another hub",
      "query-invalid",
      async (w) => ({ jws: await w.sign(w.query({ aud: "another-hub" })) }),
    ],
    [
      "a question that lives for a day",
      "query-invalid",
      async (w) => ({ jws: await w.sign(w.query({ exp: NOW + 86_400 })) }),
    ],
    [
      "a question of an hour ago",
      "expired",
      async (w) => ({ jws: await w.sign(w.query({ iat: NOW - 3600, exp: NOW - 3400 })) }),
    ],
    [
      "a question of tomorrow",
      "expired",
      async (w) => ({ jws: await w.sign(w.query({ iat: NOW + 86_400, exp: NOW + 86_500 })) }),
    ],
    [
      "a question of another version",
      "query-invalid",
      async (w) => ({ jws: await w.sign(w.query({ v: 3 })) }),
    ],
    [
      "a question with a field that nobody knows",
      "query-invalid",
      async (w) => ({ jws: await w.sign(w.query({ rows: true })) }),
    ],
    [
      "a question that names nobody",
      "query-invalid",
      async (w) => ({ jws: await w.sign(w.query({ members: [] })) }),
    ],
    [
      "a member named twice, to be counted twice",
      "query-invalid",
      async (w) => ({ jws: await w.sign(w.query({ members: ["IT-022205", "IT-022205"] })) }),
    ],
    [
      "a purpose that the token was not given for",
      "purpose-denied",
      async (w) => ({ jws: await w.sign(w.query({ purposeId: PURPOSE.replace("5b", "6c") })) }),
    ],
    [
      "a question without purpose about others' records",
      "purpose-denied",
      async (w) => ({
        jws: await w.sign(w.query({ purposeId: undefined, members: ["IT-010025"] })),
      }),
    ],
    [
      "records of a member without an agreement",
      "no-agreement",
      async (w) => ({ jws: await w.sign(w.query({ members: ["IT-034027"] })) }),
    ],
    [
      "a member that does not exist",
      "unknown-member",
      async (w) => ({ jws: await w.sign(w.query({ members: ["IT-999999"] })) }),
    ],
    [
      "a dataset that nobody offers",
      "unknown-dataset",
      async (w) => ({ jws: await w.sign(w.query({ dataset: "salaries" })) }),
    ],
    [
      "a period without a release",
      "unknown-period",
      async (w) => ({ jws: await w.sign(w.query({ period: "1999" })) }),
    ],
    [
      "a measure that no release has",
      "unknown-field",
      async (w) => ({
        jws: await w.sign(w.query({ members: ["IT-022205"], measures: [{ count: "x" }] })),
      }),
    ],
    [
      "more dimensions than are released",
      "beyond-order",
      async (w) => ({ jws: await w.sign(w.query({ members: ["IT-022205"], by: ["sex", "age"] })) }),
    ],
  ];
  test.each(attacks)("%s (%s)", async (_, reason, attack) => {
    const world = await makeWorld([makeNode(trento), makeNode(genova), makeNode(parma)], [genova]);
    const honest = {
      authorization: `DPoP ${await world.token()}`,
      jws: await world.sign(world.query()),
    };
    await expect(ask(world.deps, { ...honest, ...(await attack(world)) })).rejects.toMatchObject({
      reason,
    });
    expect(world.peer.asked).toEqual([]);
    expect(world.logged).toMatchObject([{ kind: "refusal", reason }]);
  });

  test("a question sent again, at once or in its last second", async () => {
    const world = await makeWorld([makeNode(trento)]);
    const request = {
      authorization: `DPoP ${await world.token()}`,
      jws: await world.sign(world.query()),
    };
    await ask(world.deps, request);
    for (const now of [NOW, NOW + 360])
      await expect(ask({ ...world.deps, clock: () => now }, request)).rejects.toMatchObject({
        reason: "replayed",
      });
  });

  test("an agreement that has ended", async () => {
    const world = await makeWorld([makeNode(trento), makeNode(genova)], [genova], NOW - 1);
    expect(await outcomesOf(world)).toEqual({
      "IT-022205": "answered",
      "IT-010025": "no-agreement",
    });
    expect(world.peer.asked).toEqual(["https://trento.example.org"]);
  });
});
