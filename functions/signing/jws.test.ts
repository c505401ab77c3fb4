/** Verification, against everything that a header, a clock or a payload can say that is not so. */

import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type * as z from "zod";
import { toBase64url } from "#bytes";
import type { MemberKey } from "../../schemas/member.ts";
import { AccessToken, type DpopProof } from "../../schemas/token.ts";
import { memorySigner, NOW, PURPOSE } from "../../tests/world/federation.ts";
import { forge, forgeries } from "../../tests/world/forge.ts";
import { proofFor, verifyProof } from "../access/dpop.ts";
import { freshId, isCanonical, type Trust, type Typ, thumbprintOf, verifyCompact } from "./jws.ts";

const signer = memorySigner();
const thief = memorySigner();
const key = (change: Partial<MemberKey> = {}): MemberKey => ({
  kid: signer.kid,
  use: "member",
  jwk: signer.jwk,
  from: NOW - 1000,
  ...change,
});
const trust = (change: Partial<Trust> = {}): Trust => ({
  keys: [key(), key({ kid: thief.kid, jwk: thief.jwk, use: "answer" })],
  use: "member",
  now: NOW,
  ...change,
});

const claims = {
  iss: "hub",
  sub: "IT-028060",
  client_id: "IT-028060",
  aud: "hub",
  iat: NOW,
  exp: NOW + 600,
  jti: "0123456789abcdef",
  purposeId: PURPOSE,
  cnf: { jkt: signer.kid },
};
const token = (change: object = {}) =>
  forge(signer, { alg: "ES256", typ: "at+jwt", kid: signer.kid }, { ...claims, ...change });
const verdict = async (jws: string, change: Partial<Trust> = {}, typ: Typ = "at+jwt") =>
  verifyCompact(jws, typ, AccessToken, trust(change)).then(
    () => "taken",
    (error: { reason: string }) => error.reason,
  );

test("the honest message is taken, and its very bytes are what is read", async () => {
  expect(await verifyCompact(await token(), "at+jwt", AccessToken, trust())).toEqual({
    ...claims,
    kid: signer.kid,
  });
});

describe("refuses", () => {
  test.each(forgeries({ signer, typ: "at+jwt", payload: claims, thief }))("%s", async (_, made) => {
    expect(await verdict(await made())).toBe("signature-invalid");
  });

  test.each([
    "tavolo-member+jws",
    "tavolo-query+jws",
    "tavolo-ask+jws",
    "client-assertion+jwt",
    "dpop+jwt",
    "tavolo-statement+jws",
    "tavolo-head+jws",
  ] as const)("%s where a token belongs", async (typ) => {
    expect(await verdict(await forge(signer, { alg: "ES256", typ, kid: signer.kid }, claims))).toBe(
      "signature-invalid",
    );
    expect(await verdict(await token(), {}, typ)).toBe("signature-invalid");
  });

  test("a key that is for another use, of another time, or not there", async () => {
    expect(await verdict(await token(), { use: "answer" })).toBe("signature-invalid");
    expect(await verdict(await token(), { keys: [] })).toBe("signature-invalid");
    expect(await verdict(await token(), { keys: [key({ until: NOW - 1 })] })).toBe(
      "signature-invalid",
    );
    expect(await verdict(await token(), { keys: [key({ from: NOW + 61 })] })).toBe(
      "signature-invalid",
    );
    // the right name on another key
    expect(await verdict(await token(), { keys: [key({ jwk: thief.jwk })] })).toBe(
      "signature-invalid",
    );
  });
});

describe("sixty seconds of skew are forgiven, and not one more", () => {
  test.each<[string, object, string]>([
    ["a clock that is 60 s ahead", { iat: NOW + 60 }, "taken"],
    ["a clock that is 61 s ahead", { iat: NOW + 61 }, "expired"],
    ["an end 60 s ago", { exp: NOW - 60 }, "taken"],
    ["an end 61 s ago", { exp: NOW - 61 }, "expired"],
    ["a time that is text", { exp: `${NOW + 600}` }, "signature-invalid"],
    ["a time with a fraction", { iat: NOW + 0.5 }, "signature-invalid"],
    ["a time below nothing", { iat: -1 }, "signature-invalid"],
    ["no end", { exp: undefined }, "signature-invalid"],
    ["no beginning", { iat: undefined }, "signature-invalid"],
    ["a time of its own", { nbf: NOW + 61 }, "signature-invalid"],
  ])("%s", async (_, change, outcome) => {
    expect(await verdict(await token(change))).toBe(outcome);
  });
});

