import { beforeEach, describe, expect, test } from "vitest";
import {
  AgreementFile,
  type AgreementPost,
  type GeneralJws,
  Register,
} from "../../schemas/agreement.ts";
import { makePair, type Pair } from "../../tests/world/agreements.ts";
import {
  eventOf,
  HUB,
  makeMember,
  memorySigner,
  memoryStore,
  NOW,
} from "../../tests/world/federation.ts";
import { storeLog } from "../log/append.ts";
import { directory, register, suspend } from "../members/directory.ts";
import { signCompact } from "../signing/jws.ts";
import { signAgreement } from "./agreements.ts";
import { edge } from "./handler.ts";
import { hubAgreements } from "./hub-agreements.ts";
import { receive } from "./receive.ts";

const ID = "IT-028060/IT-034027/prestazioni/1";
let pair: Pair;
let store: ReturnType<typeof memoryStore>;
let now: number;
let deps: Parameters<typeof receive>[0];

beforeEach(async () => {
  pair = await makePair();
  store = memoryStore();
  now = NOW;
  deps = { store, directory: directory(store), clock: () => now, log: storeLog(store, HUB) };
  for (const { jws } of [pair.consumer, pair.provider]) await register(store, jws);
});

const post = (agreement: GeneralJws, ...events: string[]) =>
  receive(deps, { v: 1, agreement, events });
const propose = (change: object = {}) =>
  signAgreement(pair.consumer.keys.member, pair.draft(change));
const countersign = (jws: GeneralJws) => signAgreement(pair.provider.keys.member, jws);
const logged = () =>
  [...store.items.values()]
    .filter(({ pk }) => pk === "log#inbox")
    .map(
      ({ body }) =>
        JSON.parse((body as { entry: string }).entry) as {
          kind: string;
          state?: string;
          said?: string;
        },
    );
const changes = () => logged().filter(({ kind }) => kind === "agreement");

test("proposed, signed, suspended, resumed, revoked: each step is kept, and recorded once however often it is sent", async () => {
  const proposal = await propose();
  expect(await post(proposal)).toEqual({ id: ID, state: "proposed" });
  const both = await countersign(proposal);
  expect(await post(both)).toEqual({ id: ID, state: "in-force" });
  const events: string[] = [];
  for (const [by, what, state] of [
    ["IT-034027", "suspend", "suspended"],
    ["IT-028060", "suspend", "suspended"],
    ["IT-034027", "resume", "suspended"],
    ["IT-028060", "resume", "in-force"],
    ["IT-028060", "revoke", "revoked"],
  ] as const) {
    events.push(await pair.say(by, what, { agreement: both, events }));
    expect(await post(both, ...events)).toEqual({ id: ID, state });
    expect(await post(both, ...events)).toEqual({ id: ID, state });
  }
  expect(changes().map(({ state, said }) => [state, said])).toEqual(
    expect.arrayContaining([
      ["proposed", undefined],
      ["in-force", undefined],
      ["suspended", "suspend"],
      ["suspended", "resume"],
      ["in-force", "resume"],
      ["revoked", "revoke"],
    ]),
  );
  expect(changes()).toHaveLength(7);
});

test("the order in which the two sides' words arrive does not matter", async () => {
  const both = await countersign(await propose());
  const a = await pair.say("IT-028060", "suspend", { agreement: both, events: [] });
  const b = await pair.say("IT-034027", "suspend", { agreement: both, events: [] });
  const c = await pair.say("IT-034027", "resume", { agreement: both, events: [b] });
  const states: string[] = [];
  for (const order of [
    [a, b, c],
    [c, b, a],
    [b, a, c],
  ]) {
    for (const name of [...store.items.keys()])
      if (name.startsWith("hub#agreement")) store.items.delete(name);
    states.push((await post(both, ...order)).state);
  }
  expect(states).toEqual(["suspended", "suspended", "suspended"]);
});

