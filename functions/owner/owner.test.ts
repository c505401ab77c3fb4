import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ownToken } from "../../adapters/client/own.ts";
import type { GeneralJws } from "../../schemas/agreement.ts";
import type { OwnToken } from "../../schemas/owner.ts";
import {
  type OwnAgreement,
  OwnAgreements,
  OwnHealth,
  OwnLog,
  OwnOverview,
  OwnPreview,
  type OwnWithdrawal,
  OwnWithdrawals,
} from "../../schemas/owner.ts";
import type { MemberLine, Signer } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import type { Manifest } from "../../schemas/release.ts";
import type { Session } from "../../schemas/session.ts";
import {
  HUB,
  type Member,
  makeManifest,
  makeMember,
  memorySigner,
  memoryStore,
  NOW,
} from "../../tests/world/federation.ts";
import { descriptorWith } from "../../tests/world/policy.ts";
import { proofFor } from "../access/dpop.ts";
import { draftAgreement, signAgreement, signEvent } from "../agreements/agreements.ts";
import { edge as agreementsEdge } from "../agreements/handler.ts";
import { muOfPoints } from "../disclosure/gaussian-dp.ts";
import { settle } from "../keep/private-log.ts";
import { storeLog } from "../log/append.ts";
import { publicLogDeps, sequence } from "../log/sequence.ts";
import { directory, register } from "../members/directory.ts";
import { freshId, signCompact, type Typ } from "../signing/jws.ts";
import { edge } from "./handler.ts";

const ID = "IT-034027";
const ORIGIN = "https://owner.example.org";
const HUB_URL = "https://hub.example.org";
const NODE_URL = "https://node.example.org";
let parma: Member;
let bergamo: Member;
let hub: Member;
beforeAll(async () => {
  parma = await makeMember(ID, { url: NODE_URL });
  bergamo = await makeMember("IT-016024");
  hub = await makeMember(HUB, { roles: ["operator"] });
});

let store: ReturnType<typeof memoryStore>;
let now: number;
let taken: Omit<OwnWithdrawal, "v">[];
let line: MemberLine;
const served = () =>
  edge({
    ...{ self: parma.entry, store, origin: ORIGIN, hub: HUB_URL, line },
    log: storeLog(store, ID, "own#log"),
    clock: () => now,
    takeOut: async (wanted) => {
      taken.push(wanted);
      return ["a.b.c"];
    },
  });
beforeEach(() => {
  store = memoryStore();
  now = NOW;
  taken = [];
  line = {
    get: () => Promise.reject(new Refused("unreachable")),
    post: () => Promise.reject(new Refused("unreachable")),
  };
});

const claimsOf = (signer: Signer, change: Partial<OwnToken> = {}): OwnToken => ({
  ...{
    iss: ID,
    sub: ID,
    aud: ID,
    iat: NOW,
    exp: NOW + 300,
    jti: freshId(),
    cnf: { jkt: signer.kid },
  },
  ...change,
});
const tokenBy = (signer: Signer, change: Partial<OwnToken> = {}, typ: Typ = "own+jwt") =>
  signCompact(signer, typ, claimsOf(signer, change));

const sessionFor = ({ jwk }: Signer, change: Partial<Session> = {}, by = parma) => {
  const session: Session = {
    v: 1,
    iss: ID,
    iat: NOW,
    aud: ID,
    exp: NOW + 3600,
    jti: freshId(),
    roles: ["owner"],
    cnf: { jwk },
    ...change,
  };
  return signCompact(by.keys.session, "tavolo-session+jws", session);
};
async function underSession(sessionOf: (browser: Signer) => Promise<string> = sessionFor) {
  const browser = memorySigner();
  return { browser, token: await tokenBy(browser, { session: await sessionOf(browser) }) };
}

