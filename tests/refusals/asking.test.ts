/** Attacks and bad input over real HTTP, one a row: each is refused with its own status and type, and nothing else is told. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Asker } from "../../adapters/client/asking.ts";
import { tokenFor } from "../../adapters/client/asking.ts";
import type { Federation } from "../../adapters/demo/federation.ts";
import { keyOf } from "../../adapters/local/members.ts";
import { proofFor } from "../../functions/access/dpop.ts";
import { freshId, signCompact, type Typ } from "../../functions/signing/jws.ts";
import type { Signer } from "../../schemas/ports.ts";
import type { Reason } from "../../schemas/refusal.ts";
import { expectProblem, post } from "../world/http.ts";
import { HUB, makeWorld, member, purposeId, type World } from "../world/machine.ts";
import { tavolo } from "../world/process.ts";
import { aiuti, bytes, csv, tavola, tavolaCsv } from "../world/small.ts";

const [ADA, BEA, CLEO] = ["IT-000001", "IT-000002", "IT-000003"] as const;
const OTHER_PURPOSE = "5b7c2f0e-3c1d-4a57-8f10-2d1f9a3e0999";
let world: World;
let federation: Federation;
let ada: Asker;
let bea: Asker;
let hubKey: Signer;
let now: number;

beforeAll(async () => {
  world = await makeWorld([member(ADA), member(BEA), member(CLEO)], "2026-07-15");
  for (const id of [ADA, BEA, CLEO]) await world.publish(id, aiuti(), bytes(csv()));
  await world.publish(BEA, tavola, bytes(tavolaCsv));
  federation = await world.start([{ consumer: ADA, provider: BEA, dataset: "aiuti" }]);
  [ada, bea] = [await world.asker(ADA), await world.asker(BEA)];
  hubKey = await keyOf(world.at, HUB, "hub");
  now = world.clock();
});
afterAll(() => world.close());

const question = {
  purposeId,
  members: [BEA],
  dataset: "aiuti",
  period: "2025",
  measures: [{ count: "any" }],
  by: [],
  where: {},
};
const query = (change: object = {}) => ({
  ...question,
  v: 1,
  iss: ADA,
  aud: HUB,
  iat: now,
  exp: now + 300,
  jti: freshId(),
  ...change,
});
const signed = (change: object = {}, signer = ada.signer) =>
  signCompact(signer, "tavolo-query+jws", query(change));
const send = (jws: string, token?: string) =>
  post(
    `${federation.hub}/v1/query`,
    jws,
    "application/jose",
    token ? { authorization: `DPoP ${token}` } : {},
  );
const asked = async (change: object = {}, purpose: string | undefined = purposeId) =>
  send(await signed(change), await tokenFor(ada, purpose));
/** A token that the hub might have given, with something changed. */
const token = (change: object = {}, signer = hubKey) => {
  const claims = {
    iss: HUB,
    sub: ADA,
    client_id: ADA,
    aud: HUB,
    iat: now,
    exp: now + 600,
    jti: freshId(),
    purposeId,
  };
  return signCompact(signer, "at+jwt", { ...claims, cnf: { jkt: ada.signer.kid }, ...change });
};
const changed = (jws: string, change: object) => {
  const [header, payload, signature] = jws.split(".");
  const claims = { ...JSON.parse(Buffer.from(payload!, "base64url").toString()), ...change };
  return `${header}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.${signature}`;
};
/** A JWS whose header is the attacker's own. */
const headed = (header: object, payload: object) =>
  `${[header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".")}.AAAA`;

test("the question that every row alters is answered", async () => {
  const response = await asked();
  expect([response.status, response.headers.get("content-type")]).toEqual([
    200,
    "application/jose",
  ]);
});

