import { expect, test } from "vitest";
import { Refused } from "../../schemas/refusal.ts";
import { eventOf } from "../../tests/world/federation.ts";
import { json } from "./http.ts";
import { serving } from "./serving.ts";

const POST = {
  ...eventOf("POST /v1/members"),
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ v: 1, entries: ["e30.e30.e30"] }),
};

test("what is not declared of a function is not found there", async () => {
  const edge = serving("members", { enterMember: async (_, body) => json(body()) });
  expect((await edge(POST)).statusCode).toBe(200);
  expect((await edge(eventOf("GET /v1/members"))).statusCode).toBe(404);
});

test("a handler without one of its endpoints, or with another's, does not compile", () => {
  const serve = async () => json({});
  // @ts-expect-error: enterMember is missing
  serving("members", {});
  // @ts-expect-error: nobody declared this one
  serving("members", { enterMember: serve, leaveMember: serve });
  // @ts-expect-error: a body that is not what the endpoint takes
  serving("members", { enterMember: async (_, body) => json(body().proposal) });
});

test("a body is demanded as it is declared: its content type, and its schema", async () => {
  const edge = serving("members", { enterMember: async (_, body) => json(body()) });
  const form = { ...POST, headers: { "content-type": "application/x-www-form-urlencoded" } };
  expect((await edge(form)).statusCode).toBe(415);
  expect((await edge({ ...POST, body: "{}" })).statusCode).toBe(400);
});

test("the parts of an address are demanded as they are declared", async () => {
  const told: string[] = [];
  const serve = async () => json(told.push("served"));
  const others = {
    releases: serve,
    report: serve,
    account: serve,
    cube: serve,
    releaseCodes: serve,
  };
  const more = { answer: serve, hearMember: serve, hearAgreement: serve, hearSuspension: serve };
  const edge = serving("answer", { ...others, ...more, manifest: serve });
  const asked = async (pathParameters: Record<string, string>) =>
    (
      await edge({
        ...eventOf("GET /v1/releases/{dataset}/{period}/{number}/manifest"),
        pathParameters,
      })
    ).statusCode;
  const place = { dataset: "aiuti", period: "2025", number: "1" };
  expect(await asked(place)).toBe(200);
  for (const wrong of [
    ...["01", "1e0", "0", "-1", "1.5", "", "one"].map((number) => ({ number })),
    ...[{ dataset: "x".repeat(2000) }, { dataset: "Aiuti" }, { period: "25" }],
  ])
    expect(await asked({ ...place, ...wrong })).toBe(404);
  expect(told).toEqual(["served"]);
});

test("what answers well without having read its body is a fault", async () => {
  const edge = serving("members", { enterMember: async () => json({}) });
  expect((await edge(POST)).statusCode).toBe(500);
});

test("where nothing asks who the owner is, nobody is let pass", async () => {
  const serve = async () => json({});
  const edge = serving("owner", {
    ownOverview: serve,
    ownPolicies: serve,
    ownWithdrawals: serve,
    takeOut: serve,
    ownAgreements: serve,
    handOnAgreement: serve,
    ownLog: serve,
    ownHealth: serve,
  });
  expect((await edge(eventOf("GET /v1/own/overview"))).statusCode).toBe(500);
});

test.each([
  ["conflict", []],
  ["internal", []],
  [
    "not-due",
    [
      {
        code: "undeclared-refusal",
        endpoint: "enterMember",
        reason: "urn:tavolo:refusal:not-due",
      },
    ],
  ],
] as const)("a refusal for %s is sent, and noted unless it is declared", async (reason, noted) => {
  const told: object[] = [];
  const refuse = async () => {
    throw new Refused(reason);
  };
  const edge = serving("members", { enterMember: refuse }, { tell: (line) => told.push(line) });
  expect(JSON.parse((await edge(POST)).body ?? "").type).toBe(`urn:tavolo:refusal:${reason}`);
  expect(told).toEqual(noted);
});
