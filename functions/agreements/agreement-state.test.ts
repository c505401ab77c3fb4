import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EVENTS_AT_MOST } from "../../schemas/agreement.ts";
import { Refused } from "../../schemas/refusal.ts";
import { checkStep, type Facts, sideOf, stateOf } from "./agreement-state.ts";

const [A, B, STRANGER] = ["IT-000001", "IT-000002", "IT-000003"] as const;
const agreement = { consumer: { id: A }, provider: { id: B }, from: 100, until: 200 };
const facts = (change: Partial<Facts> = {}): Facts => ({
  agreement,
  signed: [A, B],
  events: [],
  now: 150,
  ...change,
});
const said = (iss: string, number: number, what: "suspend" | "resume" | "revoke") => ({
  iss,
  number,
  what,
});

test.each<[string, Partial<Facts>, string]>([
  ["nobody has signed", { signed: [] }, "proposed"],
  ["one has signed", { signed: [A] }, "proposed"],
  ["one has signed twice", { signed: [A, A] }, "proposed"],
  ["a stranger signed for one", { signed: [A, STRANGER] }, "proposed"],
  ["its time has not come", { now: 99 }, "signed"],
  ["its first second", { now: 100 }, "in-force"],
  ["its last second", { now: 200 }, "in-force"],
  ["its time is over", { now: 201 }, "expired"],
  ["nobody signed in time", { signed: [A], now: 201 }, "expired"],
  ["the provider suspended", { events: [said(B, 1, "suspend")] }, "suspended"],
  ["the provider resumed", { events: [said(B, 1, "suspend"), said(B, 2, "resume")] }, "in-force"],
  [
    "only the other resumed",
    { events: [said(B, 1, "suspend"), said(A, 1, "suspend"), said(A, 2, "resume")] },
    "suspended",
  ],
  [
    "both suspended and one resumed",
    { events: [said(B, 1, "suspend"), said(B, 2, "resume"), said(A, 1, "suspend")] },
    "suspended",
  ],
  [
    "one says two things under one number",
    { events: [said(B, 1, "suspend"), said(B, 2, "resume"), said(B, 2, "suspend")] },
    "suspended",
  ],
  ["one revoked", { events: [said(A, 1, "revoke")] }, "revoked"],
  ["one refused before it signed", { signed: [A], events: [said(B, 1, "revoke")] }, "revoked"],
  [
    "one revoked before the other resumed",
    { events: [said(A, 1, "revoke"), said(B, 1, "suspend"), said(B, 2, "resume")] },
    "revoked",
  ],
  ["revoked, and its time is over", { events: [said(A, 1, "revoke")], now: 201 }, "revoked"],
  ["a stranger suspended", { events: [said(STRANGER, 1, "suspend")] }, "in-force"],
  ["a stranger revoked", { events: [said(STRANGER, 1, "revoke")] }, "in-force"],
])("where %s", (_, change, state) => {
  expect(stateOf(facts(change))).toBe(state);
});

const event = fc.record({
  iss: fc.constantFrom(A, B, STRANGER),
  number: fc.integer({ min: 1, max: 6 }),
  what: fc.constantFrom("suspend" as const, "resume" as const, "revoke" as const),
});
const some = fc.array(event, { maxLength: 12 });
const now = fc.integer({ min: 0, max: 300 });
const signed = fc.subarray<string>([A, B, STRANGER]);

describe("laws", () => {
  test("the order of arrival does not matter, nor that a thing arrives twice", () =>
    fc.assert(
      fc.property(some, signed, now, fc.array(fc.nat()), (events, by, at, picks) => {
        const shuffled = events
          .map((one, index) => ({ one, key: picks[index] ?? index }))
          .sort((x, y) => x.key - y.key);
        const twice = [...shuffled.map(({ one }) => one), ...events];
        expect(stateOf(facts({ events: twice, signed: [...by].reverse(), now: at }))).toBe(
          stateOf(facts({ events, signed: by, now: at })),
        );
      }),
    ));

  test("revoked is final: nothing said before or after, and no clock, undoes it", () =>
    fc.assert(
      fc.property(
        some,
        some,
        fc.constantFrom(A, B),
        fc.integer({ min: 1, max: 6 }),
        now,
        (before, after, iss, number, at) => {
          expect(
            stateOf(facts({ events: [...before, said(iss, number, "revoke"), ...after], now: at })),
          ).toBe("revoked");
        },
      ),
    ));

  test("nothing but the parties' own words moves it", () =>
    fc.assert(
      fc.property(some, signed, now, (events, by, at) => {
        const own = events.filter(({ iss }) => iss !== STRANGER);
        const mine = by.filter((one) => one !== STRANGER);
        expect(stateOf(facts({ events, signed: by, now: at }))).toBe(
          stateOf(facts({ events: own, signed: mine, now: at })),
        );
      }),
    ));

  test("one party's words never lift what the other said", () =>
    fc.assert(
      fc.property(some, some, now, (ofA, ofB, at) => {
        const [a, b] = [
          ofA.map((one) => ({ ...one, iss: A })),
          ofB.map((one) => ({ ...one, iss: B })),
        ];
        const state = stateOf(facts({ events: [...a, ...b], now: at }));
        if (sideOf(B, b) === "suspended")
          expect(["suspended", "revoked", "expired"]).toContain(state);
        expect(state === "in-force").toBe(
          sideOf(A, a) === "stands" && sideOf(B, b) === "stands" && at >= 100 && at <= 200,
        );
      }),
    ));

  test("what may be said one after the other leads where the last word says", () =>
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("suspend" as const, "resume" as const, "revoke" as const), {
          maxLength: 40,
        }),
        (words) => {
          const taken: ReturnType<typeof said>[] = [];
          for (const what of words) {
            const next = said(A, taken.length + 1, what);
            try {
              checkStep(next, taken, false);
              taken.push(next);
            } catch (error) {
              expect(error).toBeInstanceOf(Refused);
            }
          }
          expect(taken.length).toBeLessThanOrEqual(EVENTS_AT_MOST);
          const last = taken.at(-1)?.what;
          expect(sideOf(A, taken)).toBe(
            last === "revoke" ? "revoked" : last === "suspend" ? "suspended" : "stands",
          );
          // whatever was said before, an end can still be put to it
          if (last !== "revoke")
            expect(() =>
              checkStep(said(A, taken.length + 1, "revoke"), taken, false),
            ).not.toThrow();
        },
      ),
    ));
});

test.each<[string, ReturnType<typeof said>, ReturnType<typeof said>[], boolean]>([
  ["the other resumes", said(B, 1, "resume"), [said(A, 1, "suspend")], false],
  [
    "who resumed resumes again",
    said(A, 3, "resume"),
    [said(A, 1, "suspend"), said(A, 2, "resume")],
    false,
  ],
  ["who revoked resumes", said(A, 2, "resume"), [said(A, 1, "revoke")], false],
  ["who revoked revokes again", said(A, 2, "revoke"), [said(A, 1, "revoke")], false],
  ["a proposal is suspended", said(A, 1, "suspend"), [], true],
  ["there is one number left", said(A, EVENTS_AT_MOST, "suspend"), [], false],
])("refuses, where %s", (_, step, before, proposed) => {
  expect(() => checkStep(step, before, proposed)).toThrow(
    expect.objectContaining({ reason: "agreement-state" }),
  );
});
