/** Joining, changing keys and leaving, over a hub and nodes in processes of their own. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Asker,
  sendProved,
  sendQuestion,
  signQuestion,
  tokenFor,
} from "../../adapters/client/asking.ts";
import { PURPOSE } from "../../adapters/demo/demonstration.ts";
import { createMember, keyOf } from "../../adapters/local/members.ts";
import { openStores, paths } from "../../adapters/local/state.ts";
import { freshId, peek, signCompact } from "../../functions/signing/jws.ts";
import type { Signer } from "../../schemas/ports.ts";
import { Question, Statement } from "../../schemas/query.ts";
import { entryOf, type Side } from "../world/agreeing.ts";
import { type Apart, apart, type Serving } from "../world/apart.ts";
import { expectProblem, post } from "../world/http.ts";
import { aiutiJson, csv } from "../world/small.ts";

const ASKER = "IT-000001";
const OWNER = "IT-000002";
const AGREEMENT = `${ASKER}/${OWNER}/aiuti/1`;
const question = (members: readonly string[]) => ({
  purposeId: PURPOSE.id,
  members,
  dataset: "aiuti",
  period: "2025",
  measures: [{ count: "any" }],
  by: ["sex"],
});

let world: Apart;
const side = (id: string): Side => ({ state: world.state(id), id });
let node: Serving;
beforeAll(async () => {
  world = await apart();
  node = (await world.join(OWNER))!;
  await world.join(ASKER);
  await writeFile(join(world.state(OWNER), "aiuti.csv"), csv());
  await writeFile(join(world.state(OWNER), "aiuti.json"), JSON.stringify(aiutiJson));
  await world.run(
    OWNER,
    "ingest",
    join(world.state(OWNER), "aiuti.json"),
    join(world.state(OWNER), "aiuti.csv"),
  );
  await world.run(OWNER, "release", "aiuti");
  await world.run(ASKER, "agreement", "propose", OWNER, "aiuti");
  await world.run(OWNER, "agreement", "sign", AGREEMENT);
  await writeFile(join(world.state(ASKER), "question.json"), JSON.stringify(question([OWNER])));
});
afterAll(() => world.close());

/** Asks on the command line; what became of the owner, and the file with the statement. */
async function ask(name: string): Promise<{ outcome: string; file: string }> {
  const file = join(world.state(ASKER), `${name}.json`);
  await world.run(ASKER, "query", join(world.state(ASKER), "question.json"), "--save", file);
  const [jws] = Object.values(
    (JSON.parse(await readFile(file, "utf8")) as { statements: Record<string, string> }).statements,
  );
  return { outcome: peek(jws!, Statement).outcomes[0]!.outcome, file };
}
const verifies = async (file: string) => (await world.attempt(ASKER, "verify", file)).code === 0;

describe("an invitation on the command line", () => {
  test.each<[string, () => Promise<string>, string]>([
    ["for another", () => world.invite("IT-000004"), "invitation-invalid"],
    [
      "made up",
      async () => `${"A".repeat(22)}.${(await world.invite("IT-000004")).split(".")[1]}`,
      "invitation-invalid",
    ],
    ["cut off", async () => "A".repeat(22), "invitation-invalid"],
    ["of another hub", async () => `${"A".repeat(22)}.${"B".repeat(43)}`, "signature-invalid"],
  ])("%s is refused", async (_, text, reason) => {
    const id = `x-${freshId()
      .toLowerCase()
      .replace(/[^a-z]/g, "")}`;
    const { code, err } = await world.attempt(
      id,
      "member",
      "new",
      id,
      "--name",
      id,
      "--role",
      "consumer",
      "--hub",
      world.hub.url,
      "--invitation",
      await text(),
    );
    expect(code).toBe(1);
    expect(err).toContain(`[${reason}]`);
  });
});

