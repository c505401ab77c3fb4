/**
 * How a call is sent, and where it would lead, over real HTTP: names twice in JSON, bodies and headers over the limit, node addresses
 * that point inside, a cube that was exchanged in the store. Each is refused with its own problem, and its honest twin is taken.
 */
import { copyFile, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sendQuestion, tokenFor } from "../../adapters/client/asking.ts";
import { type Serving, startHub } from "../../adapters/local/hub.ts";
import { keyOf } from "../../adapters/local/members.ts";
import { releaseOf } from "../../adapters/local/private-side.ts";
import { listen } from "../../adapters/local/serving/http-server.ts";
import { BODY_LIMIT, HEADER_LIMIT } from "../../functions/edge/http.ts";
import { peek, signCompact } from "../../functions/signing/jws.ts";
import type { DirectoryEntry } from "../../schemas/member.ts";
import { Statement } from "../../schemas/query.ts";
import { type Route, routes } from "../../schemas/routes.ts";
import { entryOf } from "../world/agreeing.ts";
import { BEA, CLEO, JWT_BEARER, makeStage, type Row, rows, type Stage } from "../world/honest.ts";
import { expectProblem, post } from "../world/http.ts";
import { HUB } from "../world/machine.ts";
import { aiuti, bytes, csv } from "../world/small.ts";

let stage: Stage;
/** The same hub, as it would be behind a public name. */
let open: Serving;
beforeAll(async () => {
  stage = await makeStage();
  open = await startHub(stage.world.at, stage.world.stores, {
    hub: HUB,
    port: 0,
    publicUrl: "https://hub.example.org",
  });
});
afterAll(async () => {
  await open.close();
  await stage.world.close();
});
/** Every address of this federation: it has no desk, which runs in a process of its own. */
const served = routes.filter(({ serves }) => serves !== "desk");
const urlOf = ({ at, path, serves }: Route) => {
  const node = stage.federation.nodes.find((one) => one.member === BEA)!;
  const owned = serves === "owner" || serves === "dashboard";
  return `${at === "hub" ? stage.federation.hub : owned ? node.owner : node.url}${path.replaceAll(/\{\w+\}/g, "1")}`;
};
const nameOf = ({ at, method, path }: Route) => `${method} ${path} at the ${at}`;

describe("a name that stands twice", () => {
  /** What an honest body is in JSON, where a call takes one; what is wrong with it beyond that is not what is asked here. */
  const call = (url: string, body: string) => post(url, body, "application/json");
  const entries = async (id: string) =>
    JSON.stringify({ v: 1, entries: [await readFile(stage.world.at.entry(id), "utf8")] });
  const twice = (text: string, lie: boolean) => (lie ? text.replace("{", '{"v":1,') : text);
  rows([
    [
      "in the body of a member, at the hub",
      async (lie) => call(`${stage.federation.hub}/v1/members`, twice(await entries(CLEO), lie)),
      "body-invalid",
    ],
    [
      "in the body of a member, at a node",
      async (lie) => call(`${stage.beaUrl}/v1/members`, twice(await entries("IT-000001"), lie)),
      "body-invalid",
    ],
    [
      "in an acceptance",
      async (lie) => {
        const said = { v: 1, iss: CLEO, iat: stage.now(), accepted: [] };
        const acceptance = await signCompact(stage.cleo, "tavolo-acceptance+jws", said);
        const text = JSON.stringify({ acceptance });
        return call(
          `${stage.federation.hub}/v1/indicators`,
          lie ? text.replace("{", '{"acceptance":"a.b.c",') : text,
        );
      },
      "body-invalid",
    ],
    [
      "in a form",
      async (lie) => {
        const form = `grant_type=client_credentials&client_assertion_type=${encodeURIComponent(JWT_BEARER)}&client_assertion=${await stage.signedAssertion()}`;
        const reply = await stage.requestToken(await stage.signedAssertion());
        expect(reply.ok).toBe(true);
        return lie
          ? post(stage.tokenUrl, `${form}&client_assertion=x`, "application/x-www-form-urlencoded")
          : reply;
      },
      "body-invalid",
    ],
  ]);
});

describe("too much of it", () => {
  // an owner's calls are asked for their token first
  const takes = served.filter(({ method, serves }) => method === "POST" && serves !== "owner");
  const types = ["application/json", "application/jose", "application/x-www-form-urlencoded"];
  test.each(takes.map((route) => [nameOf(route), route] as const))(
    "%s takes no body over its limit",
    async (_, route) => {
      const reply = async (size: number) => {
        for (const type of types) {
          const response = await post(urlOf(route), "a".repeat(size), type);
          if (response.status !== 415) return response;
        }
        throw new Error("it takes none of these types");
      };
      await expectProblem(await reply(BODY_LIMIT + 1), "body-too-large");
      await expectProblem(await reply(2 * 1024 * 1024), "body-too-large");
      // what is wrong with it then is something else
      expect((await reply(BODY_LIMIT)).status).not.toBe(413);
    },
  );
  test.each(served.map((route) => [nameOf(route), route] as const))(
    "%s takes no headers over their limit",
    async (_, route) => {
      const reply = (size: number) =>
        fetch(urlOf(route), { method: route.method, headers: { "x-much": "a".repeat(size) } });
      await expectProblem(await reply(HEADER_LIMIT), "headers-too-large");
      await expectProblem(await reply(40_000), "headers-too-large");
      expect((await reply(HEADER_LIMIT - 1000)).status).not.toBe(431);
    },
  );
});

