/** Signed messages as an attacker makes them. Each differs from an honest one in one thing, and none may be taken anywhere. */
import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import type { Typ } from "../../functions/signing/jws.ts";
import type { Signer } from "../../schemas/ports.ts";

const part = (value: object | string | Uint8Array) =>
  Buffer.from(
    typeof value === "string" ? value : value instanceof Uint8Array ? value : JSON.stringify(value),
  ).toString("base64url");

/** Signs whatever header and payload, as text or as JSON, with a real key. */
export async function forge(
  signer: Signer,
  header: object | string,
  payload: object | string | Uint8Array,
): Promise<string> {
  const input = `${part(header)}.${part(payload)}`;
  return `${input}.${part(await signer.sign(Buffer.from(input)))}`;
}

export interface Honest {
  /** Whose message it would be. */
  readonly signer: Signer;
  readonly typ: Typ;
  readonly payload: object;
  /** The attacker's own key. */
  readonly thief: Signer;
  /** How an honest header names the key: a DPoP proof brings it along. */
  readonly named?: "kid" | "jwk";
}

/** Every way in which a header, or what is around a payload, can lie. Named; each made when it is wanted. */
export function forgeries({
  signer,
  typ,
  payload,
  thief,
  named = "kid",
}: Honest): [string, () => Promise<string>][] {
  const owner = named === "kid" ? { kid: signer.kid } : { jwk: signer.jwk };
  const header = { alg: "ES256", typ, ...owner };
  const by =
    (change: object, key = signer) =>
    () =>
      forge(key, { ...header, ...change }, payload);
  const unsigned = async (change: object) => `${part({ ...header, ...change })}.${part(payload)}.`;
  const pem = `-----BEGIN PUBLIC KEY-----\n${Buffer.from(JSON.stringify(signer.jwk)).toString("base64")}\n-----END PUBLIC KEY-----\n`;
  const hmac = async (secret: string) => {
    const input = `${part({ ...header, alg: "HS256" })}.${part(payload)}`;
    return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
  };
  const rsa = async (alg: "RS256" | "PS256") => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const input = `${part({ ...header, alg })}.${part(payload)}`;
    return `${input}.${sign("sha256", Buffer.from(input), privateKey).toString("base64url")}`;
  };
  const der = async () => {
    const raw = Buffer.from((await forge(signer, header, payload)).split(".")[2]!, "base64url");
    const integer = (bytes: Buffer) => Buffer.concat([Buffer.from([2, 33, 0]), bytes]);
    const body = Buffer.concat([integer(raw.subarray(0, 32)), integer(raw.subarray(32))]);
    const input = `${part(header)}.${part(payload)}`;
    return `${input}.${Buffer.concat([Buffer.from([0x30, body.length]), body]).toString("base64url")}`;
  };
  const text = JSON.stringify(payload);
  const [first] = Object.entries(payload);
  const again = (value: unknown) =>
    `{${JSON.stringify(first![0])}:${JSON.stringify(value)},${text.slice(1)}`;
  const honest = () => forge(signer, header, payload);
  return [
    ["alg none", () => unsigned({ alg: "none" })],
    ["alg nOnE", () => unsigned({ alg: "nOnE" })],
    [
      "alg none with the signature left on",
      async () =>
        `${part({ ...header, alg: "none" })}.${(await honest()).split(".").slice(1).join(".")}`,
    ],
    ["no alg", () => forge(signer, { typ, ...owner }, payload)],
    ["ES256 without a signature", () => unsigned({})],
    [
      "ES256 with a signature of zeros",
      async () => `${await unsigned({})}${part(new Uint8Array(64))}`,
    ],
    ["HMAC over the public key as JWK", () => hmac(JSON.stringify(signer.jwk))],
    ["HMAC over the public key as PEM", () => hmac(pem)],
    ["HMAC over nothing", () => hmac("")],
    ["downgrade to RS256", () => rsa("RS256")],
    ["downgrade to PS256", () => rsa("PS256")],
    ["another curve's algorithm", by({ alg: "ES384" })],
    ["EdDSA", by({ alg: "EdDSA" })],
    ["a signature in DER", der],
    ["a kid that is a path", by({ kid: "../../../../etc/passwd" })],
    [
      "a kid of the right length that is a path",
      by({ kid: "../../../../../../../../../../../etc/passwd00" }),
    ],
    ["a kid with a quote", by({ kid: "x' OR '1'='1" })],
    ["a kid that is an object", by({ kid: { toString: signer.kid } })],
    ["a kid that nobody has", by({ kid: "A".repeat(43) })],
    ["no key named", () => forge(signer, { alg: "ES256", typ }, payload)],
    ["the thief's kid", by({ kid: thief.kid }, thief)],
    ["the thief's key under the owner's kid", by({}, thief)],
    ["jwk", by({ jwk: thief.jwk }, thief)],
    ["kid and jwk, both true", by({ kid: signer.kid, jwk: signer.jwk })],
    ["jku", by({ jku: "https://evil.example/jwks.json" }, thief)],
    ["x5u", by({ x5u: "https://evil.example/cert.pem" }, thief)],
    ["x5c", by({ x5c: ["MIIB"] }, thief)],
    ["x5t#S256", by({ "x5t#S256": "A".repeat(43) })],
    ["crit with what nobody knows", by({ crit: ["exp"], exp: 1 })],
    ["crit that is empty", by({ crit: [] })],
    [
      "b64 false",
      async () => {
        const protected_ = part({ ...header, b64: false, crit: ["b64"] });
        return `${protected_}.${part(payload)}.${part(await signer.sign(Buffer.from(`${protected_}.${text}`)))}`;
      },
    ],
    ["b64 false without crit", by({ b64: false })],
    ["compressed", by({ zip: "DEF" })],
    ["another typ", by({ typ: typ === "at+jwt" ? "tavolo-query+jws" : "at+jwt" })],
    ["a typ in capitals", by({ typ: typ.toUpperCase() })],
    ["a typ with application/ before it", by({ typ: `application/${typ}` })],
    ["typ JWT", by({ typ: "JWT" })],
    ["no typ", () => forge(signer, { alg: "ES256", ...owner }, payload)],
    [
      "alg twice in the header",
      () => forge(signer, `{"alg":"none",${JSON.stringify(header).slice(1)}`, payload),
    ],
    [
      "kid twice in the header",
      () =>
        forge(
          signer,
          `{"kid":${JSON.stringify(thief.kid)},${JSON.stringify(header).slice(1)}`,
          payload,
        ),
    ],
    ["a header that is no object", () => forge(signer, "[]", payload)],
    ["a header that is no JSON", () => forge(signer, "alg=ES256", payload)],
    ["a name twice, the same value", () => forge(signer, header, again(first![1]))],
    ["a name twice, another value first", () => forge(signer, header, again("x"))],
    [
      "a payload that is no UTF-8",
      () =>
        forge(
          signer,
          header,
          Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from([0xff, 0x7d])]),
        ),
    ],
    ["a payload with a byte order mark", () => forge(signer, header, `\ufeff${text}`)],
    ["a payload that is no JSON", () => forge(signer, header, "abc")],
    ["a payload that is no object", () => forge(signer, header, "[1]")],
    ["a payload with something behind it", () => forge(signer, header, `${text}{}`)],
    ["a field that nobody knows", () => forge(signer, header, { ...payload, admin: true })],
    [
      "__proto__ in the payload",
      () => forge(signer, header, `{"__proto__":{"admin":true},${text.slice(1)}`),
    ],
    ["one bit of the signature", async () => flip(await honest())],
    [
      "one letter of the payload",
      async () => {
        const [head, , tail] = (await honest()).split(".");
        return [
          head,
          part(text.replace(/[0-9](?=\D*$)/, (digit) => `${(Number(digit) + 1) % 10}`)),
          tail,
        ].join(".");
      },
    ],
    ["padding", async () => `${await honest()}=`],
    ["a blank behind it", async () => `${await honest()} `],
    [
      "a line break in the signature",
      async () => `${(await honest()).slice(0, -4)}\n${(await honest()).slice(-4)}`,
    ],
    ["the letters of plain base64", async () => `${(await honest()).slice(0, -2)}+/`],
    ["spare bits that are not zero", async () => spare(await honest())],
    ["two parts", async () => (await honest()).split(".").slice(0, 2).join(".")],
    ["four parts", async () => `${await honest()}.AAAA`],
    [
      "JSON serialisation",
      async () => {
        const [protected_, body, signature] = (await honest()).split(".");
        return JSON.stringify({ protected: protected_, payload: body, signature });
      },
    ],
  ];
}

function flip(jws: string): string {
  const [head, body, tail] = jws.split(".") as [string, string, string];
  const bytes = Buffer.from(tail, "base64url");
  bytes[10]! ^= 1;
  return [head, body, part(bytes)].join(".");
}

/** 64 bytes leave four spare bits in the last letter: the same signature, written otherwise. */
function spare(jws: string): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return `${jws.slice(0, -1)}${letters[letters.indexOf(jws.at(-1)!) + 1]}`;
}
