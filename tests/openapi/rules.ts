/**
 * What an interface must keep to be published on PDND: the error-severity rules of AgID's OpenAPI checker, profile "Italian Guidelines
 * Full", in our own words and code (the checker itself is AGPL, and its engine comes with a package that reports its installation).
 * Each gives a sentence for each fault.
 */
type Json = Readonly<Record<string, unknown>>;
export interface Document extends Json {
  readonly info: Json;
  readonly servers: readonly {
    readonly url: string;
    readonly description?: string;
    readonly "x-sandbox"?: boolean;
  }[];
  readonly security?: readonly Json[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly securitySchemes: Readonly<Record<string, Json>> };
}
interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Json };
  readonly security?: readonly Json[];
  readonly responses: Readonly<
    Record<string, { readonly content?: Json; readonly headers?: Json }>
  >;
}

const METHODS = ["get", "head", "post", "put", "patch", "delete", "options"];
const PROBLEMS = ["application/problem+json", "application/problem+xml"];

const operationsOf = ({ paths }: Document) =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, operation]) => ({ path, method, operation, name: `${method} ${path}` })),
  );
const responsesOf = (document: Document) =>
  operationsOf(document).flatMap(({ name, operation }) =>
    Object.entries(operation.responses).map(([status, response]) => ({
      name: `${name} ${status}`,
      status,
      response,
    })),
  );
const isError = (status: string) => /^[45]/.test(status) || status === "default";
const typesOf = (content: Json = {}) => Object.keys(content);

/** Every object anywhere in the document, with where it is. */
function* objectsIn(
  value: unknown,
  at = "",
): Generator<{ readonly at: string; readonly object: Json }> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield { at, object: value as Json };
  for (const [name, inner] of Object.entries(value)) yield* objectsIn(inner, `${at}/${name}`);
}
const badFormats = (document: Document, type: string, formats: readonly string[]) =>
  [...objectsIn(document)]
    .filter(({ object }) => object.type === type && !formats.includes(String(object.format)))
    .map(({ at }) => `${at} has no format of ${formats.join(", ")}`);

const LIMITS = ["Limit", "Remaining", "Reset"];

