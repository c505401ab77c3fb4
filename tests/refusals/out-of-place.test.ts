/**
 * Messages of another time, for somebody else or in another's name, over real HTTP. Each row makes a call twice: with one thing that
 * is not so, which is refused with its own problem, and without it, which is taken.
 */
import { afterAll, beforeAll, describe } from "vitest";
import { proofFor } from "../../functions/access/dpop.ts";
import { signCompact } from "../../functions/signing/jws.ts";
import { entryOf } from "../world/agreeing.ts";
import { ADA, BEA, CLEO, makeStage, rows, type Stage } from "../world/honest.ts";
import { post } from "../world/http.ts";
import { HUB } from "../world/machine.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await makeStage();
});
afterAll(() => stage.world.close());

const proof = (change: object = {}, signer = stage.ada.signer, at = stage.now()) =>
  proofFor({ method: "POST", url: stage.tokenUrl, ...change }, signer, at);
/** Asks Ada's question, forwarded as the hub would. */
const forwarded = async (question: object = {}, envelope: object = {}) =>
  stage.answer(await stage.forwarded(await stage.signedQuestion(question), envelope));
const entry = async (iat: number, url: string) => {
  const said = await entryOf({ state: stage.world.at.root, id: ADA });
  const jws = await signCompact(stage.ada.signer, "tavolo-member+jws", { ...said, iat });
  return post(`${url}/v1/members`, JSON.stringify({ v: 1, entries: [jws] }), "application/json");
};
const suspension = async (change: object) => {
  const word = {
    v: 1,
    iss: HUB,
    iat: stage.now(),
    member: "IT-000008",
    suspended: false,
    ...change,
  };
  return post(
    `${stage.beaUrl}/v1/suspensions`,
    await signCompact(stage.hubKey, "tavolo-suspension+jws", word),
  );
};

/** Seconds from now: beyond what clocks may differ by, and within it. The very edge is in functions/signing/jws.test.ts. */
const off = (lie: boolean) => (lie ? 65 : 50);
const ended = (lie: boolean) => ({ iat: stage.now() - 200, exp: stage.now() - off(lie) });
const begins = (lie: boolean) => ({
  iat: stage.now() + off(lie),
  exp: stage.now() + off(lie) + 10,
});

describe("a minute of skew, and no more", () => {
  rows([
    [
      "an assertion that has ended",
      async (lie) => stage.requestToken(await stage.signedAssertion(ended(lie))),
      "assertion-invalid",
    ],
    [
      "an assertion that begins later",
      async (lie) => stage.requestToken(await stage.signedAssertion(begins(lie))),
      "assertion-invalid",
    ],
    [
      "an old proof",
      async (lie) =>
        stage.requestToken(
          await stage.signedAssertion(),
          await proof({}, undefined, stage.now() - off(lie)),
        ),
      "proof-invalid",
    ],
    [
      "a proof of later",
      async (lie) =>
        stage.requestToken(
          await stage.signedAssertion(),
          await proof({}, undefined, stage.now() + off(lie)),
        ),
      "proof-invalid",
    ],
    [
      "a token that has ended",
      async (lie) => stage.ask(await stage.signedQuestion(), await stage.token(ended(lie))),
      "token-invalid",
    ],
    [
      "a token that begins later",
      async (lie) => stage.ask(await stage.signedQuestion(), await stage.token(begins(lie))),
      "token-invalid",
    ],
    [
      "a token that has ended, at a node",
      async (lie) => stage.take(await stage.nodeToken(ended(lie))),
      "token-invalid",
    ],
    [
      "a token that begins later, at a node",
      async (lie) => stage.take(await stage.nodeToken(begins(lie))),
      "token-invalid",
    ],
    [
      "a question that has ended",
      async (lie) => stage.ask(await stage.signedQuestion(ended(lie)), await stage.token()),
      "expired",
    ],
    [
      "a question that begins later",
      async (lie) => stage.ask(await stage.signedQuestion(begins(lie)), await stage.token()),
      "expired",
    ],
    ["a question that has ended, at a node", async (lie) => forwarded(ended(lie)), "expired"],
    ["a question that begins later, at a node", async (lie) => forwarded(begins(lie)), "expired"],
    ["an envelope that has ended", async (lie) => forwarded({}, ended(lie)), "envelope-invalid"],
    [
      "an envelope that begins later",
      async (lie) => forwarded({}, begins(lie)),
      "envelope-invalid",
    ],
    ["an entry of later", (lie) => entry(stage.now() + off(lie), stage.federation.hub), "expired"],
    [
      "an entry of later, at a node",
      (lie) => entry(stage.now() + off(lie), stage.beaUrl),
      "expired",
    ],
    ["a suspension of before", (lie) => suspension({ iat: stage.now() - off(lie) }), "expired"],
    ["a suspension of later", (lie) => suspension({ iat: stage.now() + off(lie) }), "expired"],
  ]);
});

