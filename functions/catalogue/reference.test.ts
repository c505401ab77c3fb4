import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { routes } from "../../schemas/routes.ts";
import { eventOf, makeMember, makeNode, makeWorld } from "../../tests/world/federation.ts";
import { directory } from "../members/directory.ts";
import { edge } from "./handler.ts";
import { offers } from "./offers.ts";
import { referenceMarkdown } from "./reference.ts";

async function get(path: string) {
  const city = await makeMember("IT-028060", { url: "https://padova.example" });
  const { store, peer } = await makeWorld([makeNode(city)]);
  const deps = { directory: directory(store), offers: offers(peer), clock: () => 1_795_600_000 };
  return edge({ ...deps, origin: "https://hub.example" })(eventOf(`GET ${path}`));
}

describe("the reference page", () => {
  test("names every call of hub and node", async () => {
    const { body } = await get("/docs/api");
    for (const { at, method, path, id } of routes) {
      expect(body).toContain(`id="${at}-${id}"`);
      expect(referenceMarkdown()).toContain(`### \`${method} ${path}\``);
    }
  });

  test("fetches nothing, runs nothing, and its style is the one that its policy allows", async () => {
    const { body, headers } = await get("/docs/api");
    expect(body).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|src=|https?:\/\//);
    const [, style] = /<style>([\s\S]*?)<\/style>/.exec(body!)!;
    const digest = createHash("sha256").update(style!).digest("base64");
    expect(headers?.["content-security-policy"]).toContain(`style-src 'sha256-${digest}'`);
    expect(headers?.["content-security-policy"]).toContain("default-src 'none'");
    expect(body).not.toMatch(/style="/);
  });

  test("every pointer on it leads to a place on it", async () => {
    const { body } = await get("/docs/api");
    const ids = new Set([...body!.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const links = [...body!.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(links.length).toBe(routes.length);
    expect(links.filter((id) => !ids.has(id))).toEqual([]);
  });
});

test("the hub serves its own document, at its own address, and that of nodes", async () => {
  const own = JSON.parse((await get("/openapi.json")).body!);
  expect(own).toMatchObject({
    openapi: "3.1.0",
    servers: [{ url: "https://hub.example" }],
    info: { "x-api-id": "tavolo-hub" },
  });
  expect(Object.keys(own.paths)).toContain("/v1/query");
  expect(Object.keys(JSON.parse((await get("/openapi-node.json")).body!).paths)).toContain(
    "/v1/answer",
  );
});

test("the catalogue for other catalogues is JSON-LD, of what can be seen", async () => {
  const reply = await get("/v1/catalogue");
  expect(reply.headers?.["content-type"]).toBe("application/ld+json");
  const { "dcat:dataset": datasets, "@id": id } = JSON.parse(reply.body!);
  expect(id).toBe("https://hub.example/v1/catalogue");
  expect(datasets).toHaveLength(1);
});
