import { beforeAll, describe, expect, test } from "vitest";
import { demonstrationDefinitions } from "../../adapters/demo/demonstration-indicators.ts";
import type { Indicator } from "../../schemas/indicator.ts";
import {
  eventOf,
  type Member,
  makeMember,
  memoryStore,
  NOW,
} from "../../tests/world/federation.ts";
import { storeLog } from "../log/append.ts";
import { directory, register } from "../members/directory.ts";
import { signCompact } from "../signing/jws.ts";
import { edge } from "./handler.ts";
import { digestOf, inUse, readBook } from "./registry.ts";

let padova: Member;
let parma: Member;
let definition: Indicator;
beforeAll(async () => {
  [padova, parma] = await Promise.all([makeMember("IT-028060"), makeMember("IT-034027")]);
  definition = (await demonstrationDefinitions()).find(({ id }) => id === "home-care-coverage")!;
});

async function hub() {
  const store = memoryStore();
  for (const { jws } of [padova, parma]) await register(store, jws, { local: true });
  const answer = edge({
    store,
    directory: directory(store),
    clock: () => NOW,
    log: storeLog(store, "hub"),
  });
  const call = async (route: string, body?: object, query?: Record<string, string>) => {
    const event = eventOf(
      route,
      body ? { "content-type": "application/json" } : {},
      body && JSON.stringify(body),
    );
    const reply = await answer({ ...event, ...(query ? { queryStringParameters: query } : {}) });
    return { status: reply.statusCode, body: JSON.parse(reply.body ?? "") };
  };
  return { store, call };
}
const propose = async (member: Member, one: Indicator, key = member.keys.member) => ({
  proposal: await signCompact(key, "tavolo-indicator+jws", {
    v: 1,
    iss: member.entry.id,
    iat: NOW,
    definition: one,
  }),
});
const accept = async (member: Member, ones: readonly Indicator[], iat = NOW) => ({
  acceptance: await signCompact(member.keys.member, "tavolo-acceptance+jws", {
    ...{ v: 1, iss: member.entry.id, iat },
    accepted: ones.map((one) => ({ id: one.id, version: one.version, digest: digestOf(one) })),
  }),
});

describe("definitions", () => {
  test("are proposed by one member, accepted by others, and listed with both", async () => {
    const { call } = await hub();
    expect((await call("POST /v1/indicators", await propose(padova, definition))).status).toBe(201);
    expect((await call("POST /v1/indicators", await accept(parma, [definition]))).status).toBe(200);
    const { body } = await call("GET /v1/indicators");
    expect(body).toEqual({
      v: 1,
      indicators: [
        {
          definition,
          digest: digestOf(definition),
          proposedBy: "IT-028060",
          acceptedBy: ["IT-034027"],
        },
      ],
    });
  });

  test("a version is one definition: the same again changes nothing, another is a conflict, and so is a gap", async () => {
    const { call } = await hub();
    const status = async (one: Indicator, member = padova) =>
      (await call("POST /v1/indicators", await propose(member, one))).status;
    expect(await status({ ...definition, version: 2 })).toBe(409);
    expect(await status(definition)).toBe(201);
    expect(await status(definition, parma)).toBe(201);
    expect(await status({ ...definition, multiplier: 1000 })).toBe(409);
    expect(await status({ ...definition, multiplier: 1000, version: 2 })).toBe(201);
    expect((await call("GET /v1/indicators")).body.indicators).toHaveLength(2);
  });

  test("what was accepted is that definition alone, and a later acceptance stands for the one before", async () => {
    const { call } = await hub();
    await call("POST /v1/indicators", await propose(padova, definition));
    const acceptedBy = async () => (await call("GET /v1/indicators")).body.indicators[0].acceptedBy;
    await call("POST /v1/indicators", await accept(parma, [{ ...definition, multiplier: 7 }]));
    expect(await acceptedBy()).toEqual([]);
    await call("POST /v1/indicators", await accept(parma, [definition], NOW + 1));
    expect(await acceptedBy()).toEqual(["IT-034027"]);
    expect((await call("POST /v1/indicators", await accept(parma, [], NOW - 5))).status).toBe(409);
    await call("POST /v1/indicators", await accept(parma, [], NOW + 2));
    expect(await acceptedBy()).toEqual([]);
  });

  test("signed by somebody else, or by nobody known, they are refused", async () => {
    const { call } = await hub();
    expect(
      (await call("POST /v1/indicators", await propose(padova, definition, parma.keys.member)))
        .status,
    ).toBe(401);
    expect(
      (await call("POST /v1/indicators", await propose(padova, definition, padova.keys.release)))
        .status,
    ).toBe(401);
    const stranger = await makeMember("IT-001001");
    expect((await call("POST /v1/indicators", await propose(stranger, definition))).status).toBe(
      404,
    );
  });
});