test("of a hundred who come at once with one invitation, over HTTP, exactly one is in", async () => {
  const id = "crowd";
  const [code] = (await world.invite(id)).split(".");
  const bodies = await Promise.all(
    Array.from({ length: 100 }, async (_, at) => {
      const state = paths(join(world.state("crowd"), String(at)));
      await createMember(state, { id, name: { it: id, en: id }, roles: ["consumer"], node: false });
      const { kid, jwk } = await keyOf(state, id, "member");
      const entry = {
        v: 1,
        iss: id,
        iat: Math.floor(Date.now() / 1000),
        id,
        name: { it: id, en: id },
        roles: ["consumer"],
        keys: [{ kid, use: "member", jwk, from: 0 }],
      };
      return JSON.stringify({
        v: 1,
        entries: [await signCompact(await keyOf(state, id, "member"), "tavolo-member+jws", entry)],
        invitation: code,
      });
    }),
  );
  const replies = await Promise.all(
    bodies.map((body) => post(`${world.hub.url}/v1/members`, body, "application/json")),
  );
  expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
  for (const reply of replies.filter(({ status }) => status !== 200)) {
    // one that comes when another is in already is somebody else who signs in its name
    const { type } = (await reply.clone().json()) as { type: string };
    await expectProblem(
      reply,
      type.endsWith("signature-invalid") ? "signature-invalid" : "invitation-invalid",
    );
  }
});

/** Who holds a key of the asker's, and speaks with the hub as any program would. */
const holder = (signer: Signer): Asker => ({
  hub: { id: "tavolo-hub", url: world.hub.url },
  member: ASKER,
  signer,
  clock: () => Math.floor(Date.now() / 1000),
});
const keyNow = () => keyOf(paths(world.state(ASKER)), ASKER, "member");
const reason = (promise: Promise<unknown>) =>
  promise.then(
    () => "taken",
    (error: unknown) => (error as { reason?: string }).reason,
  );
/** What becomes of a question under a token that the same key got before. */
async function askWith(asker: Asker, token: string): Promise<string> {
  const jws = await signQuestion(asker, Question.parse(question([OWNER])));
  return sendQuestion(asker, token, jws).then(
    async (response) => peek(await response.text(), Statement).outcomes[0]!.outcome,
    (error: unknown) => (error as { reason: string }).reason,
  );
}

test("a rotation with an overlap: the old key and the new one are answered, and old statements verify", async () => {
  const before = await ask("before");
  expect(before.outcome).toBe("answered");
  const old = holder(await keyNow());
  expect(await world.run(ASKER, "member", "rotate")).toContain(OWNER);
  expect((await keyNow()).kid).not.toBe(old.signer.kid);
  const after = await ask("after");
  expect(after.outcome).toBe("answered");
  expect(await askWith(old, await tokenFor(old, PURPOSE.id))).toBe("answered");
  expect([await verifies(before.file), await verifies(after.file)]).toEqual([true, true]);
});

test("a key that is ended at once is refused at the next call, with the token that it has; what it signed stands", async () => {
  const { file } = await ask("signed");
  const old = holder(await keyNow());
  const [token, forNode] = [
    await tokenFor(old, PURPOSE.id),
    await tokenFor(old, PURPOSE.id, OWNER),
  ];
  const take = () =>
    reason(sendProved(old, forNode, `${node.url}/v1/releases/aiuti/2025/1/cube`, "GET"));
  expect([await askWith(old, token), await take()]).toEqual(["answered", "taken"]);
  await world.run(ASKER, "member", "rotate", "--now");
  await untilNextSecond();
  expect([await askWith(old, token), await take()]).toEqual([
    "signature-invalid",
    "token-key-mismatch",
  ]);
  expect(await reason(tokenFor(old))).toBe("assertion-invalid");
  expect((await ask("again")).outcome).toBe("answered");
  expect(await verifies(file)).toBe(true);
});

/** A key that ends now is good for this second still: signatures count in seconds. */
const untilNextSecond = () =>
  new Promise((done) => setTimeout(done, 1000 - (Date.now() % 1000) + 20));

test("keys of a node change while it runs: it answers with the new ones, and the hub's too", async () => {
  const { file } = await ask("former-node");
  await world.run(OWNER, "member", "rotate", "--use", "answer", "release", "member", "--now");
  await world.run("hub", "member", "rotate", "--use", "hub", "member");
  await eventually(async () => (await ask("new-node")).outcome === "answered");
  expect(await verifies(file)).toBe(true);
  expect(await verifies(join(world.state(ASKER), "new-node.json"))).toBe(true);
});

/** A running process looks for a new key every half a second. */
async function eventually(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((done) => setTimeout(done, 250));
}

test("a node that is killed and started again answers as before", async () => {
  await node.end("SIGKILL");
  expect((await ask("down")).outcome).toBe("unreachable");
  node = await world.node(OWNER);
  expect((await ask("up")).outcome).toBe("answered");
});

