/** Agreements at the node that owns the data: taken up by its own keys, read at the moment of the question, and counted. */
import { beforeEach, describe, expect, test } from "vitest";
import type { GeneralJws } from "../../schemas/agreement.ts";
import type { Store } from "../../schemas/ports.ts";
import { makePair, type Pair } from "../../tests/world/agreements.ts";
import {
  HUB,
  type Member,
  makeMember,
  memorySigner,
  memoryStore,
  NOW,
  PURPOSE,
} from "../../tests/world/federation.ts";
import { signAgreement } from "../agreements/agreements.ts";
import { storeLog } from "../log/append.ts";
import { sha256, signCompact } from "../signing/jws.ts";
import { agreementFor } from "./agreement.ts";
import { receiveAgreement, storeAtNode } from "./agreements.ts";
import { takeCall } from "./calls.ts";
import { receiveEntry } from "./members.ts";

let pair: Pair;
let hub: Member;
let store: ReturnType<typeof memoryStore>;
let now: number;
const deps = () => ({
  trust: { self: pair.provider.entry, hub: hub.entry },
  ...{
    store,
    clock: () => now,
    log: storeLog(store, "IT-034027"),
    signer: pair.provider.keys.answer,
  },
  releases: undefined as never,
});

beforeEach(async () => {
  [pair, hub, store, now] = [await makePair(), await makeMember(HUB), memoryStore(), NOW];
});

const hear = (agreement: GeneralJws, ...events: string[]) =>
  receiveAgreement(deps(), { v: 1, agreement, events });
const both = (change: object = {}) => pair.signedBy(pair.draft(change));
const ask = (change: object = {}, self = pair.provider.entry) =>
  agreementFor(
    store,
    self,
    { dataset: "prestazioni", iss: "IT-028060", purposeId: PURPOSE, ...change },
    now,
  ).then(
    ({ id }) => id,
    (error: { reason: string }) => error.reason,
  );
const FIRST = "IT-028060/IT-034027/prestazioni/1";

test("an agreement that both signed is heard, and holds from the next question on; the same again changes nothing", async () => {
  const jws = await both();
  expect(await ask()).toBe("no-agreement");
  expect(await hear(jws)).toEqual({ id: FIRST, state: "in-force" });
  const items = store.items.size;
  expect(await hear(jws)).toEqual({ id: FIRST, state: "in-force" });
  expect(store.items.size).toBe(items);
  expect(await ask()).toBe(FIRST);
  expect(await ask({ purposeId: "00000000-0000-4000-8000-000000000000" })).toBe("purpose-denied");
  expect(await ask({ iss: "IT-000009" })).toBe("no-agreement");
  now = NOW + 101;
  expect(await ask()).toBe("no-agreement");
});

test("suspension, resumption and revocation bite on the next question, whoever of the two says it", async () => {
  for (const by of ["IT-028060", "IT-034027"]) {
    store.items.clear();
    const jws = await both();
    const events: string[] = [];
    await hear(jws);
    for (const [what, outcome] of [
      ["suspend", "agreement-suspended"],
      ["resume", FIRST],
      ["revoke", "agreement-revoked"],
    ] as const) {
      events.push(await pair.say(by, what, { agreement: jws, events }));
      await hear(jws, ...events);
      expect(await ask()).toBe(outcome);
    }
  }
});

test("a newer agreement that is in force goes before one that was revoked", async () => {
  const first = await both();
  await hear(first, await pair.say("IT-034027", "revoke", { agreement: first, events: [] }));
  expect(await ask()).toBe("agreement-revoked");
  await hear(await both({ number: 2 }));
  expect(await ask()).toBe("IT-028060/IT-034027/prestazioni/2");
});

describe("the node refuses", () => {
  test.each<[string, () => Promise<GeneralJws>, string]>([
    [
      "what the consumer alone signed",
      () => signAgreement(pair.consumer.keys.member, pair.draft()),
      "signature-invalid",
    ],
    [
      "what it alone signed",
      () => signAgreement(pair.provider.keys.member, pair.draft()),
      "signature-invalid",
    ],
    [
      "a stranger's signature in its place",
      () => pair.signedBy(pair.draft(), pair.consumer.keys.member, memorySigner()),
      "signature-invalid",
    ],
    [
      "its own answering key",
      () => pair.signedBy(pair.draft(), pair.consumer.keys.member, pair.provider.keys.answer),
      "signature-invalid",
    ],
    ["an agreement of another pair", anotherPair, "body-invalid"],
    ["one in which it is the consumer", turnedRound, "body-invalid"],
    ["one of the future", () => pair.signedBy({ ...pair.draft(), iat: NOW + 3600 }), "expired"],
  ])("%s", async (_, made, reason) => {
    await expect(made().then((jws) => hear(jws))).rejects.toMatchObject({ reason });
    expect(await ask()).toBe("no-agreement");
  });

  async function anotherPair() {
    const other = await makeMember("IT-037006");
    return pair.signedBy(
      pair.draft({ provider: other.entry }),
      pair.consumer.keys.member,
      other.keys.member,
    );
  }
  async function turnedRound() {
    return pair.signedBy(
      pair.draft({ consumer: pair.provider.entry, provider: pair.consumer.entry }),
    );
  }

  test("what a key of its own signed that has ended", async () => {
    const jws = await both();
    const fresh = memorySigner();
    const { entry, keys } = pair.provider;
    const ended = entry.keys.map((key) =>
      key.use === "member" ? { ...key, until: NOW + 1 } : key,
    );
    const next = {
      ...entry,
      iat: NOW + 1,
      keys: [...ended, { kid: fresh.kid, use: "member" as const, jwk: fresh.jwk, from: NOW }],
    };
    await receiveEntry(deps(), {
      v: 1,
      entries: [await signCompact(keys.member, "tavolo-member+jws", next)],
    });
    now = NOW + 50;
    await expect(hear(jws)).rejects.toMatchObject({ reason: "signature-invalid" });
    const reissued = await signAgreement(
      fresh,
      await signAgreement(pair.consumer.keys.member, pair.draft({ provider: next })),
    );
    expect((await hear(reissued)).state).toBe("in-force");
  });

  test("other terms under the same id", async () => {
    await hear(await both());
    await expect(hear(await both({ until: NOW + 50 }))).rejects.toMatchObject({
      reason: "conflict",
    });
  });
});

