/** A link to an answer rests on agreements, and ends no later than they let answers be kept. */
import { expect, test } from "vitest";
import { makeMember, makeNode, makeWorld, NOW } from "../../tests/world/federation.ts";
import { storedStatement } from "../statements/statement-links.ts";
import { type AskDeps, ask } from "./ask.ts";
import { linkTo } from "./link.ts";

test.each([
  ["P5Y", 30],
  ["P7D", 7],
])(
  "answers that may be kept for %s lie under a link for %i days at the most",
  async (retention, days) => {
    const asker = await makeMember("IT-022205", { url: "https://trento.example.org" });
    const other = await makeMember("IT-010025", { url: "https://genova.example.org" });
    const world = await makeWorld([makeNode(asker), makeNode(other)], [other]);
    const agreements: AskDeps["agreements"] = {
      ...world.deps.agreements,
      of: async (...asked) =>
        (await world.deps.agreements.of(...asked)).map((one) => ({
          ...one,
          agreement: { ...one.agreement, retention },
        })),
    };
    const deps = { ...world.deps, agreements };
    const jws = await ask(deps, {
      authorization: `DPoP ${await world.token()}`,
      jws: await world.sign(world.query()),
    });
    const id = (await linkTo(deps, jws)).split("/").at(-1)!;
    const end = NOW + days * 86_400;
    expect((await storedStatement(world.store, id, end - 86_400)).jws).toBe(jws);
    await expect(storedStatement(world.store, id, end)).rejects.toMatchObject({
      reason: "not-found",
    });
  },
);
