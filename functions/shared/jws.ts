/**
 * Signed things: JWS whose payload bytes are embedded and passed on untouched (RFC 7515). A verifier verifies, then parses
 * those very bytes. ES256 and nothing else; the key comes from the verifier's own books, never from the token.
 */
import { createHash, randomBytes } from "node:crypto";
import { type CryptoKey, compactVerify, generalVerify, importJWK, type JWK } from "jose";
import * as z from "zod";
import { type Agreement, GeneralJws } from "../../schemas/agreement.ts";
import type { KeyUse, MemberKey } from "../../schemas/member.ts";
import type { Signer } from "../../schemas/ports.ts";
import { type Reason, Refused } from "../../schemas/refusal.ts";

/** Each kind has its own `typ`; a verifier demands it exactly. */
export type Typ =
  | "tavolo-member+jws"
  | "tavolo-agreement+jws"
  | "tavolo-release+jws"
  | "tavolo-account+jws"
  | "tavolo-raise+jws"
  | "tavolo-report+jws"
  | "tavolo-query+jws"
  | "tavolo-ask+jws"
  | "tavolo-partial+jws"
  | "tavolo-statement+jws"
  | "client-assertion+jwt"
  | "at+jwt"
  | "dpop+jwt";

/** Seconds by which clocks may differ. */
export const SKEW = 60;

const base64url = (bytes: Uint8Array | string) => Buffer.from(bytes).toString("base64url");
export const sha256 = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("base64url");
export const freshId = (): string => randomBytes(16).toString("base64url");

/** A compact JWS over the JSON of a payload. */
export async function signCompact(signer: Signer, typ: Typ, payload: object): Promise<string> {
  const input = `${base64url(JSON.stringify({ alg: "ES256", typ, kid: signer.kid }))}.${base64url(JSON.stringify(payload))}`;
  return `${input}.${base64url(await signer.sign(Buffer.from(input, "ascii")))}`;
}

const Header = z.strictObject({ alg: z.literal("ES256"), typ: z.string(), kid: z.string().length(43) });
const Claims = z.looseObject({ iat: z.number().optional(), exp: z.number().optional() });

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

const imported = new Map<string, Promise<CryptoKey | Uint8Array>>();
function cryptoKey(key: MemberKey): Promise<CryptoKey | Uint8Array> {
  // by the key itself and not by its kid: a kid is only a name
  const name = `${key.jwk.x}.${key.jwk.y}`;
  let known = imported.get(name);
  if (known === undefined) {
    if (imported.size > 1000) imported.clear();
    known = importJWK(key.jwk as JWK, "ES256");
    imported.set(name, known);
  }
  return known;
}

/** base64url as it is written, bit for bit (RFC 4648, 3.5): else one signature could be written in several ways. */
const isCanonical = (jws: string): boolean => jws.split(".").every((part) => base64url(Buffer.from(part, "base64url")) === part);

function headerOf(protected_: string, typ: Typ): z.infer<typeof Header> {
  const header = Header.parse(JSON.parse(Buffer.from(protected_, "base64url").toString("utf8")));
  if (header.typ !== typ) throw new TypeError("another typ");
  return header;
}

/** `iat` and `exp` against the clock, and against the validity of the key. */
function checkTimes(claims: z.infer<typeof Claims>, key: MemberKey, { now, lasting, reason }: Trust): void {
  const at = claims.iat ?? now;
  if (at > now + SKEW) throw new Refused(reason ?? "expired");
  if (!lasting && claims.exp !== undefined && claims.exp < now - SKEW) throw new Refused(reason ?? "expired");
  if (at < key.from - SKEW || (key.until !== undefined && (lasting ? at : now) > key.until))
    throw new Refused(reason ?? "signature-invalid");
}

/**
 * Verifies a compact JWS and parses its payload. Does not check audience, replay, or who may say what.
 * Throws `Refused` (signature-invalid, expired, or `trust.reason`).
 */
export async function verifyCompact<T>(jws: string, typ: Typ, schema: z.ZodType<T>, trust: Trust): Promise<T & { readonly kid: string }> {
  try {
    if (!isCanonical(jws)) throw new TypeError("not canonical");
    const { kid } = headerOf(jws.slice(0, jws.indexOf(".")), typ);
    const key = trust.keys.find((candidate) => candidate.kid === kid && candidate.use === trust.use);
    if (key === undefined) throw new TypeError("no such key");
    const { payload } = await compactVerify(jws, await cryptoKey(key), { algorithms: ["ES256"] });
    const json: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
    checkTimes(Claims.parse(json), key, trust);
    return Object.assign(schema.parse(json) as T & object, { kid }) as T & { readonly kid: string };
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Refused(trust.reason ?? "signature-invalid");
  }
}

/** The payload of a compact JWS without any check: to learn who says that it signed, before the keys are known. */
export function peek<T>(jws: string, schema: z.ZodType<T>, reason: Reason = "signature-invalid"): T {
  try {
    return schema.parse(JSON.parse(Buffer.from(jws.split(".")[1]!, "base64url").toString("utf8")));
  } catch {
    throw new Refused(reason);
  }
}

/** One more signature over the same bytes; the first signer passes the payload, the second what the first made. */
export async function signGeneral(signer: Signer, typ: Typ, input: object | GeneralJws): Promise<GeneralJws> {
  const before = GeneralJws.safeParse(input);
  const payload = before.success ? before.data.payload : base64url(JSON.stringify(input));
  const protected_ = base64url(JSON.stringify({ alg: "ES256", typ, kid: signer.kid }));
  const signature = base64url(await signer.sign(Buffer.from(`${protected_}.${payload}`, "ascii")));
  return { payload, signatures: [...(before.success ? before.data.signatures : []), { protected: protected_, signature }] };
}

/**
 * Verifies that both parties of an agreement signed it, each with a key that the agreement itself pins and that `keysOf`
 * knows. A node passes its own keys for itself, and what the agreement claims for the other: its own signature vouches for it.
 */
export async function verifyAgreement(
  jws: GeneralJws,
  schema: z.ZodType<Agreement>,
  keysOf: (member: string, claimed: readonly MemberKey[]) => readonly MemberKey[],
  now: number,
): Promise<Agreement> {
  try {
    const agreement = schema.parse(JSON.parse(Buffer.from(jws.payload, "base64url").toString("utf8")));
    for (const party of [agreement.consumer, agreement.provider]) {
      const known = keysOf(party.id, party.keys);
      const pinned = party.keys.filter(
        ({ use, jwk }) => use === "member" && known.some((pin) => pin.jwk.x === jwk.x && pin.jwk.y === jwk.y),
      );
      const signed = jws.signatures.map((signature) => ({ signature, kid: headerOf(signature.protected, "tavolo-agreement+jws").kid }));
      const found = signed.find(({ kid }) => pinned.some((key) => key.kid === kid));
      const key = pinned.find(({ kid }) => kid === found?.kid);
      if (key === undefined || found === undefined) throw new TypeError("a party has not signed");
      await generalVerify({ payload: jws.payload, signatures: [found.signature] }, await cryptoKey(key), { algorithms: ["ES256"] });
      checkTimes({ iat: agreement.iat }, key, { keys: [], use: "member", now, lasting: true });
    }
    return agreement;
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Refused("signature-invalid", "the agreement does not carry both signatures");
  }
}
