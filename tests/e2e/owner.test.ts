/** The owner's interface of a node that runs by itself, over processes apart: its link, its address, and whom it lets in. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ownNode } from "../../adapters/client/own.ts";
import { signerOf } from "../../adapters/client/signer.ts";
import { readSignin } from "../../adapters/client/signin.ts";
import { signAgreement } from "../../functions/agreements/agreements.ts";
import {
  OwnAgreed,
  OwnAgreements,
  OwnLog,
  OwnOverview,
  OwnReceipts,
  OwnWithdrawals,
} from "../../schemas/owner.ts";
import { type Apart, apart, type Serving } from "../world/apart.ts";
import { aiutiJson, csv } from "../world/small.ts";

const OWNER = "IT-000002";
const ASKER = "IT-000001";
let world: Apart;
let node: Serving;
beforeAll(async () => {
  world = await apart();
  node = (await world.join(OWNER))!;
  await world.join(ASKER, "consumer");
  await writeFile(join(world.state(OWNER), "aiuti.csv"), csv());
  await writeFile(join(world.state(OWNER), "aiuti.json"), JSON.stringify(aiutiJson));
  await world.run(
    OWNER,
    "ingest",
    join(world.state(OWNER), "aiuti.json"),
    join(world.state(OWNER), "aiuti.csv"),
  );
  await world.run(OWNER, "release", "aiuti");
  await world.run(ASKER, "agreement", "propose", OWNER, "aiuti");
});
afterAll(() => world.close());

const clock = () => Math.floor(Date.now() / 1000);
async function ownerAt(): Promise<{
  url: string;
  owner: ReturnType<typeof ownNode>;
  signer: Awaited<ReturnType<typeof signerOf>>;
}> {
  const [address] = /http:\S+#signin=\S+/.exec(await world.run(OWNER, "signin", "--owner"))!;
  const link = new URL(address);
  const { member, key } = readSignin(link.hash)!;
  const signer = await signerOf(key);
  return { url: link.origin, owner: ownNode({ member, signer, node: link.origin, clock }), signer };
}

test("the node prints its owner's address, and the link leads there and nowhere else", async () => {
  const { url } = await ownerAt();
  expect(node.said()).toContain(`owner  ${url}`);
  expect(url).not.toBe(node.url);
  const page = await fetch(`${url}/`);
  expect([page.status, page.headers.get("content-type")]).toEqual([
    200,
    "text/html; charset=utf-8",
  ]);
  expect((await fetch(`${url}/v1/releases`)).status).toBe(404);
  for (const elsewhere of [node.url, world.hub.url])
    expect((await fetch(`${elsewhere}/v1/own/overview`)).status).toBe(404);
  expect((await world.attempt(ASKER, "signin", "--owner")).code).not.toBe(0);
});

test("her own key opens it; the consumer's opens nothing", async () => {
  const { url, owner } = await ownerAt();
  const { datasets } = await owner.get("/v1/own/overview", OwnOverview);
  expect(datasets).toMatchObject([{ id: "aiuti", state: "waiting", released: [{ number: 1 }] }]);
  const signer = await signerOf(JSON.parse(await exported(ASKER)));
  for (const member of [ASKER, OWNER])
    await expect(
      ownNode({ member, signer, node: url, clock }).get("/v1/own/overview", OwnOverview),
    ).rejects.toMatchObject({
      reason: "token-invalid",
    });
});

test("persons whom she takes out are out of the rows, and the private log says so and names nobody", async () => {
  const { owner } = await ownerAt();
  const identifiers = [["CF000001"], ["CF000002"]];
  const { receipts } = await owner.post(
    "/v1/own/withdrawals",
    { v: 1, dataset: "aiuti", identifiers },
    OwnReceipts,
  );
  expect(receipts).toHaveLength(2);
  expect((await owner.get("/v1/own/withdrawals", OwnWithdrawals)).datasets).toMatchObject([
    { dataset: "aiuti", persons: 2 },
  ]);
  const log = await owner.get("/v1/own/log", OwnLog);
  expect(log.private.entries.find(({ kind }) => kind === "withdrawal")).toMatchObject({
    facts: { dataset: "aiuti", persons: 2 },
    whole: true,
  });
  expect(JSON.stringify(log)).not.toContain("CF00000");
});

test("what she signs is in force at her own node at once", async () => {
  const { owner, signer } = await ownerAt();
  const { agreements } = await owner.get("/v1/own/agreements", OwnAgreements);
  const { proposal } = agreements.find(({ awaits }) => awaits === "us")!;
  expect(proposal!.fault).toBeUndefined();
  const agreement = await signAgreement(signer, proposal!.agreement);
  expect(
    await owner.post("/v1/own/agreements", { v: 1, agreement, events: [] }, OwnAgreed),
  ).toMatchObject({
    state: "in-force",
    node: "told",
  });
  const question = join(world.state(ASKER), "question.json");
  await writeFile(
    question,
    JSON.stringify({
      members: [OWNER],
      dataset: "aiuti",
      period: "2025",
      measures: [{ count: "any" }],
      by: ["sex"],
      purposeId: JSON.parse(Buffer.from(agreement.payload, "base64url").toString()).purpose.id,
    }),
  );
  expect(await world.run(ASKER, "query", question, "--format", "csv")).toMatch(/F/);
});

async function exported(id: string): Promise<string> {
  const file = join(world.state(id), "key.jwk");
  await world.run(id, "key", "export", "--out", file);
  return readFile(file, "utf8");
}
