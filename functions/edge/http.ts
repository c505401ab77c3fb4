/**
 * The edge: API Gateway v2 events in, problem+json (RFC 9457) out. The only place where a refusal becomes a status, and
 * where anything unexpected becomes a bare 500.
 *
 * The order of things is middy's (before, after, error). What it has middlewares for is ours where theirs would hold less:
 * http-json-body-parser reads by JSON.parse, which takes a name that stands twice, and knows no limit; http-error-handler answers in
 * plain text; http-security-headers writes the same over every reply, where pages have policies of their own;
 * http-router matches paths anew that API Gateway matched already.
 */
import { createHash } from "node:crypto";
import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import * as z from "zod";
import { problemType, type Reason, Refused } from "../../schemas/refusal.ts";
import { parseJson } from "../signing/json.ts";
import { type Trace, traceFault } from "./fault.ts";

export type Reply = APIGatewayProxyStructuredResultV2;
export type Edge = (event: APIGatewayProxyEventV2) => Promise<Reply>;

/** Bytes that a body may have. */
export const BODY_LIMIT = 64 * 1024;
/** Characters that the names and values of all headers may have. */
export const HEADER_LIMIT = 10 * 1024;

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
export const text = (body: string, type: string): Reply => ({
  statusCode: 200,
  headers: { "content-type": type },
  body,
});
/** RFC 9530: what was sent, to be compared with what arrived. Who vouches for it is another matter: see the signed manifest. */
export const contentDigest = (bytes: Uint8Array): string =>
  `sha-256=:${createHash("sha256").update(bytes).digest("base64")}:`;
export const binary = (bytes: Uint8Array, type: string): Reply => ({
  statusCode: 200,
  headers: { "content-type": type, "content-digest": contentDigest(bytes) },
  body: Buffer.from(bytes).toString("base64"),
  isBase64Encoded: true,
});

/** A refusal as problem+json: the closed table's sentence, and what the refusal may tell its caller. */
export function problem(error: unknown, instance?: string): Reply {
  const refused =
    error instanceof Refused
      ? error
      : error instanceof z.ZodError
        ? invalidBody(error)
        : new Refused("internal");
  const { retryAfter: _, ...hint } = refused.hint;
  const body = {
    type: problemType(refused.reason),
    title: refused.title,
    status: refused.status,
    ...hint,
    ...(instance ? { instance } : {}),
  };
  return {
    statusCode: refused.status,
    headers: { "content-type": "application/problem+json", ...adviceOn(refused) },
    body: JSON.stringify(body),
  };
}
/** RFC 9449, 7.1: what a 401 asks for. RFC 9110, 10.2.3: when a 503 is worth another try. */
function adviceOn({ reason, status, hint: { retryAfter } }: Refused): Record<string, string> {
  if (retryAfter !== undefined) return { "retry-after": `${retryAfter}` };
  if (status === 503) return { "retry-after": reason === "release-overdue" ? "3600" : "5" };
  if (status !== 401) return {};
  const error = challenges[reason];
  return { "www-authenticate": `DPoP ${error ? `error="${error}", ` : ""}algs="ES256"` };
}
const challenges: Readonly<Partial<Record<Reason, string>>> = {
  "token-invalid": "invalid_token",
  "token-key-mismatch": "invalid_token",
  "proof-invalid": "invalid_dpop_proof",
};

/** Zod's own message is left out: it quotes what was sent. */
const invalidBody = (error: z.ZodError) =>
  new Refused("body-invalid", {
    errors: error.issues.map((issue) => ({
      pointer: `/${issue.path.join("/")}`,
      detail: issue.code,
    })),
  });

/**
 * Where this service answers. `known` is undefined only behind API Gateway, which takes calls under its own names alone, so that
 * its word for the name can be believed; anywhere else the name in a request is whatever the caller wrote.
 */
export const originOf = (
  { requestContext }: APIGatewayProxyEventV2,
  known: string | undefined,
): string => known ?? `https://${requestContext.domainName}`;
/** The address that was called, without query: what a DPoP proof must name. */
export const addressOf = (event: APIGatewayProxyEventV2, known: string | undefined): string =>
  `${originOf(event, known)}${event.rawPath}`;

/** The body as text. Throws `Refused` body-too-large or media-type. */
export function bodyOf(event: APIGatewayProxyEventV2, type: string): string {
  const sent = event.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  if (sent !== type) throw new Refused("media-type", `send ${type}`);
  const bytes = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  if (bytes.length > BODY_LIMIT) throw new Refused("body-too-large", `at most ${BODY_LIMIT} bytes`);
  return bytes.toString("utf8");
}

/** The body as what a call takes, in JSON. Throws `Refused` body-invalid besides. */
export function jsonBodyOf<T>(event: APIGatewayProxyEventV2, schema: z.ZodType<T>): T {
  const body = bodyOf(event, "application/json");
  let value: unknown;
  try {
    value = parseJson(body);
  } catch (error) {
    throw new Refused("body-invalid", `not taken: ${(error as SyntaxError).message}`);
  }
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw invalidBody(read.error);
}

/** Wraps a step that answers events: security headers on every reply, refusals as problems, faults as a bare 500. */
export function http(answer: Edge, trace?: Trace): Edge {
  return middy<APIGatewayProxyEventV2, Reply>()
    .before(({ event: { headers } }) => {
      const size = Object.entries(headers ?? {}).reduce(
        (sum, [name, value = ""]) => sum + name.length + value.length,
        0,
      );
      if (size > HEADER_LIMIT)
        throw new Refused("headers-too-large", `at most ${HEADER_LIMIT} characters`);
    })
    .after(({ response }) => {
      if (response) response.headers = { ...HEADERS, ...response.headers };
    })
    .onError((request) => {
      const { error } = request;
      if (!(error instanceof Refused) && !(error instanceof z.ZodError)) traceFault(error, trace);
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