/** What can be asked: over HTTP, and as one sentence on the command line. */
const questions: [string, object, Reason, RegExp?][] = [
  ["a field that is not there", { measures: [{ count: "A9.99" }] }, "unknown-field", /^A9\.99$/],
  [
    "a sum asked for as a count",
    { measures: [{ count: "hours" }] },
    "unknown-field",
    /hours is a sum/,
  ],
  [
    "more dimensions than the field is released for",
    { by: ["age", "sex", "zone"] },
    "beyond-order",
    /age and sex; or age and zone; or sex and zone/,
  ],
  [
    "a filter that crosses beyond a sum's order",
    { measures: [{ mean: "hours" }], by: ["age"], where: { sex: ["F"] } },
    "beyond-order",
    /hours is answered over at most 1 of them at once: age; or sex/,
  ],
  ["nobody as members", { members: [] }, "query-invalid"],
  ["a member twice", { members: [BEA, BEA] }, "query-invalid"],
  ["a member that nobody knows", { members: ["IT-999999"] }, "unknown-member"],
  ["a member's id that is none", { members: ["../../etc"] }, "query-invalid"],
  ["a code that is not there", { where: { sex: ["X"] } }, "unknown-code", /sex has no code X/],
  ["the total as a code", { where: { sex: ["_T"] } }, "query-invalid"],
  [
    "codes of which one lies in the other",
    { where: { age: ["adults", "65+"] } },
    "overlapping-codes",
    /65\+ lies inside adults/,
  ],
  ["a range instead of codes", { where: { age: { above: 64 } } }, "query-invalid"],
  ["a dimension that is not there", { by: ["income"] }, "unknown-dimension"],
  ["a dataset that is not there", { dataset: "redditi" }, "unknown-dataset"],
  ["a year that was not released", { period: "2019" }, "unknown-period", /there is 2025/],
  ["no agreement", { members: [CLEO] }, "no-agreement"],
  ["another purpose than was agreed", { purposeId: OTHER_PURPOSE }, "purpose-denied"],
  ["no purpose", { purposeId: undefined }, "purpose-denied"],
  ["a key that questions do not have", { sql: "DROP TABLE" }, "query-invalid"],
];

describe("what cannot be asked", () => {
  test.each(questions)("%s", async (_, change, reason, detail) => {
    const { purposeId: purpose } = { ...question, ...change } as { purposeId?: string };
    await expectProblem(
      await send(await signed(change), await tokenFor(ada, purpose)),
      reason,
      detail,
    );
  });
  test("and on the command line each of them is one sentence and no success", async () => {
    const runs = questions.map(([, change]) => JSON.stringify({ ...question, ...change }));
    const ends = [];
    for (let at = 0; at < runs.length; at += 3)
      ends.push(
        ...(await Promise.all(
          runs
            .slice(at, at + 3)
            .map((input) => tavolo(world.at.root, ["query", "-", "--as", ADA], input)),
        )),
      );
    for (const [at, { code, out, err }] of ends.entries()) {
      const [name, , reason, detail] = questions[at]!;
      const [sentence, ...more] = err.trimEnd().split("\n");
      expect([name, code, out], err).toEqual([name, 1, ""]);
      expect(sentence).toMatch(new RegExp(`^[A-Z][^\\n]+\\. \\[${reason}\\]$`));
      if (detail) expect(sentence).toMatch(new RegExp(detail.source.replace(/^\^|\$$/g, "")));
      // faults of the form are listed below the sentence, each at its place
      expect(
        more.every((line) => reason === "query-invalid" && /^ {2}\/\S*: /.test(line)),
        err,
      ).toBe(true);
    }
  });
});

