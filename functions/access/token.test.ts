import { createLocalJWKSet, jwtVerify } from "jose";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AccessToken } from "../../schemas/token.ts";
import {
  eventOf,
  HUB,
  type Member,
  makeMember,
  memorySigner,
  memoryStore,
  NOW,
  PURPOSE,
} from "../../tests/world/federation.ts";
import { storeLog } from "../log/append.ts";
import { directory, register, suspend } from "../members/directory.ts";
import { freshId, signCompact, verifyCompact } from "../signing/jws.ts";
import { proofFor } from "./dpop.ts";
import type { TokenEdgeDeps } from "./handler.ts";
import { edge } from "./handler.ts";

const ORIGIN = "https://hub.example";
const TOKEN_URL = `${ORIGIN}/token.oauth2`;
let hub: Member;
let city: Member;
let deps: TokenEdgeDeps;
let now = NOW;
beforeAll(async () => {
  hub = await makeMember(HUB, { roles: ["operator"] });
  city = await makeMember("IT-028060");
});
beforeEach(async () => {
  now = NOW;
  const store = memoryStore();
  for (const { jws } of [hub, city]) await register(store, jws);
  deps = {
    origin: ORIGIN,
    store,
    signer: hub.keys.hub,
    hub: HUB,
    directory: directory(store),
    clock: () => now,
    log: storeLog(store, HUB),
  };
});

const claims = (change: object = {}) => {
  const { id } = city.entry;
  return {
    iss: id,
    sub: id,
    aud: HUB,
    iat: NOW,
    exp: NOW + 300,
    jti: freshId(),
    purposeId: PURPOSE,
    ...change,
  };
};
const assertion = (
  change: object = {},
  signer = city.keys.member,
  typ: "client-assertion+jwt" | "at+jwt" = "client-assertion+jwt",
) => signCompact(signer, typ, claims(change));
const form = (client_assertion: string, change: Record<string, string> = {}) =>
  new URLSearchParams({
    grant_type: "client_credentials",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion,
    ...change,
  }).toString();
const proof = (change: object = {}, signer = city.keys.member, at = now) =>
  proofFor({ method: "POST", url: TOKEN_URL, ...change }, signer, at);
async function post(
  body: string,
  type = "application/x-www-form-urlencoded",
  dpop?: string | null,
) {
  const headers = {
    "content-type": type,
    ...(dpop === null ? {} : { dpop: dpop ?? (await proof()) }),
  };
  const reply = await edge(deps)(eventOf("POST /token.oauth2", headers, body));
  return {
    status: reply.statusCode,
    type: reply.headers?.["content-type"],
    body: JSON.parse(reply.body ?? ""),
  };
}

test("an assertion becomes a short token that is bound to the key that signed it", async () => {
  const { status, body } = await post(form(await assertion()));
  expect(status).toBe(200);
  expect(body).toMatchObject({ token_type: "DPoP", expires_in: 600 });
  const token = await verifyCompact(body.access_token, "at+jwt", AccessToken, {
    keys: hub.entry.keys,
    use: "hub",
    now: NOW,
  });
  expect(token).toMatchObject({
    iss: HUB,
    aud: HUB,
    sub: "IT-028060",
    exp: NOW + 600,
    purposeId: PURPOSE,
    cnf: { jkt: city.keys.member.kid },
  });
});

test("an assertion may be for the issuer that the metadata name, as clients of other makes say it", async () => {
  const metadata = await edge(deps)(eventOf("GET /.well-known/oauth-authorization-server"));
  const { issuer } = JSON.parse(metadata.body ?? "") as { issuer: string };
  expect(issuer).toBe(ORIGIN);
  expect((await post(form(await assertion({ aud: issuer })))).status).toBe(200);
});

test("a token can be for the node of a member, and names its bearer's purpose only where one was said", async () => {
  const { body } = await post(
    form(await assertion({ purposeId: undefined }), { resource: "IT-028060" }),
  );
  const token = await verifyCompact(body.access_token, "at+jwt", AccessToken, {
    keys: hub.entry.keys,
    use: "hub",
    now: NOW,
  });
  expect(token.aud).toBe("IT-028060");
  expect(token).not.toHaveProperty("purposeId");
  expect((await post(form(await assertion(), { resource: "IT-999999" }))).body).toMatchObject({
    error: "invalid_target",
  });
});

