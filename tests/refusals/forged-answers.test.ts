/**
 * What a node may sign, and what it may not, over real HTTP: every forgery of a partial and of the manifest in it, answers to another
 * question, of another member, from another release, with other figures than were asked. Each costs the node's own row; the honest
 * twin of each is taken.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askHub } from "../../adapters/client/asking.ts";
import { keyOf } from "../../adapters/local/members.ts";
import { peek } from "../../functions/signing/jws.ts";
import type { Signer } from "../../schemas/ports.ts";
import { Ask, Partial, Statement } from "../../schemas/query.ts";
import { Manifest } from "../../schemas/release.ts";
import { type Between, between, bodyOf, onlyAnswers } from "../world/between.ts";
import { forge, forgeries } from "../world/forge.ts";
import { BEA, CLEO, makeStage, type Stage } from "../world/honest.ts";
import { post } from "../world/http.ts";
import { HUB, purposeId } from "../world/machine.ts";

let stage: Stage;
let line: Between;
let keys: { readonly answer: Signer; readonly release: Signer; readonly cleo: Signer };
beforeAll(async () => {
  stage = await makeStage();
  const at = stage.world.at;
  keys = {
    answer: await keyOf(at, BEA, "answer"),
    release: await keyOf(at, BEA, "release"),
    cleo: await keyOf(at, CLEO, "answer"),
  };
  line = await between(stage.world, BEA, () => stage.beaUrl);
});
afterAll(async () => {
  line.close();
  await stage.world.close();
});

const question = {
  purposeId,
  members: [BEA],
  dataset: "aiuti",
  period: "2025",
  measures: [{ count: "any" }],
  by: ["sex"],
  where: {},
};
const outcomeOf = async (): Promise<string> =>
  peek(await askHub(stage.ada, question), Statement).outcomes[0]!.outcome;
/** What the node answers to an envelope, unless somebody changes it. */
const honestAnswer = async (envelope: string) => (await stage.answer(envelope)).text();
type Twist = (partial: Partial, jws: string) => Promise<string> | string;
const twisted = (twist: Twist) =>
  line.behave(
    onlyAnswers(async (response: ServerResponse, request: IncomingMessage) => {
      const jws = await honestAnswer((await bodyOf(request)).toString());
      response
        .writeHead(200, { "content-type": "application/jose" })
        .end(await twist(peek(jws, Partial), jws));
    }),
  );
const header = (signer: Signer, typ = "tavolo-partial+jws") => ({
  alg: "ES256",
  typ,
  kid: signer.kid,
});
const resigned = (partial: object, signer = keys.answer) => forge(signer, header(signer), partial);

const partials = (payload: object) =>
  forgeries({ signer: keys.answer, typ: "tavolo-partial+jws", payload, thief: keys.cleo });
const manifests = (payload: object) =>
  forgeries({ signer: keys.release, typ: "tavolo-release+jws", payload, thief: keys.cleo });

test.each([
  [
    "partial",
    (at: number): Twist =>
      (partial) =>
        partials(partial)[at]![1](),
  ],
  [
    "manifest in a good partial",
    (at: number): Twist =>
      async (partial) =>
        resigned({
          ...partial,
          manifest: await manifests(peek(partial.manifest, Manifest))[at]![1](),
        }),
  ],
] as const)("no forgery of a %s is taken", async (_, twist) => {
  const names = partials({ v: 1 }).map(([name]) => name);
  expect(names.length).toBeGreaterThan(55);
  const wrong: string[] = [];
  for (const [at, name] of names.entries()) {
    twisted(twist(at));
    const outcome = await outcomeOf();
    if (outcome !== "answer-invalid") wrong.push(`${name}: ${outcome}`);
  }
  expect(wrong).toEqual([]);
  twisted((partial) => resigned(partial));
  expect(await outcomeOf()).toBe("answered");
});

/** Asks the node another question, past the hub, under the hub's own key. */
const answerTo = async (change: object) =>
  honestAnswer(await stage.forwarded(await stage.signedQuestion({ by: ["sex"], ...change })));

test.each<[string, Twist]>([
  ["another question's answer", () => answerTo({ by: [] })],
  ["the answer to the same words, asked another time", () => answerTo({})],
  ["signed with another key of its own", (partial) => resigned(partial, keys.release)],
  ["signed by another member", (partial) => resigned(partial, keys.cleo)],
  ["in another member's name", (partial) => resigned({ ...partial, iss: CLEO })],
  ["from another release", (partial) => resigned({ ...partial, release: `${BEA}/aiuti/2025/2` })],
  ["from another cube", (partial) => resigned({ ...partial, cube: "A".repeat(43) })],
  [
    "under another agreement",
    (partial) => resigned({ ...partial, agreement: `${CLEO}/${BEA}/aiuti/1` }),
  ],
  ["as if it were open to all", (partial) => resigned({ ...partial, agreement: "public" })],
  [
    "with a receipt of another log",
    (partial) => resigned({ ...partial, receipt: { ...partial.receipt, log: HUB } }),
  ],
  ["with a cell too few", (partial) => resigned({ ...partial, cells: partial.cells.slice(1) })],
  [
    "with a cell twice",
    (partial) => resigned({ ...partial, cells: [...partial.cells, partial.cells[0]] }),
  ],
  [
    "with another code",
    (partial) =>
      resigned({ ...partial, cells: partial.cells.map((cell) => ({ ...cell, by: { sex: "X" } })) }),
  ],
  [
    "with a figure of another field",
    (partial) =>
      resigned({
        ...partial,
        cells: partial.cells.map((cell) => ({
          ...cell,
          figures: cell.figures.map((figure) => ({ ...figure, count: "other" })),
        })),
      }),
  ],
  [
    "with a figure that is text",
    (partial) =>
      resigned({
        ...partial,
        cells: partial.cells.map((cell) => ({
          ...cell,
          figures: cell.figures.map((figure) => ({ ...figure, value: "<b>1</b>" })),
        })),
      }),
  ],
  ["of tomorrow", (partial) => resigned({ ...partial, iat: partial.iat + 86_400 })],
])("an answer %s is none, and the honest one is", async (_, twist) => {
  twisted(twist);
  expect(await outcomeOf()).toBe("answer-invalid");
  twisted((_partial, jws) => jws);
  expect(await outcomeOf()).toBe("answered");
});

test("the envelope that a node sees is for that node alone: another does not take it", async () => {
  let seen = "";
  line.behave(
    onlyAnswers(async (response, request) => {
      seen = (await bodyOf(request)).toString();
      response.writeHead(502).end();
    }),
  );
  expect(await outcomeOf()).toBe("unreachable");
  expect(peek(seen, Ask)).toMatchObject({ iss: HUB, aud: BEA });
  const cleo = stage.federation.nodes.find(({ member }) => member === CLEO)!.url;
  expect((await post(`${cleo}/v1/answer`, seen)).status).toBe(401);
  expect((await stage.answer(seen)).status).toBe(200);
});
