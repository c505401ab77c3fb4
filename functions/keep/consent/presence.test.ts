/** Who asks about a person learns nothing of whether she is in the rows, in the register, or among those who left. */
import { expect, test } from "vitest";
import { example, goodRow, type Keep, keep } from "../../../tests/world/keep.ts";
import { ingest } from "../ingest/ingest.ts";
import { versionInForce } from "../version-store.ts";
import { erase } from "./erase.ts";
import type { Signed } from "./receipts.ts";
import { recordConsent } from "./record-consent.ts";
import { readmit, withdraw } from "./withdraw.ts";

const dataset = "prestazioni";
const subject = { unit: example.subject.unit, columns: ["cf"] };
const byLaw = { ...example, subject };
const byConsent = {
  ...byLaw,
  legalBasis: { basis: "consent", reference: "notice 3", consent: { from: "register" } },
};
const ADA = { identifiers: [["ADA"]] };
const STRANGER = { identifiers: [["ZOE"]] };

/** A node with the rows of two persons, where one of them is ADA. */
async function stocked(descriptor: object): Promise<Keep> {
  const deps = await keep({ a: ["ADA", "BEA"].map((cf) => ({ ...goodRow, cf })) });
  if (descriptor === byConsent)
    await recordConsent(deps, {
      ...{ dataset, descriptor, on: "2024-01-02" },
      identifiers: [["ADA"], ["BEA"]],
    });
  await ingest(deps, { member: deps.member, descriptor, files: ["a"] });
  return deps;
}

/** What is her own in a receipt, and differs as much between two persons who are both there. */
const without = (signed: readonly (Signed | undefined)[]) =>
  JSON.stringify(
    signed.map((one) => ({
      ...one?.receipt,
      id: "",
      subject: { ...one?.receipt.subject, pseudonym: "" },
    })),
  );

type People = typeof ADA;
type Act = readonly [string, object, (deps: Keep, who: People) => Promise<string>];
const acts: readonly Act[] = [
  ...(["withdrawal", "objection", "restriction"] as const).map(
    (kind) =>
      [
        kind,
        byLaw,
        async (deps: Keep, who: People) => without(await withdraw(deps, { dataset, kind, ...who })),
      ] as const,
  ),
  [
    "withdrawal of consent",
    byConsent,
    async (deps, who) => without(await withdraw(deps, { dataset, ...who })),
  ],
  ["erasure", byLaw, async (deps, who) => without([await erase(deps, { dataset, ...who })])],
  [
    "erasure of who consented",
    byConsent,
    async (deps, who) => without([await erase(deps, { dataset, ...who })]),
  ],
  [
    "end of an objection",
    byLaw,
    async (deps, who) => {
      await withdraw(deps, { dataset, ...ADA });
      return String(await readmit(deps, { dataset, ...who }));
    },
  ],
  ...(["given", "renewed", "refused", "requested", "invalidated"] as const).map(
    (state) =>
      [
        `consent ${state}`,
        byConsent,
        async (deps: Keep, who: People) =>
          without(await recordConsent(deps, { dataset, state, ...who })),
      ] as const,
  ),
];

test.each(acts)(
  "%s is the same for one who is there and for one who is not",
  async (_, descriptor, act) => {
    const told = await Promise.all(
      [ADA, STRANGER].map(async (who) => {
        const deps = await stocked(descriptor);
        const before = deps.logged.length;
        const said = await act(deps, who);
        return {
          said,
          log: JSON.stringify(deps.logged.slice(before)),
          version: (await versionInForce(deps.store, dataset))!.revision,
        };
      }),
    );
    expect(told[1]).toEqual(told[0]);
  },
);