test("a suspended member is refused at the next call, with the token that it has, until it is readmitted", async () => {
  const asker = holder(await keyNow());
  const token = await tokenFor(asker, PURPOSE.id);
  const forNode = await tokenFor(asker, PURPOSE.id, OWNER);
  const take = () => sendProved(asker, forNode, `${node.url}/v1/releases/aiuti/2025/1/cube`, "GET");
  expect(await reason(take())).toBe("taken");
  await world.run("hub", "hub", "suspend", ASKER);
  expect(await askWith(asker, token)).toBe("token-invalid");
  expect(await reason(tokenFor(asker))).toBe("assertion-invalid");
  expect(await reason(take())).toBe("token-key-mismatch");
  await world.run("hub", "hub", "readmit", ASKER);
  expect(await askWith(asker, token)).toBe("answered");
});

test("a hub that exchanges a key in its directory is refused by the node, by verify and by whoever knew it", async () => {
  const saved = join(world.state(ASKER), "members.json");
  await world.run(ASKER, "members", "--save", saved);
  const hub = await openStores(paths(world.state("hub")));
  const store = await hub.store("tavolo-hub");
  const item = (await store.get("hub#member", ASKER))!;
  const mine = await entryOf(side(ASKER));
  const impostor = paths(world.state("impostor"));
  const signer = await keyOf(impostor, ASKER, "member");
  const keys = [{ kid: signer.kid, use: "member", jwk: signer.jwk, from: 0 }];
  const entry = await signCompact(signer, "tavolo-member+jws", {
    ...mine,
    iat: mine.iat + 1,
    keys,
  });
  await store.put({ ...item, body: { entry }, revision: item.revision + 1 });
  try {
    const liar = holder(signer);
    const token = await tokenFor(liar, PURPOSE.id);
    const jws = await (
      await sendQuestion(liar, token, await signQuestion(liar, Question.parse(question([OWNER]))))
    ).text();
    expect(peek(jws, Statement).outcomes[0]!.outcome).toBe("signature-invalid");
    await writeFile(join(world.state(ASKER), "lie.jws"), jws);
    const checked = await world.attempt(
      OWNER,
      "verify",
      join(world.state(ASKER), "lie.jws"),
      "--directory",
      saved,
    );
    expect([checked.code, checked.err]).toEqual([
      1,
      expect.stringContaining("the question is signed by the member who asked"),
    ]);
    const followed = await world.attempt(OWNER, "members", "--save", saved);
    expect([followed.code, followed.err]).toEqual([
      1,
      expect.stringContaining(`the entries of ${ASKER} do not follow`),
    ]);
    const told = await post(
      `${node.url}/v1/members`,
      JSON.stringify({ v: 1, entries: [entry] }),
      "application/json",
    );
    await expectProblem(told, "signature-invalid");
  } finally {
    await store.put({ ...item, revision: item.revision + 2 });
    await hub.close();
  }
});

test("a role that is handed over: the former holder's copy of the keys opens nothing", async () => {
  const former = holder(await keyNow());
  await world.run(ASKER, "member", "handover");
  await untilNextSecond();
  expect(await reason(tokenFor(former))).toBe("assertion-invalid");
  expect((await ask("successor")).outcome).toBe("answered");
});

test("an agreement is suspended under keys that changed since it was signed, and resumed; the next question tells", async () => {
  for (const party of [ASKER, OWNER]) {
    expect(await world.run(party, "agreement", "suspend", AGREEMENT)).toMatch(
      /Told the node of IT-000002: suspended/,
    );
    await eventually(async () =>
      (await world.attempt(ASKER, "query", join(world.state(ASKER), "question.json"))).err.includes(
        "[agreement-suspended]",
      ),
    );
    expect(await world.run(party, "agreement", "resume", AGREEMENT)).toMatch(
      /Told the hub: in force/,
    );
    await eventually(async () => (await ask("resumed")).outcome === "answered");
  }
  const register = await world.run("hub", "agreements");
  expect(register).toMatch(/IT-000001\/IT-000002\/aiuti\/1 .*in-force .*\d+ of 10000/);
});

test("who leaves is in no new answer, and its old statements verify", async () => {
  const { file } = await ask("last");
  await world.run(OWNER, "member", "leave");
  // asked alone, it is a question that nobody can answer
  const gone = await world.attempt(ASKER, "query", join(world.state(ASKER), "question.json"));
  expect([gone.code, gone.err]).toEqual([1, expect.stringContaining("[unknown-member]")]);
  expect(await verifies(file)).toBe(true);
  await world.run(ASKER, "members", "--save", join(world.state(ASKER), "all.json"));
  await world.run(ASKER, "verify", file, "--directory", join(world.state(ASKER), "all.json"));
});