describe("a node's address that points inside", () => {
  let iat = 0;
  const moved = async (url: string, hub = open.url) => {
    const said: DirectoryEntry = await entryOf({ state: stage.world.at.root, id: CLEO });
    iat += 1;
    const entry = await signCompact(stage.cleo, "tavolo-member+jws", {
      ...said,
      iat: said.iat + iat,
      url,
    });
    return post(
      `${hub}/v1/members`,
      JSON.stringify({ v: 1, entries: [entry] }),
      "application/json",
    );
  };
  const inside = [
    ...[
      "http://nodo.example.org",
      "https://127.0.0.1",
      "https://10.1.2.3:8443/x",
      "https://169.254.169.254",
      "https://0.0.0.0",
    ],
    ...[
      "https://2130706433",
      "https://0x7f.1",
      "https://0177.0.0.1",
      "https://127.1",
      "https://[::1]",
      "https://[::ffff:10.0.0.1]",
    ],
    ...[
      "https://localhost",
      "https://LOCALHOST.",
      "https://a.localhost",
      "https://nodo.local",
      "https://nodo.internal",
    ],
  ];
  rows(
    inside.map(
      (url): Row => [url, (lie) => moved(lie ? url : "https://nodo.example.org"), "body-invalid"],
    ),
  );

  test("is not called, though an entry from before has it", async () => {
    const called: string[] = [];
    const server = createServer((request, response) => {
      called.push(request.url ?? "");
      response.end();
    });
    const port = await listen(server, 0);
    try {
      await stage.world.moveNode(BEA, `http://127.0.0.1:${port}`);
      const question = await stage.signedQuestion();
      const asked = async (hub: string, jws: string) =>
        post(`${hub}/v1/query`, jws, "application/jose", {
          authorization: `DPoP ${await stage.token()}`,
        });
      const { outcomes } = peek(await (await asked(open.url, question)).text(), Statement);
      expect(outcomes).toEqual([{ member: BEA, outcome: "unreachable" }]);
      expect(called).toEqual([]);
      // the hub of one machine may call it
      await asked(stage.federation.hub, await stage.signedQuestion());
      expect(called).not.toEqual([]);
    } finally {
      server.close();
    }
  });
});

test("a hub that leads elsewhere is not followed, not even to the true one", async () => {
  const server = createServer((request, response) => {
    response.writeHead(307, { location: `${stage.federation.hub}${request.url}` }).end();
  });
  const hub = `http://127.0.0.1:${await listen(server, 0)}`;
  try {
    const asker = { ...stage.ada, hub: { id: HUB, url: hub } };
    await expect(tokenFor(asker)).rejects.toMatchObject({ reason: "unreachable" });
    const question = sendQuestion(asker, await stage.token(), await stage.signedQuestion());
    await expect(question).rejects.toMatchObject({ reason: "unreachable" });
    expect(
      (await sendQuestion(stage.ada, await stage.token(), await stage.signedQuestion())).status,
    ).toBe(200);
  } finally {
    server.close();
  }
});

test("a cube exchanged in the store for another that is whole, with its pointer or without, is not served", async () => {
  const { world } = stage;
  // another period of the same dataset, released as it should be: a cube and a manifest that are good in their place
  const other = aiuti({
    period: { value: "2024" },
    policy: {
      ...aiuti().policy,
      calendar: { ...aiuti().policy.calendar, "2024": ["2026-06-30"] },
    },
  });
  const answered = async () => stage.answer(await stage.forwarded(await stage.signedQuestion()));
  const store = await world.store(BEA);
  await world.publish(BEA, other, bytes(csv([1, 2, 3])), false);
  const release = await releaseOf(world.at, BEA, store, world.clock);
  await release({ dataset: other.id, period: "2024" });
  const path = (period: string) =>
    join(world.at.published(BEA), `releases/aiuti/${period}/1/cube.parquet`);
  const honest = join(world.at.root, "honest.parquet");
  await copyFile(path("2025"), honest);
  const item = (await store.get("answer#pointer", "aiuti#2025"))!;
  const elsewhere = (await store.get("answer#pointer", "aiuti#2024"))!;
  await copyFile(path("2024"), path("2025"));
  await expectProblem(await answered(), "cube-mismatch");
  await expectProblem(await stage.take(await stage.nodeToken()), "cube-mismatch");
  // with the pointer's digest changed too, only the signed manifest still says what was released
  const { cube } = elsewhere.body as { cube: string };
  await store.put({
    ...item,
    body: { ...(item.body as object), cube },
    revision: item.revision + 1,
  });
  await expectProblem(await answered(), "cube-mismatch");
  // and with a manifest of its own making
  const { manifest } = item.body as { manifest: string };
  const forged = await signCompact(await keyOf(world.at, CLEO, "release"), "tavolo-release+jws", {
    ...JSON.parse(Buffer.from(manifest.split(".")[1]!, "base64url").toString()),
    cube,
  });
  await store.put({
    ...item,
    body: { ...(item.body as object), cube, manifest: forged },
    revision: item.revision + 2,
  });
  await expectProblem(await answered(), "cube-mismatch");
  await store.put({ ...item, revision: item.revision + 3 });
  await copyFile(honest, path("2025"));
  expect((await answered()).status).toBe(200);
  expect((await stage.take(await stage.nodeToken())).status).toBe(200);
});
