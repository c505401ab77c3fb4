/** PDND and a client of it, played with keys made here, from what PDND's own code and public clients of it send. */
import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Issuer } from "../../../schemas/pdnd.ts";
import type { Reason } from "../../../schemas/refusal.ts";
import {
  eventOf,
  type Member,
  makeMember,
  makeNode,
  makeWorld,
  memorySigner,
  NOW,
  PURPOSE,
  type World,
} from "../../../tests/world/federation.ts";
import { suspend } from "../../members/directory.ts";
import { edge } from "../../query/handler.ts";
import { freshId, sha256 } from "../../signing/jws.ts";
import { callerOf } from "../access.ts";
import { proofFor } from "../dpop.ts";
import { digestHeader } from "./integrity.ts";
import { dropIssuer, storeIssuer } from "./issuers.ts";
import { vouchers } from "./voucher.ts";

const ORIGIN = "https://hub.example";
const URL = `${ORIGIN}/v1/query`;
const PDND = "uat.interop.pagopa.it";
const AUDIENCE = "hub.example/tavolo";
const CLIENT = "8f2d6e5a-3c1b-4a58-9a7e-0c8e5d4b1a01";
const PADOVA = "IT-028060";
const ESERVICE = "0b6a5c0e-1d2f-4e3a-8b4c-5d6e7f8a9b01";

interface RsaKey {
  readonly kid: string;
  readonly secret: KeyObject;
  readonly jwk: { kty: "RSA"; kid: string; n: string; e: string };
}
function rsaKey(bits = 2048): RsaKey {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: bits });
  const { n = "", e = "" } = publicKey.export({ format: "jwk" });
  const kid = sha256(JSON.stringify({ e, kty: "RSA", n }));
  return { kid, secret: privateKey, jwk: { kty: "RSA", kid, n, e } };
}
const part = (value: object | string) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
function rs256(key: RsaKey, header: object, payload: object | string): string {
  const input = `${part({ alg: "RS256", kid: key.kid, ...header })}.${part(payload)}`;
  return `${input}.${sign("sha256", Buffer.from(input), key.secret).toString("base64url")}`;
}

let pdnd: RsaKey;
let clientKey: RsaKey;
let stranger: RsaKey;
let city: Member;
let other: Member;
let world: World;
beforeAll(async () => {
  [pdnd, clientKey, stranger] = [rsaKey(), rsaKey(), rsaKey()];
  city = await makeMember(PADOVA, { url: "https://padova.example.org" });
  other = await makeMember("IT-034027", { url: "https://parma.example.org" });
});

const issuer = (change: object = {}): Issuer =>
  Issuer.parse({
    issuer: PDND,
    audiences: ["another.example", AUDIENCE],
    keys: [pdnd.jwk],
    route: { eserviceId: ESERVICE },
    clients: { [CLIENT]: { member: PADOVA, keys: [clientKey.jwk] } },
    ...change,
  });
const demanding = (demands: object) => issuer({ demands });
beforeEach(async () => {
  world = await makeWorld([makeNode(city), makeNode(other)], [other]);
  await storeIssuer(world.store, issuer());
});

const claims = (change: object = {}) => ({
  jti: freshId(),
  iss: PDND,
  aud: AUDIENCE,
  sub: CLIENT,
  client_id: CLIENT,
  iat: NOW,
  nbf: NOW,
  exp: NOW + 600,
  purposeId: PURPOSE,
  ...change,
});
const voucher = (change: object = {}, key = pdnd, header: object = {}) =>
  rs256(key, { use: "sig", typ: "at+jwt", ...header }, claims(change));
const evidence = (change: object = {}, key = clientKey) =>
  rs256(
    key,
    { typ: "JWT" },
    {
      iss: CLIENT,
      aud: AUDIENCE,
      iat: NOW,
      nbf: NOW,
      exp: NOW + 300,
      jti: freshId(),
      dnonce: 1_234_567_890_123,
      purposeId: PURPOSE,
      userID: "an-official",
      userLocation: "desk",
      LoA: "LoA3",
      ...change,
    },
  );