describe("what lies in the store and nobody signed counts for nothing", () => {
  const put = (sk: string, body: unknown) =>
    (store as Store).put({ pk: "answer#agreement", sk, body, revision: 1 });
  const place = `prestazioni#IT-028060#${PURPOSE}#1`;

  test("events of strangers, of other terms, or of nobody", async () => {
    const jws = await both();
    await hear(jws);
    const payload = {
      v: 1,
      iss: "IT-034027",
      iat: NOW,
      agreement: FIRST,
      terms: sha256(jws.payload),
      number: 1,
      what: "revoke",
    };
    await put(`${place}#IT-034027#000001`, {
      event: await signCompact(memorySigner(), "tavolo-agreement-event+jws", payload),
    });
    await put(`${place}#IT-028060#000001`, {
      event: await signCompact(pair.consumer.keys.member, "tavolo-agreement-event+jws", payload),
    });
    const other = { ...payload, terms: sha256("other") };
    await put(`${place}#IT-034027#000002`, {
      event: await signCompact(pair.provider.keys.member, "tavolo-agreement-event+jws", other),
    });
    // right by its content, and signed as something else
    await put(`${place}#IT-034027#000003`, {
      event: await signCompact(pair.provider.keys.member, "tavolo-agreement+jws", payload),
    });
    expect(await ask()).toBe(FIRST);
    await put(`${place}#IT-034027#000004`, {
      event: await signCompact(pair.provider.keys.member, "tavolo-agreement-event+jws", payload),
    });
    expect(await ask()).toBe("agreement-revoked");
  });

  test("an agreement that was put there without its signatures", async () => {
    await put(place, {
      jws: await pair.signedBy(pair.draft(), pair.consumer.keys.member, memorySigner()),
    });
    expect(await ask()).toBe("signature-invalid");
  });
});

test("a provider that has left gives nothing any more, whatever agreements it has", async () => {
  await storeAtNode(store, "IT-034027", await both(), pair.keysOf, NOW);
  expect(await ask()).toBe(FIRST);
  expect(await ask({}, { ...pair.provider.entry, left: NOW })).toBe("no-agreement");
});

describe("calls of a day", () => {
  const many = (store: Store, times: number, callsADay: number, at = NOW) =>
    Promise.allSettled(
      Array.from({ length: times }, () => takeCall(store, { id: FIRST, callsADay }, at)),
    );
  const granted = (outcomes: readonly PromiseSettledResult<void>[]) =>
    outcomes.filter(({ status }) => status === "fulfilled").length;

  test.each([1, 3, 50])("of 100 at once, %i are let through and no more", async (limit) => {
    expect(granted(await many(store, 100, limit))).toBe(limit);
    expect(granted(await many(store, 1, limit))).toBe(0);
  });

  test("instances share the day, and never pass it", async () => {
    const instances = Array.from({ length: 4 }, () => ({ ...store }));
    const outcomes = await Promise.all(instances.map((instance) => many(instance, 60, 100)));
    expect(outcomes.map(granted).reduce((a, b) => a + b)).toBe(100);
    // of a large one a block an instance may be lost, and nothing is given twice
    const large = await Promise.all(
      instances.map((instance) => many(instance, 6000, 20_000, NOW + 86_400)),
    );
    const all = large.map(granted).reduce((a, b) => a + b);
    expect(all).toBeLessThanOrEqual(20_000);
    expect(all).toBeGreaterThanOrEqual(20_000 - 4 * 20);
  });

  test("the refusal says when it is worth coming back: at midnight, UTC, when all of them are there again", async () => {
    const midnight = (Math.floor(NOW / 86_400) + 1) * 86_400;
    await many(store, 2, 2);
    const [last] = await many(store, 1, 2);
    expect(last).toMatchObject({
      reason: { reason: "calls-exhausted", hint: { retryAfter: midnight - NOW } },
    });
    expect(granted(await many(store, 1, 2, midnight - 1))).toBe(0);
    expect(granted(await many(store, 5, 2, midnight))).toBe(2);
  });
});