describe("refused is", () => {
  const other = () => makePair();
  test.each<[string, () => Promise<AgreementPost>, string]>([
    [
      "a proposal that nobody signed for whom it speaks",
      async () => bundle(await signAgreement(pair.provider.keys.member, pair.draft())),
      "signature-invalid",
    ],
    [
      "a proposal with a stranger's signature",
      async () => bundle(await signAgreement(memorySigner(), pair.draft())),
      "signature-invalid",
    ],
    [
      "a proposal that pins a key which the other does not have",
      async () => {
        const { kid, jwk } = memorySigner();
        const draft = pair.draft();
        const keys = [...draft.provider.keys, { kid, jwk, use: "member" as const, from: 0 }];
        return bundle(
          await signAgreement(pair.consumer.keys.member, {
            ...draft,
            provider: { ...draft.provider, keys },
          }),
        );
      },
      "signature-invalid",
    ],
    [
      "a proposal of the future",
      async () =>
        bundle(
          await signAgreement(pair.consumer.keys.member, { ...pair.draft(), iat: NOW + 3600 }),
        ),
      "expired",
    ],
    [
      "one that is over already",
      async () => bundle(await propose({ from: NOW - 100, until: NOW - 1 })),
      "expired",
    ],
    ["a number that is not the next", async () => bundle(await propose({ number: 2 })), "conflict"],
    ["one with somebody who is no member", async () => bundle(await strangers()), "unknown-member"],
    [
      "a payload that is no agreement",
      async () => bundle({ ...(await propose()), payload: "e30" }),
      "body-invalid",
    ],
    [
      "an event of an agreement of another pair",
      async () =>
        bundle(
          await both(),
          await (await other()).say("IT-028060", "revoke", { agreement: await both(), events: [] }),
        ),
      "signature-invalid",
    ],
    [
      "an event about other terms",
      async () =>
        bundle(
          await both(),
          await pair.say("IT-034027", "revoke", {
            agreement: await countersign(await propose({ until: NOW + 5 })),
            events: [],
          }),
        ),
      "signature-invalid",
    ],
    [
      "an event that one party signs for the other",
      async () =>
        bundle(
          await both(),
          await pair.say(
            "IT-034027",
            "revoke",
            { agreement: await both(), events: [] },
            pair.consumer.keys.member,
          ),
        ),
      "signature-invalid",
    ],
    [
      "a second event without the first",
      async () => bundle(await both(), (await suspended()).resume),
      "conflict",
    ],
    [
      "a resumption by who did not suspend",
      async () => {
        const jws = await both();
        const suspend = await pair.say("IT-034027", "suspend", { agreement: jws, events: [] });
        const resume = await raw("IT-028060", { number: 1, what: "resume" }, jws);
        return bundle(jws, suspend, resume);
      },
      "agreement-state",
    ],
    [
      "an event of the future",
      async () =>
        bundle(
          await both(),
          await raw("IT-034027", { number: 1, what: "suspend", iat: NOW + 3600 }, await both()),
        ),
      "expired",
    ],
    [
      "a proposal that is suspended",
      async () =>
        bundle(
          await propose(),
          await raw("IT-034027", { number: 1, what: "suspend" }, await propose()),
        ),
      "agreement-state",
    ],
  ])("%s", async (_, made, reason) => {
    await expect(receive(deps, await made())).rejects.toMatchObject({ reason });
    expect(logged().at(-1)).toMatchObject({ kind: "refusal", at: "agreements", reason });
    expect(await hubAgreements(store).all(now)).toEqual([]);
  });

  const bundle = (agreement: GeneralJws, ...events: string[]): AgreementPost => ({
    v: 1,
    agreement,
    events,
  });
  const both = async () => (kept ??= await countersign(await propose()));
  let kept: GeneralJws | undefined;
  beforeEach(() => {
    kept = undefined;
  });
  const suspended = async () => {
    const agreement = await both();
    const suspend = await pair.say("IT-034027", "suspend", { agreement, events: [] });
    return {
      suspend,
      resume: await pair.say("IT-034027", "resume", { agreement, events: [suspend] }),
    };
  };
  const strangers = async () => {
    const stranger = await makeMember("IT-000001");
    return signAgreement(stranger.keys.member, pair.draft({ consumer: stranger.entry }, stranger));
  };
  /** What the project's own client would not sign. */
  const raw = async (by: string, change: object, jws: GeneralJws) => {
    const member = by === "IT-028060" ? pair.consumer : pair.provider;
    const { sha256 } = await import("../signing/jws.ts");
    const payload = {
      v: 1,
      iss: by,
      iat: NOW,
      agreement: ID,
      terms: sha256(jws.payload),
      ...change,
    };
    return signCompact(member.keys.member, "tavolo-agreement-event+jws", payload);
  };
});

