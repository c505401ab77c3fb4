/**
 * Signed things: JWS whose payload bytes are embedded and passed on untouched (RFC 7515). A verifier verifies, then parses
 * those very bytes. ES256 and nothing else; the key comes from what the verifier holds, never from the token.
 */
import { type CryptoKey, compactVerify, generalVerify, importJWK, type JWK } from "jose";
import * as z from "zod";
import { digestOf, fromBase64url, toBase64url } from "#bytes";
import { type Agreement, GeneralJws } from "../../schemas/agreement.ts";
import { found } from "../../schemas/found.ts";
import type { KeyUse, MemberKey } from "../../schemas/member.ts";
import type { Signer } from "../../schemas/ports.ts";
import { type Reason, Refused } from "../../schemas/refusal.ts";
import type { PublicJwk } from "../../schemas/words.ts";
import { boundedCache } from "./bounded-cache.ts";
import { parseJson } from "./json.ts";
import { isUnverified, Unverified } from "./unverified.ts";

/** Each kind has its own `typ`; a verifier demands it exactly. */
export type Typ =
  | "tavolo-member+jws"
  | "tavolo-suspension+jws"
  | "tavolo-agreement+jws"
  | "tavolo-agreement-event+jws"
  | "tavolo-release+jws"
  | "tavolo-account+jws"
  | "tavolo-raise+jws"
  | "tavolo-correction+jws"
  | "tavolo-receipt+jws"
  | "tavolo-report+jws"
  | "tavolo-session+jws"
  | "tavolo-query+jws"
  | "tavolo-ask+jws"
  | "tavolo-partial+jws"
  | "tavolo-statement+jws"
  | "tavolo-head+jws"
  | "tavolo-indicator+jws"
  | "tavolo-acceptance+jws"
  | "tavolo-practice+jws"
  | "client-assertion+jwt"
  | "at+jwt"
  | "own+jwt"
  | "dpop+jwt";

/** Seconds by which clocks may differ. */
export const SKEW = 60;

const utf8 = new TextEncoder();
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
function textIn(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    throw new SyntaxError("not UTF-8");
  }
}
/** Signed bytes as JSON: UTF-8 and nothing else, no name twice in an object. Throws `SyntaxError`. */
export const jsonIn = (bytes: Uint8Array): unknown => parseJson(textIn(bytes));
const json = (text: string): unknown => jsonIn(fromBase64url(text));
export const sha256 = (bytes: Uint8Array | string): string => toBase64url(digestOf(bytes));
export const freshId = (): string => toBase64url(crypto.getRandomValues(new Uint8Array(16)));

/** RFC 7638: the required members in the order of the alphabet. */
export const thumbprintOf = ({ crv, kty, x, y }: PublicJwk): string =>
  sha256(JSON.stringify({ crv, kty, x, y }));

/** A compact JWS over the JSON of a payload. */
export async function signCompact(signer: Signer, typ: Typ, payload: object): Promise<string> {
  const input = `${writtenHeader(typ, signer.kid)}${toBase64url(JSON.stringify(payload))}`;
  return `${input}.${toBase64url(await signer.sign(utf8.encode(input)))}`;
}

const Header = z.strictObject({
  alg: z.literal("ES256"),
  typ: z.string(),
  kid: z.string().length(43),
});
interface Times {
  readonly iat?: number;
  readonly exp?: number;
}
/** `iat` and `exp`, of claims that are an object. Throws `Unverified`. By hand: this is asked of everything that is signed. */
function timesIn(claims: unknown): Times {
  if (typeof claims !== "object" || claims === null || Array.isArray(claims))
    throw new Unverified("no claims");
  for (const time of ["iat", "exp"] as const)
    if (time in claims && !Number.isFinite((claims as Times)[time]))
      throw new Unverified("no time");
  return claims;
}

/** Keys that may have signed, and when it is. */
export interface Trust {
  readonly keys: readonly MemberKey[];
  readonly use: KeyUse;
  readonly now: number;
  /** Signatures of long ago stand (a manifest, a statement): then only the key's validity at `iat` is asked. */
  readonly lasting?: boolean;
  /** What a failure is called; `signature-invalid` unless said. */
  readonly reason?: Reason;
}

