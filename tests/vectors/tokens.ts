/**
 * Vectors of tokens, keys and digests, through the project's own verification. What it takes are ES256 and, from PDND, RS256: a
 * vector of anything else must be refused, whatever the vector says; where the vector calls it valid, it passes as refused by policy.
 */
import { ok, strictEqual } from "node:assert/strict";
import { type CryptoKey, importJWK, type JWK } from "jose";
import { verifyProof } from "../../functions/access/dpop.ts";
import { thumbprintOfRsa } from "../../functions/access/modi/voucher.ts";
import { contentDigest } from "../../functions/edge/http.ts";
import { hmac } from "../../functions/release/protect/noise.ts";
import { thumbprintOf, verifiedBytes } from "../../functions/signing/jws.ts";
import { GeneralJws } from "../../schemas/agreement.ts";
import { P256ProofJwk, RsaJwk } from "../../schemas/pdnd.ts";
import type { PublicJwk } from "../../schemas/words.ts";
import type { Check, Json } from "./check.ts";

type Alg = "ES256" | "RS256";

/** The key of one of our profiles, or why there is none. The algorithm is the key's: never that of a token. */
async function ours(
  jwk: Json,
): Promise<{ readonly key: CryptoKey | Uint8Array; readonly alg: Alg } | string> {
  const { d: _, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...publicHalf } = jwk as JWK;
  if (jwk.kty === "EC") {
    const read = P256ProofJwk.safeParse(publicHalf);
    return read.success
      ? { key: await importJWK(read.data as JWK, "ES256"), alg: "ES256" }
      : `${jwk.alg ?? jwk.crv}`;
  }
  const read = RsaJwk.safeParse({ kid: "none", ...publicHalf });
  if (read.success) return { key: await importJWK(read.data as JWK, "RS256"), alg: "RS256" };
  return `${jwk.alg ?? jwk.kty}`;
}

const taken = async (jws: unknown, key: CryptoKey | Uint8Array, alg: Alg) =>
  verifiedBytes(jws as string, key, alg).then(
    () => true,
    () => false,
  );

/** Whether any of these keys takes it: by the key's own algorithm. */
async function verdict(jws: unknown, jwks: readonly Json[]): Promise<boolean> {
  for (const jwk of jwks) {
    const profile = await ours(jwk);
    if (typeof profile !== "string" && (await taken(jws, profile.key, profile.alg))) return true;
  }
  return false;
}

/** What the project would have to know in order to take it, where it does not. */
const foreign = (jwks: readonly Json[], alg?: string): string | undefined => {
  const used = ["ES256", "RS256"];
  const named = [...(alg === undefined ? [] : [alg]), ...jwks.map((jwk) => jwk.alg ?? jwk.kty)];
  const other = named.find((name) => !used.includes(name) && name !== "EC" && name !== "RSA");
  return other === undefined ? undefined : `${other} is not used here`;
};

function jwsCheck(
  name: string,
  jws: unknown,
  jwks: readonly Json[],
  valid: boolean,
  alg?: string,
): Check {
  const why = valid ? foreign(jwks, alg) : undefined;
  return {
    name,
    ...(why === undefined ? {} : { policy: why }),
    run: async () => strictEqual(await verdict(jws, jwks), valid && why === undefined, name),
  };
}

const wycheproof = (file: Json): Check[] =>
  file.testGroups.flatMap((group: Json) => {
    const set = group.public ?? group.private;
    const jwks: Json[] = set?.keys ?? [set];
    return group.tests.map((test: Json): Check => {
      const name = `${group.comment} ${test.tcId} ${test.comment}`;
      if (test.jws !== undefined) return jwsCheck(name, test.jws, jwks, test.result === "valid");
      const run = async () => strictEqual(await verdict(test.jwe, jwks), false, name);
      return { name, ...(test.result === "valid" ? { policy: "JWE is not used here" } : {}), run };
    });
  });

const rfc7515 = (file: Json): Check[] => [
  ...file.jws.map((c: Json) =>
    jwsCheck(c.id, c.jws, c.jwk === null ? [] : [c.jwk], c.result === "valid", c.alg),
  ),
  ...file.thumbprints.map(({ id, jwk, thumbprint_sha256 }: Json) => ({
    name: id,
    run: () => strictEqual(thumbprintOfRsa(jwk), thumbprint_sha256),
  })),
];

/** Where no compact form can be, a header is not signed: what two sign here has no such place, so that it is not even read. */
const cookbook = (file: Json): Check[] =>
  file.examples.map(({ id, input, output }: Json): Check => {
    if (output.compact !== undefined)
      return jwsCheck(id, output.compact, [input.key].flat(), true, [input.alg].flat()[0]);
    const run = () => {
      const { payload, signatures } = output.json;
      strictEqual(GeneralJws.safeParse({ payload, signatures }).success, false);
      // the unsigned headers alone are the fault
      const bare = signatures.map(({ protected: signed = "e30", signature }: Json) => ({
        protected: signed,
        signature,
      }));
      strictEqual(GeneralJws.safeParse({ payload, signatures: bare }).success, true);
    };
    return { name: id, policy: "headers that are not signed are not used here", run };
  });