interface Sent {
  readonly route?: string;
  readonly path?: string;
  readonly token?: string;
  readonly scheme?: string;
  /** Who proves, and for which call; nobody where undefined. */
  readonly proof?: {
    readonly by: Signer;
    readonly method?: string;
    readonly url?: string;
    readonly token?: string;
    readonly at?: number;
  };
  readonly dpop?: string;
  readonly body?: object;
}
async function call({
  route = "GET /v1/own/overview",
  path,
  token,
  scheme = "DPoP",
  proof,
  dpop,
  body,
}: Sent) {
  const [method = "", pattern = ""] = route.split(" ");
  const address = path ?? pattern;
  const proved =
    dpop ??
    (proof &&
      (await proofFor(
        {
          method: proof.method ?? method,
          url: proof.url ?? `${ORIGIN}${address}`,
          token: proof.token ?? token!,
        },
        proof.by,
        proof.at ?? now,
      )));
  const event = {
    routeKey: route,
    rawPath: address,
    headers: {
      ...(token === undefined ? {} : { authorization: `${scheme} ${token}` }),
      ...(proved === undefined ? {} : { dpop: proved }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    pathParameters: { dataset: address.split("/")[4] },
    requestContext: { domainName: "elsewhere.example", http: { method } },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEventV2;
  const reply = await served()(event);
  const said = JSON.parse(reply.body ?? "{}") as Record<string, unknown>;
  return {
    status: reply.statusCode,
    headers: reply.headers ?? {},
    said,
    reason: typeof said.type === "string" ? said.type.split(":").at(-1) : undefined,
  };
}
/** As the owner calls. */
async function own(route: string, more: Pick<Sent, "path" | "body"> = {}) {
  const owner = { member: ID, signer: parma.keys.member, clock: () => now };
  return call({ route, token: await ownToken(owner), proof: { by: owner.signer }, ...more });
}
const privately = () =>
  [...store.items.values()]
    .filter(({ pk }) => pk === "own#log#inbox")
    .map(({ body }) => JSON.parse((body as { entry: string }).entry));

describe("who may call", () => {
  test("the owner, by the member's own key; nothing may keep the answer, and the private log notes a token once", async () => {
    const token = await tokenBy(parma.keys.member);
    for (let times = 0; times < 2; times++) {
      const { status, headers, said } = await call({ token, proof: { by: parma.keys.member } });
      expect(status).toBe(200);
      expect(headers).toMatchObject({ "cache-control": "no-store" });
      expect(said).toMatchObject({ v: 1, member: ID });
    }
    expect(privately()).toEqual([{ v: 1, kind: "owner", iat: NOW, by: "key" }]);
    expect([...store.items.values()].filter(({ pk }) => pk === "log#inbox")).toEqual([]);
  });

  test("a person at the page, by a key of the browser under a session that the member's desk gave for this", async () => {
    const { token, browser } = await underSession();
    expect(await call({ token, proof: { by: browser } })).toMatchObject({
      status: 200,
      said: { member: ID },
    });
    expect(privately()).toEqual([
      { v: 1, kind: "owner", iat: NOW, by: "session", session: expect.any(String) },
    ]);
  });

  test.each<[string, (browser: Signer) => Promise<string>, string]>([
    [
      "one who may only ask",
      (browser) => sessionFor(browser, { roles: ["asker"] }),
      "role-missing",
    ],
    ["a session for the hub", (browser) => sessionFor(browser, { aud: HUB }), "session-invalid"],
    [
      "a session that has ended",
      (browser) => sessionFor(browser, { iat: NOW - 8000, exp: NOW - 1000 }),
      "session-invalid",
    ],
    [
      "a session of another member",
      (browser) => sessionFor(browser, { iss: bergamo.entry.id, aud: ID }, bergamo),
      "session-invalid",
    ],
    ["another browser's session", () => sessionFor(memorySigner()), "token-invalid"],
  ])("refuses %s", async (_, session, reason) => {
    const { token, browser } = await underSession(session);
    expect(await call({ token, proof: { by: browser } })).toMatchObject({
      status: expect.any(Number),
      reason,
    });
  });

  const thief = memorySigner();
  test.each<[string, () => Promise<Sent>, string]>([
    ["nobody", async () => ({}), "token-missing"],
    [
      "a token as bearer",
      async () => ({ token: await tokenBy(parma.keys.member), scheme: "Bearer" }),
      "token-missing",
    ],
    [
      "something that is no token",
      async () => ({ token: "a.b.c", proof: { by: parma.keys.member } }),
      "token-invalid",
    ],
    [
      "another member, as itself",
      async () => {
        const id = bergamo.entry.id;
        return {
          token: await tokenBy(bergamo.keys.member, { iss: id, sub: id, aud: id }),
          proof: { by: bergamo.keys.member },
        };
      },
      "token-invalid",
    ],
    [
      "another member, as the owner",
      async () => ({
        token: await tokenBy(bergamo.keys.member),
        proof: { by: bergamo.keys.member },
      }),
      "token-invalid",
    ],
    [
      "the hub, with its own key",
      async () => ({ token: await tokenBy(hub.keys.hub), proof: { by: hub.keys.hub } }),
      "token-invalid",
    ],
    [
      "the hub, with an access token that it gave itself for this node",
      async () => {
        const claims = {
          iss: HUB,
          sub: ID,
          client_id: ID,
          aud: ID,
          iat: NOW,
          exp: NOW + 300,
          jti: freshId(),
          cnf: { jkt: hub.keys.hub.kid },
        };
        return {
          token: await signCompact(hub.keys.hub, "at+jwt", claims),
          proof: { by: hub.keys.hub },
        };
      },
      "token-invalid",
    ],
    [
      "whoever has an access token of the hub that is bound to the owner's key",
      async () => {
        const claims = {
          iss: HUB,
          sub: ID,
          client_id: ID,
          aud: ID,
          iat: NOW,
          exp: NOW + 300,
          jti: freshId(),
          cnf: { jkt: parma.keys.member.kid },
        };
        return {
          token: await signCompact(hub.keys.hub, "at+jwt", claims),
          proof: { by: parma.keys.member },
        };
      },
      "token-invalid",
    ],
    [
      "the node's answering key",
      async () => ({ token: await tokenBy(parma.keys.answer), proof: { by: parma.keys.answer } }),
      "token-invalid",
    ],
    [
      "the node's release key",
      async () => ({ token: await tokenBy(parma.keys.release), proof: { by: parma.keys.release } }),
      "token-invalid",
    ],
    [
      "a client assertion of the owner's",
      async () => ({
        token: await tokenBy(parma.keys.member, {}, "client-assertion+jwt"),
        proof: { by: parma.keys.member },
      }),
      "token-invalid",
    ],
    [
      "a stolen token without a proof",
      async () => ({ token: await tokenBy(parma.keys.member) }),
      "proof-invalid",
    ],
    [
      "a stolen token with the thief's proof",
      async () => ({ token: await tokenBy(parma.keys.member), proof: { by: thief } }),
      "proof-invalid",
    ],
    [
      "a token bound to the thief's key",
      async () => ({
        token: await tokenBy(parma.keys.member, { cnf: { jkt: thief.kid } }),
        proof: { by: thief },
      }),
      "token-invalid",
    ],
    [
      "a token for another node",
      async () => ({
        token: await tokenBy(parma.keys.member, { aud: "IT-016024" }),
        proof: { by: parma.keys.member },
      }),
      "token-invalid",
    ],
    [
      "a token that has expired",
      async () => ({
        token: await tokenBy(parma.keys.member, { iat: NOW - 400, exp: NOW - 100 }),
        proof: { by: parma.keys.member },
      }),
      "token-invalid",
    ],
    [
      "a token that would hold a day",
      async () => ({
        token: await tokenBy(parma.keys.member, { exp: NOW + 86_400 }),
        proof: { by: parma.keys.member },
      }),
      "token-invalid",
    ],
    [
      "a proof for another address",
      async () => ({
        token: await tokenBy(parma.keys.member),
        proof: { by: parma.keys.member, url: `${ORIGIN}/v1/own/log` },
      }),
      "proof-invalid",
    ],
    [
      "a proof for another host",
      async () => ({
        token: await tokenBy(parma.keys.member),
        proof: { by: parma.keys.member, url: "https://elsewhere.example/v1/own/overview" },
      }),
      "proof-invalid",
    ],
    [
      "a proof for another method",
      async () => ({
        token: await tokenBy(parma.keys.member),
        proof: { by: parma.keys.member, method: "POST" },
      }),
      "proof-invalid",
    ],
    [
      "a proof for another token",
      async () => ({
        token: await tokenBy(parma.keys.member),
        proof: { by: parma.keys.member, token: await tokenBy(parma.keys.member) },
      }),
      "proof-invalid",
    ],
    [
      "a proof of an hour ago",
      async () => ({
        token: await tokenBy(parma.keys.member),
        proof: { by: parma.keys.member, at: NOW - 3600 },
      }),
      "proof-invalid",
    ],
  ])("refuses %s, on every call", async (_, sent, reason) => {
    const routes = [
      "GET /v1/own/agreements",
      "POST /v1/own/agreements",
      "GET /v1/own/overview",
      "GET /v1/own/policies/{dataset}",
      "GET /v1/own/withdrawals",
      "POST /v1/own/withdrawals",
      "GET /v1/own/log",
      "GET /v1/own/health",
    ];
    for (const route of routes) {
      const made = await sent();
      // what is made for one call only is tried on that one
      if (
        (made.proof?.url !== undefined || made.proof?.method !== undefined) &&
        route !== routes[0]
      )
        continue;
      const { status, reason: why, said } = await call({ route, ...made });
      expect([route, status, why]).toEqual([route, 401, reason]);
      expect(said).not.toHaveProperty("member");
    }
    const tried = privately().filter(({ kind }) => kind === "owner-refused");
    expect(tried.every(({ reason: why }) => why === reason)).toBe(true);
    expect(tried.length > 0).toBe(reason !== "token-missing");
    expect(taken).toEqual([]);
  });

  test("a proof is good once, for a hundred at once", async () => {
    const token = await tokenBy(parma.keys.member);
    const dpop = await proofFor(
      { method: "GET", url: `${ORIGIN}/v1/own/overview`, token },
      parma.keys.member,
      now,
    );
    const all = await Promise.all(Array.from({ length: 100 }, () => call({ token, dpop })));
    expect(all.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(all.filter(({ reason }) => reason === "replayed")).toHaveLength(99);
  });

  test("what cannot be noted is not given", async () => {
    const { put } = store;
    store = {
      ...store,
      put: async (item, condition) =>
        item.pk === "own#log#inbox" ? Promise.reject(new Error("down")) : put(item, condition),
    };
    expect(await own("GET /v1/own/overview")).toMatchObject({
      status: 503,
      reason: "log-unwritten",
    });
  });
});

const CALENDAR = { "2022": ["2026-11-01"], "2023": ["2027-01-15", "2027-06-30"] };
const small = (id: string, advantage: number) => ({
  ...descriptorWith({
    axes: [
      ["a", "b"],
      ["x", "y", "z"],
    ],
    atMost: 1,
    pair: false,
    advantage,
    calendar: CALENDAR,
  }),
  id,
});

const storedVersion = (descriptor: unknown) => ({
  path: "x",
  digest: "x".repeat(43),
  descriptor,
  columns: { dimensions: [], family: false, measures: [] },
  periods: ["2022"],
});
/** Rows that were written once; a year's charges; the releases that are out. */
async function keep(id: string, advantage: number): Promise<void> {
  const descriptor = small(id, advantage);
  await store.put({
    pk: "release#version",
    sk: id,
    body: storedVersion(descriptor),
    revision: 3,
  });
}
async function out(dataset: string, number: number, iat: number): Promise<void> {
  const manifest: Manifest = {
    ...makeManifest(ID),
    id: `${ID}/${dataset}/2022/${number}`,
    dataset,
    period: "2022",
    number,
    iat,
  };
  const jws = await signCompact(parma.keys.release, "tavolo-release+jws", manifest);
  const body = { id: manifest.id, number, cube: manifest.cube, manifest: jws, member: ID };
  await store.put({ pk: "answer#pointer", sk: `${dataset}#2022`, body, revision: number });
}
const charge = (dataset: string, mu2: number) => ({
  release: `${ID}/${dataset}/2022/1`,
  dataset,
  period: "2022",
  number: 1,
  mu2,
  fields: [],
  at: NOW,
});

describe("the overview", () => {
  test("10 and 5 points make 11.1, one of them out and one reserved; the next year's are planned", async () => {
    await keep("ten", 10);
    await keep("five", 5);
    await out("ten", 1, NOW);
    const [ten, five] = [0.506_689 ** 2, 0.251_322 ** 2];
    await store.put({
      pk: "release#account#2022",
      sk: "account",
      body: { ceiling: 15, raises: [], entries: [charge("ten", ten), charge("five", five)] },
      revision: 2,
    });
    const { accounts } = OwnOverview.parse((await own("GET /v1/own/overview")).said);
    const [first, second] = accounts;
    expect(first).toMatchObject({ year: "2022", ceiling: 15, planned: 0 });
    expect(first!.spent).toBeCloseTo(ten, 9);
    expect(first!.reserved).toBeCloseTo(five, 9);
    expect(first!.points).toBeCloseTo(11.13, 1);
    // √(0.7706² − 0.5067² − 0.2513²) = 0.5234, which is mu of 10.3 points
    expect(first!.room).toBeCloseTo(10.32, 1);
    expect(first!.charges.map(({ dataset, state }) => [dataset, state])).toEqual([
      ["ten", "spent"],
      ["five", "reserved"],
    ]);
    expect(second).toMatchObject({ year: "2023", spent: 0, reserved: 0 });
    expect(second!.planned).toBeCloseTo(ten + five, 4);
    expect(
      second!.charges.map(({ release }) => release.split("/").slice(1).join("/")).sort(),
    ).toEqual(["five/2023/1", "five/2023/2", "ten/2023/1", "ten/2023/2"]);
  });

  test("what was fixed and signed for is by the account, and not by the policy", async () => {
    await keep("ten", 10);
    await out("ten", 1, NOW);
    const of = { dataset: "ten", period: "2022" };
    const [mu2, more] = [0.506_689 ** 2, 0.251_322 ** 2];
    const fixed = { ...of, advantage: 10, days: ["2023-06-30"], closed: [], mu2, at: NOW };
    const correction = { ...of, points: 5, reason: "a street was coded wrongly", at: NOW };
    await store.put({
      pk: "release#account#2022",
      sk: "account",
      body: {
        ...{ ceiling: 15, raises: [], entries: [charge("ten", mu2)] },
        fixed: [{ ...fixed, digest: "A".repeat(43) }],
        corrections: [{ ...correction, jws: "a.b.c" }],
      },
      revision: 3,
    });
    const { accounts, datasets } = OwnOverview.parse((await own("GET /v1/own/overview")).said);
    const [first] = accounts;
    expect(first?.fixed).toMatchObject([{ dataset: "ten", late: true, points: 11.2 }]);
    expect(first?.corrections).toMatchObject([{ points: 5, reason: correction.reason }]);
    // the release that the correction allows comes next
    expect(first?.charges.map(({ state }) => state)).toEqual(["spent", "planned"]);
    expect(first?.planned).toBeCloseTo(more, 5);
    expect(datasets[0]?.next).toMatchObject({ period: "2022", number: 2 });
  });

  test("states and next dates follow the calendar and what is out", async () => {
    await keep("ten", 10);
    const at = async (day: string) => {
      now = Date.parse(`${day}T12:00:00Z`) / 1000;
      const { datasets, calendar } = OwnOverview.parse((await own("GET /v1/own/overview")).said);
      return {
        state: datasets[0]!.state,
        next: datasets[0]!.next,
        days: calendar.map(({ kind, day }) => `${day} ${kind}`),
      };
    };
    expect(await at("2026-11-26")).toMatchObject({
      state: "first",
      next: { day: "2026-11-01", period: "2022", number: 1 },
    });
    await out("ten", 1, NOW);
    expect(await at("2026-11-26")).toEqual({
      state: "waiting",
      next: { day: "2027-01-15", period: "2023", number: 1 },
      days: ["2026-12-31 fixed", "2027-01-15 release", "2027-06-30 release"],
    });
    expect(await at("2027-01-15")).toMatchObject({ state: "due" });
  });

  test("a release that is missed by more than the days of grace is overdue", async () => {
    const descriptor = {
      ...small("ten", 10),
      policy: { ...small("ten", 10).policy, calendar: { "2022": ["2026-01-01", "2026-09-01"] } },
    };
    await store.put({
      pk: "release#version",
      sk: "ten",
      body: storedVersion(descriptor),
      revision: 1,
    });
    await out("ten", 1, NOW);
    expect(OwnOverview.parse((await own("GET /v1/own/overview")).said).datasets[0]).toMatchObject({
      state: "overdue",
    });
  });

  test("quarters are planned in the account of their year, and told in the order of time", async () => {
    const days = ["2026-10-01", "2027-01-20", "2027-04-20", "2027-07-20"];
    const calendar = {
      "2026": ["2027-09-01"],
      ...Object.fromEntries(days.map((day, at) => [`2026-Q${at + 1}`, [day]])),
    };
    const { policy, ...ten } = small("ten", 5);
    const descriptor = { ...ten, v: 2 as const, policy: { ...policy, calendar } };
    const body = { ...storedVersion(descriptor), periods: ["2026-Q1"] };
    await store.put({ pk: "release#version", sk: "ten", body, revision: 1 });
    const {
      accounts,
      datasets,
      calendar: dates,
    } = OwnOverview.parse((await own("GET /v1/own/overview")).said);
    expect(accounts.map(({ year }) => year)).toEqual(["2026"]);
    expect(
      accounts[0]?.charges.map(({ release }) => release.split("/").slice(2).join("/")),
    ).toEqual(["2026-Q1/1", "2026-Q2/1", "2026-Q3/1", "2026-Q4/1", "2026/1"]);
    expect(accounts[0]?.planned).toBeCloseTo(5 * muOfPoints(5) ** 2, 4);
    expect(datasets[0]?.next).toEqual({ day: "2026-10-01", period: "2026-Q1", number: 1 });
    expect(dates.flatMap((one) => (one.kind === "release" ? [one.period] : []))).toEqual([
      ...["2026-Q2", "2026-Q3", "2026-Q4", "2026"],
    ]);
    const { said } = await own("GET /v1/own/policies/{dataset}", { path: "/v1/own/policies/ten" });
    expect(OwnPreview.parse(said)).toMatchObject({ period: "2026" });
  });

  test("what was released, and has no rows any more, is told", async () => {
    await out("gone", 1, NOW);
    expect(OwnOverview.parse((await own("GET /v1/own/overview")).said).datasets).toMatchObject([
      { id: "gone", state: "empty", released: [{ number: 1 }] },
    ]);
  });
});

describe("withdrawals", () => {
  const left = (sk: string, at: number, more: object = {}) =>
    store.put({
      pk: "release#withdrawal#ten",
      sk: sk.padEnd(22, "A"),
      body: { at, kind: "objection", epoch: 0, ...more },
      revision: 1,
    });

  test("those since the latest release are counted, each once, and nobody is named", async () => {
    await keep("ten", 10);
    await out("ten", 1, NOW - 1000);
    await left("before", NOW - 2000);
    await left("after", NOW - 10);
    await left("ended", NOW - 10, { ended: NOW - 5 });
    await left("gone", NOW - 10, { kind: "erasure" });
    const subjects = ["after", "new"].map((name) => name.padEnd(22, "A"));
    await store.put({
      pk: "release#withdrawal#ten#pending",
      sk: "1",
      body: { at: NOW - 9, kind: "objection", epoch: 0, subjects },
      revision: 1,
    });
    const { said } = await own("GET /v1/own/withdrawals");
    expect(OwnWithdrawals.parse(said).datasets).toMatchObject([
      {
        dataset: "ten",
        persons: 3,
        kinds: { withdrawal: 0, objection: 2, restriction: 0, erasure: 1 },
        countedNoLongerFrom: "2027-01-15",
      },
    ]);
    expect(JSON.stringify(said)).not.toMatch(/after|new/);
  });

  test("persons are handed on to the keep role as they were named, and the receipts come back", async () => {
    await keep("ten", 10);
    const body = {
      v: 1,
      dataset: "ten",
      kind: "objection",
      identifiers: [["RSSMRA80A01H501U"]],
      pseudonyms: ["A".repeat(22)],
    };
    expect((await own("POST /v1/own/withdrawals", { body })).said).toEqual({
      v: 1,
      receipts: ["a.b.c"],
    });
    const { v: _, ...wanted } = body;
    expect(taken).toEqual([wanted]);
    expect(JSON.stringify(privately())).not.toContain("RSSMRA");
  });

  test.each<[string, object, string]>([
    ["nobody", { v: 1, dataset: "ten" }, "body-invalid"],
    [
      "a dataset that is not there",
      { v: 1, dataset: "none", pseudonyms: ["A".repeat(22)] },
      "no-version",
    ],
    ["what is no pseudonym", { v: 1, dataset: "ten", pseudonyms: ["short"] }, "body-invalid"],
    [
      "an erasure, which is asked for elsewhere",
      { v: 1, dataset: "ten", kind: "erasure", pseudonyms: ["A".repeat(22)] },
      "body-invalid",
    ],
    [
      "more than the call takes",
      { v: 1, dataset: "ten", identifiers: Array.from({ length: 1001 }, () => ["X"]) },
      "body-invalid",
    ],
  ])("refuses %s", async (_, body, reason) => {
    await keep("ten", 10);
    const { reason: why, said } = await own("POST /v1/own/withdrawals", { body });
    expect(why).toBe(reason);
    expect(JSON.stringify(said)).not.toContain("short");
    expect(taken).toEqual([]);
  });
});

describe("agreements", () => {
  /** The hub's own edge over a store of its own; what is sent to the node is kept. */
  async function hubWith(...posts: GeneralJws[]) {
    const hubStore = memoryStore();
    for (const one of [hub, parma, bergamo]) await register(hubStore, one.jws, { local: true });
    const serve = agreementsEdge({
      store: hubStore,
      directory: directory(hubStore),
      clock: () => now,
      log: storeLog(hubStore, HUB),
    });
    const ask = async (method: string, path: string, body?: object) => {
      const [, , , consumer, provider, dataset, number] = path.split("/");
      const one =
        consumer === undefined ? path : "/v1/agreements/{consumer}/{provider}/{dataset}/{number}";
      const event = {
        routeKey: `${method} ${one}`,
        headers: { "content-type": "application/json" },
        pathParameters: { consumer, provider, dataset, number },
      };
      const reply = await serve({
        ...event,
        ...(body ? { body: JSON.stringify(body) } : {}),
        isBase64Encoded: false,
      } as unknown as APIGatewayProxyEventV2);
      const said = JSON.parse(reply.body!);
      if (reply.statusCode !== 200) throw new Refused(said.type.split(":").at(-1));
      return said;
    };
    const heard: object[] = [];
    line = {
      get: async (url) =>
        url === `${HUB_URL}/v1/members`
          ? { v: 1, entries: [hub.jws, parma.jws, bergamo.jws] }
          : ask("GET", new URL(url).pathname),
      post: async (url, body) => {
        if (!url.startsWith(NODE_URL)) return ask("POST", new URL(url).pathname, body);
        heard.push(body);
        return { v: 1 };
      },
    };
    for (const agreement of posts)
      await ask("POST", "/v1/agreements", { v: 1, agreement, events: [] });
    return { heard };
  }
  const draft = (number = 1) =>
    draftAgreement(
      { consumer: bergamo.entry, provider: parma.entry, dataset: "ten", number },
      bergamo.entry.id,
      NOW,
    );
  const listed = async () =>
    OwnAgreements.parse((await own("GET /v1/own/agreements")).said).agreements;

  test("one that awaits our signature comes whole, with what we publish; signed by our key it is in force at hub and node", async () => {
    await keep("ten", 10);
    await out("ten", 1, NOW);
    const { heard } = await hubWith(await signAgreement(bergamo.keys.member, draft()));
    const [one] = await listed();
    expect(one).toMatchObject({
      id: `IT-016024/${ID}/ten/1`,
      awaits: "us",
      state: "proposed",
      consumer: { id: "IT-016024" },
    });
    expect(one!.proposal!.fault).toBeUndefined();
    expect(one!.proposal!.offered!.axes.map(({ id }) => id)).toEqual(["sex", "age", "zone"]);
    const agreement = await signAgreement(parma.keys.member, one!.proposal!.agreement);
    expect(
      (await own("POST /v1/own/agreements", { body: { v: 1, agreement, events: [] } })).said,
    ).toMatchObject({
      state: "in-force",
      node: "told",
    });
    expect(heard).toMatchObject([{ agreement: { payload: agreement.payload } }]);
    expect(await listed()).toMatchObject([{ awaits: "nobody", state: "in-force" }]);
  });

  test("one that is refused is so by our signed word, and the node need not hear of it", async () => {
    const { heard } = await hubWith(await signAgreement(bergamo.keys.member, draft()));
    const [{ proposal }] = (await listed()) as [OwnAgreement];
    const { agreement, events } = proposal!;
    const word = await signEvent(
      parma.keys.member,
      { agreement, events },
      { by: ID, what: "revoke", reason: "Serve un parere" },
      NOW,
    );
    expect(
      (await own("POST /v1/own/agreements", { body: { v: 1, agreement, events: [word] } })).said,
    ).toMatchObject({
      state: "revoked",
      node: "not-needed",
    });
    expect(heard).toEqual([]);
    expect(await listed()).toMatchObject([{ awaits: "nobody", state: "revoked" }]);
  });

  test("a register that shows other keys, another signature or another agreement is found out before anybody signs", async () => {
    const jws = await signAgreement(bergamo.keys.member, draft());
    await hubWith(jws);
    const stranger = await makeMember("IT-016024");
    const forged = await signAgreement(
      stranger.keys.member,
      draftAgreement(
        { consumer: stranger.entry, provider: parma.entry, dataset: "ten", number: 1 },
        "IT-016024",
        NOW,
      ),
    );
    const lying = line.get;
    const faultWith = async (agreement: GeneralJws) => {
      line = {
        ...line,
        get: async (url) =>
          url.endsWith("/ten/1") ? { v: 1, agreement, events: [], state: "proposed" } : lying(url),
      };
      return (await listed())[0]!.proposal!.fault;
    };
    expect(await faultWith(jws)).toBeUndefined();
    expect(await faultWith(forged)).toBe("signature-invalid");
    expect(
      await faultWith({
        ...jws,
        signatures: (await signAgreement(stranger.keys.member, draft())).signatures,
      }),
    ).toBe("signature-invalid");
    expect(await faultWith(await signAgreement(bergamo.keys.member, draft(2)))).toBe(
      "body-invalid",
    );
    // the hub exchanges our own key for one of its own
    const swapped = {
      ...parma.entry,
      keys: [{ ...parma.entry.keys[0]!, ...bergamo.entry.keys[0]! }],
    };
    expect(
      await faultWith(
        await signAgreement(
          bergamo.keys.member,
          draftAgreement(
            { consumer: bergamo.entry, provider: swapped, dataset: "ten", number: 1 },
            "IT-016024",
            NOW,
          ),
        ),
      ),
    ).toMatch(/invalid/);
  });

  test("agreements of others are not handed on, and a hub that is away is said to be", async () => {
    await hubWith();
    const others = await signAgreement(
      bergamo.keys.member,
      draftAgreement(
        { consumer: bergamo.entry, provider: hub.entry, dataset: "ten", number: 1 },
        "IT-016024",
        NOW,
      ),
    );
    expect(
      await own("POST /v1/own/agreements", { body: { v: 1, agreement: others, events: [] } }),
    ).toMatchObject({
      reason: "body-invalid",
    });
    line = {
      get: () => Promise.reject(new Refused("unreachable")),
      post: () => Promise.reject(new Refused("unreachable")),
    };
    expect(await own("GET /v1/own/agreements")).toMatchObject({
      status: 502,
      reason: "unreachable",
    });
  });
});

describe("the rest", () => {
  test("four policies on made subjects; today's first; one that does not fit says so", async () => {
    await keep("ten", 10);
    const { said } = await own("GET /v1/own/policies/{dataset}", { path: "/v1/own/policies/ten" });
    const { policies, made, subjects } = OwnPreview.parse(said);
    expect({ made, subjects }).toEqual({ made: true, subjects: 5000 });
    expect(policies.map(({ key }) => key)).toEqual(
      ["today", "fewer-fields", "lower-order", "contract"].filter((key) =>
        policies.some((one) => one.key === key),
      ),
    );
    expect(policies[0]!.fit).toMatchObject({ fits: true, ceiling: 15 });
    expect(policies.find(({ key }) => key === "contract")!.fit.fits).toBe(false);
    // more points, narrower figures
    expect(policies.find(({ key }) => key === "contract")!.margins[0]!.margin).toBeLessThan(
      policies[0]!.margins[0]!.margin,
    );
  });

  test("there is nothing to preview where nothing is stored", async () => {
    expect(
      await own("GET /v1/own/policies/{dataset}", { path: "/v1/own/policies/none" }),
    ).toMatchObject({
      status: 409,
      reason: "no-version",
    });
    expect(
      await own("GET /v1/own/policies/{dataset}", { path: "/v1/own/policies/NO" }),
    ).toMatchObject({
      status: 404,
      reason: "not-found",
    });
  });

  test("both logs, newest first; an entry that was changed is seen", async () => {
    const open = storeLog(store, ID);
    for (let at = 0; at < 3; at++)
      await open.append("answer", { query: `q${at}`, consumer: "IT-016024" }, NOW - 30 + at);
    await sequence(publicLogDeps(store, ID, parma.keys.answer, () => now));
    await own("GET /v1/own/overview");
    await settle(store, ID, () => now);
    const entry = [...store.items.values()].find(({ pk }) => pk === "log#entry")!;
    const { entries } = entry.body as { entries: { entry: string }[] };
    entries[0]!.entry = entries[0]!.entry.replace("q0", "q9");
    const read = OwnLog.parse((await own("GET /v1/own/log")).said);
    expect(read.public).toMatchObject({ size: 3, signed: now });
    expect(read.public.entries.map(({ facts, whole }) => [facts.query, whole])).toEqual([
      ["q2", true],
      ["q1", true],
      ["q9", false],
    ]);
    expect(read.private.entries).toMatchObject([
      { kind: "owner", facts: { by: "key" }, whole: true },
    ]);
  });

  test("a day by the hour, refusals by reason", async () => {
    const open = storeLog(store, ID);
    for (const ago of [60, 120, 7200, 90_000]) await open.append("answer", {}, NOW - ago);
    for (const reason of ["no-agreement", "expired", "no-agreement"])
      await open.append("refusal", { reason }, NOW - 3700);
    await sequence(publicLogDeps(store, ID, parma.keys.answer, () => now));
    const health = OwnHealth.parse((await own("GET /v1/own/health")).said);
    expect(health).toMatchObject({ answers: 3, partial: false, last: NOW - 60 });
    expect(health.refusals).toEqual([
      { reason: "no-agreement", times: 2 },
      { reason: "expired", times: 1 },
    ]);
    expect(health.hours.map(({ answers, refusals }) => answers * 10 + refusals).slice(-3)).toEqual([
      10, 3, 20,
    ]);
    expect(health.keys.map(({ use }) => use)).toEqual(
      expect.arrayContaining(["answer", "member", "release"]),
    );
  });
});