test("what a party said once it cannot say again otherwise, nor can somebody say the old word anew", async () => {
  const both = await countersign(await propose());
  const suspended = await pair.say("IT-034027", "suspend", { agreement: both, events: [] });
  const revoked = await pair.say("IT-034027", "revoke", { agreement: both, events: [] });
  const resumed = await pair.say("IT-034027", "resume", { agreement: both, events: [suspended] });
  const again = await pair.say("IT-034027", "suspend", {
    agreement: both,
    events: [suspended, resumed],
  });
  await post(both, suspended);
  await expect(post(both, revoked)).rejects.toMatchObject({ reason: "conflict" });
  await post(both, suspended, resumed, again);
  // the resumption of before comes back, alone and with its suspension: nothing moves
  for (const replay of [[resumed], [suspended, resumed]])
    expect((await post(both, ...replay)).state).toBe("suspended");
});

test("an event that names another as the one before it is refused: what a party said cannot be exchanged behind its back", async () => {
  const both = await countersign(await propose());
  const suspended = await pair.say("IT-034027", "suspend", { agreement: both, events: [] });
  const again = await pair.say("IT-034027", "suspend", { agreement: both, events: [] });
  const resumed = await pair.say("IT-034027", "resume", { agreement: both, events: [again] });
  await post(both, suspended);
  await expect(post(both, suspended, resumed)).rejects.toMatchObject({ reason: "conflict" });
  expect((await post(both)).state).toBe("suspended");
});

test("an ended key signs nothing new; what it said before, a new key vouches for by naming it", async () => {
  const both = await countersign(await propose());
  const old = pair.provider.keys.member;
  const fresh = memorySigner();
  const suspended = await pair.say("IT-034027", "suspend", { agreement: both, events: [] });
  const { entry } = pair.provider;
  const keys = entry.keys.map((key) => (key.use === "member" ? { ...key, until: NOW + 1 } : key));
  const next = {
    ...entry,
    iat: NOW + 1,
    keys: [...keys, { kid: fresh.kid, use: "member" as const, jwk: fresh.jwk, from: NOW }],
  };
  await post(both);
  await register(store, await signCompact(old, "tavolo-member+jws", next));
  now = NOW + 60;
  await expect(post(both, suspended)).rejects.toMatchObject({ reason: "signature-invalid" });
  const stolen = await pair.say(
    "IT-034027",
    "resume",
    { agreement: both, events: [suspended] },
    old,
  );
  await expect(post(both, suspended, stolen)).rejects.toMatchObject({
    reason: "signature-invalid",
  });
  const resumed = await pair.say(
    "IT-034027",
    "resume",
    { agreement: both, events: [suspended] },
    fresh,
  );
  expect((await post(both, suspended, resumed)).state).toBe("in-force");
});

test("a proposal can be refused by the one and taken back by the other; then nobody signs it any more", async () => {
  for (const [number, by] of [
    [1, "IT-034027"],
    [2, "IT-028060"],
  ] as const) {
    const proposal = await propose({ number });
    await post(proposal);
    const no = await pair.say(by, "revoke", { agreement: proposal, events: [] });
    expect((await post(proposal, no)).state).toBe("revoked");
    await expect(post(await countersign(proposal), no)).rejects.toMatchObject({
      reason: "agreement-state",
    });
  }
});

