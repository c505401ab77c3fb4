/** Nodes that are down, slow, lying or damaged: each costs its own row and no other, and says why in the table of reasons. */
import { readFile, writeFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Asker, askHub } from "../../adapters/client/asking.ts";
import { keyOf } from "../../adapters/local/members.ts";
import { listen } from "../../adapters/local/serving/http-server.ts";
import { freshId, peek, signCompact } from "../../functions/signing/jws.ts";
import { Statement } from "../../schemas/query.ts";
import { type Behaviour, type Between, between, honest, onlyAnswers } from "../world/between.ts";
import { expectProblem, post } from "../world/http.ts";
import { HUB, makeWorld, member, purposeId, type World } from "../world/machine.ts";
import { tavolo } from "../world/process.ts";
import { aiuti, bytes, csv, tavola, tavolaCsv } from "../world/small.ts";

/** Ada asks; Bea is well; Cleo's node stands behind a go-between; Dora's cubes are damaged; Fay's address leads nowhere. */
const [ADA, BEA, CLEO, DORA, FAY] = [
  "IT-000001",
  "IT-000002",
  "IT-000003",
  "IT-000004",
  "IT-000005",
] as const;
let world: World;
let line: Between;
let ada: Asker;
let nodes: ReadonlyMap<string, string>;

beforeAll(async () => {
  world = await makeWorld(
    [member(ADA), member(BEA), member(CLEO), member(DORA), member(FAY, false)],
    "2026-07-15",
  );
  for (const id of [ADA, BEA, CLEO, DORA]) await world.publish(id, aiuti(), bytes(csv()));
  await world.publish(DORA, tavola, bytes(tavolaCsv));
  for (const dataset of ["aiuti", "tavola"])
    await damage(join(world.at.published(DORA), `releases/${dataset}/2025/1/cube.parquet`));
  const agreed = [BEA, CLEO, DORA].map((provider) => ({
    consumer: ADA,
    provider,
    dataset: "aiuti",
  }));
  const federation = await world.start(agreed);
  nodes = new Map(federation.nodes.map(({ member: id, url }) => [id, url]));
  line = await between(world, CLEO, () => nodes.get(CLEO)!);
  const closed = createServer();
  await world.moveNode(FAY, `http://127.0.0.1:${await listen(closed, 0)}`);
  closed.close();
  ada = await world.asker(ADA);
});
afterAll(async () => {
  line.close();
  await world.close();
});
beforeEach(() => line.behave(honest));

async function damage(path: string): Promise<void> {
  const whole = await readFile(path);
  whole[Math.floor(whole.length / 2)]! ^= 1;
  await writeFile(path, whole);
}

const JOSE = { "content-type": "application/jose" };
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const question = {
  purposeId,
  dataset: "aiuti",
  period: "2025",
  measures: [{ count: "any" }],
  by: [],
  where: {},
};
const ask = async (members: string[], change: object = {}) =>
  peek(await askHub(ada, { ...question, members, ...change }), Statement);

/** Everybody else answered, and of the lost member there is a reason and no figure. */
async function expectLost(lost: string, outcome: string, statement: Statement): Promise<void> {
  const outcomes = statement.outcomes.map((one) => [one.member, one.outcome]);
  expect(outcomes).toEqual(
    statement.outcomes.map(({ member: id }) => [id, id === lost ? outcome : "answered"]),
  );
  const others = outcomes.map(([id]) => id).filter((id) => id !== lost);
  expect(statement.table.cells.map((cell) => cell.member)).toEqual(others);
  expect(Object.keys(statement.outcomes.find(({ member: id }) => id === lost)!).sort()).toEqual([
    "member",
    "outcome",
  ]);
}