describe("how long it lives", () => {
  rows([
    [
      "an assertion",
      async (lie) =>
        stage.requestToken(await stage.signedAssertion({ exp: stage.now() + (lie ? 310 : 290) })),
      "assertion-invalid",
    ],
    [
      "a question",
      async (lie) =>
        stage.ask(
          await stage.signedQuestion({ exp: stage.now() + (lie ? 310 : 290) }),
          await stage.token(),
        ),
      "query-invalid",
    ],
    [
      "a question, at a node",
      (lie) => forwarded({ exp: stage.now() + (lie ? 310 : 290) }),
      "signature-invalid",
    ],
    [
      "an envelope",
      (lie) => forwarded({}, { exp: stage.now() + (lie ? 310 : 290) }),
      "envelope-invalid",
    ],
  ]);
});

describe("for whom it is, and who says so", () => {
  const other = (lie: boolean, name: string, honest: string, said = "another-hub") => ({
    [name]: lie ? said : honest,
  });
  rows([
    [
      "an assertion for another hub",
      async (lie) => stage.requestToken(await stage.signedAssertion(other(lie, "aud", HUB))),
      "assertion-invalid",
    ],
    [
      "an assertion in another's name",
      async (lie) =>
        stage.requestToken(await stage.signedAssertion(lie ? { iss: BEA, sub: BEA } : {})),
      "assertion-invalid",
    ],
    [
      "an assertion on another's behalf",
      async (lie) => stage.requestToken(await stage.signedAssertion(other(lie, "sub", ADA, BEA))),
      "assertion-invalid",
    ],
    [
      "a token for a node, at the hub",
      async (lie) =>
        stage.ask(await stage.signedQuestion(), await stage.token(other(lie, "aud", HUB, BEA))),
      "token-invalid",
    ],
    [
      "a token for the hub, at a node",
      async (lie) => stage.take(await stage.token(other(lie, "aud", BEA, HUB))),
      "token-invalid",
    ],
    [
      "a token for another node",
      async (lie) => stage.take(await stage.token(other(lie, "aud", BEA, CLEO))),
      "token-invalid",
    ],
    [
      "a token of another issuer",
      async (lie) =>
        stage.ask(await stage.signedQuestion(), await stage.token(other(lie, "iss", HUB))),
      "token-invalid",
    ],
    [
      "a token of another issuer, at a node",
      async (lie) => stage.take(await stage.nodeToken(other(lie, "iss", HUB))),
      "token-invalid",
    ],
    [
      "a question for another hub",
      async (lie) =>
        stage.ask(await stage.signedQuestion(other(lie, "aud", HUB)), await stage.token()),
      "query-invalid",
    ],
    [
      "a question for another hub, at a node",
      (lie) => forwarded(other(lie, "aud", HUB)),
      "signature-invalid",
    ],
    [
      "a question in another's name",
      async (lie) =>
        stage.ask(await stage.signedQuestion(other(lie, "iss", ADA, BEA)), await stage.token()),
      "signature-invalid",
    ],
    [
      "an envelope for another node",
      (lie) => forwarded({}, other(lie, "aud", BEA, CLEO)),
      "envelope-invalid",
    ],
    [
      "an envelope of another hub",
      (lie) => forwarded({}, other(lie, "iss", HUB)),
      "envelope-invalid",
    ],
    [
      "a suspension that another says",
      (lie) => suspension(other(lie, "iss", HUB)),
      "signature-invalid",
    ],
  ]);
});