describe("who asks, and how", () => {
  const rows: [string, () => Promise<Response>, Reason][] = [
    ["no token", async () => send(await signed()), "token-missing"],
    [
      "a bearer token",
      async () =>
        post(`${federation.hub}/v1/query`, await signed(), "application/jose", {
          authorization: `Bearer ${await token()}`,
        }),
      "token-missing",
    ],
    [
      "an expired token",
      async () => send(await signed(), await token({ iat: now - 1000, exp: now - 400 })),
      "token-invalid",
    ],
    [
      "a token signed by another key",
      async () => send(await signed(), await token({}, bea.signer)),
      "token-invalid",
    ],
    [
      "a token for another audience",
      async () => send(await signed(), await token({ aud: BEA })),
      "token-invalid",
    ],
    ["a token that is none", async () => send(await signed(), "abc"), "token-invalid"],
    [
      "a token without a signature",
      async () => send(await signed(), headed({ alg: "none", typ: "at+jwt" }, {})),
      "token-invalid",
    ],
    [
      "a token of another member",
      async () => send(await signed(), await tokenFor(bea, purposeId)),
      "signature-invalid",
    ],
    [
      "a token bound to another key",
      async () => send(await signed(), await token({ cnf: { jkt: bea.signer.kid } })),
      "token-key-mismatch",
    ],
    [
      "a token for another purpose",
      async () => send(await signed(), await tokenFor(ada, OTHER_PURPOSE)),
      "purpose-denied",
    ],
    [
      "a question signed by another key",
      async () => send(await signed({}, bea.signer), await token()),
      "signature-invalid",
    ],
    [
      "a question in another member's name",
      async () => send(await signed({ iss: BEA }), await token()),
      "signature-invalid",
    ],
    [
      "a question that was altered",
      async () => send(changed(await signed(), { where: { sex: ["F"] } }), await token()),
      "signature-invalid",
    ],
    [
      "a question that brings its own key",
      async () =>
        send(
          headed(
            { alg: "ES256", typ: "tavolo-query+jws", kid: ada.signer.kid, jwk: bea.signer.jwk },
            query(),
          ),
          await token(),
        ),
      "signature-invalid",
    ],
    [
      "another kind of signed message",
      async () =>
        send(await signCompact(ada.signer, "client-assertion+jwt", query()), await token()),
      "signature-invalid",
    ],
    ["a question for another hub", () => asked({ aud: "another-hub" }), "query-invalid"],
    ["a question that lives too long", () => asked({ exp: now + 301 }), "query-invalid"],
    ["an expired question", () => asked({ iat: now - 400, exp: now - 100 }), "expired"],
    ["a question from the future", () => asked({ iat: now + 200, exp: now + 300 }), "expired"],
    ["an unknown version", () => asked({ v: 3 }), "query-invalid"],
    ["no JWS", async () => send("what do you know?", await token()), "signature-invalid"],
    [
      "half a JWS",
      async () => send((await signed()).slice(0, 200), await token()),
      "signature-invalid",
    ],
    ["an empty body", async () => send("", await token()), "signature-invalid"],
    [
      "a body over the limit",
      async () => send("a".repeat(65 * 1024), await token()),
      "body-too-large",
    ],
    [
      "a body over every limit",
      async () => send("a".repeat(1100 * 1024), await token()),
      "body-too-large",
    ],
    [
      "another content type",
      async () => post(`${federation.hub}/v1/query`, await signed(), "application/json"),
      "media-type",
    ],
    [
      "headers over the limit",
      async () => fetch(`${federation.hub}/v1/members`, { headers: { x: "a".repeat(11_000) } }),
      "headers-too-large",
    ],
    [
      "headers over every limit",
      async () => fetch(`${federation.hub}/v1/members`, { headers: { x: "a".repeat(40_000) } }),
      "headers-too-large",
    ],
    ["no address of ours", () => fetch(`${federation.hub}/v1/rows`), "not-found"],
    [
      "a way out of the tree",
      () => fetch(`${federation.hub}/v1/%2e%2e/%2e%2e/etc/passwd`),
      "not-found",
    ],
    ["another method", () => fetch(`${federation.hub}/v1/query`), "method-not-allowed"],
    [
      "a form that is none",
      () =>
        post(
          `${federation.hub}/token.oauth2`,
          "grant_type=password",
          "application/x-www-form-urlencoded",
        ),
      "body-invalid",
    ],
    ["an assertion for another hub", () => assertion({ aud: "another-hub" }), "assertion-invalid"],
    [
      "an assertion in another's name",
      () => assertion({ iss: BEA, sub: BEA }),
      "assertion-invalid",
    ],
    [
      "an expired assertion",
      () => assertion({ iat: now - 300, exp: now - 100 }),
      "assertion-invalid",
    ],
  ];
  test.each(rows)("%s", async (_, attack, reason) => expectProblem(await attack(), reason));

  test("a question is good once", async () => {
    const jws = await signed();
    expect((await send(jws, await tokenFor(ada, purposeId))).status).toBe(200);
    await expectProblem(await send(jws, await tokenFor(ada, purposeId)), "replayed");
  });
  test("an assertion is good once", async () => {
    const jti = freshId();
    expect((await assertion({ jti })).status).toBe(200);
    await expectProblem(await assertion({ jti }), "replayed");
  });
});

