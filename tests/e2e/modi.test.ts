/** What whoever calls for the first time finds by itself, and what ModI asks of every service: status, limits, keys, over real HTTP. */
import { createLocalJWKSet, jwtVerify } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tokenFor } from "../../adapters/client/asking.ts";
import { type Serving, startHub } from "../../adapters/local/hub.ts";
import { signCompact } from "../../functions/signing/jws.ts";
import type { Signer } from "../../schemas/ports.ts";
import { ADA, BEA, CLEO, makeStage, type Stage } from "../world/honest.ts";
import { expectProblem, post } from "../world/http.ts";
import { HUB, purposeId } from "../world/machine.ts";

let stage: Stage;
/** The same hub, which lets a client call twice a minute. */
let strict: Serving;
beforeAll(async () => {
  stage = await makeStage();
  strict = await startHub(stage.world.at, stage.world.stores, {
    hub: HUB,
    port: 0,
    callsAMinute: 2,
  });
});
afterAll(async () => {
  await strict.close();
  await stage.world.close();
});

test.each([
  ["a hub", () => stage.federation.hub],
  ["a node", () => stage.beaUrl],
])("%s says how it is, in problem+json, to anybody, whatever token they bring", async (_, url) => {
  for (const headers of [
    {},
    { authorization: "Bearer a.b.c" },
    { authorization: "DPoP x" },
  ] as Record<string, string>[]) {
    const response = await fetch(`${url()}/status`, { headers });
    expect([response.status, response.headers.get("content-type")]).toEqual([
      200,
      "application/problem+json",
    ]);
    expect(await response.json()).toEqual({ status: 200, title: "OK" });
  }
  await expectProblem(await fetch(`${url()}/status`, { method: "POST" }), "method-not-allowed");
});

test("the metadata lead to the keys by which its tokens verify, and to where tokens are had", async () => {
  const read = async (url: string) => (await (await fetch(url)).json()) as Record<string, string>;
  const server = await read(`${stage.federation.hub}/.well-known/oauth-authorization-server`);
  expect(server).toMatchObject({
    issuer: stage.federation.hub,
    token_endpoint: stage.tokenUrl,
    grant_types_supported: ["client_credentials"],
  });
  const resource = await read(`${stage.federation.hub}/.well-known/oauth-protected-resource`);
  expect(resource).toMatchObject({
    authorization_servers: [server.issuer],
    dpop_bound_access_tokens_required: true,
  });
  const keys = createLocalJWKSet(await (await fetch(server.jwks_uri!)).json());
  const currentDate = new Date(stage.now() * 1000);
  const { payload, protectedHeader } = await jwtVerify(await tokenFor(stage.ada, purposeId), keys, {
    ...{
      typ: "at+jwt",
      issuer: HUB,
      audience: HUB,
      algorithms: ["ES256"],
      currentDate,
      maxTokenAge: 600,
    },
    requiredClaims: ["sub", "client_id", "jti", "exp", "iat"],
  });
  expect(protectedHeader.alg).toBe("ES256");
  expect(payload).toMatchObject({
    sub: ADA,
    client_id: ADA,
    purposeId,
    cnf: { jkt: stage.ada.signer.kid },
  });
  expect(payload.exp! - payload.iat!).toBeLessThanOrEqual(600);
  // by that issuer's name, as a client of another make knows it
  expect(
    (await stage.requestToken(await stage.signedAssertion({ aud: server.issuer }))).status,
  ).toBe(200);
});

test("who calls too often is told so, until when, and what is left at each call; another is not held up", async () => {
  // those who have not called yet; each asks of its own data
  const ask = async (member: string, signer: Signer) => {
    const token = await stage.token({ sub: member, client_id: member, cnf: { jkt: signer.kid } });
    const question = await stage.signedQuestion({ iss: member, members: [member] }, signer);
    return post(`${strict.url}/v1/query`, question, "application/jose", {
      authorization: `DPoP ${token}`,
    });
  };
  const limits = ({ headers }: Response) =>
    ["limit", "remaining", "reset"].map((name) => Number(headers.get(`x-ratelimit-${name}`)));
  // not over the turn of a minute, when all of it is there again
  while (stage.now() % 60 > 50) await new Promise((done) => setTimeout(done, 500));
  for (const left of [1, 0]) {
    const answered = await ask(CLEO, stage.cleo);
    expect(answered.status).toBe(200);
    expect(limits(answered)).toEqual([2, left, expect.closeTo(60 - (stage.now() % 60), -1)]);
    expect(answered.headers.get("retry-after")).toBeNull();
  }
  const refused = await ask(CLEO, stage.cleo);
  const [limit, remaining, reset] = limits(refused);
  expect([limit, remaining]).toEqual([2, 0]);
  expect(reset).toBeGreaterThan(0);
  expect(refused.headers.get("retry-after")).toBe(`${reset}`);
  await expectProblem(refused, "too-many-calls");
  // what is refused before it is known who calls counts against nobody
  const nobody = await post(
    `${strict.url}/v1/query`,
    await signCompact(stage.cleo, "tavolo-query+jws", {}),
    "application/jose",
  );
  expect(limits(nobody)).toEqual([0, 0, 0]);
  expect((await ask(BEA, (await stage.world.asker(BEA)).signer)).status).toBe(200);
});