export const rules: Readonly<Record<string, (document: Document) => string[]>> = {
  "paths-status": ({ paths }) =>
    paths["/status"]?.get === undefined ? ["there is no GET /status"] : [],
  "paths-status-return-json": ({ paths }) => {
    const types = typesOf(paths["/status"]?.get?.responses["200"]?.content);
    const good =
      types.length > 0 &&
      types.every((type) => type === "application/json" || PROBLEMS.includes(type));
    return good ? [] : ["GET /status 200 is not JSON"];
  },
  "paths-status-return-problem": ({ paths }) =>
    Object.entries(paths["/status"]?.get?.responses ?? {})
      .filter(
        ([status, { content }]) =>
          isError(status) && !typesOf(content).every((type) => PROBLEMS.includes(type)),
      )
      .map(([status]) => `GET /status ${status} is no problem+json`),
  "use-problem-json-for-errors": (document) =>
    responsesOf(document)
      .filter(({ status, response }) => {
        const types = typesOf(response.content);
        return (
          isError(status) && (types.length === 0 || !types.every((type) => PROBLEMS.includes(type)))
        );
      })
      .map(({ name }) => `${name} is no problem+json`),
  "integer-format": (document) => badFormats(document, "integer", ["int32", "int64"]),
  "number-format": (document) =>
    badFormats(document, "number", ["float", "double", "decimal32", "decimal64", "decimal128"]),
  "servers-use-https": ({ servers }) =>
    servers
      .filter((server) => !server.url.startsWith("https://") && server["x-sandbox"] !== true)
      .map(({ url }) => `${url} is not https`),
  "servers-description": ({ servers }) =>
    servers.filter(({ description }) => !description).map(({ url }) => `${url} has no description`),
  "has-contact": ({ info }) => {
    const contact = (info.contact ?? {}) as Json;
    return contact.name && (contact.url || contact.email) ? [] : ["info.contact names nobody"];
  },
  "has-x-summary": ({ info }) =>
    typeof info["x-summary"] === "string" && info["x-summary"].length > 0
      ? []
      : ["info has no x-summary"],
  "use-semver": ({ info }) =>
    /^\d+\.\d+\.\d+(-[\w.]+)?$/.test(String(info.version))
      ? []
      : [`${info.version} is no semantic version`],
  "no-forbidden-headers": (document) =>
    operationsOf(document).flatMap(({ name, operation }) =>
      (operation.parameters ?? [])
        .filter(
          (parameter) =>
            parameter.in === "header" &&
            /^(authorization|content-type|accept)$/i.test(parameter.name),
        )
        .map((parameter) => `${name} has the parameter ${parameter.name}`),
    ),
  "ratelimit-429-completeness": (document) =>
    responsesOf(document)
      .filter(({ status }) => status === "429")
      .filter(({ response }) => {
        const names = Object.keys(response.headers ?? {});
        const prefixes = ["X-RateLimit-", "RateLimit-"].filter((prefix) =>
          names.some((name) => name.startsWith(prefix)),
        );
        return (
          prefixes.length > 1 ||
          prefixes.some((prefix) => !LIMITS.every((limit) => names.includes(prefix + limit)))
        );
      })
      .map(({ name }) => `${name} does not have all three of its limits, of one prefix`),
  "patch-media-type": (document) =>
    operationsOf(document)
      .filter(
        ({ method, operation }) =>
          method === "patch" &&
          typesOf(operation.requestBody?.content).includes("application/json"),
      )
      .map(({ name }) => `${name} takes application/json`),
  "http-request-GET-no-body": (document) =>
    operationsOf(document)
      .filter(
        ({ method, operation }) =>
          (method === "get" || method === "head") && operation.requestBody !== undefined,
      )
      .map(({ name }) => `${name} has a body`),
  "http-response-no-content-204-205": (document) =>
    responsesOf(document)
      .filter(
        ({ status, response }) =>
          (status === "204" || status === "205") && response.content !== undefined,
      )
      .map(({ name }) => `${name} has content`),
  "sec-protection-global-unsafe": (document) =>
    operationsOf(document)
      .filter(({ method, operation }) => {
        const security = operation.security ?? document.security ?? [];
        return (
          !["get", "head", "options"].includes(method) &&
          (security.length === 0 || security.some((one) => Object.keys(one).length === 0))
        );
      })
      .map(({ name }) => `${name} is not protected`),
  "security-schemes-exist": (document) =>
    operationsOf(document).flatMap(({ name, operation }) =>
      (operation.security ?? [])
        .flatMap((one) => Object.keys(one))
        .filter((scheme) => document.components.securitySchemes[scheme] === undefined)
        .map((scheme) => `${name} is protected by ${scheme}, which is nothing`),
    ),
  "sec-apikeys-url": ({ components }) =>
    Object.entries(components.securitySchemes)
      .filter(
        ([, scheme]) =>
          scheme.type === "apiKey" && scheme.in !== "header" && scheme.in !== "cookie",
      )
      .map(([name]) => `${name} is a key in the address`),
  "sec-credentials-parameters": (document) =>
    operationsOf(document).flatMap(({ name, operation }) =>
      (operation.parameters ?? [])
        .filter((parameter) =>
          /^(.*[-_])?(password|secret|api-?key|access[-_]?token|id[-_]?token|token|client[-_]?secret)$/i.test(
            parameter.name,
          ),
        )
        .filter((parameter) => parameter.in === "query" || parameter.in === "path")
        .map((parameter) => `${name} has ${parameter.name} in its address`),
    ),
  "sec-oauth-flows-https": ({ components }) =>
    Object.entries(components.securitySchemes)
      .filter(
        ([, scheme]) =>
          scheme.type === "oauth2" &&
          /"(token|authorization)Url":"http:/.test(JSON.stringify(scheme)),
      )
      .map(([name]) => `${name} has an address without TLS`),
  // warnings of the checker, which are kept here all the same
  "paths-kebab-case": ({ paths }) =>
    Object.keys(paths).filter((path) => !/^(\/(\{[A-Za-z]+\}|[a-z0-9.-]+))+$|^\/$/.test(path)),
  "missing-retry-after": (document) =>
    responsesOf(document)
      .filter(
        ({ status, response }) =>
          status === "503" && response.headers?.["Retry-After"] === undefined,
      )
      .map(({ name }) => `${name} does not say when to come again`),
};

/** Faults by rule; empty where all is well. */
export const faultsOf = (document: Document): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(rules).flatMap(([rule, check]) =>
      check(document).length > 0 ? [[rule, check(document)]] : [],
    ),
  );
