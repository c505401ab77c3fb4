/** What the hub's copy of the agreements makes of a question, so that nobody is asked in vain. The node decides by its own. */
import { beforeAll, expect, test } from "vitest";
import { Statement } from "../../schemas/query.ts";
import { Refused } from "../../schemas/refusal.ts";
import {
  type Member,
  makeMember,
  makeNode,
  makeWorld,
  NOW,
  PURPOSE,
} from "../../tests/world/federation.ts";
import { peek } from "../signing/jws.ts";
import { ask } from "./ask.ts";
import type { Agreed } from "./authorise.ts";

let [asker, provider]: Member[] = [];
beforeAll(async () => {
  asker = await makeMember("IT-028060", { url: "https://padova.example" });
  provider = await makeMember("IT-034027", { url: "https://parma.example" });
});

const ID = "IT-028060/IT-034027/prestazioni/1";
const agreed = (change: Partial<Agreed> = {}, purpose = PURPOSE): Agreed => ({
  agreement: {
    id: ID,
    provider: { id: "IT-034027", keys: [] },
    purpose: { id: purpose, name: { it: "x", en: "x" }, dpv: [] },
    callsADay: 10,
    retention: "P5Y",
  },
  ...{ state: "in-force", awaits: [], used: { today: 9 } },
  ...change,
});
const OTHER = "00000000-0000-4000-8000-000000000000";

async function outcomeOf(held: readonly Agreed[]) {
  const { deps, sign, token, query, peer } = await makeWorld([
    makeNode(asker!),
    makeNode(provider!),
  ]);
  const counted: string[][] = [];
  const agreements = {
    of: async () => held,
    used: async (...[, , ids]: [string, string, readonly string[], number]) =>
      void counted.push([...ids]),
  };
  const jws = await sign(query({ members: ["IT-034027"] }));
  const result = await ask(
    { ...deps, agreements },
    {
      authorization: `DPoP ${await token()}`,
      jws,
    },
  ).then(
    (statement) => peek(statement, Statement).outcomes[0]!.outcome,
    (error: unknown) => error as Refused,
  );
  return { result, counted, asked: peer.asked.length };
}

test.each<[string, Agreed[], string]>([
  ["there is none", [], "no-agreement"],
  ["it is proposed", [agreed({ state: "proposed", awaits: ["IT-034027"] })], "no-agreement"],
  ["it is signed and not in force yet", [agreed({ state: "signed" })], "no-agreement"],
  ["it is over", [agreed({ state: "expired" })], "no-agreement"],
  ["it is suspended", [agreed({ state: "suspended" })], "agreement-suspended"],
  ["it was revoked", [agreed({ state: "revoked" })], "agreement-revoked"],
  [
    "it was refused before it was signed",
    [agreed({ state: "revoked", awaits: ["IT-034027"] })],
    "no-agreement",
  ],
  ["it is for something else", [agreed({}, OTHER)], "purpose-denied"],
  ["one for something else is suspended", [agreed({ state: "suspended" }, OTHER)], "no-agreement"],
  ["its day is used up", [agreed({ used: { today: 10 } })], "calls-exhausted"],
])("refuses early where %s, and asks nobody", async (_, held, reason) => {
  const { result, asked } = await outcomeOf(held);
  expect(result).toBeInstanceOf(Refused);
  expect(result).toMatchObject({ reason });
  expect(asked).toBe(0);
});

test("says when a used-up day is over", async () => {
  const { result } = await outcomeOf([agreed({ used: { today: 10 } })]);
  expect((result as Refused).hint.retryAfter).toBe(86_400 - (NOW % 86_400));
});

test.each<[string, Agreed[]]>([
  ["the last call of a day", [agreed()]],
  ["a new one, where another was revoked", [agreed({ state: "revoked" }), agreed()]],
])("lets %s through, and counts it under its agreement", async (_, held) => {
  const { result, counted } = await outcomeOf(held);
  expect(result).toBe("answered");
  expect(counted).toEqual([[ID]]);
});