describe("a DPoP proof", () => {
  const call = { method: "GET", url: "https://node.example/v1/x", token: "a.b.c" };
  const outcome = (proof: string) =>
    verifyProof(proof, call, signer.kid, NOW).then(
      () => "taken",
      (error: { reason: string }) => error.reason,
    );
  let honest: z.infer<typeof DpopProof>;
  beforeAll(async () => {
    honest = await verifyProof(await proofFor(call, signer, NOW), call, signer.kid, NOW);
  });
  const proof = (header: object, payload: object | string = honest, by = signer) =>
    forge(by, { typ: "dpop+jwt", alg: "ES256", jwk: signer.jwk, ...header }, payload);

  test("is taken", async () => {
    expect(await outcome(await proof({}))).toBe("taken");
    expect(await outcome(await proof({}, { ...honest, iat: NOW - 60 }))).toBe("taken");
  });

  test.each<[string, () => Promise<string>]>([
    ["the thief's key", () => proof({ jwk: thief.jwk }, honest, thief)],
    ["the owner's key, signed by the thief", () => proof({}, honest, thief)],
    ["a key with its private half", () => proof({ jwk: { ...signer.jwk, d: "A".repeat(43) } })],
    ["a symmetric key", () => proof({ jwk: { kty: "oct", k: "AAAA" } })],
    ["a key on another curve", () => proof({ jwk: { ...signer.jwk, crv: "secp256k1" } })],
    ["a point that is on no curve", () => proof({ jwk: { ...signer.jwk, y: signer.jwk.x } })],
    ["a kid besides", () => proof({ kid: signer.kid })],
    ["jku", () => proof({ jku: "https://evil.example" })],
    ["crit", () => proof({ crit: ["jti"] })],
    ["alg none", () => proof({ alg: "none" })],
    ["alg HS256", () => proof({ alg: "HS256" })],
    ["typ JWT", () => proof({ typ: "JWT" })],
    ["another method", () => proof({}, { ...honest, htm: "POST" })],
    ["a method in small letters", () => proof({}, { ...honest, htm: "get" })],
    ["another path", () => proof({}, { ...honest, htu: "https://node.example/v1/y" })],
    ["a path that climbs", () => proof({}, { ...honest, htu: "https://node.example/v1/x/../y" })],
    ["another scheme", () => proof({}, { ...honest, htu: "http://node.example/v1/x" })],
    ["another port", () => proof({}, { ...honest, htu: "https://node.example:8443/v1/x" })],
    ["an address that is none", () => proof({}, { ...honest, htu: "/v1/x" })],
    ["another token", () => proof({}, { ...honest, ath: "A".repeat(43) })],
    ["no token", () => proof({}, { ...honest, ath: undefined })],
    ["no jti", () => proof({}, { ...honest, jti: undefined })],
    ["a time of 0", () => proof({}, { ...honest, iat: 0 })],
    ["61 s ago", () => proof({}, { ...honest, iat: NOW - 61 })],
    ["61 s ahead", () => proof({}, { ...honest, iat: NOW + 61 })],
    [
      "a name twice",
      () => proof({}, JSON.stringify(honest).replace("{", `{"jti":"${freshId()}",`)),
    ],
    ["two proofs", async () => `${await proof({})},${await proof({})}`],
    ["padding", async () => `${await proof({})}=`],
  ])("is refused with %s", async (_, made) => {
    expect(await outcome(await made())).toBe("proof-invalid");
  });
});

test("a thumbprint is that of RFC 7638, and a key is known by it", () => {
  expect(thumbprintOf(signer.jwk)).toBe(signer.kid);
});

test("base64url is canonical where decoding it and encoding it again gives the same text", () => {
  const again = (text: string) => Buffer.from(text, "base64url").toString("base64url");
  const character = fc.constantFrom(..."ABQgwxyz0149_-AEIM", "+", "/", "=", " ", "\n", "é");
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: character, maxLength: 12 }),
        fc.uint8Array({ maxLength: 40 }).map(toBase64url),
      ),
      (text) => {
        expect(isCanonical(text)).toBe(again(text) === text);
      },
    ),
    { numRuns: 2000 },
  );
});
