import { beforeAll, expect, test } from "vitest";
import {
  eventOf,
  type Member,
  makeManifest,
  makeMember,
  makeWorld,
} from "../../tests/world/federation.ts";
import { edge } from "./handler.ts";

let trento: Member;
beforeAll(async () => {
  trento = await makeMember("IT-022205", { url: "https://trento.example.org" });
});
const world = () => makeWorld([{ member: trento, manifests: [makeManifest("IT-022205")] }]);

test("a signed question in, a signed statement out", async () => {
  const { deps, token, sign, query } = await world();
  const headers = { authorization: `DPoP ${await token()}`, "content-type": "application/jose" };
  const reply = await edge({ ...deps, origin: "https://hub.example" })(
    eventOf("POST /v1/query", headers, await sign(query())),
  );
  expect(reply.statusCode).toBe(200);
  expect(reply.headers).toMatchObject({
    "content-type": "application/jose",
    "cache-control": "no-store",
  });
  expect(reply.body?.split(".")).toHaveLength(3);
});

test("a refusal is problem+json and says nothing of what was sent", async () => {
  const { deps } = await world();
  const reply = await edge({ ...deps, origin: "https://hub.example" })(
    eventOf("POST /v1/query", { "content-type": "application/jose" }, "secret.secret.secret"),
  );
  expect(reply.statusCode).toBe(401);
  expect(reply.headers).toMatchObject({
    "content-type": "application/problem+json",
    "www-authenticate": 'DPoP algs="ES256"',
  });
  expect(reply.body).not.toContain("secret");
});

test("a question as plain JSON is not taken", async () => {
  const { deps, query } = await world();
  const reply = await edge({ ...deps, origin: "https://hub.example" })(
    eventOf("POST /v1/query", { "content-type": "application/json" }, JSON.stringify(query())),
  );
  expect(reply.statusCode).toBe(415);
});
