/**
 * The edge: API Gateway v2 events in, problem+json (RFC 9457) out. The only place where a refusal becomes a status, and
 * where anything unexpected becomes a bare 500.
 */
import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import * as z from "zod";
import { problemType, Refused } from "../../schemas/refusal.ts";

export type Reply = APIGatewayProxyStructuredResultV2;
export type Edge = (event: APIGatewayProxyEventV2) => Promise<Reply>;

/** Bytes that a body may have. */
export const BODY_LIMIT = 64 * 1024;

const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=63072000",
  "x-content-type-options": "nosniff",
};

export const json = (body: unknown, statusCode = 200): Reply => ({
  statusCode,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});
export const text = (body: string, type: string): Reply => ({ statusCode: 200, headers: { "content-type": type }, body });
export const binary = (bytes: Uint8Array, type: string): Reply => ({
  statusCode: 200,
  headers: { "content-type": type },
  body: Buffer.from(bytes).toString("base64"),
  isBase64Encoded: true,
});

/** A refusal as problem+json: the closed table's sentence, and what the refusal may tell its caller. */
export function problem(error: unknown, instance?: string): Reply {
  const refused = error instanceof Refused ? error : error instanceof z.ZodError ? invalidBody(error) : new Refused("internal");
  const body = {
    type: problemType(refused.reason),
    title: refused.title,
    status: refused.status,
    ...refused.hint,
    ...(instance ? { instance } : {}),
  };
  return {
    statusCode: refused.status,
    headers: { "content-type": "application/problem+json", ...(refused.status === 401 ? { "www-authenticate": "DPoP" } : {}) },
    body: JSON.stringify(body),
  };
}
/** Zod's own message is left out: it quotes what was sent. */
const invalidBody = (error: z.ZodError) =>
  new Refused("body-invalid", { errors: error.issues.map((issue) => ({ pointer: `/${issue.path.join("/")}`, detail: issue.code })) });

/** The body as text. Throws `Refused` body-too-large or media-type. */
export function bodyOf(event: APIGatewayProxyEventV2, type: string): string {
  const sent = event.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  if (sent !== type) throw new Refused("media-type", `send ${type}`);
  const bytes = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  if (bytes.length > BODY_LIMIT) throw new Refused("body-too-large", `at most ${BODY_LIMIT} bytes`);
  return bytes.toString("utf8");
}

/** Codes only: nothing that was sent, nothing that was answered. */
export type Trace = (line: { readonly code: string; readonly reason?: string; readonly error?: string }) => void;
const toStderr: Trace = (line) => process.stderr.write(`${JSON.stringify(line)}\n`);

/** Wraps a step that answers events: security headers on every reply, refusals as problems, faults as a bare 500. */
export function http(answer: Edge, trace: Trace = toStderr): Edge {
  return middy<APIGatewayProxyEventV2, Reply>()
    .after(({ response }) => {
      if (response) response.headers = { ...HEADERS, ...response.headers };
    })
    .onError((request) => {
      const { error } = request;
      if (!(error instanceof Refused) && !(error instanceof z.ZodError)) trace({ code: "fault", error: error?.name ?? "unknown" });
      request.response = problem(error);
      request.response.headers = { ...HEADERS, ...request.response.headers };
    })
    .handler(answer) as unknown as Edge;
}

/** A handler that builds its dependencies at the first event: importing it has no side effect. */
export function lazily(make: () => Promise<Edge>): Edge {
  let edge: Promise<Edge> | undefined;
  return async (event) => {
    // a start that failed is tried again at the next event: a key service that hiccups must not silence the container
    edge ??= make().catch((error: unknown) => {
      edge = undefined;
      throw error;
    });
    return (await edge)(event);
  };
}

/** Chooses by `METHOD /path/{parameter}`, as API Gateway's route keys have it. */
export function routed(table: Readonly<Record<string, Edge>>): Edge {
  return async (event) => {
    const edge = table[event.routeKey];
    if (edge === undefined) throw new Refused("not-found");
    return edge(event);
  };
}
