/** A hub that trusts PDND, set up by the command of the how-to, asked over real HTTP. PDND and its client are played with keys made here. */
import {
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Asker } from "../../adapters/client/asking.ts";
import type { Federation } from "../../adapters/demo/federation.ts";
import { freshId, sha256, signCompact } from "../../functions/signing/jws.ts";
import { expectProblem, post } from "../world/http.ts";
import { HUB, makeWorld, member, purposeId, type World } from "../world/machine.ts";
import { tavolo } from "../world/process.ts";
import { aiuti, bytes, csv } from "../world/small.ts";

const [ADA, BEA] = ["IT-000001", "IT-000002"] as const;
let world: World;
let federation: Federation;
let ada: Asker;
let config: {
  issuer: string;
  audiences: string[];
  clients: Record<string, { member: string; keys: object[] }>;
  demands: object;
};
const key = () => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const { n = "", e = "" } = publicKey.export({ format: "jwk" });
  const kid = sha256(JSON.stringify({ e, kty: "RSA", n }));
  return { secret: privateKey, jwk: { kty: "RSA", kid, n, e, use: "sig", alg: "RS256" } };
};
const [pdnd, client] = [key(), key()];
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
function signed(
  { secret, jwk }: { secret: KeyObject; jwk: { kid: string } },
  typ: string,
  payload: object,
): string {
  const input = `${part({ alg: "RS256", kid: jwk.kid, typ })}.${part(payload)}`;
  return `${input}.${sign("sha256", Buffer.from(input), secret).toString("base64url")}`;
}

beforeAll(async () => {
  world = await makeWorld([member(ADA, false), member(BEA)], "2026-07-15");
  await world.publish(BEA, aiuti(), bytes(csv()));
  federation = await world.start([{ consumer: ADA, provider: BEA, dataset: "aiuti" }]);
  ada = await world.asker(ADA);
  // the file of the how-to, with our own member and key in it
  const page = await readFile(join(import.meta.dirname, "../../docs/how-to/trust-pdnd.md"), "utf8");
  config = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)![1]!);
  const [id] = Object.keys(config.clients);
  config.clients = { [id!]: { member: ADA, keys: [client.jwk] } };
});
afterAll(() => world.close());

const file = (name: string) => join(world.at.root, name);
async function trust(change: object = {}) {
  await writeFile(file("pdnd.json"), JSON.stringify({ ...config, ...change }));
  await writeFile(
    file("keys.json"),
    JSON.stringify({ keys: [pdnd.jwk, { kty: "EC", crv: "P-256", x: "x", y: "y" }] }),
  );
  return tavolo(world.at.root, ["issuer", "trust", file("pdnd.json"), "--keys", file("keys.json")]);
}
const clientId = () => Object.keys(config.clients)[0]!;
function claims(change: object = {}) {
  const now = world.clock();
  const ids = {
    jti: freshId(),
    iss: config.issuer,
    aud: config.audiences[0],
    sub: clientId(),
    client_id: clientId(),
  };
  return { ...ids, iat: now, nbf: now, exp: now + 600, purposeId, ...change };
}
const voucher = () => signed(pdnd, "at+jwt", claims());
async function ask(
  headers: (jws: string) => Record<string, string> = () => ({}),
  token = voucher(),
): Promise<Response> {
  const now = world.clock();
  const query = {
    purposeId,
    members: [BEA],
    dataset: "aiuti",
    period: "2025",
    measures: [{ count: "any" }],
    by: [],
    where: {},
  };
  const jws = await signCompact(ada.signer, "tavolo-query+jws", {
    ...query,
    v: 1,
    iss: ADA,
    aud: HUB,
    iat: now,
    exp: now + 300,
    jti: freshId(),
  });
  return post(`${federation.hub}/v1/query`, jws, "application/jose", {
    authorization: `Bearer ${token}`,
    ...headers(jws),
  });
}

test("a voucher is nothing to a hub that does not trust PDND, and a token to one that does, until it does not any more", async () => {
  await expectProblem(await ask(), "token-invalid");
  const said = await trust({ demands: {} });
  expect([said.code, said.err]).toEqual([0, ""]);
  expect(said.out).toContain("1 key(s), 1 client(s)");
  expect((await ask()).status).toBe(200);
  expect(JSON.parse((await tavolo(world.at.root, ["issuer", "list", "--json"])).out)).toMatchObject(
    [{ issuer: config.issuer }],
  );
  expect((await tavolo(world.at.root, ["issuer", "drop", config.issuer])).code).toBe(0);
  await expectProblem(await ask(), "token-invalid");
});

