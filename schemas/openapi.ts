/**
 * OpenAPI 3.1 of a hub or of a node, made of the declared endpoints and the schemas. It
 * keeps the rules of AgID's checker for interfaces on PDND (profile "Italian Guidelines Full"): tests/openapi has them.
 */
import * as z from "zod";
import { Agreement } from "./agreement.ts";
import {
  ALWAYS,
  type Answer,
  type Content,
  type Endpoint,
  type Parameter,
  type Place,
  Problem,
  TAGS,
} from "./api.ts";
import { DatasetsResponse } from "./catalogue.ts";
import { DirectoryEntry, DirectoryFile, MemberHistory, MemberPost, Suspension } from "./member.ts";
import { Ask, Partial, Query, Statement } from "./query.ts";
import { type Reason, refusals } from "./refusal.ts";
import { Account, Manifest, ReleaseCodes } from "./release.ts";
import { routes } from "./routes.ts";
import { Axis, Bilingual, CodeTree, OpenedCode, OpenedLevel } from "./words.ts";

/** Schemas that have a name of their own in the document. */
const named = {
  ...{
    Problem,
    Query,
    Ask,
    Partial,
    Statement,
    Manifest,
    Account,
    DirectoryEntry,
    DirectoryFile,
    MemberHistory,
    MemberPost,
    Suspension,
  },
  ...{
    DatasetsResponse,
    Agreement,
    Axis,
    Bilingual,
    CodeTree,
    ReleaseCodes,
    OpenedCode,
    OpenedLevel,
  },
} as const satisfies Record<string, z.ZodType>;

const refTo = (name: string) => ({ $ref: `#/components/schemas/${name}` });
type Json = { readonly [name: string]: unknown };

/** JSON Schema 2020-12 as OpenAPI 3.1 takes it; integers and numbers have a format, which the national rules want. */
function withFormats(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withFormats);
  if (typeof value !== "object" || value === null) return value;
  const { $schema: _, $id: __, ...rest } = value as Record<string, unknown>;
  const inner = Object.fromEntries(
    Object.entries(rest).map(([name, one]) => [name, withFormats(one)]),
  );
  if (inner.type === "integer") return { ...inner, format: "int64" };
  return inner.type === "number" ? { ...inner, format: "double" } : inner;
}

const registry = () => {
  const names = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) names.add(schema, { id });
  return names;
};

function components(): Json {
  const { schemas } = z.toJSONSchema(registry(), {
    io: "input",
    uri: (id) => `#/components/schemas/${id}`,
  });
  return withFormats(schemas) as Json;
}

/** A schema in its place: by its name where it has one. */
function schemaOf(schema: z.ZodType): Json {
  const name = Object.entries(named).find(([, one]) => one === schema)?.[0];
  return name === undefined
    ? (withFormats(z.toJSONSchema(schema, { io: "input" })) as Json)
    : refTo(name);
}

function contentOf({ type, schema, payload, binary }: Content): Json {
  if (payload !== undefined)
    return {
      [type]: {
        schema: {
          type: "string",
          description: `A compact JWS. Its payload: ${payload}.`,
          "x-payload": refTo(payload),
        },
      },
    };
  if (schema !== undefined) return { [type]: { schema: schemaOf(schema) } };
  // in OpenAPI 3.1 bytes are said by the media type alone
  if (binary) return { [type]: {} };
  return { [type]: { schema: type.includes("json") ? { type: "object" } : { type: "string" } } };
}
const contentsOf = (contents: readonly Content[]): Json =>
  Object.assign({}, ...contents.map(contentOf)) as Json;

const parametersOf = (
  where: "path" | "query",
  parameters: Readonly<Record<string, Parameter>> = {},
): Json[] =>
  Object.entries(parameters).map(
    ([name, { about, schema, example, required = false, many = false }]) => ({
      name,
      in: where,
      description: about,
      required: where === "path" || required,
      schema: many ? { type: "array", items: schemaOf(schema), maxItems: 40 } : schemaOf(schema),
      ...(many ? { style: "form", explode: true } : {}),
      ...(example === undefined ? {} : { example: many ? [example] : exampleOf(schema, example) }),
    }),
  );
/** Examples are written as they stand in an address: where the schema has a number there, it is one. */
const exampleOf = (schema: z.ZodType, example: string): string | number =>
  !schema.safeParse(example).success && schema.safeParse(Number(example)).success
    ? Number(example)
    : example;

const whole = (description: string) => ({
  description,
  schema: { type: "integer", format: "int32", minimum: 0 },
});
const QUOTA: Json = {
  "X-RateLimit-Limit": whole("Calls a minute"),
  "X-RateLimit-Remaining": whole("Calls left in this minute"),
  "X-RateLimit-Reset": whole("Seconds until all of them are there again"),
};
const RETRY: Json = { "Retry-After": whole("Seconds to wait") };

