/** A member asks: token, signed question, signed statement. Over HTTP only, as any consumer would; each call once. */
import { proofFor } from "../../functions/access/dpop.ts";
import { freshId, signCompact } from "../../functions/signing/jws.ts";
import type { CubeFormat } from "../../schemas/formats.ts";
import { found } from "../../schemas/found.ts";
import type { Clock, Signer } from "../../schemas/ports.ts";
import { QUERY_LIFE, type Query, Question, queryVersion } from "../../schemas/query.ts";
import { Refused } from "../../schemas/refusal.ts";
import { type Assertion, TokenResponse } from "../../schemas/token.ts";
import { send } from "./http.ts";

export interface Asker {
  readonly hub: { readonly id: string; readonly url: string };
  readonly member: string;
  /** The member's own key. */
  readonly signer: Signer;
  /** The member's word that this key may ask for it, where the key is not the member's own but a browser's. */
  readonly session?: string;
  readonly clock: Clock;
}
const underSession = ({ session }: Asker) => (session === undefined ? {} : { session });

/** An access token for a purpose, bound to the member's key; for the hub, or for the node of the member named as `resource`. */
export const tokenFor = async (
  asker: Asker,
  purposeId?: string,
  resource?: string,
): Promise<string> => (await requestToken(asker, purposeId, resource)).access_token;

export async function requestToken(
  asker: Asker,
  purposeId?: string,
  resource?: string,
  signal?: AbortSignal,
): Promise<TokenResponse> {
  const { hub, member, signer, clock } = asker;
  const now = clock();
  const claims: Assertion = {
    iss: member,
    sub: member,
    aud: hub.id,
    iat: now,
    exp: now + 60,
    jti: freshId(),
    ...(purposeId ? { purposeId } : {}),
    ...underSession(asker),
  };
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: await signCompact(signer, "client-assertion+jwt", claims),
    ...(resource ? { resource } : {}),
  });
  const url = `${hub.url}/token.oauth2`;
  const dpop = await proofFor({ method: "POST", url }, signer, now);
  return TokenResponse.parse(
    await (
      await send(url, { method: "POST", headers: { dpop }, body, signal: signal ?? null })
    ).json(),
  );
}

/** Throws `Refused` query-invalid with what is wrong and where: nothing is sent that can only be refused. */
export function questionOf(input: unknown): Question {
  const parsed = Question.safeParse(input);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({
    pointer: `/${path.join("/")}`,
    detail: message,
  }));
  const { pointer, detail } = found(errors[0]);
  throw new Refused("query-invalid", { detail: `${pointer}: ${detail}`, errors });
}

/** A question, signed: for this hub, once, for five minutes. */
export function signQuestion(asker: Asker, question: Question): Promise<string> {
  const { hub, member, signer } = asker;
  const now = asker.clock();
  const about = {
    v: queryVersion(question),
    iss: member,
    aud: hub.id,
    iat: now,
    exp: now + QUERY_LIFE,
    jti: freshId(),
  } as const;
  const query: Query = { ...question, ...about, ...underSession(asker) };
  return signCompact(signer, "tavolo-query+jws", query);
}

/** Asks a signed question under a token; resolves with the hub's reply, whose body is the signed statement (compact JWS). */
export const sendQuestion = (
  { hub }: Asker,
  token: string,
  jws: string,
  { keep = false, signal }: Sending = {},
): Promise<Response> =>
  send(`${hub.url}/v1/query${keep ? "?keep=true" : ""}`, {
    method: "POST",
    headers: {
      authorization: `DPoP ${token}`,
      accept: "application/jose",
      "content-type": "application/jose",
    },
    body: jws,
    signal: signal ?? null,
  });
interface Sending {
  /** Whether the hub is to keep the statement, under a link. */
  readonly keep?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Asks one question; resolves with the hub's signed statement (compact JWS), unverified. Throws `Refused` as the hub said. */
export async function askHub(asker: Asker, question: Question): Promise<string> {
  const token = await tokenFor(asker, question.purposeId);
  return (await sendQuestion(asker, token, await signQuestion(asker, question))).text();
}

/** A call that is not a question: the token, and a proof by the key that it is bound to. */
export async function sendProved(
  { signer, clock }: Asker,
  token: string,
  url: string,
  method: "GET" | "DELETE",
  {
    query = "",
    signal,
  }: { readonly query?: string; readonly signal?: AbortSignal | undefined } = {},
): Promise<Response> {
  const dpop = await proofFor({ method, url, token }, signer, clock());
  return send(`${url}${query}`, {
    method,
    headers: { authorization: `DPoP ${token}`, dpop },
    signal: signal ?? null,
  });
}

/** Where a release lies at its node. */
export const releaseUrl = (node: string, id: string): string =>
  `${node}/v1/releases/${id.split("/").slice(1).join("/")}`;

/** Downloads a whole release (`member/dataset/period/number`) from the member's node, as Parquet or CSV. */
export async function takeRelease(
  asker: Asker,
  node: string,
  id: string,
  purposeId?: string,
  format: CubeFormat = "parquet",
): Promise<Uint8Array> {
  const token = await tokenFor(asker, purposeId, id.split("/")[0]);
  return bytesOf(
    await sendProved(asker, token, `${releaseUrl(node, id)}/cube`, "GET", cubeQuery(format)),
  );
}
export const cubeQuery = (format: CubeFormat): { readonly query?: string } =>
  format === "parquet" ? {} : { query: `?format=${format}` };
export const bytesOf = async (response: Response): Promise<Uint8Array> =>
  new Uint8Array(await response.arrayBuffer());
