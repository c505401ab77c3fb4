/** Nothing but the parties' own signatures moves an agreement: against events with real signatures, true and forged. */
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import type { AgreementEvent, GeneralJws } from "../../schemas/agreement.ts";
import { makePair, type Pair } from "../../tests/world/agreements.ts";
import { memorySigner, NOW } from "../../tests/world/federation.ts";
import { signCompact, type Typ } from "../signing/jws.ts";
import { agreementIn, EVENT, storedIn, termsOf, verifiedEvents } from "./agreement-events.ts";
import { stateOf } from "./agreement-state.ts";

let pair: Pair;
let agreed: GeneralJws;
const stranger = memorySigner();
beforeAll(async () => {
  pair = await makePair();
  agreed = await pair.signedBy(pair.draft());
});

const arbitrary = fc.record({
  iss: fc.constantFrom("IT-028060", "IT-034027", "IT-000009"),
  /** Whose key really signs. */
  by: fc.constantFrom("itself", "the other", "stranger", "answer key"),
  about: fc.constantFrom("these", "these", "other terms", "another agreement"),
  typ: fc.constantFrom<Typ>(EVENT, EVENT, EVENT, "tavolo-agreement+jws", "tavolo-query+jws"),
  what: fc.constantFrom("suspend" as const, "resume" as const, "revoke" as const),
  number: fc.integer({ min: 1, max: 5 }),
  broken: fc.constantFrom(false, false, false, true),
});

async function signed({
  iss,
  by,
  about,
  typ,
  what,
  number,
  broken,
}: typeof arbitrary extends fc.Arbitrary<infer T> ? T : never) {
  const own = iss === "IT-028060" ? pair.consumer : pair.provider;
  const other = iss === "IT-028060" ? pair.provider : pair.consumer;
  const signer = {
    itself: own.keys.member,
    "the other": other.keys.member,
    stranger,
    "answer key": own.keys.answer,
  }[by]!;
  const { id } = agreementIn(agreed);
  const payload: AgreementEvent = {
    ...{ v: 1, iss, iat: NOW, what, number },
    agreement: about === "another agreement" ? "IT-028060/IT-034027/prestazioni/2" : id,
    terms: about === "other terms" ? termsOf({ ...agreed, payload: "e30" }) : termsOf(agreed),
  };
  const jws = await signCompact(signer, typ, payload);
  const isTrue =
    by === "itself" && iss !== "IT-000009" && about === "these" && typ === EVENT && !broken;
  // one letter of the signature is another
  const last = jws.at(-10) === "A" ? "B" : "A";
  return { jws: broken ? `${jws.slice(0, -10)}${last}${jws.slice(-9)}` : jws, payload, isTrue };
}

test("what a party did not sign, as what it is and about these terms, counts for nothing", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(arbitrary, { maxLength: 8 }),
      fc.boolean(),
      async (wanted, turned) => {
        const made = await Promise.all(wanted.map(signed));
        const all = made.map(({ jws }) => jws);
        const events = await verifiedEvents(turned ? all.reverse() : all, agreed, pair.keysOf, NOW);
        const facts = {
          agreement: agreementIn(agreed),
          signed: ["IT-028060", "IT-034027"],
          now: NOW,
        };
        const expected = stateOf({
          ...facts,
          events: made.filter(({ isTrue }) => isTrue).map(({ payload }) => payload),
        });
        expect(stateOf({ ...facts, events })).toBe(expected);
        expect(events).toHaveLength(made.filter(({ isTrue }) => isTrue).length);
      },
    ),
    { numRuns: 60 },
  ));

test("an agreement is found among items with its own events, also where ids begin alike", async () => {
  const item = (sk: string, body: unknown) => ({ pk: "hub#agreement", sk, body, revision: 1 });
  const second = await pair.signedBy(pair.draft({ number: 10 }));
  const kept = storedIn([
    item("a/b/c/1", { jws: agreed }),
    item("a/b/c/1#b#000001", { event: "x.x.x" }),
    item("a/b/c/10", { jws: second }),
    item("a/b/c/10#a#000001", { event: "y.y.y" }),
    item("a/b/c/11#a#000001", { event: "z.z.z" }),
    item("a/b/c/12", { something: "else" }),
  ]);
  expect(kept.map(({ sk, events }) => [sk, events])).toEqual([
    ["a/b/c/1", ["x.x.x"]],
    ["a/b/c/10", ["y.y.y"]],
  ]);
});
