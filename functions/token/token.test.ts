import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AccessToken } from "../../schemas/token.ts";
import { eventOf, HUB, type Member, makeMember, memorySigner, memoryStore, NOW, PURPOSE } from "../query/testing.ts";
import { directory, register } from "../shared/directory.ts";
import { freshId, signCompact, verifyCompact } from "../shared/jws.ts";
import { storeLog } from "../shared/log.ts";
import { edge } from "./handler.ts";
import type { TokenDeps } from "./token.ts";

let hub: Member;
let city: Member;
let deps: TokenDeps;
let now = NOW;
beforeAll(async () => {
  hub = await makeMember(HUB, { roles: ["operator"] });
  city = await makeMember("IT-028060");
});
beforeEach(async () => {
  now = NOW;
  const store = memoryStore();
  for (const { jws } of [hub, city]) await register(store, jws);
  deps = { store, signer: hub.keys.hub, hub: HUB, directory: directory(store), clock: () => now, log: storeLog(store, HUB) };
});

const claims = (change: object = {}) => {
  const { id } = city.entry;
  return { iss: id, sub: id, aud: HUB, iat: NOW, exp: NOW + 300, jti: freshId(), purposeId: PURPOSE, ...change };
};
const assertion = (change: object = {}, signer = city.keys.member, typ: "client-assertion+jwt" | "at+jwt" = "client-assertion+jwt") =>
  signCompact(signer, typ, claims(change));
const form = (client_assertion: string, change: Record<string, string> = {}) =>
  new URLSearchParams({
    grant_type: "client_credentials",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion,
    ...change,
  }).toString();
async function post(body: string, type = "application/x-www-form-urlencoded") {
  const reply = await edge(deps)(eventOf("POST /token.oauth2", { "content-type": type }, body));
  return { status: reply.statusCode, type: reply.headers?.["content-type"], body: JSON.parse(reply.body ?? "") };
}

test("an assertion becomes a short token that is bound to the key that signed it", async () => {
  const { status, body } = await post(form(await assertion()));
  expect(status).toBe(200);
  expect(body).toMatchObject({ token_type: "DPoP", expires_in: 600 });
  const token = await verifyCompact(body.access_token, "at+jwt", AccessToken, { keys: hub.entry.keys, use: "hub", now: NOW });
  expect(token).toMatchObject({
    iss: HUB,
    aud: HUB,
    sub: "IT-028060",
    exp: NOW + 600,
    purposeId: PURPOSE,
    cnf: { jkt: city.keys.member.kid },
  });
});

describe("refuses an assertion", () => {
  test.each<[string, () => Promise<string>]>([
    ["signed by a stranger", () => assertion({}, memorySigner())],
    ["signed by a node's answering key", () => assertion({}, city.keys.answer)],
    ["of a member who is not in the directory", () => assertion({ iss: "IT-999999", sub: "IT-999999" })],
    ["for another member", () => assertion({ sub: "IT-034027" })],
    ["for another hub", () => assertion({ aud: "another-hub" })],
    ["that lives longer than five minutes", () => assertion({ exp: NOW + 301 })],
    ["that ends before it begins", () => assertion({ exp: NOW - 1 })],
    ["that has expired", () => assertion({ iat: NOW - 400, exp: NOW - 100 })],
    ["from the future", () => assertion({ iat: NOW + 200, exp: NOW + 400 })],
    ["of another kind of token", () => assertion({}, city.keys.member, "at+jwt")],
    ["with a field that nobody knows", () => assertion({ admin: true })],
    ["that is not a token", async () => "abc"],
    ["without a signature", async () => (await assertion()).replace(/[^.]+$/, "")],
    [
      "under the algorithm none",
      async () =>
        `${Buffer.from('{"alg":"none","typ":"client-assertion+jwt"}').toString("base64url")}.${(await assertion()).split(".")[1]}.AA`,
    ],
  ])("%s", async (_, jws) => {
    const { status, type, body } = await post(form(await jws()));
    expect({ status, type, error: body.error, problem: body.type }).toEqual({
      status: 401,
      type: "application/problem+json",
      error: "invalid_client",
      problem: "urn:tavolo:refusal:assertion-invalid",
    });
    expect(body.access_token).toBeUndefined();
  });

  test("that was used before, also after its nominal end", async () => {
    const jws = await assertion();
    await post(form(jws));
    now = NOW + 359;
    expect((await post(form(jws))).body).toMatchObject({ error: "invalid_client", type: "urn:tavolo:refusal:replayed" });
  });

  test("sent under another client's name", async () => {
    expect((await post(form(await assertion(), { client_id: "IT-034027" }))).body.error).toBe("invalid_client");
  });
});

test.each([
  ["another grant", (jws: string) => form(jws, { grant_type: "password" })],
  ["an unknown parameter", (jws: string) => form(jws, { scope: "all" })],
  ["a parameter twice", (jws: string) => `${form(jws)}&grant_type=client_credentials`],
])("refuses a form with %s", async (_, body) => {
  expect(await post(body(await assertion()))).toMatchObject({ status: 400, body: { error: "invalid_request" } });
});

test("refuses a form that is no form", async () => {
  expect(await post("{}", "application/json")).toMatchObject({ status: 415, body: { error: "invalid_request" } });
});

test("no record, no token", async () => {
  deps = { ...deps, log: storeLog({ ...memoryStore(), put: async () => Promise.reject(new Error("down")) }, HUB) };
  const { status, body } = await post(form(await assertion()));
  expect(status).toBe(503);
  expect(body).toMatchObject({ type: "urn:tavolo:refusal:log-unwritten", error: "temporarily_unavailable" });
  expect(body.access_token).toBeUndefined();
});