const imported = boundedCache<Promise<CryptoKey | Uint8Array>>(1000);
/** A public key, imported once. By the key itself and not by its kid: a kid is only a name. */
export function importedKey(jwk: JWK, alg: "ES256" | "RS256"): Promise<CryptoKey | Uint8Array> {
  const name = [alg, jwk.kty, jwk.crv, jwk.x, jwk.y, jwk.n, jwk.e].join(" ");
  return imported.of(name, () => importJWK(jwk, alg));
}
const cryptoKey = ({ jwk }: MemberKey) => importedKey(jwk, "ES256");

/** What the last character may be where the last group has two or three: its bits that stand for no byte are zero. */
const LAST = ["", "", "AQgw", "AEIMQUYcgkosw048"] as const;
/** base64url as it is written, bit for bit (RFC 4648, 3.5): else one signature could be written in several ways. */
export function isCanonical(part: string): boolean {
  const over = part.length % 4;
  return !/[^\w-]/.test(part) && (over === 0 || found(LAST[over]).includes(part.slice(-1)));
}

/**
 * The payload of a compact JWS by this key and this algorithm, whatever its header says. The header is judged by whoever calls.
 * Throws what `isUnverified` knows.
 */
export async function verifiedBytes(
  jws: string,
  key: CryptoKey | Uint8Array,
  alg: "ES256" | "RS256",
): Promise<Uint8Array> {
  if (!jws.split(".").every(isCanonical)) throw new Unverified("not canonical");
  return (await compactVerify(jws, key, { algorithms: [alg] })).payload;
}

const headerText = (typ: Typ, kid: string): string =>
  toBase64url(JSON.stringify({ alg: "ES256", typ, kid }));
const written = boundedCache<string>(1000);
/** The header that this project writes, and the dot after it: text that is known need not be taken apart. */
const writtenHeader = (typ: Typ, kid: string): string =>
  written.of(`${typ} ${kid}`, () => `${headerText(typ, kid)}.`);

function headerOf(protected_: string, typ: Typ): z.infer<typeof Header> {
  const header = Header.parse(json(protected_));
  if (header.typ !== typ) throw new Unverified("another typ");
  return header;
}

/** The key that the header names, of those that may sign this. Throws what `isUnverified` knows. */
function keyIn(jws: string, typ: Typ, { keys, use }: Trust): MemberKey {
  const known = keys.find((key) => key.use === use && jws.startsWith(writtenHeader(typ, key.kid)));
  if (known !== undefined) return known;
  const { kid } = headerOf(jws.slice(0, jws.indexOf(".")), typ);
  const key = keys.find((candidate) => candidate.kid === kid && candidate.use === use);
  if (key === undefined) throw new Unverified("no such key");
  return key;
}

/** `iat` and `exp` against the clock, and against the validity of the key. */
function checkTimes(claims: Times, key: MemberKey, { now, lasting, reason }: Trust): void {
  const at = claims.iat ?? now;
  if (at > now + SKEW) throw new Refused(reason ?? "expired");
  if (!lasting && claims.exp !== undefined && claims.exp < now - SKEW)
    throw new Refused(reason ?? "expired");
  if (at < key.from - SKEW || (key.until !== undefined && (lasting ? at : now) > key.until))
    throw new Refused(reason ?? "signature-invalid");
}

/** What a compact JWS says, verified, in no form yet: an object whose time is good. Whoever calls judges the rest. Throws as `verifyCompact`. */
export async function verifyClaims(
  jws: string,
  typ: Typ,
  trust: Trust,
): Promise<{ readonly kid: string; readonly claims: unknown }> {
  try {
    const key = keyIn(jws, typ, trust);
    const payload = await verifiedBytes(jws, await cryptoKey(key), "ES256");
    const claims = jsonIn(payload);
    checkTimes(timesIn(claims), key, trust);
    return { kid: key.kid, claims };
  } catch (error) {
    if (!isUnverified(error)) throw error;
    throw new Refused(trust.reason ?? "signature-invalid");
  }
}

/**
 * Verifies a compact JWS and parses its payload. Does not check audience, replay, or who may say what.
 * Throws `Refused` (signature-invalid, expired, or `trust.reason`).
 */
export async function verifyCompact<T>(
  jws: string,
  typ: Typ,
  schema: z.ZodType<T>,
  trust: Trust,
): Promise<T & { readonly kid: string }> {
  const { kid, claims } = await verifyClaims(jws, typ, trust);
  const parsed = schema.safeParse(claims);
  if (!parsed.success) throw new Refused(trust.reason ?? "signature-invalid");
  return Object.assign(parsed.data as T & object, { kid }) as T & { readonly kid: string };
}

