/** A member asks: token, signed question, signed statement. Over HTTP only, as any consumer would. */
import { proofFor } from "../../functions/shared/dpop.ts";
import { freshId, signCompact } from "../../functions/shared/jws.ts";
import type { Clock, Signer } from "../../schemas/ports.ts";
import { QUERY_LIFE, type Query, type Question } from "../../schemas/query.ts";
import { isReason, Refused } from "../../schemas/refusal.ts";
import { type Assertion, TokenResponse } from "../../schemas/token.ts";

export interface Asker {
  readonly hub: { readonly id: string; readonly url: string };
  readonly member: string;
  /** The member's own key. */
  readonly signer: Signer;
  readonly clock: Clock;
}

/** A refusal that came as problem+json, thrown here as it was thrown there. */
async function refusalOf(response: Response): Promise<Refused> {
  const body = (await response.json().catch(() => ({}))) as { type?: string; detail?: string };
  const reason = body.type?.split(":").at(-1) ?? "";
  return new Refused(isReason(reason) ? reason : "internal", body.detail ?? {});
}

async function send(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...init, redirect: "error", signal: AbortSignal.timeout(30_000) }).catch(() => {
    throw new Refused("unreachable", `${new URL(url).origin} does not answer; is the federation running? npm start`);
  });
  if (!response.ok) throw await refusalOf(response);
  return response;
}

/** An access token for a purpose, bound to the member's key; for the hub, or for the node of the member named as `resource`. */
export async function tokenFor({ hub, member, signer, clock }: Asker, purposeId?: string, resource?: string): Promise<string> {
  const now = clock();
  const claims: Assertion = {
    iss: member,
    sub: member,
    aud: hub.id,
    iat: now,
    exp: now + 60,
    jti: freshId(),
    ...(purposeId ? { purposeId } : {}),
  };
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: await signCompact(signer, "client-assertion+jwt", claims),
    ...(resource ? { resource } : {}),
  });
  return TokenResponse.parse(await (await send(`${hub.url}/token.oauth2`, { method: "POST", body })).json()).access_token;
}

/** Asks one question; resolves with the hub's signed statement (compact JWS). Throws `Refused` as the hub said. */
export async function askHub(asker: Asker, question: Question): Promise<string> {
  const { hub, member, signer, clock } = asker;
  const token = await tokenFor(asker, question.purposeId);
  const now = clock();
  const query: Query = { ...question, v: 1, iss: member, aud: hub.id, iat: now, exp: now + QUERY_LIFE, jti: freshId() };
  const response = await send(`${hub.url}/v1/query`, {
    method: "POST",
    headers: { authorization: `DPoP ${token}`, "content-type": "application/jose" },
    body: await signCompact(signer, "tavolo-query+jws", query),
  });
  return response.text();
}

/** Downloads a whole release (`member/dataset/period/number`) from the member's node, as Parquet or CSV. */
export async function takeRelease(
  asker: Asker,
  node: string,
  id: string,
  purposeId?: string,
  format: "parquet" | "csv" = "parquet",
): Promise<Uint8Array> {
  const [member = "", ...path] = id.split("/");
  const url = `${node}/v1/releases/${path.join("/")}/cube`;
  const token = await tokenFor(asker, purposeId, member);
  const dpop = await proofFor({ method: "GET", url, token }, asker.signer, asker.clock());
  const response = await send(`${url}${format === "csv" ? "?format=csv" : ""}`, { headers: { authorization: `DPoP ${token}`, dpop } });
  return new Uint8Array(await response.arrayBuffer());
}
