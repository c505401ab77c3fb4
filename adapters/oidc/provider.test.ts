/** What the desk believes of a provider: one that is played here says whatever a test wants. An honest one is in tests/e2e/desk.test.ts. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { decodeJwt, exportJWK, generateKeyPair, type JWTPayload, jwtVerify, SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { OidcConfig } from "../../schemas/desk.ts";
import { memorySigner } from "../../tests/world/federation.ts";
import { openidProvider } from "./provider.ts";

const REDIRECT = "http://127.0.0.1:9/desk/callback";
const CLIENT = "tavolo";
const SECRETS = {
  state: "state-".padEnd(43, "s"),
  nonce: "nonce-".padEnd(43, "n"),
  verifier: "verifier-".padEnd(43, "v"),
};
const SEARCH = `code=abc&state=${SECRETS.state}`;

type Alg = "RS256" | "ES256" | "PS256";
let server: Server;
let issuer: string;
const keys = {} as Record<Alg | "stranger", CryptoKey>;
let jwks: object[];
/** What the provider answers, as a test wants it. */
let metadata: Record<string, unknown>;
let idToken: () => Promise<string>;
let bodies: URLSearchParams[];
let up: boolean;

beforeAll(async () => {
  jwks = [];
  for (const alg of ["RS256", "ES256", "PS256"] as const) {
    const { publicKey, privateKey } = await generateKeyPair(alg);
    keys[alg] = privateKey;
    jwks.push({ ...(await exportJWK(publicKey)), kid: alg, alg, use: "sig" });
  }
  keys.stranger = (await generateKeyPair("RS256")).privateKey;
  server = createServer(async (request, response) => {
    if (!up) return void response.destroy();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const json = (body: object) =>
      response.setHeader("content-type", "application/json").end(JSON.stringify(body));
    if (request.url === "/.well-known/openid-configuration") return void json(metadata);
    if (request.url === "/jwks") return void json({ keys: jwks });
    bodies.push(new URLSearchParams(Buffer.concat(chunks).toString()));
    json({
      access_token: "opaque",
      token_type: "Bearer",
      expires_in: 60,
      id_token: await idToken(),
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close().closeAllConnections());

const claims = (change: object = {}): JWTPayload => {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: issuer,
    aud: CLIENT,
    sub: "248289761001",
    iat: now,
    exp: now + 300,
    nonce: SECRETS.nonce,
    groups: ["a"],
    ...change,
  };
};
const signed = (
  payload: JWTPayload,
  alg: Alg = "RS256",
  key: CryptoKey = keys[alg],
  kid: string = alg,
) => new SignJWT(payload).setProtectedHeader({ alg, kid }).sign(key);
const b64 = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

beforeEach(() => {
  [up, bodies] = [true, []];
  idToken = () => signed(claims());
  metadata = {
    ...{
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
    },
    ...{
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256", "none"],
    },
  };
});

const config = (change: object = {}) =>
  OidcConfig.parse({
    issuer,
    client: CLIENT,
    roles: { asker: { claim: "groups", value: "a" } },
    ...change,
  });
const provider = (change: object = {}, client: object = {}) =>
  openidProvider(config(change), { redirect: REDIRECT, secret: "s3cret", local: true, ...client });

test("a person is sent to the provider with the digest of a secret, never the secret itself", async () => {
  const url = new URL(await provider({ scopes: ["profile"] }).address(SECRETS));
  expect(`${url.origin}${url.pathname}`).toBe(`${issuer}/authorize`);
  expect(Object.fromEntries(url.searchParams)).toEqual({
    ...{
      response_type: "code",
      client_id: CLIENT,
      redirect_uri: REDIRECT,
      scope: "openid profile",
    },
    ...{ state: SECRETS.state, nonce: SECRETS.nonce, code_challenge_method: "S256" },
    code_challenge: createHash("sha256").update(SECRETS.verifier).digest("base64url"),
  });
});

test("what the provider says is handed on, where it verifies; and the code is redeemed with the secret of this sign-in", async () => {
  await expect(provider().claims(SEARCH, SECRETS)).resolves.toMatchObject({
    iss: issuer,
    sub: "248289761001",
    groups: ["a"],
  });
  expect(Object.fromEntries(bodies[0]!)).toMatchObject({
    code: "abc",
    code_verifier: SECRETS.verifier,
    client_secret: "s3cret",
  });
});

test.each<Alg>(["RS256", "ES256", "PS256"])(
  "%s is taken where the configuration says so, and nothing else then",
  async (alg) => {
    for (const other of ["RS256", "ES256", "PS256"] as const) {
      idToken = () => signed(claims(), other);
      const taken = provider({ alg }).claims(SEARCH, SECRETS);
      if (alg === other) await expect(taken).resolves.toMatchObject({ sub: "248289761001" });
      else await expect(taken).rejects.toMatchObject({ reason: "signin-invalid" });
    }
  },
);

test("no other algorithm can be configured", () => {
  for (const alg of ["none", "HS256", "RS512", "EdDSA"]) expect(() => config({ alg })).toThrow();
});

describe("an ID token is refused", () => {
  test.each<[string, () => Promise<string>]>([
    ["with alg none", async () => `${b64({ alg: "none" })}.${b64(claims())}.`],
    [
      "under HMAC with the client's secret",
      () =>
        new SignJWT(claims())
          .setProtectedHeader({ alg: "HS256" })
          .sign(Buffer.from("s3cret".padEnd(32, "x"))),
    ],
    [
      "signed by a stranger under the provider's kid",
      () => signed(claims(), "RS256", keys.stranger),
    ],
    [
      "signed by a stranger under another kid",
      () => signed(claims(), "RS256", keys.stranger, "stranger"),
    ],
    [
      "altered after signing",
      async () =>
        (await signed(claims())).replace(/\.[^.]+\./, `.${b64(claims({ groups: ["owner"] }))}.`),
    ],
    ["without a signature", async () => (await signed(claims())).replace(/[^.]+$/, "")],
    ["for another client", () => signed(claims({ aud: "another" }))],
    [
      "for several clients, without the party that it was given to",
      () => signed(claims({ aud: [CLIENT, "another"] })),
    ],
    [
      "for several clients, given to another",
      () => signed(claims({ aud: [CLIENT, "another"], azp: "another" })),
    ],
    ["of another issuer", () => signed(claims({ iss: "https://evil.example" }))],
    ["with another nonce", () => signed(claims({ nonce: "another" }))],
    ["without a nonce", () => signed(claims({ nonce: undefined }))],
    ["that has expired", () => signed(claims({ exp: Math.floor(Date.now() / 1000) - 120 }))],
    ["without an end", () => signed(claims({ exp: undefined }))],
    ["that is not valid yet", () => signed(claims({ nbf: Math.floor(Date.now() / 1000) + 120 }))],
    ["of nobody", () => signed(claims({ sub: undefined }))],
    ["that is none", async () => "rubbish"],
    ["that is not there", async () => undefined as unknown as string],
  ])("%s", async (_, made) => {
    idToken = made;
    await expect(provider().claims(SEARCH, SECRETS)).rejects.toMatchObject({
      reason: "signin-invalid",
    });
  });
});

test.each<[string, string]>([
  ["another state", SEARCH.replace(SECRETS.state, "another")],
  ["no state", "code=abc"],
  ["no code", `state=${SECRETS.state}`],
  ["an error of the provider's", `error=access_denied&state=${SECRETS.state}`],
  ["another provider's answer (RFC 9207)", `${SEARCH}&iss=https%3A%2F%2Fevil.example`],
])("a way back is refused: %s", async (_, search) => {
  await expect(provider().claims(search, SECRETS)).rejects.toMatchObject({
    reason: "signin-invalid",
  });
  expect(bodies).toEqual([]);
});

test("a provider that answers under another name is not believed, nor one without TLS outside this machine", async () => {
  metadata.issuer = "https://login.example.org/{tenantid}/v2.0";
  await expect(provider().address(SECRETS)).rejects.toMatchObject({ reason: "unavailable" });
  metadata.issuer = issuer;
  await expect(provider({}, { local: false }).address(SECRETS)).rejects.toMatchObject({
    reason: "unavailable",
  });
});

test("one that is down is asked again by the next", async () => {
  const one = provider();
  up = false;
  await expect(one.address(SECRETS)).rejects.toMatchObject({ reason: "unavailable" });
  up = true;
  await expect(one.address(SECRETS)).resolves.toContain(issuer);
  up = false;
  await expect(one.claims(SEARCH, SECRETS)).rejects.toMatchObject({ reason: "unavailable" });
});

test("the desk proves who it is with a key of its own: ES256, for this provider, for a minute, once", async () => {
  const signer = memorySigner();
  await provider({ auth: "key" }, { secret: undefined, signer }).claims(SEARCH, SECRETS);
  const sent = Object.fromEntries(bodies[0]!);
  expect(sent).not.toHaveProperty("client_secret");
  expect(sent.client_assertion_type).toBe("urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
  const { payload, protectedHeader } = await jwtVerify(sent.client_assertion!, signer.jwk, {
    audience: issuer,
    issuer: CLIENT,
  });
  expect(protectedHeader).toEqual({ alg: "ES256", kid: signer.kid });
  expect([payload.sub, payload.exp! - payload.iat!]).toEqual([CLIENT, 60]);
  await provider({ auth: "key" }, { secret: undefined, signer }).claims(SEARCH, SECRETS);
  expect(decodeJwt(bodies[1]!.get("client_assertion")!).jti).not.toBe(payload.jti);
});

test("a desk that lacks what its configuration names does not start", () => {
  expect(() => provider({ auth: "secret" }, { secret: undefined })).toThrow("no secret");
  expect(() => provider({ auth: "key" }, { secret: undefined })).toThrow("no key");
  expect(() => provider({ auth: "none" }, { secret: undefined })).not.toThrow();
});

test("no error quotes a token, a code or a secret", async () => {
  idToken = () => signed(claims({ aud: "another" }));
  const error = await provider()
    .claims(SEARCH, SECRETS)
    .catch((one) => one);
  const said = JSON.stringify([error.message, error.hint, error.stack, `${error.cause}`]);
  for (const secret of ["s3cret", SECRETS.verifier, "eyJ", "code=abc"])
    expect(said).not.toContain(secret);
});