test("a second key of the same party is no second party", async () => {
  const more = memorySigner();
  const { entry } = pair.consumer;
  const keys = [
    ...entry.keys,
    { kid: more.kid, use: "member" as const, jwk: more.jwk, from: NOW - 10 },
  ];
  const next = { ...entry, iat: NOW, keys };
  await register(store, await signCompact(pair.consumer.keys.member, "tavolo-member+jws", next));
  const proposal = await propose({ consumer: next });
  await post(proposal);
  await expect(post(await signAgreement(more, proposal))).rejects.toMatchObject({
    reason: "signature-invalid",
  });
  expect((await hubAgreements(store).all(now))[0]?.state).toBe("proposed");
});

test("five proposals may wait between two on a dataset; one that was refused does not count", async () => {
  const made: GeneralJws[] = [];
  for (let number = 1; number <= 5; number++) made.push(await propose({ number }));
  for (const jws of made) await post(jws);
  const sixth = await propose({ number: 6 });
  await expect(post(sixth)).rejects.toMatchObject({ reason: "conflict" });
  await post(made[2]!, await pair.say("IT-034027", "revoke", { agreement: made[2]!, events: [] }));
  expect((await post(sixth)).state).toBe("proposed");
});

test("of two who say two things at once under one number, one is heard", async () => {
  const both = await countersign(await propose());
  await post(both);
  const said = await Promise.all(
    (["suspend", "revoke"] as const).map((what) =>
      pair.say("IT-034027", what, { agreement: both, events: [] }),
    ),
  );
  const outcomes = await Promise.allSettled(said.map((event) => post(both, event)));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

describe("over HTTP", () => {
  const call = async (routeKey: string, body?: unknown, place?: Record<string, string>) => {
    const event = eventOf(
      routeKey,
      { "content-type": "application/json" },
      body === undefined ? undefined : JSON.stringify(body),
    );
    const { statusCode, body: text = "" } = await edge(deps)({
      ...event,
      ...(place ? { pathParameters: place } : {}),
    } as typeof event);
    return { status: statusCode, body: JSON.parse(text) as unknown };
  };

  test("the register has no keys, says who has to sign, and how much each is used", async () => {
    const proposal = await propose();
    expect((await call("POST /v1/agreements", { v: 1, agreement: proposal })).body).toEqual({
      v: 1,
      id: ID,
      state: "proposed",
    });
    const line = async () => Register.parse((await call("GET /v1/agreements")).body).agreements[0]!;
    expect(await line()).toMatchObject({
      id: ID,
      state: "proposed",
      inForce: false,
      awaits: ["IT-034027"],
    });
    await post(await countersign(proposal));
    await hubAgreements(store).used("IT-028060", "prestazioni", [ID], now - 86_400);
    await hubAgreements(store).used("IT-028060", "prestazioni", [ID], now);
    expect(await line()).toMatchObject({
      state: "in-force",
      inForce: true,
      awaits: [],
      answers: { today: 1, total: 2, aDay: 10_000 },
    });
    expect(JSON.stringify((await call("GET /v1/agreements")).body)).not.toContain("jwk");
    await suspend(store, "IT-034027", now);
    expect(await line()).toMatchObject({ state: "in-force", inForce: false });
  });

  test("the whole of one is what was signed, to the byte; there is no other", async () => {
    const both = await countersign(await propose());
    const event = await pair.say("IT-034027", "suspend", { agreement: both, events: [] });
    await post(both, event);
    const place = {
      consumer: "IT-028060",
      provider: "IT-034027",
      dataset: "prestazioni",
      number: "1",
    };
    const path = "GET /v1/agreements/{consumer}/{provider}/{dataset}/{number}";
    const file = AgreementFile.parse((await call(path, undefined, place)).body);
    expect(file).toEqual({ v: 1, agreement: both, events: [event], state: "suspended" });
    for (const number of ["2", "1#IT-034027#000001", ""])
      expect((await call(path, undefined, { ...place, number })).status).toBe(404);
  });
});