describe("a node that", () => {
  test("is well behind an honest go-between answers", async () => {
    const { outcomes } = await ask([BEA, CLEO]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["answered", "answered"]);
  });

  test("is not there is unreachable", async () => {
    await expectLost(FAY, "unreachable", await ask([ADA, FAY, BEA]));
  });

  test("is the only one asked, and not there, still gives a statement", async () => {
    const { outcomes, table } = await ask([FAY]);
    expect(outcomes).toEqual([{ member: FAY, outcome: "unreachable" }]);
    expect(table).toEqual({ cells: [], totals: [] });
  });

  test.each<[string, Behaviour, string]>([
    ["breaks the line", onlyAnswers((response) => void response.destroy()), "unreachable"],
    [
      "dies in the middle of its answer",
      onlyAnswers((response) => {
        response.writeHead(200, { ...JOSE, "content-length": 5000 }).write("eyJhbGciOi");
        setTimeout(() => response.destroy(), 50);
      }),
      "unreachable",
    ],
    [
      "begins to answer, and hangs",
      onlyAnswers((response) => void response.writeHead(200, JOSE).write("eyJhbGciOi")),
      "too-slow",
    ],
    [
      "answers a hundred megabytes",
      onlyAnswers((response) => flood(response, 100)),
      "answer-invalid",
    ],
    [
      "answers a hundred megabytes that were packed small",
      onlyAnswers(
        (response) =>
          void response
            .writeHead(200, { ...JOSE, "content-encoding": "gzip" })
            .end(gzipSync(Buffer.alloc(100 << 20, 97))),
      ),
      "answer-invalid",
    ],
    [
      "answers without a signature",
      onlyAnswers(
        (response) =>
          void response
            .writeHead(200, JOSE)
            .end(
              `${part({ alg: "none", typ: "tavolo-partial+jws" })}.${part({ v: 1, iss: CLEO })}.`,
            ),
      ),
      "answer-invalid",
    ],
    [
      "leads to its own true address, where a good answer would be",
      onlyAnswers(
        (response) =>
          void response.writeHead(307, { location: `${nodes.get(CLEO)}/v1/answer` }).end(),
      ),
      "answer-invalid",
    ],
    [
      "answers garbage",
      onlyAnswers((response) => void response.writeHead(200, JOSE).end("a.b.c")),
      "answer-invalid",
    ],
    [
      "answers a page",
      onlyAnswers(
        (response) =>
          void response.writeHead(200, { "content-type": "text/html" }).end("<h1>Hi</h1>"),
      ),
      "answer-invalid",
    ],
    [
      "leads elsewhere",
      onlyAnswers(
        (response) =>
          void response.writeHead(307, { location: `${nodes.get(BEA)}/v1/answer` }).end(),
      ),
      "answer-invalid",
    ],
    [
      "answers without end",
      onlyAnswers((response) => flood(response, Number.POSITIVE_INFINITY)),
      "answer-invalid",
    ],
    [
      "fails, and tells a story",
      onlyAnswers(
        (response) =>
          void response.writeHead(500, { "content-type": "text/plain" }).end("Rossi, Mario"),
      ),
      "answer-invalid",
    ],
    [
      "is behind a gateway that cannot reach it",
      onlyAnswers((response) => void response.writeHead(502).end()),
      "unreachable",
    ],
    ["does not answer in time", onlyAnswers(() => {}), "too-slow"],
  ])("%s costs its own row", async (_, behaviour, outcome) => {
    line.behave(behaviour);
    await expectLost(CLEO, outcome, await ask([BEA, CLEO, ADA]));
  });

  test("gives its own earlier answer to the same question costs its own row", async () => {
    const [earlier] = (await ask([CLEO])).outcomes;
    const partial = "partial" in earlier! ? earlier.partial : "";
    line.behave(onlyAnswers((response) => void response.writeHead(200, JOSE).end(partial)));
    await expectLost(CLEO, "answer-invalid", await ask([BEA, CLEO]));
  });
});

describe("a damaged cube", () => {
  test("costs its own row", async () => {
    await expectLost(DORA, "cube-mismatch", await ask([ADA, DORA, BEA]));
    await expectLost(
      DORA,
      "cube-mismatch",
      await ask([DORA], { dataset: "tavola", measures: [{ count: "helped" }] }),
    );
  });

  test("is not served: not in an answer, and not to take away", async () => {
    const now = world.clock();
    const query = {
      ...question,
      members: [DORA],
      v: 1,
      iss: ADA,
      aud: HUB,
      iat: now,
      exp: now + 300,
      jti: freshId(),
    };
    const inner = await signCompact(ada.signer, "tavolo-query+jws", query);
    const envelope = {
      v: 1,
      iss: HUB,
      iat: now,
      aud: DORA,
      exp: now + 30,
      jti: freshId(),
      query: inner,
    };
    const jws = await signCompact(await keyOf(world.at, HUB, "hub"), "tavolo-ask+jws", envelope);
    await expectProblem(await post(`${nodes.get(DORA)}/v1/answer`, jws), "cube-mismatch");
    await expectProblem(
      await fetch(`${nodes.get(DORA)}/v1/releases/tavola/2025/1/cube`),
      "cube-mismatch",
    );
    await expectProblem(
      await fetch(`${nodes.get(DORA)}/v1/releases/tavola/2025/1/cube?format=csv`),
      "cube-mismatch",
    );
  });
});

test("the command line names who did not answer, and why, beside those who did", async () => {
  const { code, out, err } = await tavolo(
    world.at.root,
    ["query", "-", "--as", ADA],
    JSON.stringify({ ...question, members: [BEA, FAY] }),
  );
  expect([code, err]).toEqual([0, ""]);
  expect(out).toContain(
    `Answered: ${BEA}.\nDid not answer: ${FAY} (unreachable: The member's node did not answer).\n`,
  );
});

test.each([
  ["a hub that does not answer", ["members", "--hub", "http://127.0.0.1:1"], "", "unreachable"],
  ["no question", ["query", "-"], "{}", "query-invalid"],
  ["no JSON", ["query", "-"], "ciao", "file-unreadable"],
  ["no such file", ["query", "nowhere.json"], "", "file-unreadable"],
  ["a directory that is none", ["verify", "-", "--directory", "package.json"], "", "body-invalid"],
  [
    "a cube that is not there",
    ["verify", "-", "--cube", "nowhere.parquet"],
    "a.b.c",
    "file-unreadable",
  ],
  [
    "nobody of that name",
    ["query", "-", "--as", "nobody"],
    JSON.stringify({ ...question, members: [BEA] }),
    "unknown-member",
  ],
])("the command line: %s is one sentence, and no success", async (_, args, input, reason) => {
  const { code, out, err } = await tavolo(world.at.root, args, input);
  expect([code, out]).toEqual([1, ""]);
  expect(err.split("\n")[0]).toMatch(new RegExp(`^[A-Z][^\\n]+ \\[${reason}\\]$`));
  expect(err).not.toMatch(/\.ts:\d|\n\s+at /);
});

/** Megabytes, more than anybody would read. */
function flood(response: ServerResponse, megabytes: number): void {
  response.writeHead(200, JOSE);
  const chunk = "a".repeat(1 << 20);
  let left = megabytes;
  const write = () => {
    while (!response.destroyed && left-- > 0)
      if (!response.write(chunk)) return void response.once("drain", write);
    response.end();
  };
  write();
}