async function assertion(change: object): Promise<Response> {
  const claims = {
    iss: ADA,
    sub: ADA,
    aud: HUB,
    iat: now,
    exp: now + 60,
    jti: freshId(),
    ...change,
  };
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: await signCompact(ada.signer, "client-assertion+jwt", claims),
  });
  const url = `${federation.hub}/token.oauth2`;
  const dpop = await proofFor({ method: "POST", url }, ada.signer, now);
  return post(url, `${body}`, "application/x-www-form-urlencoded", { dpop });
}

describe("straight to a node, past the hub", () => {
  const node = (path = "/v1/answer") =>
    `${federation.nodes.find(({ member: id }) => id === BEA)!.url}${path}`;
  const wrap = async (
    inner: string,
    change: object = {},
    signer = hubKey,
    typ: Typ = "tavolo-ask+jws",
  ) =>
    post(
      node(),
      await signCompact(signer, typ, {
        v: 1,
        iss: HUB,
        iat: now,
        aud: BEA,
        exp: now + 30,
        jti: freshId(),
        query: inner,
        ...change,
      }),
    );
  const rows: [string, () => Promise<Response>, Reason][] = [
    ["the question alone", async () => post(node(), await signed()), "envelope-invalid"],
    [
      "an envelope that the consumer signed",
      async () => wrap(await signed(), {}, ada.signer),
      "envelope-invalid",
    ],
    [
      "an envelope of another kind",
      async () => wrap(await signed(), {}, hubKey, "at+jwt"),
      "envelope-invalid",
    ],
    [
      "an envelope for another node",
      async () => wrap(await signed(), { aud: CLEO }),
      "envelope-invalid",
    ],
    [
      "an expired envelope",
      async () => wrap(await signed(), { iat: now - 200, exp: now - 100 }),
      "envelope-invalid",
    ],
    [
      "a question that the hub made up",
      async () => wrap(await signed({}, hubKey)),
      "signature-invalid",
    ],
    [
      "a question that the hub altered",
      async () => wrap(changed(await signed(), { by: ["zone"] })),
      "signature-invalid",
    ],
    [
      "a question of a member without agreement",
      async () => wrap(await signed({ iss: CLEO })),
      "no-agreement",
    ],
    [
      "a question for another purpose",
      async () => wrap(await signed({ purposeId: OTHER_PURPOSE })),
      "purpose-denied",
    ],
    [
      "a question that does not name the node",
      async () => wrap(await signed({ members: [CLEO] })),
      "query-invalid",
    ],
    [
      "beyond the order, past the hub's own check",
      async () => wrap(await signed({ by: ["age", "sex", "zone"] })),
      "beyond-order",
    ],
    [
      "a whole release of records without a token",
      () => fetch(node("/v1/releases/aiuti/2025/1/cube")),
      "token-missing",
    ],
    [
      "a release that is not there",
      () => fetch(node("/v1/releases/tavola/2025/2/cube")),
      "not-found",
    ],
    [
      "a release number that is none",
      () => fetch(node("/v1/releases/tavola/2025/x/cube")),
      "not-found",
    ],
    [
      "a way out of the releases",
      () => fetch(node("/v1/releases/..%2F..%2Fprivate/2025/1/cube")),
      "not-found",
    ],
    [
      "a name that no store can hold",
      () => fetch(node(`/v1/releases/${"a".repeat(3000)}/2025/1/cube`)),
      "not-found",
    ],
    ["an account that is not there", () => fetch(node("/v1/accounts/1999")), "not-found"],
    [
      "a year that no store can hold",
      () => fetch(node(`/v1/accounts/${"1".repeat(3000)}`)),
      "not-found",
    ],
    ["another method", () => fetch(node()), "method-not-allowed"],
    ["no address of ours", () => fetch(node("/v1/rows")), "not-found"],
  ];
  test.each(rows)("%s", async (_, attack, reason) => expectProblem(await attack(), reason));

  test("an envelope is good once", async () => {
    const [inner, jti] = [await signed(), freshId()];
    expect((await wrap(inner, { jti })).status).toBe(200);
    await expectProblem(await wrap(inner, { jti }), "replayed");
  });
});