const hashOf = (jws: string) => ({
  alg: "SHA256",
  value: createHash("sha256").update(jws).digest("hex"),
});
const integrity = (body: string, change: object = {}, key = clientKey) =>
  rs256(
    key,
    { typ: "JWT" },
    {
      iss: CLIENT,
      aud: AUDIENCE,
      iat: NOW,
      exp: NOW + 100,
      jti: freshId(),
      signed_headers: [{ digest: digestHeader(body) }, { "content-type": "application/jose" }],
      ...change,
    },
  );

type Headers = Record<string, string>;
async function ask(headers: Headers, { jws, at = NOW }: { jws?: string; at?: number } = {}) {
  const deps = { ...world.deps, clock: () => at, origin: ORIGIN, vouchers: vouchers(world.store) };
  const reply = await edge(deps)(
    eventOf(
      "POST /v1/query",
      { "content-type": "application/jose", ...headers },
      jws ?? (await world.sign(world.query())),
    ),
  );
  return reply.statusCode === 200
    ? "answered"
    : (String(JSON.parse(reply.body!).type).split(":").at(-1) as Reason);
}
const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` });

test("a voucher is taken where our own token is, and the answer is the same", async () => {
  expect(await ask(bearer(voucher()))).toBe("answered");
  expect(
    await ask(
      bearer(
        voucher({
          aud: ["somewhere.else", AUDIENCE],
          eserviceId: ESERVICE,
          consumerId: "x",
          unknownClaim: 1,
        }),
      ),
    ),
  ).toBe("answered");
  expect(await ask(bearer(voucher({}, pdnd, { typ: "application/at+jwt" })))).toBe("answered");
});

describe("refuses a voucher", () => {
  const hmac = () =>
    `${part({ alg: "HS256", kid: pdnd.kid, typ: "at+jwt" })}.${part(claims())}.AAAA`;
  test.each<[string, () => string | Promise<string>]>([
    ["of an issuer that is not trusted", () => voucher({ iss: "another.issuer" })],
    ["signed by a stranger under PDND's kid", () => voucher({}, { ...stranger, kid: pdnd.kid })],
    ["signed by a key that is not known", () => voucher({}, stranger)],
    ["signed by the client itself", () => voucher({}, clientKey)],
    ["of another kind", () => voucher({}, pdnd, { typ: "JWT" })],
    ["that brings its own key", () => voucher({}, pdnd, { jwk: stranger.jwk })],
    ["that says where its key is", () => voucher({}, pdnd, { jku: "https://evil.example/jwks" })],
    ["with a certificate", () => voucher({}, pdnd, { x5c: ["AAAA"] })],
    ["with crit", () => voucher({}, pdnd, { crit: ["exp"] })],
    [
      "under none",
      () => `${part({ alg: "none", kid: pdnd.kid, typ: "at+jwt" })}.${part(claims())}.`,
    ],
    ["under HMAC", hmac],
    ["under PS256", () => voucher({}, pdnd, { alg: "PS256" })],
    [
      "that a member signed, under ES256",
      async () => {
        const input = `${part({ alg: "ES256", kid: pdnd.kid, typ: "at+jwt" })}.${part(claims())}`;
        return `${input}.${Buffer.from(await city.keys.member.sign(Buffer.from(input))).toString("base64url")}`;
      },
    ],
    ["for another audience", () => voucher({ aud: "hub.example" })],
    ["for another e-service", () => voucher({ eserviceId: CLIENT })],
    ["of a client that is no member", () => voucher({ sub: ESERVICE, client_id: ESERVICE })],
    ["whose subject is another client", () => voucher({ sub: ESERVICE })],
    ["that has expired", () => voucher({ iat: NOW - 700, nbf: NOW - 700, exp: NOW - 61 })],
    ["that is not good yet", () => voucher({ nbf: NOW + 61 })],
    ["of the future", () => voucher({ iat: NOW + 61, nbf: NOW })],
    ["that lives longer than any", () => voucher({ exp: NOW + 86_401 })],
    ["without a purpose", () => voucher({ purposeId: undefined })],
    [
      "with a claim twice",
      () =>
        rs256(
          pdnd,
          { typ: "at+jwt" },
          JSON.stringify(claims()).replace('"purposeId"', '"purposeId":"x","purposeId"'),
        ),
    ],
    ["that is none", () => "abc"],
  ])("%s", async (_, made) => {
    expect(await ask(bearer(await made()))).toBe("token-invalid");
  });

  test("for another purpose than the question's", async () => {
    expect(await ask(bearer(voucher({ purposeId: ESERVICE })))).toBe("purpose-denied");
  });
  test("of another member than the one that signed the question", async () => {
    expect(
      await ask(bearer(voucher()), { jws: await world.sign(world.query(), other.keys.member) }),
    ).toBe("signature-invalid");
  });
  test("whose client, issuer or member is gone since a moment", async () => {
    const token = voucher();
    await storeIssuer(world.store, issuer({ clients: {} }));
    expect(await ask(bearer(token))).toBe("token-invalid");
    await storeIssuer(world.store, issuer());
    expect(await ask(bearer(token))).toBe("answered");
    await suspend(world.store, PADOVA, NOW);
    expect(await ask(bearer(token))).toBe("token-invalid");
    await world.store.delete("hub#suspended", PADOVA);
    await dropIssuer(world.store, PDND);
    expect(await ask(bearer(token))).toBe("token-invalid");
  });
  test("by PDND's key in the place of a token of our own", async () => {
    expect(await ask({ authorization: `DPoP ${voucher({ iss: "tavolo-hub" })}` })).toBe(
      "token-invalid",
    );
  });
  test("whose key is too short to be set up at all", () => {
    expect(Issuer.safeParse({ ...issuer(), keys: [rsaKey(1024).jwk] }).success).toBe(false);
  });
});

describe("a voucher that is bound to a key", () => {
  const rsaProof = (token: string, change: object = {}, key = clientKey) => {
    const { kid: _, ...jwk } = key.jwk;
    const input = `${part({ typ: "dpop+jwt", alg: "RS256", jwk })}.${part({ jti: freshId(), htm: "POST", htu: URL, iat: NOW, ath: sha256(token), ...change })}`;
    return `${input}.${sign("sha256", Buffer.from(input), key.secret).toString("base64url")}`;
  };
  const bound = () => voucher({ cnf: { jkt: clientKey.kid } });
  const dpop = (token: string, proof?: string): Headers => ({
    authorization: `DPoP ${token}`,
    ...(proof ? { dpop: proof } : {}),
  });

  test("is taken with a proof by that key, RSA or P-256", async () => {
    const token = bound();
    expect(await ask(dpop(token, rsaProof(token)))).toBe("answered");
    const signer = memorySigner();
    const onP256 = voucher({ cnf: { jkt: signer.kid } });
    expect(
      await ask(
        dpop(onP256, await proofFor({ method: "POST", url: URL, token: onP256 }, signer, NOW)),
      ),
    ).toBe("answered");
  });

  test.each<[string, (token: string) => Headers, Reason]>([
    ["no proof", (token) => dpop(token), "proof-invalid"],
    ["another key", (token) => dpop(token, rsaProof(token, {}, stranger)), "proof-invalid"],
    ["another token", (token) => dpop(token, rsaProof(voucher())), "proof-invalid"],
    ["another method", (token) => dpop(token, rsaProof(token, { htm: "GET" })), "proof-invalid"],
    [
      "another address",
      (token) => dpop(token, rsaProof(token, { htu: `${ORIGIN}/token.oauth2` })),
      "proof-invalid",
    ],
    ["an old proof", (token) => dpop(token, rsaProof(token, { iat: NOW - 61 })), "proof-invalid"],
    ["the name of bearer", (token) => bearer(token), "token-invalid"],
  ])("is refused with %s", async (_, headers, reason) => {
    expect(await ask(headers(bound()))).toBe(reason);
  });

  test("takes a proof once", async () => {
    const token = bound();
    const proof = rsaProof(token);
    expect(await ask(dpop(token, proof))).toBe("answered");
    expect(await ask(dpop(token, proof))).toBe("replayed");
  });

  test("can be demanded; and one that is not bound does not go under that name", async () => {
    expect(await ask(dpop(voucher(), rsaProof(voucher())))).toBe("token-invalid");
    await storeIssuer(world.store, demanding({ dpop: true }));
    expect(await ask(bearer(voucher()))).toBe("token-invalid");
  });
});

describe("INTEGRITY_REST_02", () => {
  const body = () => world.sign(world.query());
  const send = async (change: (headers: Headers, jws: string) => Headers) => {
    const jws = await body();
    return ask(
      {
        ...bearer(voucher()),
        ...change({ digest: digestHeader(jws), "agid-jwt-signature": integrity(jws) }, jws),
      },
      { jws },
    );
  };

  test("is verified where it is sent", async () => {
    expect(await send((headers) => headers)).toBe("answered");
  });

  test.each<[string, (headers: Headers, jws: string) => Headers]>([
    ["of another body", (headers) => ({ ...headers, "agid-jwt-signature": integrity("another") })],
    [
      "whose Digest is of another body",
      (headers) => ({ ...headers, digest: digestHeader("another") }),
    ],
    [
      "whose Digest is hexadecimal",
      (_, jws) => {
        const digest = `SHA-256=${createHash("sha256").update(jws).digest("hex")}`;
        return {
          digest,
          "agid-jwt-signature": integrity(jws, {
            signed_headers: [{ digest }, { "content-type": "application/jose" }],
          }),
        };
      },
    ],
    ["without Digest", ({ digest: _, ...headers }) => headers],
    [
      "by a stranger",
      (headers, jws) => ({ ...headers, "agid-jwt-signature": integrity(jws, {}, stranger) }),
    ],
    [
      "by PDND's own key",
      (headers, jws) => ({ ...headers, "agid-jwt-signature": integrity(jws, {}, pdnd) }),
    ],
    [
      "in another client's name",
      (headers, jws) => ({ ...headers, "agid-jwt-signature": integrity(jws, { iss: ESERVICE }) }),
    ],
    [
      "for another audience",
      (headers, jws) => ({ ...headers, "agid-jwt-signature": integrity(jws, { aud: "x" }) }),
    ],
    [
      "that has expired",
      (headers, jws) => ({
        ...headers,
        "agid-jwt-signature": integrity(jws, { iat: NOW - 200, exp: NOW - 61 }),
      }),
    ],
    [
      "that leaves the content type out",
      (headers, jws) => ({
        ...headers,
        "agid-jwt-signature": integrity(jws, { signed_headers: [{ digest: digestHeader(jws) }] }),
      }),
    ],
    [
      "that leaves the content encoding out",
      (headers) => ({ ...headers, "content-encoding": "identity" }),
    ],
    [
      "that signs another content type",
      (headers, jws) => ({
        ...headers,
        "agid-jwt-signature": integrity(jws, {
          signed_headers: [{ digest: digestHeader(jws) }, { "content-type": "text/plain" }],
        }),
      }),
    ],
    [
      "with two headers in one",
      (headers, jws) => ({
        ...headers,
        "agid-jwt-signature": integrity(jws, {
          signed_headers: [{ digest: digestHeader(jws), "content-type": "application/jose" }],
        }),
      }),
    ],
    [
      "with a header twice",
      (headers, jws) => ({
        ...headers,
        "agid-jwt-signature": integrity(jws, {
          signed_headers: [
            { digest: "x" },
            { digest: digestHeader(jws) },
            { "content-type": "application/jose" },
          ],
        }),
      }),
    ],
  ])("refuses a signature %s", async (_, change) => {
    expect(await send(change)).toBe("integrity-invalid");
  });

  test("is demanded where the configuration says so", async () => {
    await storeIssuer(world.store, demanding({ integrity: true }));
    expect(await ask(bearer(voucher()))).toBe("integrity-invalid");
    expect(await send((headers) => headers)).toBe("answered");
  });
});

describe("AUDIT_REST_02", () => {
  const send = (jws: string, change: object = {}) =>
    ask({
      ...bearer(voucher({ digest: hashOf(jws), ...change })),
      "agid-jwt-trackingevidence": jws,
    });

  test("is verified where it is sent, and goes with every call of its voucher", async () => {
    const jws = evidence();
    const headers = {
      ...bearer(voucher({ digest: hashOf(jws) })),
      "agid-jwt-trackingevidence": jws,
    };
    expect([await ask(headers), await ask(headers)]).toEqual(["answered", "answered"]);
    // AUDIT_REST_01: evidence that the voucher says nothing of
    expect(await send(evidence(), { digest: undefined })).toBe("answered");
  });

  test.each<[string, () => Promise<string>]>([
    ["of another voucher", () => send(evidence(), { digest: hashOf(evidence()) })],
    ["by a stranger", () => send(evidence({}, stranger))],
    ["of another client", () => send(evidence({ iss: ESERVICE }))],
    ["for another audience", () => send(evidence({ aud: "x" }))],
    ["for another purpose", () => send(evidence({ purposeId: ESERVICE }))],
    ["that has expired", () => send(evidence({ iat: NOW - 200, nbf: NOW - 200, exp: NOW - 61 }))],
    ["that is none", () => send("abc")],
  ])("refuses evidence %s", async (_, sent) => {
    expect(await sent()).toBe("tracking-invalid");
  });

  test("is demanded where the configuration says so, with its digest in the voucher and the claims that are asked for", async () => {
    await storeIssuer(
      world.store,
      demanding({ tracking: true, claims: ["userID", "userLocation", "loa"] }),
    );
    expect(await ask(bearer(voucher()))).toBe("tracking-invalid");
    expect(await send(evidence(), { digest: undefined })).toBe("tracking-invalid");
    expect(await send(evidence({ userID: undefined }))).toBe("tracking-invalid");
    expect(await send(evidence())).toBe("answered");
  });

  test("what evidence says of a person is in no log and in no error", async () => {
    await send(evidence());
    await send(evidence({ aud: "x" }));
    expect(JSON.stringify(world.logged)).not.toMatch(/an-official|desk|LoA3/);
  });
});

test("a call that is no question takes a voucher too, and our own headers of ModI with it", async () => {
  const books = { ...world.deps, vouchers: vouchers(world.store) };
  const call = (headers: Headers) =>
    callerOf(books, { method: "DELETE", url: `${ORIGIN}/v1/x`, headers }, NOW);
  expect((await call(bearer(voucher()))).id).toBe(PADOVA);
  await storeIssuer(world.store, demanding({ tracking: true }));
  await expect(call(bearer(voucher()))).rejects.toThrow("tracking-invalid");
});

test("beside a token of our own these headers have no key to be verified by, and are refused rather than passed over", async () => {
  const own = { authorization: `DPoP ${await world.token()}` };
  expect(await ask({ ...own, "agid-jwt-signature": integrity("x") })).toBe("integrity-invalid");
  expect(await ask({ ...own, "agid-jwt-trackingevidence": evidence() })).toBe("tracking-invalid");
  expect(await ask(own)).toBe("answered");
});

test("without trust in any issuer a voucher is a token like any other that is not ours", async () => {
  const reply = await edge({ ...world.deps, origin: ORIGIN })(
    eventOf(
      "POST /v1/query",
      { ...bearer(voucher()), "content-type": "application/jose" },
      "a.b.c",
    ),
  );
  expect(reply.statusCode).toBe(401);
});