describe("what members signed is listed as they signed it", () => {
  const signed = async (call: Awaited<ReturnType<typeof hub>>["call"]) =>
    (await call("GET /v1/indicators", undefined, { signed: "true" })).body;
  const members = () => [padova.entry, parma.entry];

  test("and reads as the plain list does", async () => {
    const { call } = await hub();
    await call("POST /v1/indicators", await propose(padova, definition));
    await call("POST /v1/indicators", await propose(parma, { ...definition, version: 2 }));
    await call("POST /v1/indicators", await accept(parma, [definition]));
    const book = await signed(call);
    expect([book.proposals.length, book.acceptances.length]).toEqual([2, 1]);
    expect(await readBook(book, members(), NOW)).toEqual((await call("GET /v1/indicators")).body);
    // Parma proposed a second version, and accepts the first
    expect(inUse(await readBook(book, members(), NOW))).toEqual([definition]);
  });

  test("so that a hub cannot change a definition, make one up, or accept for a member", async () => {
    const { call } = await hub();
    await call("POST /v1/indicators", await propose(padova, definition));
    const book = await signed(call);
    const [head, , signature] = book.proposals[0].split(".");
    const payload = {
      v: 1,
      iss: "IT-028060",
      iat: NOW,
      definition: { ...definition, multiplier: 1000 },
    };
    const changed = [
      head,
      Buffer.from(JSON.stringify(payload)).toString("base64url"),
      signature,
    ].join(".");
    await expect(readBook({ ...book, proposals: [changed] }, members(), NOW)).rejects.toThrow(
      "signature-invalid",
    );
    await expect(readBook(book, [parma.entry], NOW)).rejects.toThrow("signature-invalid");
    const { acceptance } = await accept(padova, [definition]);
    await expect(readBook({ ...book, proposals: [acceptance] }, members(), NOW)).rejects.toThrow(
      "signature-invalid",
    );
    await expect(
      readBook({ ...book, acceptances: [acceptance, acceptance] }, members(), NOW),
    ).rejects.toThrow("signature-invalid");
    const { proposal } = await propose(parma, { ...definition, multiplier: 1000 });
    await expect(
      readBook({ ...book, proposals: [...book.proposals, proposal] }, members(), NOW),
    ).rejects.toThrow("signature-invalid");
  });

  test("one in a form that is not known here is passed over, once its signature holds", async () => {
    const { store, call } = await hub();
    await call("POST /v1/indicators", await propose(padova, definition));
    const odd = {
      v: 1,
      iss: "IT-028060",
      iat: NOW,
      definition: { ...definition, id: "of-tomorrow", colour: "blue" },
    };
    const jws = await signCompact(padova.keys.member, "tavolo-indicator+jws", odd);
    expect((await call("POST /v1/indicators", { proposal: jws })).status).toBe(401);
    await store.put(
      { pk: "hub#indicator", sk: "of-tomorrow#000001", body: { jws }, revision: 1 },
      { kind: "absent" },
    );
    const ids = ({ indicators }: { indicators: readonly { definition: { id: string } }[] }) =>
      indicators.map((one) => one.definition.id);
    expect(ids((await call("GET /v1/indicators")).body)).toEqual([definition.id]);
    const book = await signed(call);
    expect(book.proposals).toHaveLength(2);
    expect(ids(await readBook(book, members(), NOW))).toEqual([definition.id]);
    const forged = await signCompact(parma.keys.member, "tavolo-indicator+jws", odd);
    await expect(readBook({ ...book, proposals: [forged] }, members(), NOW)).rejects.toThrow(
      "signature-invalid",
    );
  });

  test("a word that the address does not have is refused", async () => {
    const { call } = await hub();
    expect((await call("GET /v1/indicators", undefined, { signed: "yes" })).status).toBe(400);
  });
});

