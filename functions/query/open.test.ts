import { beforeAll, expect, test } from "vitest";
import { Query, Statement } from "../../schemas/query.ts";
import {
  HUB,
  type Member,
  makeManifest,
  makeMember,
  makeNode,
  makeWorld,
  PURPOSE,
} from "../../tests/world/federation.ts";
import { peek } from "../signing/jws.ts";
import { askOpen } from "./open.ts";

let [open, closed]: Member[] = [];
beforeAll(async () => {
  open = await makeMember("IT-028060", { url: "https://padova.example" });
  closed = await makeMember("IT-034027", { url: "https://parma.example" });
});
/** The same dataset, open in one city and about persons in the other; and a hub that has an agreement with the other. */
const world = async () => {
  const { deps, ...rest } = await makeWorld([
    makeNode(open!, { manifests: [makeManifest("IT-028060", { kind: "statistics" })] }),
    makeNode(closed!),
  ]);
  const purpose = { id: PURPOSE, name: { it: "x", en: "x" }, dpv: [] };
  const agreement = {
    id: `${HUB}/IT-034027/prestazioni/1`,
    provider: { id: "IT-034027", keys: [] },
    purpose,
    callsADay: 10,
    retention: "P5Y",
  };
  const agreed = { agreement, state: "in-force" as const, awaits: [], used: { today: 0 } };
  return {
    ...rest,
    deps: { ...deps, agreements: { of: async () => [agreed], used: async () => {} } },
  };
};
const question = {
  dataset: "prestazioni",
  period: "2022",
  measures: [{ count: "any" }],
  by: [],
  where: {},
  members: [] as string[],
};

test("without members, everybody who is open is asked, by the hub, and that is recorded", async () => {
  const { deps, logged } = await world();
  const { query, outcomes } = peek(await askOpen(deps, question), Statement);
  expect(peek(query, Query)).toMatchObject({ iss: HUB, aud: HUB, members: ["IT-028060"] });
  expect(outcomes).toMatchObject([{ member: "IT-028060", outcome: "answered" }]);
  expect(logged).toMatchObject([{ kind: "query", consumer: HUB, outcomes: "IT-028060=answered" }]);
});

test("a member whose data is about persons is not asked, whatever the hub has agreed with it", async () => {
  const { deps, peer } = await world();
  const { outcomes } = peek(
    await askOpen(deps, { ...question, members: ["IT-028060", "IT-034027"] }),
    Statement,
  );
  expect(outcomes.map(({ member, outcome }) => [member, outcome])).toEqual([
    ["IT-028060", "answered"],
    ["IT-034027", "no-agreement"],
  ]);
  expect(peer.asked).toEqual(["https://padova.example"]);
});

test("a refusal is recorded by its reason, and nothing that somebody wrote into a link", async () => {
  const { deps, logged } = await world();
  await expect(askOpen(deps, { ...question, dataset: "<script>" })).rejects.toMatchObject({
    reason: "unknown-dataset",
  });
  await expect(askOpen(deps, { ...question, members: ["IT-034027"] })).rejects.toMatchObject({
    reason: "token-missing",
  });
  expect(logged).toEqual([
    { kind: "refusal", at: "tables", reason: "unknown-dataset" },
    {
      kind: "refusal",
      at: "tables",
      reason: "token-missing",
      dataset: "prestazioni",
      period: "2022",
    },
  ]);
});
