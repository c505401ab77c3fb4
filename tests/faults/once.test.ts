/** What is good once is good once, also when a hundred come with it at the same moment, over a real store. And a quota is a quota. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EmbeddedStore, openEmbeddedStore } from "../../adapters/local/embedded-store.ts";
import { localClient } from "../../adapters/local/serving/stores.ts";
import { createTable, dynamoStore } from "../../adapters/store/dynamo.ts";
import { callerOf } from "../../functions/access/access.ts";
import { proofFor } from "../../functions/access/dpop.ts";
import { edge as tokenEdge } from "../../functions/access/handler.ts";
import { meter } from "../../functions/edge/quota.ts";
import { storeLog } from "../../functions/log/append.ts";
import { directory, register } from "../../functions/members/directory.ts";
import { edge as queryEdge } from "../../functions/query/handler.ts";
import { freshId, signCompact } from "../../functions/signing/jws.ts";
import type { Store } from "../../schemas/ports.ts";
import type { Refused } from "../../schemas/refusal.ts";
import {
  eventOf,
  HUB,
  type Member,
  makeMember,
  makeNode,
  makeWorld,
  NOW,
  PURPOSE,
  type World,
} from "../world/federation.ts";

const ORIGIN = "https://hub.example";
const URL = `${ORIGIN}/token.oauth2`;
let folder: string;
let embedded: EmbeddedStore;
let client: DynamoDBClient;
let store: Store;
let city: Member;
let world: World;
let clock = NOW;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tavolo-once-"));
  embedded = await openEmbeddedStore({ path: folder, accessKeyId: "once" });
  client = localClient(embedded.url, "once");
  await createTable(client, "tavolo-once");
  store = dynamoStore(client, "tavolo-once");
  city = await makeMember("IT-028060", { url: "https://padova.example.org" });
  world = await makeWorld([makeNode(city)]);
  for (const { jws } of [world.hub, city]) await register(store, jws);
});
afterAll(async () => {
  client?.destroy();
  await embedded?.close();
  await rm(folder, { recursive: true });
});

const HUNDRED = Array.from({ length: 100 });
const books = () => ({
  hub: HUB,
  store,
  directory: directory(store),
  log: storeLog(store, HUB),
  clock: () => clock,
});
const tally = (outcomes: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const one of outcomes) counts[one] = (counts[one] ?? 0) + 1;
  return counts;
};
const nameOf = ({
  statusCode,
  body = "",
}: {
  statusCode?: number | undefined;
  body?: string | undefined;
}) => (statusCode === 200 ? "passed" : String(JSON.parse(body).type).split(":").at(-1)!);

const assertion = () => {
  const claims = {
    iss: "IT-028060",
    sub: "IT-028060",
    aud: HUB,
    iat: clock,
    exp: clock + 60,
    jti: freshId(),
    purposeId: PURPOSE,
  };
  return signCompact(city.keys.member, "client-assertion+jwt", claims);
};
const proof = () => proofFor({ method: "POST", url: URL }, city.keys.member, clock);
async function askForToken(client_assertion: string, dpop: string) {
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion,
  });
  const headers = { "content-type": "application/x-www-form-urlencoded", dpop };
  return nameOf(
    await tokenEdge({ ...books(), signer: world.hub.keys.hub, origin: ORIGIN })(
      eventOf("POST /token.oauth2", headers, `${form}`),
    ),
  );
}

describe("of a hundred at once exactly one passes", () => {
  test("with one assertion, each under a proof of its own", async () => {
    const jws = await assertion();
    expect(
      tally(await Promise.all(HUNDRED.map(async () => askForToken(jws, await proof())))),
    ).toEqual({ passed: 1, replayed: 99 });
  });

  test("with one proof, each under an assertion of its own", async () => {
    const dpop = await proof();
    expect(
      tally(await Promise.all(HUNDRED.map(async () => askForToken(await assertion(), dpop)))),
    ).toEqual({ passed: 1, replayed: 99 });
  });

  test("with one question, each under a token of its own", async () => {
    const jws = await world.sign(world.query());
    const edge = queryEdge({ ...world.deps, ...books(), origin: ORIGIN });
    const ask = async () =>
      nameOf(
        await edge(
          eventOf(
            "POST /v1/query",
            { authorization: `DPoP ${await world.token()}`, "content-type": "application/jose" },
            jws,
          ),
        ),
      );
    expect(tally(await Promise.all(HUNDRED.map(ask)))).toEqual({ passed: 1, replayed: 99 });
  });

  test("with one proof for a call that is not a question", async () => {
    const token = await world.token();
    const call = { method: "DELETE", url: `${ORIGIN}/v1/x` };
    const headers = {
      authorization: `DPoP ${token}`,
      dpop: await proofFor({ ...call, token }, city.keys.member, clock),
    };
    const outcome = () =>
      callerOf(books(), { ...call, headers }, clock).then(
        ({ id }) => id,
        (error: unknown) => (error as Refused).reason,
      );
    expect(tally(await Promise.all(HUNDRED.map(outcome)))).toEqual({
      "IT-028060": 1,
      replayed: 99,
    });
  });

  test("and once it has gone out of use, nothing that a clock may still accept passes again", async () => {
    const [jws, dpop] = [await assertion(), await proof()];
    expect(await askForToken(jws, dpop)).toBe("passed");
    for (const later of [1, 59, 60, 61, 119, 120, 121, 122, 181, 182]) {
      clock = NOW + later;
      expect(await askForToken(jws, await proof())).toMatch(/replayed|assertion-invalid/);
      expect(await askForToken(await assertion(), dpop)).toMatch(/replayed|proof-invalid/);
    }
    clock = NOW;
  });
});

describe("a quota", () => {
  const spend = (
    meters: readonly ReturnType<typeof meter>[],
    client: string,
    calls: number,
    now = NOW,
  ) =>
    Promise.all(Array.from({ length: calls }, (_, at) => meters[at % meters.length]!(client, now)));

  test.each([1, 4])(
    "of 100 lets 100 of 300 calls through %i instances, at once",
    async (instances) => {
      const meters = Array.from({ length: instances }, () => meter(store, 100));
      const quotas = await spend(meters, `spender-${instances}`, 300);
      const granted = quotas.filter((quota) => quota.granted);
      expect(granted).toHaveLength(100);
      for (const { limit, remaining, reset } of quotas) {
        expect(limit).toBe(100);
        expect(remaining).toBeGreaterThanOrEqual(0);
        expect(remaining).toBeLessThan(100);
        expect(reset).toBe(60 - (NOW % 60));
      }
      if (instances === 1)
        expect(granted.map(({ remaining }) => remaining).sort((a, b) => a - b)).toEqual(
          Array.from({ length: 100 }, (_, at) => at),
        );
      // another client has its own, and so has the next minute
      expect((await spend(meters, `other-${instances}`, 1))[0]!.granted).toBe(true);
      expect(
        (await spend(meters, `spender-${instances}`, instances, NOW + 60)).every(
          (quota) => quota.granted,
        ),
      ).toBe(true);
    },
  );

  test("is told in the headers of every answer, and at its end with when to come again", async () => {
    const edge = tokenEdge({
      ...books(),
      signer: world.hub.keys.hub,
      origin: ORIGIN,
      meter: meter(store, 2),
    });
    const replies = [];
    for (const _ of [1, 2, 3]) {
      const form = new URLSearchParams({
        grant_type: "client_credentials",
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        client_assertion: await assertion(),
      });
      const headers = { "content-type": "application/x-www-form-urlencoded", dpop: await proof() };
      replies.push(await edge(eventOf("POST /token.oauth2", headers, `${form}`)));
    }
    const reset = `${60 - (NOW % 60)}`;
    expect(
      replies.map(({ statusCode, headers }) => [
        statusCode,
        headers?.["x-ratelimit-limit"],
        headers?.["x-ratelimit-remaining"],
      ]),
    ).toEqual([
      [200, "2", "1"],
      [200, "2", "0"],
      [429, "2", "0"],
    ]);
    expect(replies[2]!.headers).toMatchObject({
      "x-ratelimit-reset": reset,
      "retry-after": reset,
      "content-type": "application/problem+json",
    });
    expect(JSON.parse(replies[2]!.body!).type).toBe("urn:tavolo:refusal:too-many-calls");
  });
});
