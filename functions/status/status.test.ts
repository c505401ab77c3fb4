import { expect, test } from "vitest";
import { eventOf } from "../query/testing.ts";
import { edge } from "./handler.ts";

test("the status is problem+json that says OK", async () => {
  const reply = await edge()(eventOf("GET /status"));
  expect(reply).toMatchObject({ statusCode: 200, headers: { "content-type": "application/problem+json" } });
  expect(JSON.parse(reply.body ?? "")).toEqual({ status: 200, title: "OK" });
});