function answerOf({ about, content = [], headers = {} }: Answer, counted: boolean): Json {
  const own = Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [
      name,
      { description, schema: { type: "string" } },
    ]),
  );
  const all = { ...own, ...(counted ? QUOTA : {}) };
  return {
    description: about,
    ...(content.length > 0 ? { content: contentsOf(content) } : {}),
    ...(Object.keys(all).length > 0 ? { headers: all } : {}),
  };
}

/** Every reason under its status, as problem+json. */
function errorsOf({ refusals: own, counted = false }: Endpoint): Json {
  const reasons = [...new Set<Reason>([...own, ...ALWAYS])];
  const statuses = [...new Set(reasons.map((reason) => refusals[reason].status))].sort(
    (a, b) => a - b,
  );
  const problem = { "application/problem+json": { schema: refTo("Problem") } };
  return Object.fromEntries([
    ...statuses.map((status) => {
      const here = reasons.filter((reason) => refusals[reason].status === status);
      const headers = {
        ...(counted && status < 500 ? QUOTA : {}),
        ...(status === 429 || status === 503 ? RETRY : {}),
      };
      return [
        `${status}`,
        {
          description: here.map((reason) => `${reason}: ${refusals[reason].title}`).join(". "),
          content: problem,
          ...(Object.keys(headers).length > 0 ? { headers } : {}),
        },
      ];
    }),
    ["default", { description: "Any other fault.", content: problem }],
  ]);
}

const SECURITY: Readonly<Record<Endpoint["caller"], readonly Json[]>> = {
  anybody: [{}],
  dpop: [{ dpop: [] }],
  question: [{ dpop: [], signedBody: [] }],
  assertion: [{ clientAssertion: [] }],
  signed: [{ signedBody: [] }],
  owner: [{ owner: [] }],
};

const endpointOf = (call: Endpoint): Json => ({
  operationId: call.id,
  tags: [call.tag],
  summary: call.summary,
  ...(call.about === undefined ? {} : { description: call.about }),
  security: SECURITY[call.caller],
  parameters: [...parametersOf("path", call.parameters), ...parametersOf("query", call.query)],
  ...(call.takes === undefined
    ? {}
    : {
        requestBody: {
          description: call.takes.about,
          required: true,
          content: contentOf(call.takes.content),
        },
      }),
  responses: {
    ...Object.fromEntries(
      call.gives.map((answer) => [`${answer.status}`, answerOf(answer, call.counted ?? false)]),
    ),
    ...errorsOf(call),
  },
});

const TITLES = {
  hub: ["Tavolo: hub", "Questions to many nodes, and the signed answers"],
  node: ["Tavolo: node", "What one member releases, and answers from"],
} as const;

/** The document. `origin` is where it is served; an example where it lies in a file. */
export function openapi(place: Place, origin = `https://${place}.example.org`): Json {
  const paths: Record<string, Record<string, Json>> = {};
  const calls = routes.filter(({ at }) => at === place);
  for (const call of calls)
    paths[call.path] = { ...paths[call.path], [call.method.toLowerCase()]: endpointOf(call) };
  const [title, summary] = TITLES[place];
  const tags = TAGS.filter((tag) => calls.some((call) => call.tag === tag));
  return {
    openapi: "3.1.0",
    info: {
      title,
      version: "0.1.0",
      summary,
      description:
        "Cities compare their welfare services on each other's data, without handing it over. Every signed thing is a JWS (ES256) whose payload bytes are passed on untouched.",
      license: { name: "EUPL-1.2", identifier: "EUPL-1.2" },
      contact: { name: "Whoever operates this address", url: origin },
      termsOfService: `${origin}/docs/api`,
      "x-summary": summary,
      "x-api-id": `tavolo-${place}`,
    },
    servers: [
      {
        url: origin,
        description: place === "hub" ? "The hub" : "A member's node",
        ...(origin.startsWith("https:") ? {} : { "x-sandbox": true }),
      },
    ],
    tags: tags.map((name) => ({ name })),
    paths,
    components: {
      schemas: components(),
      securitySchemes: {
        dpop: {
          type: "http",
          scheme: "DPoP",
          description:
            "An access token (at+jwt) bound to the member's key (RFC 9449). Beside a signed question the question itself is the proof; elsewhere a DPoP header.",
        },
        clientAssertion: {
          type: "http",
          scheme: "private_key_jwt",
          description:
            "In the body: an assertion that the member signed (RFC 7523), with a DPoP proof by the same key.",
        },
        owner: {
          type: "http",
          scheme: "DPoP",
          description:
            "A token (own+jwt) that the node's own member signed for itself and bound to the key that signed it, with a DPoP proof. No hub gives it.",
        },
        signedBody: {
          type: "http",
          scheme: "JWS",
          description:
            "What is sent carries the sender's signature (ES256), by a key of the directory; there is no header for it.",
        },
      },
    },
  };
}