/** The payload of a compact JWS without any check: to learn who says that it signed, before the keys are known. */
export function peek<T>(
  jws: string,
  schema: z.ZodType<T>,
  reason: Reason = "signature-invalid",
): T {
  try {
    return schema.parse(json(jws.split(".")[1] ?? ""));
  } catch (error) {
    if (!isUnverified(error)) throw error;
    throw new Refused(reason);
  }
}

/** One more signature over the same bytes; the first signer passes the payload, the second what the first made. */
export async function signGeneral(
  signer: Signer,
  typ: Typ,
  input: object | GeneralJws,
): Promise<GeneralJws> {
  const before = GeneralJws.safeParse(input);
  const payload = before.success ? before.data.payload : toBase64url(JSON.stringify(input));
  const protected_ = headerText(typ, signer.kid);
  const signature = toBase64url(await signer.sign(utf8.encode(`${protected_}.${payload}`)));
  return {
    payload,
    signatures: [
      ...(before.success ? before.data.signatures : []),
      { protected: protected_, signature },
    ],
  };
}

/** Which key a signature of an agreement says that it is by. Throws what `isUnverified` knows. */
export const kidOf = (protected_: string, typ: Typ): string => headerOf(protected_, typ).kid;

/** The keys by which a verifier knows a member; `claimed` are those that the agreement itself pins for it. */
export type KeysOf = (member: string, claimed: readonly MemberKey[]) => readonly MemberKey[];

export interface Signers {
  readonly agreement: Agreement;
  /** Which parties signed, by keys that the agreement pins and that the verifier knows. */
  readonly signed: readonly string[];
}

/**
 * Who of the two parties signed an agreement. `fresh`: by a key that is good now; else by one that was good at its `iat`, for what
 * was accepted before. Whoever held a key that has ended can sign nothing that is new. Throws `Refused` signature-invalid where the
 * payload is no agreement, or a signature is none of the parties'.
 */
export async function signersOf(
  jws: GeneralJws,
  schema: z.ZodType<Agreement>,
  keysOf: KeysOf,
  now: number,
  fresh = false,
): Promise<Signers> {
  try {
    const agreement = schema.parse(json(jws.payload));
    const signed = new Set<string>();
    for (const signature of jws.signatures) {
      // else one signature could be written in several ways, and would be several
      if (![jws.payload, signature.protected, signature.signature].every(isCanonical))
        throw new Unverified("not canonical");
      const { kid } = headerOf(signature.protected, "tavolo-agreement+jws");
      const found = [agreement.consumer, agreement.provider].flatMap((party) => {
        const known = keysOf(party.id, party.keys).filter(({ use }) => use === "member");
        const pinned = party.keys.find((key) => key.kid === kid && key.use === "member");
        // the verifier's own words on how long the key is good go before those in the agreement
        const key =
          pinned && known.find(({ jwk }) => jwk.x === pinned.jwk.x && jwk.y === pinned.jwk.y);
        return key === undefined ? [] : [{ id: party.id, key }];
      })[0];
      if (found === undefined) throw new Unverified("none of the parties' keys");
      await generalVerify(
        { payload: jws.payload, signatures: [signature] },
        await cryptoKey(found.key),
        { algorithms: ["ES256"] },
      );
      checkTimes({ iat: agreement.iat }, found.key, {
        keys: [],
        use: "member",
        now,
        lasting: !fresh,
      });
      signed.add(found.id);
    }
    return { agreement, signed: [...signed] };
  } catch (error) {
    if (!isUnverified(error)) throw error;
    throw new Refused("signature-invalid", "a signature of the agreement is not that of a party");
  }
}

/**
 * Verifies that both parties of an agreement signed it. A node passes its own keys for itself, and what the agreement claims for
 * the other: its own signature vouches for it. Throws `Refused` signature-invalid.
 */
export async function verifyAgreement(
  jws: GeneralJws,
  schema: z.ZodType<Agreement>,
  keysOf: KeysOf,
  now: number,
  fresh = false,
): Promise<Agreement> {
  const { agreement, signed } = await signersOf(jws, schema, keysOf, now, fresh);
  if (agreement.consumer.id === agreement.provider.id || signed.length < 2)
    throw new Refused("signature-invalid", "the agreement does not carry both signatures");
  return agreement;
}
