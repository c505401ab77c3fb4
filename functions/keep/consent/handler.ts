/**
 * The edge of what is done about persons: an event of the member's own office, or of a schedule. No address leads here: whoever may start it
 * is the owner's interface, which has no key of pseudonyms, and whom the deployment lets. `{ dataset, kind?, pseudonyms?, epoch?,
 * identifiers? }` takes persons out; with `do` it erases them, takes a consent down, or lets go what has run out.
 */

import * as z from "zod";
import { ConsentState, Leave } from "../../../schemas/consent.ts";
import { Day, Slug } from "../../../schemas/words.ts";
import { traceFault } from "../../edge/fault.ts";
import { erase } from "./erase.ts";
import { recordConsent } from "./record-consent.ts";
import { datasetsOf, runOut } from "./run-out.ts";
import { type WithdrawDeps, withdraw } from "./withdraw.ts";

const people = {
  dataset: Slug,
  pseudonyms: z.array(z.string()).max(5000).default([]),
  epoch: z.number().int().min(0).optional(),
  identifiers: z.array(z.array(z.string()).max(10)).max(5000).default([]),
};
export const ConsentEventIn = z.union([
  z.strictObject({ do: z.literal("run-out") }),
  z.strictObject({ do: z.literal("erase"), ...people }),
  z.strictObject({
    do: z.literal("consent"),
    ...people,
    state: ConsentState.exclude(["withdrawn", "expired"]).optional(),
    on: Day.optional(),
    until: Day.optional(),
    descriptor: z.unknown().optional(),
  }),
  z.strictObject({
    do: z.literal("withdraw").default("withdraw"),
    ...people,
    kind: Leave.exclude(["erasure"]).optional(),
  }),
]);
export type ConsentEventIn = z.infer<typeof ConsentEventIn>;

/** Receipts, signed, in the order of the persons named. */
export interface Outcome {
  readonly outcome: "ran out" | "erased" | "noted" | "withdrawn";
  readonly receipts?: readonly string[];
}

/** What is there and not undefined: optional members are left out rather than handed on empty. */
const given = <T extends object>(value: T) =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };

/** Throws `Refused` as `withdraw`, `erase` and `recordConsent` do; a fault where datasets could not be gone through. */
export async function carryOut(deps: WithdrawDeps, event: ConsentEventIn): Promise<Outcome> {
  if (event.do === "run-out") {
    const failed: string[] = [];
    for (const dataset of await datasetsOf(deps))
      await runOut(deps, dataset).catch((error: unknown) => {
        traceFault(error);
        failed.push(dataset);
      });
    // a fault, so that it is counted and tried again; the others are done by then
    if (failed.length > 0) throw new Error("some datasets could not be gone through");
    return { outcome: "ran out" };
  }
  const { do: what, ...said } = event;
  if (what === "erase") {
    const signed = await erase(deps, given(said));
    return { outcome: "erased", receipts: signed === undefined ? [] : [signed.jws] };
  }
  const receipts =
    what === "consent" ? await recordConsent(deps, given(said)) : await withdraw(deps, given(said));
  return {
    outcome: what === "consent" ? "noted" : "withdrawn",
    receipts: receipts.map(({ jws }) => jws),
  };
}