describe("a voucher as an attacker makes it is none, and PDND's own is one", () => {
  const thief = key();
  const headed = (change: object, payload: object = claims(), by = pdnd) => {
    const input = `${part({ alg: "RS256", kid: pdnd.jwk.kid, typ: "at+jwt", ...change })}.${part(payload)}`;
    return `${input}.${sign("sha256", Buffer.from(input), by.secret).toString("base64url")}`;
  };
  const hmac = (secret: string) => {
    const input = `${part({ alg: "HS256", kid: pdnd.jwk.kid, typ: "at+jwt" })}.${part(claims())}`;
    return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
  };
  const pem = () => createPublicKey(pdnd.secret).export({ type: "spki", format: "pem" }).toString();
  const now = () => world.clock();
  beforeAll(async () => {
    expect((await trust({ demands: {} })).code).toBe(0);
  });
  test.each<[string, () => string | Promise<string>]>([
    [
      "alg none",
      () => `${part({ alg: "none", kid: pdnd.jwk.kid, typ: "at+jwt" })}.${part(claims())}.`,
    ],
    ["HMAC over the public key", () => hmac(pem())],
    ["HMAC over the modulus", () => hmac(pdnd.jwk.n)],
    [
      "downgrade to ES256, by a member's key",
      async () => await signCompact(ada.signer, "at+jwt", claims()),
    ],
    ["PS256", () => headed({ alg: "PS256" })],
    ["RS384", () => headed({ alg: "RS384" })],
    ["the thief's key under PDND's kid", () => headed({}, claims(), thief)],
    ["an embedded key", () => headed({ jwk: thief.jwk }, claims(), thief)],
    ["jku", () => headed({ jku: "https://evil.example/jwks.json" }, claims(), thief)],
    ["x5u", () => headed({ x5u: "https://evil.example/cert.pem" }, claims(), thief)],
    ["a kid that is a path", () => headed({ kid: "../../../../etc/passwd" })],
    ["a kid that nobody has", () => headed({ kid: "A".repeat(43) })],
    ["crit", () => headed({ crit: ["exp"] })],
    ["b64 false", () => headed({ b64: false, crit: ["b64"] })],
    ["a client's assertion in its place", () => signed(client, "JWT", claims())],
    ["another typ", () => headed({ typ: "JWT" })],
    [
      "one that has ended",
      () => headed({}, claims({ iat: now() - 700, nbf: now() - 700, exp: now() - 65 })),
    ],
    ["one that begins later", () => headed({}, claims({ iat: now() + 65, nbf: now() + 65 }))],
    ["another audience", () => headed({}, claims({ aud: "another.example" }))],
    ["another issuer", () => headed({}, claims({ iss: "another.example" }))],
    [
      "another client",
      () =>
        headed(
          {},
          claims({
            sub: "8f2d6e5a-3c1b-4a58-9a7e-0c8e5d4b1aff",
            client_id: "8f2d6e5a-3c1b-4a58-9a7e-0c8e5d4b1aff",
          }),
        ),
    ],
  ])("%s", async (_, made) => {
    await expectProblem(await ask(undefined, await made()), "token-invalid");
    expect((await ask()).status).toBe(200);
  });
});

test("what the file of the how-to demands is demanded", async () => {
  expect((await trust({ demands: { integrity: true } })).code).toBe(0);
  await expectProblem(await ask(), "integrity-invalid");
  const now = world.clock();
  const digest = (jws: string) =>
    `SHA-256=${Buffer.from(sha256(jws), "base64url").toString("base64")}`;
  const integrity = (jws: string) => ({
    digest: digest(jws),
    "agid-jwt-signature": signed(client, "JWT", {
      iss: clientId(),
      aud: config.audiences[0],
      iat: now,
      exp: now + 100,
      jti: freshId(),
      signed_headers: [{ digest: digest(jws) }, { "content-type": "application/jose" }],
    }),
  });
  const answered = await ask(integrity);
  expect(answered.status, await answered.text()).toBe(200);
  expect(answered.headers.get("x-ratelimit-limit")).toMatch(/^\d+$/);
});

test("a file that is wrong is refused with what is wrong in it", async () => {
  const said = await trust({ audiences: [] });
  expect([said.code, said.out]).toEqual([1, ""]);
  expect(said.err).toMatch(/\[body-invalid\]\n {2}\/audiences: /);
});
