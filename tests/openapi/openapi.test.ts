/** The OpenAPI documents: complete, valid by readers that are not ours, and by the national rules; each rule seen to fail once. */
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import type { Place } from "../../schemas/api.ts";
import { openapi } from "../../schemas/openapi.ts";
import { refusals } from "../../schemas/refusal.ts";
import { routes } from "../../schemas/routes.ts";
import { type Document, faultsOf, rules } from "./rules.ts";

const places: readonly Place[] = ["hub", "node"];
const documentOf = (place: Place) => JSON.parse(JSON.stringify(openapi(place))) as Document;

describe.each(places)("the interface of a %s", (place) => {
  const document = documentOf(place);
  const calls = routes.filter(({ at }) => at === place);

  test("every route is described, and nothing else is", () => {
    const described = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const names = calls.map(({ method, path }) => `${method} ${path}`);
    expect(described.sort()).toEqual(names.sort());
  });

  test("every parameter of an address is described, and is in it", () => {
    for (const { path, parameters = {} } of calls)
      expect(Object.keys(parameters), path).toEqual(
        [...path.matchAll(/\{(\w+)\}/g)].map(([, one]) => one),
      );
  });

  test("each call has an id of its own, in camel case, and no reason twice", () => {
    const ids = calls.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z]*$/);
    for (const { id, refusals: reasons } of calls)
      expect(new Set(reasons).size, id).toBe(reasons.length);
  });

  test("it is OpenAPI 3.1, by the specification's own schema", async () => {
    const result = await new Validator().validate(structuredClone(document));
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
    const broken = await new Validator().validate({
      ...structuredClone(document),
      paths: { status: {} },
      info: {},
    });
    expect(broken.valid).toBe(false);
  });

  test("every schema in it is one, and every pointer leads somewhere", () => {
    const ajv = new Ajv2020({
      strict: false,
      formats: { int32: true, int64: true, double: true, uuid: true, uri: true, date: true },
    });
    ajv.addSchema({ $id: "https://example.org/openapi", ...document });
    const pointers = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
      ([, pointer]) => pointer!,
    );
    expect(pointers.length).toBeGreaterThan(20);
    for (const pointer of new Set(pointers))
      expect(ajv.getSchema(`https://example.org/openapi${pointer}`), pointer).toBeTypeOf(
        "function",
      );
  });

  test("every example is one of its schema", () => {
    const ajv = new Ajv2020({
      strict: false,
      formats: { int32: true, int64: true, double: true, uuid: true, uri: true, date: true },
    });
    ajv.addSchema({ $id: "https://example.org/openapi", ...document });
    const given = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).flatMap(([method, { parameters = [] }]) =>
        (parameters as unknown as { name: string; schema: object; example?: unknown }[])
          .filter(({ example }) => example !== undefined)
          .map((parameter) => ({ ...parameter, at: `${method} ${path} ${parameter.name}` })),
      ),
    );
    expect(given.length).toBeGreaterThan(3);
    for (const { at, schema, example } of given) {
      const whole = JSON.parse(
        JSON.stringify(schema).replaceAll("#/", "https://example.org/openapi#/"),
      );
      expect([at, ajv.validate(whole, example), example]).toEqual([at, true, example]);
    }
  });

  test("the national rules: no fault at the level of errors", () => {
    expect(faultsOf(document)).toEqual({});
  });

  test("whatever a call may be refused for is under its status", () => {
    for (const { method, path, refusals: reasons } of calls) {
      const { responses } = document.paths[path]![method.toLowerCase()]!;
      for (const reason of reasons)
        expect(JSON.stringify(responses[`${refusals[reason].status}`]), path).toContain(reason);
    }
  });
});

/** One change that breaks each rule: a rule that cannot fail holds nothing. */
// biome-ignore lint/suspicious/noExplicitAny: a document that is about to be broken has no type
type Change = (document: { [name: string]: any }) => void;
const breaks: Readonly<Record<string, Change>> = {
  "paths-status": (document) => delete document.paths["/status"],
  "paths-status-return-json": (document) =>
    (document.paths["/status"].get.responses["200"].content = { "text/plain": {} }),
  "paths-status-return-problem": (document) =>
    (document.paths["/status"].get.responses["500"].content = { "application/json": {} }),
  "use-problem-json-for-errors": (document) =>
    delete document.paths["/v1/members"].get.responses.default.content,
  "integer-format": (document) =>
    delete document.components.schemas.Problem.properties.status.format,
  "number-format": (document) =>
    (document.components.schemas.Problem.properties.status = { type: "number" }),
  "servers-use-https": (document) => (document.servers[0].url = "http://hub.example.org"),
  "servers-description": (document) => delete document.servers[0].description,
  "has-contact": (document) => delete document.info.contact,
  "has-x-summary": (document) => delete document.info["x-summary"],
  "use-semver": (document) => (document.info.version = "1"),
  "no-forbidden-headers": (document) =>
    document.paths["/v1/query"].post.parameters.push({ name: "Accept", in: "header" }),
  "ratelimit-429-completeness": (document) =>
    delete document.paths["/v1/query"].post.responses["429"].headers["X-RateLimit-Reset"],
  "patch-media-type": (document) =>
    (document.paths["/v1/members"].patch = {
      requestBody: { content: { "application/json": {} } },
      security: [{ dpop: [] }],
      responses: {},
    }),
  "http-request-GET-no-body": (document) =>
    (document.paths["/v1/members"].get.requestBody = { content: {} }),
  "http-response-no-content-204-205": (document) =>
    (document.paths["/v1/statements/{id}"].delete.responses["204"].content = {}),
  "sec-protection-global-unsafe": (document) => (document.paths["/v1/query"].post.security = [{}]),
  "security-schemes-exist": (document) => delete document.components.securitySchemes.dpop,
  "sec-apikeys-url": (document) =>
    (document.components.securitySchemes.key = { type: "apiKey", in: "query", name: "key" }),
  "sec-credentials-parameters": (document) =>
    document.paths["/v1/members"].get.parameters.push({ name: "access_token", in: "query" }),
  "sec-oauth-flows-https": (document) =>
    (document.components.securitySchemes.o = {
      type: "oauth2",
      flows: { clientCredentials: { tokenUrl: "http://x.example", scopes: {} } },
    }),
  "paths-kebab-case": (document) => (document.paths["/v1/ownData"] = {}),
  "missing-retry-after": (document) =>
    delete document.paths["/status"].get.responses["503"].headers["Retry-After"],
};

test("every rule is tried", () =>
  expect(Object.keys(breaks).sort()).toEqual(Object.keys(rules).sort()));
test.each(Object.keys(rules))("%s finds a fault where there is one", (rule) => {
  const document = documentOf("hub");
  breaks[rule]!(document);
  expect(faultsOf(document)).toHaveProperty([rule]);
});
