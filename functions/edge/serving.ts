/**
 * Binds what serves to what is declared (schemas/routes.ts): a handler that lacks an endpoint of its function, or has one that
 * nobody declared, does not compile. Of a call, the edge demands what is declared: address and its parts, method, content type and
 * schema of the body. Of a reply: that the body was read, and that a refusal is among those that were declared.
 */
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import * as z from "zod";
import { ALWAYS, type Body, type Caller, type Endpoint, type Serves } from "../../schemas/api.ts";
import { problemType, Refused } from "../../schemas/refusal.ts";
import { endpoints } from "../../schemas/routes.ts";
import { bodyOf, type Edge, http, jsonBodyOf, problem, type Reply } from "./http.ts";

type Declared = (typeof endpoints)[number];
type Taken<E> = E extends Endpoint<string, Serves, Caller, infer T> ? T : never;
/** Serves one endpoint. `body` reads what it takes when it is wanted: what is cheaper to refuse, or tells less, goes first. */
type Serve<T = undefined> = (event: APIGatewayProxyEventV2, body: () => T) => Promise<Reply>;
type ServesAll<S extends Serves> = {
  readonly [E in Extract<Declared, { readonly serves: S }> as E["id"]]: Serve<Taken<E>>;
};

/** What the log says of a refusal that its endpoint does not declare. It fails the tests: tests/setup/traces-global.ts. */
interface Undeclared {
  readonly code: typeof UNDECLARED;
  readonly endpoint: string;
  readonly reason: string;
}
export const UNDECLARED = "undeclared-refusal";
const toStderr = (line: Undeclared) => process.stderr.write(`${JSON.stringify(line)}\n`);

interface Options {
  /** Lets the owner pass, and nobody else: nothing is read before. Every other caller proves itself by what a flow verifies. */
  readonly demandOwner?: (event: APIGatewayProxyEventV2) => Promise<void>;
  readonly tell?: (line: Undeclared) => void;
}

/** The edge of one function: what serves each of its endpoints, by its id. */
export function serving<S extends Serves>(
  name: S,
  serves: NoInfer<ServesAll<S>>,
  { demandOwner, tell = toStderr }: Options = {},
): Edge {
  const own = new Map(
    (endpoints as readonly Endpoint[])
      .filter((one) => one.serves === name)
      .map((one) => [`${one.method} ${one.path}`, one]),
  );
  const passed = async ({ id, caller }: Endpoint, event: APIGatewayProxyEventV2) => {
    if (caller !== "owner") return;
    if (demandOwner === undefined) throw new Error(`nothing lets the owner alone pass to ${id}`);
    await demandOwner(event);
  };
  const byId = serves as Readonly<Record<string, Serve<unknown>>>;
  return http(async (event) => {
    const endpoint = own.get(event.routeKey);
    const serve = byId[endpoint?.id ?? ""];
    if (endpoint === undefined || serve === undefined) throw new Refused("not-found");
    const reply = await passed(endpoint, event)
      .then(() => served(endpoint, serve, event))
      .catch(refused);
    const reason = undeclared(endpoint, reply);
    // it is told all the same: whoever asked is owed the true reason, and the declaration is what is wrong
    if (reason !== undefined) tell({ code: UNDECLARED, endpoint: endpoint.id, reason });
    return reply;
  });
}

/**
 * Throws `Refused` not-found where a part of the address is not what is declared, and that is a reason of the endpoint: `01` is no
 * number of a release. Others judge their addresses themselves.
 */
function demandAddress(
  { parameters = {}, refusals }: Endpoint,
  { pathParameters }: APIGatewayProxyEventV2,
): void {
  if (!refusals.includes("not-found")) return;
  for (const [name, { schema }] of Object.entries(parameters)) {
    const text = pathParameters?.[name] ?? "";
    const isNumber = String(Number(text)) === text && schema.safeParse(Number(text)).success;
    if (!isNumber && !schema.safeParse(text).success)
      throw new Refused("not-found", `${name} in the address is not of its form`);
  }
}

async function served(
  endpoint: Endpoint,
  serve: Serve<unknown>,
  event: APIGatewayProxyEventV2,
): Promise<Reply> {
  demandAddress(endpoint, event);
  const { takes } = endpoint;
  let unread = takes !== undefined;
  const reply = await serve(event, () => {
    unread = false;
    return takes && read(takes, event);
  });
  if (unread && !refuses(reply)) throw new Error("an endpoint has not read what it takes");
  return reply;
}

const read = ({ content, reads }: Body<unknown>, event: APIGatewayProxyEventV2): unknown =>
  reads === undefined ? bodyOf(event, content.type) : jsonBodyOf(event, reads);

function refused(error: unknown): Reply {
  if (error instanceof Refused || error instanceof z.ZodError) return problem(error);
  throw error;
}
const refuses = ({ statusCode = 200 }: Reply): boolean => statusCode >= 400;

/** The type of a refusal that the reply is and its endpoint does not declare. */
function undeclared({ refusals }: Endpoint, reply: Reply): string | undefined {
  if (!refuses(reply)) return undefined;
  const { type } = JSON.parse(reply.body ?? "{}") as { readonly type: string };
  return [...refusals, ...ALWAYS].some((reason) => problemType(reason) === type) ? undefined : type;
}