describe("refuses a proof", () => {
  const unsigned = (header: object) =>
    [header, { jti: freshId() }]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .join(".");
  test.each<[string, () => Promise<string | null>]>([
    ["that is not there", async () => null],
    ["by another key than the assertion's", () => proof({}, memorySigner())],
    ["by another key of the same member", () => proof({}, city.keys.answer)],
    ["for another method", () => proof({ method: "GET" })],
    ["for another address", () => proof({ url: `${ORIGIN}/v1/query` })],
    ["for another host", () => proof({ url: "https://hub.example.org/token.oauth2" })],
    ["that has a token's digest, where there is no token yet", () => proof({ token: "abc" })],
    ["of a minute and more ago", () => proof({}, city.keys.member, NOW - 61)],
    ["of a minute and more ahead", () => proof({}, city.keys.member, NOW + 61)],
    ["twice in one header", async () => `${await proof()},${await proof()}`],
    ["of another kind of token", async () => assertion()],
    [
      "without a signature",
      async () => `${unsigned({ typ: "dpop+jwt", alg: "none", jwk: city.keys.member.jwk })}.`,
    ],
    [
      "whose key is its secret too",
      async () => `${unsigned({ typ: "dpop+jwt", alg: "HS256", jwk: city.keys.member.jwk })}.AAAA`,
    ],
    ["that is none", async () => "abc"],
  ])("%s", async (_, made) => {
    const { status, body } = await post(form(await assertion()), undefined, await made());
    expect({ status, error: body.error, problem: body.type }).toEqual({
      status: 401,
      error: "invalid_dpop_proof",
      problem: "urn:tavolo:refusal:proof-invalid",
    });
    expect(body.access_token).toBeUndefined();
  });

  test("that was used before, also after a minute, also with a fresh assertion", async () => {
    const used = await proof({}, city.keys.member, NOW + 50);
    expect((await post(form(await assertion()), undefined, used)).status).toBe(200);
    now = NOW + 109;
    expect(
      (await post(form(await assertion({ iat: now, exp: now + 60 })), undefined, used)).body.type,
    ).toBe("urn:tavolo:refusal:replayed");
  });

  test("and takes it where only query and fragment differ, or how the address is written", async () => {
    const dpop = await proof({ url: "HTTPS://Hub.example:443/token.oauth2?a=b#c" });
    expect((await post(form(await assertion()), undefined, dpop)).status).toBe(200);
  });
});

describe("tells a stranger nothing", () => {
  test("a client that exists and one that does not are refused in the same words", async () => {
    const [known, unknown] = [
      await assertion({}, memorySigner()),
      await assertion({ iss: "IT-999999", sub: "IT-999999" }, memorySigner()),
    ];
    expect(await post(form(known))).toEqual(await post(form(unknown)));
  });

  test("a 401 says what it takes", async () => {
    const reply = await edge(deps)(
      eventOf(
        "POST /token.oauth2",
        { "content-type": "application/x-www-form-urlencoded" },
        form(await assertion()),
      ),
    );
    expect(reply.headers).toMatchObject({
      "www-authenticate": 'DPoP error="invalid_dpop_proof", algs="ES256"',
      "cache-control": "no-store",
    });
  });
});

test("whoever is shut out, or has ended a key, gets no token from that second on", async () => {
  expect((await post(form(await assertion()))).status).toBe(200);
  await suspend(deps.store, city.entry.id, NOW);
  expect((await post(form(await assertion()))).body.type).toBe(
    "urn:tavolo:refusal:assertion-invalid",
  );
  await deps.store.delete("hub#suspended", city.entry.id);
  expect((await post(form(await assertion()))).status).toBe(200);
  const keys = city.entry.keys.map((key) => (key.use === "member" ? { ...key, until: NOW } : key));
  await register(
    deps.store,
    await signCompact(city.keys.member, "tavolo-member+jws", { ...city.entry, iat: NOW, keys }),
  );
  now = NOW + 1;
  expect((await post(form(await assertion()))).body.type).toBe(
    "urn:tavolo:refusal:assertion-invalid",
  );
});

