/** What an agreement holds back is held back by the node, whatever the hub says; and what a node publishes beside its figures. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reportCommand } from "../../adapters/cli/commands/policy.ts";
import { askHub, takeRelease } from "../../adapters/client/asking.ts";
import { keyOf } from "../../adapters/local/members.ts";
import {
  agreementIn,
  draftAgreement,
  signAgreement,
} from "../../functions/agreements/agreements.ts";
import { storeAtHub } from "../../functions/agreements/receive.ts";
import { storeAtNode } from "../../functions/answer/agreements.ts";
import { directory } from "../../functions/members/directory.ts";
import { peek } from "../../functions/signing/jws.ts";
import type { Terms } from "../../schemas/agreement.ts";
import { Partial, type Question, Statement } from "../../schemas/query.ts";
import { makeWorld, member, purposeId, type World } from "../world/machine.ts";
import { aiuti, bytes, csv } from "../world/small.ts";

const PROVIDER = "IT-020030";
const CONSUMERS = {
  all: "IT-039014",
  fields: "IT-001001",
  tight: "IT-001002",
  ended: "IT-001003",
} as const;
let world: World;
let url: string;

/** An agreement like the ordinary one, with other terms, signed by both and kept at both ends. */
async function agree(
  consumer: string,
  change: { readonly [K in keyof Terms]?: Terms[K] },
): Promise<void> {
  const hubStore = await world.stores.store("hub");
  const entries = await directory(hubStore).all();
  const entry = (id: string) => entries.find((one) => one.id === id)!;
  const now = world.clock();
  const parties = { consumer: entry(consumer), provider: entry(PROVIDER), number: 1 };
  const terms = { dataset: "aiuti", from: now - 1000, until: now + 100_000, ...change };
  const draft = draftAgreement({ ...parties, ...terms }, consumer, now);
  const once = await signAgreement(await keyOf(world.at, consumer, "member"), draft);
  const jws = await signAgreement(await keyOf(world.at, PROVIDER, "member"), once);
  expect(agreementIn(jws).id).toBe(draft.id);
  await storeAtHub(hubStore, jws, entries, now);
  await storeAtNode(await world.stores.store(PROVIDER), PROVIDER, jws, (id) => entry(id).keys, now);
}

beforeAll(async () => {
  world = await makeWorld(
    [member(PROVIDER), ...Object.values(CONSUMERS).map((id) => member(id, false))],
    "2026-07-01",
  );
  await world.publish(PROVIDER, aiuti(), bytes(csv()));
  const { nodes } = await world.start();
  url = nodes[0]!.url;
  await agree(CONSUMERS.all, {});
  await agree(CONSUMERS.fields, { measures: ["any"], dimensions: ["sex"] });
  await agree(CONSUMERS.tight, { tighter: { order: 1, smallest: 150 } });
  await agree(CONSUMERS.ended, { from: world.clock() - 2000, until: world.clock() - 1000 });
});
afterAll(() => world.close());

const question = (change: object = {}): Question => ({
  purposeId,
  members: [PROVIDER],
  dataset: "aiuti",
  period: "2025",
  measures: [{ count: "any" }],
  by: ["sex"],
  where: {},
  ...change,
});
const ask = async (consumer: string, change: object = {}): Promise<Statement> =>
  peek(await askHub(await world.asker(consumer), question(change)), Statement);

describe("an agreement", () => {
  test("in force lets its consumer ask", async () => {
    expect((await ask(CONSUMERS.all)).outcomes[0]!.outcome).toBe("answered");
  });

  test.each([
    ["a field that it does not name", CONSUMERS.fields, { measures: [{ mean: "hours" }] }],
    ["a dimension that it does not name", CONSUMERS.fields, { by: ["zone"] }],
    ["more dimensions at once than it allows", CONSUMERS.tight, { by: ["sex", "zone"] }],
  ])("is not answered beyond its terms: %s", async (_, consumer, change) => {
    // the node refuses, and that is data: the statement says so, and has no figure
    const { outcomes, table } = await ask(consumer, change);
    expect(outcomes).toEqual([{ member: PROVIDER, outcome: "beyond-agreement" }]);
    expect(table).toEqual({ cells: [], totals: [] });
  });

  test("that has ended is not answered", async () => {
    await expect(ask(CONSUMERS.ended)).rejects.toMatchObject({ reason: "no-agreement" });
  });

  test("for another purpose is not answered", async () => {
    await expect(
      ask(CONSUMERS.all, { purposeId: "00000000-0000-4000-8000-000000000000" }),
    ).rejects.toMatchObject({
      reason: "purpose-denied",
    });
  });

  test("makes the policy tighter for its consumer alone: a larger smallest count, said in the signed answer", async () => {
    const tight = await ask(CONSUMERS.tight);
    const outcome = tight.outcomes[0]!;
    expect(peek("partial" in outcome ? outcome.partial : "", Partial).smallest).toBe(150);
    expect(tight.table.cells.map(({ figures }) => figures[0]!.mark)).toEqual([
      "below-k",
      "below-k",
    ]);
    expect((await ask(CONSUMERS.all)).table.cells.map(({ figures }) => figures[0]!.mark)).toEqual([
      "shown",
      "shown",
    ]);
  });
});

describe("a whole release", () => {
  const id = `${PROVIDER}/aiuti/2025/1`;
  test("goes to a consumer whose agreement holds nothing back", async () => {
    expect(
      (await takeRelease(await world.asker(CONSUMERS.all), url, id, purposeId)).length,
    ).toBeGreaterThan(500);
  });
  test.each([CONSUMERS.fields, CONSUMERS.tight])(
    "does not go to %s, whose agreement does",
    async (consumer) => {
      await expect(
        takeRelease(await world.asker(consumer), url, id, purposeId),
      ).rejects.toMatchObject({ reason: "beyond-agreement" });
    },
  );
  test("does not go to whoever has no token", async () => {
    const response = await fetch(`${url}/v1/releases/aiuti/2025/1/cube`);
    expect([response.status, ((await response.json()) as { type: string }).type]).toEqual([
      401,
      "urn:tavolo:refusal:token-missing",
    ]);
  });
});

test("the leak report lies beside the release, for anybody, with a policy that lets no script run", async () => {
  const missing = await fetch(`${url}/v1/reports/aiuti/2025/it.html`);
  expect(missing.status).toBe(404);
  await reportCommand("aiuti", { as: PROVIDER, state: world.at.root });
  const page = await fetch(`${url}/v1/reports/aiuti/2025/it.html`);
  expect(page.headers.get("content-type")).toMatch(/^text\/html/);
  expect(page.headers.get("content-security-policy")).toMatch(
    /^default-src 'none'; style-src 'sha256-/,
  );
  expect(await page.text()).toContain('<html lang="it"');
  expect((await fetch(`${url}/v1/reports/aiuti/2025/toString`)).status).toBe(404);
});

test("the hub finds what the node publishes in the node's account", async () => {
  const { hub } = await world.asker(CONSUMERS.all);
  const { accounts } = (await (await fetch(`${hub.url}/v1/accounts`)).json()) as {
    accounts: { member: string; discrepancies: string[] }[];
  };
  expect(accounts).toMatchObject([{ member: PROVIDER, discrepancies: [] }]);
});