const dpop = (file: Json): Check[] => [
  ...file.proofs.map(({ id, proof, claims, method, uri, verifies }: Json) => ({
    name: id,
    run: async () => {
      const verify = (change: object) =>
        verifyProof(proof, { method, url: uri, ...change }, file.jkt.jkt, claims.iat);
      const read = await verify({}).then(
        (payload) => payload,
        () => undefined,
      );
      strictEqual(JSON.stringify(read), verifies ? JSON.stringify(claims) : undefined);
      for (const other of [{ method: "GET" }, { url: `${uri}/x` }, { token: "a" }])
        ok(
          await verify(other).then(
            () => false,
            () => true,
          ),
          "another call",
        );
    },
  })),
  { name: "jkt", run: () => strictEqual(thumbprintOf(file.jkt.jwk as PublicJwk), file.jkt.jkt) },
];

const digests = (file: Json): Check[] =>
  file.cases.map(
    ({ id, body_utf8, representation_utf8 = body_utf8, content_digest, repr_digest }: Json) => ({
      name: id,
      run: () => {
        strictEqual(contentDigest(Buffer.from(body_utf8)), content_digest);
        strictEqual(contentDigest(Buffer.from(representation_utf8)), repr_digest);
      },
    }),
  );

/** Some keys of that file are given as a point alone: numbers, with or without zeros before them. */
const jwkAt = ({ wx, wy }: Json) => {
  const coordinate = (hex: string) =>
    Buffer.from(hex.padStart(64, "0").slice(-64), "hex").toString("base64url");
  return { kty: "EC", crv: "P-256", x: coordinate(wx), y: coordinate(wy) };
};

/** The primitive under ES256, with keys brought in as for a JWS. */
const ecdsa = (file: Json): Check[] =>
  file.testGroups.flatMap((group: Json) =>
    group.tests.map(({ tcId, comment, msg, sig, result }: Json) => ({
      name: `${tcId} ${comment}`,
      run: async () => {
        const profile = await ours(group.publicKeyJwk ?? jwkAt(group.publicKey));
        if (typeof profile === "string") throw new Error(`no key: ${profile}`);
        const [signature, bytes] = [Buffer.from(sig, "hex"), Buffer.from(msg, "hex")];
        const holds = await crypto.subtle.verify(
          { name: "ECDSA", hash: "SHA-256" },
          profile.key as CryptoKey,
          signature,
          bytes,
        );
        strictEqual(holds, result === "valid");
      },
    })),
  );

/** Under the noise, and the same function as under pseudonyms. */
const hmacs = (file: Json): Check[] =>
  file.testGroups.flatMap((group: Json) =>
    group.tests.map(({ tcId, comment, key, msg, tag, result }: Json): Check => {
      const secret = Buffer.from(key, "hex");
      const made = () =>
        hmac(secret)
          .digest(Buffer.from(msg, "hex"))
          .subarray(0, group.tagSize / 8)
          .toString("hex");
      const name = `${tcId} ${comment}`;
      if (secret.length <= 64)
        return { name, run: () => strictEqual(made() === tag, result === "valid") };
      const refused = () => {
        let thrown = false;
        try {
          made();
        } catch {
          thrown = true;
        }
        ok(thrown, "a key longer than the block");
      };
      return { name, policy: "keys longer than a block are not used here", run: refused };
    }),
  );

export const tokenKinds: Readonly<Record<string, (file: Json) => Check[]>> = {
  "wycheproof-jws": wycheproof,
  "wycheproof-jwk": wycheproof,
  "wycheproof-json-web-crypto": wycheproof,
  "jws-and-thumbprint": rfc7515,
  "jws-cookbook": cookbook,
  "dpop-proofs": dpop,
  "content-digest": digests,
  "wycheproof-ecdsa-p1363": ecdsa,
  "wycheproof-hmac": hmacs,
};

/** Schemes that the project does without, and what it does instead. */
export const notUsed: Readonly<Record<string, string>> = {
  "http-message-signatures":
    "RFC 9421 is not used here: questions and answers are signed themselves, calls carry DPoP",
  "token-status-list":
    "no status lists are used here: whether a member or key is in is read from the directory at each call",
  "json-canonicalization":
    "nothing is canonicalised here: signatures stand over the bytes that are passed on",
  "wycheproof-hkdf": "no key is derived from another here: each is drawn by itself",
};
