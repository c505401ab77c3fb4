import { describe, expect, test } from "vitest";
import { eventOf, memoryStore } from "../../tests/world/federation.ts";
import { edge, storeProbe } from "./status.ts";

test.each([{}, { authorization: "Bearer of-whoever-probes" }, { authorization: "DPoP x" }])(
  "with %j the status is problem+json that says OK",
  async (headers) => {
    const reply = await edge(storeProbe(memoryStore()))(eventOf("GET /status", headers));
    expect(reply).toMatchObject({
      statusCode: 200,
      headers: { "content-type": "application/problem+json" },
    });
    expect(JSON.parse(reply.body ?? "")).toEqual({ status: 200, title: "OK" });
  },
);

describe("says that it is down, and when to look again, where the store", () => {
  test.each<[string, () => Promise<never>]>([
    ["fails", () => Promise.reject(new Error("ECONNREFUSED of 10.0.0.7"))],
    ["hangs", () => new Promise(() => {})],
  ])("%s", async (_, get) => {
    const reply = await edge(storeProbe({ get }))(eventOf("GET /status"));
    expect(reply).toMatchObject({
      statusCode: 503,
      headers: { "content-type": "application/problem+json", "retry-after": "5" },
    });
    expect(reply.body).not.toMatch(/ECONN|10\.0/);
  });
});