describe("refuses an assertion", () => {
  test.each<[string, () => Promise<string>]>([
    ["signed by a stranger", () => assertion({}, memorySigner())],
    ["signed by a node's answering key", () => assertion({}, city.keys.answer)],
    [
      "of a member who is not in the directory",
      () => assertion({ iss: "IT-999999", sub: "IT-999999" }),
    ],
    ["for another member", () => assertion({ sub: "IT-034027" })],
    ["for another hub", () => assertion({ aud: "another-hub" })],
    ["for another issuer", () => assertion({ aud: "https://another.example" })],
    ["for the endpoint, which is not the issuer", () => assertion({ aud: TOKEN_URL })],
    ["for several at once", () => assertion({ aud: [HUB, ORIGIN] })],
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
    expect((await post(form(jws))).body).toMatchObject({
      error: "invalid_client",
      type: "urn:tavolo:refusal:replayed",
    });
  });

  test("sent under another client's name", async () => {
    expect((await post(form(await assertion(), { client_id: "IT-034027" }))).body.error).toBe(
      "invalid_client",
    );
  });
});

test.each([
  ["another grant", (jws: string) => form(jws, { grant_type: "password" })],
  ["an unknown parameter", (jws: string) => form(jws, { scope: "all" })],
  ["a parameter twice", (jws: string) => `${form(jws)}&grant_type=client_credentials`],
])("refuses a form with %s", async (_, body) => {
  expect(await post(body(await assertion()))).toMatchObject({
    status: 400,
    body: { error: "invalid_request" },
  });
});

test("refuses a form that is no form", async () => {
  expect(await post("{}", "application/json")).toMatchObject({
    status: 415,
    body: { error: "invalid_request" },
  });
});

test("no record, no token", async () => {
  deps = {
    ...deps,
    log: storeLog({ ...memoryStore(), put: async () => Promise.reject(new Error("down")) }, HUB),
  };
  const { status, body } = await post(form(await assertion()));
  expect(status).toBe(503);
  expect(body).toMatchObject({
    type: "urn:tavolo:refusal:log-unwritten",
    error: "temporarily_unavailable",
  });
  expect(body.access_token).toBeUndefined();
});

describe("says of itself", () => {
  const get = async (path: string) => {
    const reply = await edge(deps)(eventOf(`GET /.well-known/${path}`));
    return { status: reply.statusCode, body: JSON.parse(reply.body ?? "") };
  };

  test("where tokens are, and how to ask for one", async () => {
    const { body } = await get("oauth-authorization-server");
    expect(body).toMatchObject({
      issuer: ORIGIN,
      token_endpoint: TOKEN_URL,
      jwks_uri: `${ORIGIN}/.well-known/jwks.json`,
    });
    expect(body.token_endpoint_auth_signing_alg_values_supported).toEqual(["ES256"]);
    expect((await get("oauth-protected-resource")).body).toMatchObject({
      resource: ORIGIN,
      authorization_servers: [ORIGIN],
    });
  });

  test("which keys it signs with: a token verifies by them, and none is there that may not sign tokens or has ended", async () => {
    const { access_token } = (await post(form(await assertion()))).body;
    const { body } = await get("jwks.json");
    expect(body.keys).toEqual([
      { ...hub.keys.hub.jwk, kid: hub.keys.hub.kid, use: "sig", alg: "ES256" },
    ]);
    await expect(
      jwtVerify(access_token, createLocalJWKSet(body), {
        typ: "at+jwt",
        currentDate: new Date(NOW * 1000),
      }),
    ).resolves.toMatchObject({
      payload: { sub: "IT-028060" },
    });
    const keys = hub.entry.keys.map((key) => (key.use === "hub" ? { ...key, until: NOW } : key));
    await register(
      deps.store,
      await signCompact(hub.keys.member, "tavolo-member+jws", { ...hub.entry, iat: NOW, keys }),
    );
    now = NOW + 1;
    expect((await get("jwks.json")).body.keys).toEqual([]);
  });
});
