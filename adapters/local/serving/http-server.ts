/** node:http to the API Gateway v2 event that Lambda would get, and back: the same handlers run here as there. */

import { randomUUID } from "node:crypto";
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from "node:http";
import type { AddressInfo, Server as NetServer } from "node:net";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { traceFault } from "../../../functions/edge/fault.ts";
import { problemType, refusals } from "../../../schemas/refusal.ts";
import type { Route } from "../../../schemas/routes.ts";

export type Handler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

/** API Gateway takes 10 MB; nothing of ours needs a fraction of it. */
const TRANSPORT_LIMIT = 1024 * 1024;
/** Bytes of headers that are read before the handler judges them (functions/edge/http.ts). */
const HEADERS_AT_MOST = 32 * 1024;

interface Match {
  readonly route: Route;
  readonly pathParameters: Record<string, string>;
}

/** The route that a method and path belong to, or whether only the method is wrong. */
function match(
  table: readonly Route[],
  method: string,
  path: string,
): Match | "method-not-allowed" | "not-found" {
  let known = false;
  for (const route of table) {
    const names: string[] = [];
    const pattern = route.path.replace(/[.]/g, "\\.").replace(/\{(\w+)\}/g, (_, name: string) => {
      names.push(name);
      return "([^/]+)";
    });
    const found = new RegExp(`^${pattern}$`).exec(path);
    if (found === null) continue;
    known = true;
    if (route.method !== method) continue;
    return {
      route,
      pathParameters: Object.fromEntries(
        names.map((name, at) => [name, safeDecode(found[at + 1] ?? "")]),
      ),
    };
  }
  return known ? "method-not-allowed" : "not-found";
}
function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The event of a request, as payload format version 2.0 has it: header names in lower case, repeated ones joined by commas. */
function eventOf(
  request: Pick<IncomingMessage, "method" | "url" | "headers">,
  body: Buffer,
  { route, pathParameters }: Match,
): APIGatewayProxyEventV2 {
  const url = new URL(request.url ?? "/", "http://localhost");
  const { cookie, ...rest } = request.headers;
  const headers = Object.fromEntries(
    Object.entries(rest).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(",") : (value ?? ""),
    ]),
  );
  const query: Record<string, string> = {};
  for (const [name, value] of url.searchParams)
    query[name] = name in query ? `${query[name]},${value}` : value;
  const method = request.method ?? "GET";
  const routeKey = `${route.method} ${route.path}`;
  return {
    version: "2.0",
    routeKey,
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    ...(cookie ? { cookies: cookie.split(/;\s*/) } : {}),
    headers,
    ...(url.search ? { queryStringParameters: query } : {}),
    ...(Object.keys(pathParameters).length > 0 ? { pathParameters } : {}),
    requestContext: {
      accountId: "local",
      apiId: "local",
      domainName: headers.host ?? "localhost",
      domainPrefix: "local",
      http: {
        method,
        path: url.pathname,
        protocol: "HTTP/1.1",
        sourceIp: "127.0.0.1",
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: randomUUID(),
      routeKey,
      stage: "$default",
      time: new Date().toISOString(),
      timeEpoch: Date.now(),
    },
    ...(body.length > 0
      ? { body: body.toString("base64"), isBase64Encoded: true }
      : { isBase64Encoded: false }),
  } as APIGatewayProxyEventV2;
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > TRANSPORT_LIMIT) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function send(
  response: ServerResponse,
  {
    statusCode = 200,
    headers = {},
    cookies = [],
    body = "",
    isBase64Encoded,
  }: APIGatewayProxyStructuredResultV2,
): void {
  const bytes = Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
  const set = cookies.length > 0 ? { "set-cookie": cookies } : {};
  response.writeHead(statusCode, {
    ...(headers as Record<string, string>),
    ...set,
    "content-length": bytes.length,
  });
  response.end(bytes);
}
function refuse(
  response: ServerResponse,
  reason: "not-found" | "method-not-allowed" | "body-too-large" | "internal",
): void {
  const { status, title } = refusals[reason];
  send(response, {
    statusCode: status,
    headers: {
      "content-type": "application/problem+json",
      ...(reason === "body-too-large" ? { connection: "close" } : {}),
    },
    body: JSON.stringify({ type: problemType(reason), title, status }),
  });
}

/** A server for some routes; `handlers` by the name of the function that serves them. Not yet listening. */
export function serverFor(
  table: readonly Route[],
  handlers: Readonly<Partial<Record<Route["serves"], Handler>>>,
): Server {
  const server = createServer({ maxHeaderSize: HEADERS_AT_MOST }, (request, response) => {
    const serve = async () => {
      const found = match(
        table,
        request.method ?? "GET",
        new URL(request.url ?? "/", "http://localhost").pathname,
      );
      if (typeof found === "string") return refuse(response, found);
      const body = await readBody(request);
      if (body === undefined) return refuse(response, "body-too-large");
      const handler = handlers[found.route.serves];
      if (handler === undefined) return refuse(response, "not-found");
      send(response, await handler(eventOf(request, body, found)));
    };
    serve().catch((error: unknown) => {
      traceFault(error);
      if (!response.headersSent) refuse(response, "internal");
    });
  });
  // what is no HTTP, or has too many headers to be read at all, never becomes a request
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (socket.writable)
      socket.end(
        bareProblem(error.code === "HPE_HEADER_OVERFLOW" ? "headers-too-large" : "body-invalid"),
      );
  });
  return server;
}

/** A refusal in the bytes of HTTP, for whom there is no response to write to. */
function bareProblem(reason: "headers-too-large" | "body-invalid"): string {
  const { status, title } = refusals[reason];
  const body = JSON.stringify({ type: problemType(reason), title, status });
  const lines = [
    "content-type: application/problem+json",
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("\r\n")}\r\n\r\n${body}`;
}

/** Passes a browser's call on to another process of this machine, and its reply back: redirects and cookies as they are. */
export const forwardedTo =
  (origin: string): Handler =>
  async ({ rawPath, rawQueryString, cookies = [] }) => {
    const headers = cookies.length > 0 ? { cookie: cookies.join("; ") } : {};
    const reply = await fetch(`${origin}${rawPath}?${rawQueryString}`, {
      redirect: "manual",
      headers,
    });
    const { "set-cookie": _, ...kept } = Object.fromEntries(reply.headers);
    const { connection: __, "keep-alive": ___, date: ____, "content-length": _____, ...own } = kept;
    return {
      statusCode: reply.status,
      headers: own,
      cookies: reply.headers.getSetCookie(),
      body: await reply.text(),
    };
  };

/** Listens on 127.0.0.1; 0 takes a free port. A taken port is named in the error. */
export const listen = (server: NetServer, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new Error(
              `port ${port} is taken: stop what listens there, or choose another with PORT=…`,
            )
          : error,
      ),
    );
    server.listen(port, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