test("a version counts for whoever accepts it, and for the others once more accept it than another", () => {
  const listed = (version: number, acceptedBy: string[]) => ({
    definition: { ...definition, version },
    digest: "",
    proposedBy: "x",
    acceptedBy,
  });
  const counts = (versions: readonly string[][], member?: string) =>
    inUse({ indicators: versions.map((acceptedBy, at) => listed(at + 1, acceptedBy)) }, member).map(
      ({ version }) => version,
    );
  expect(counts([["a", "b", "c"], []])).toEqual([1]);
  expect(counts([["a", "b"], ["c"]], "c")).toEqual([2]);
  expect(counts([["a", "b"], ["c"]], "d")).toEqual([1]);
  expect(counts([["a"], ["b", "c"]], "d")).toEqual([2]);
  // nobody accepts any: the last
  expect(counts([[], [], []])).toEqual([3]);
  expect(counts([["a"], ["b"]])).toEqual([2]);
});

describe("practice cards", () => {
  const BOTH = { it: "testo", en: "text" };
  const card = {
    ...{
      id: "ore-a-blocchi",
      version: 1,
      indicator: "home-care-coverage",
      title: BOTH,
      done: BOTH,
      regulation: BOTH,
      cost: BOTH,
    },
    ...{ context: BOTH, role: BOTH, address: "domiciliarita@padova.example", origin: "made" },
  };
  const post = async (member: Member, change: object = {}) => ({
    practice: await signCompact(member.keys.member, "tavolo-practice+jws", {
      v: 1,
      iss: member.entry.id,
      iat: NOW,
      ...card,
      ...change,
    }),
  });

  test("hang on an indicator, with the bytes that their member signed", async () => {
    const { call } = await hub();
    const signed = await post(padova);
    expect((await call("POST /v1/practices", signed)).status).toBe(201);
    expect((await call("POST /v1/practices", signed)).status).toBe(201);
    await call("POST /v1/practices", await post(parma, { id: "altra", indicator: "nursery" }));
    expect((await call("GET /v1/practices")).body.practices).toHaveLength(2);
    const { body } = await call("GET /v1/practices", undefined, {
      indicator: "home-care-coverage",
    });
    expect(body).toEqual({
      v: 1,
      practices: [{ ...card, member: "IT-028060", at: NOW, jws: signed.practice }],
    });
    expect(
      (await call("GET /v1/practices", undefined, { member: "IT-034027" })).body.practices,
    ).toMatchObject([{ id: "altra" }]);
  });

  test("have versions, one after the other", async () => {
    const { call } = await hub();
    const status = async (version: number) =>
      (await call("POST /v1/practices", await post(padova, { version }))).status;
    expect([
      await status(2),
      await status(1),
      await status(3),
      await status(2),
      await status(2),
    ]).toEqual([409, 201, 409, 201, 409]);
    expect((await call("GET /v1/practices")).body.practices).toMatchObject([{ version: 2 }]);
  });

  test.each([
    ["a person's name beside the role", { person: "Mario Rossi" }],
    ["no address of an office", { address: "Mario Rossi" }],
  ])("with %s are refused", async (_, change) => {
    const { call } = await hub();
    expect((await call("POST /v1/practices", await post(padova, change))).status).toBe(400);
  });
});
