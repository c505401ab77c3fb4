/** Agreements and how much they are used, at the hub and at the provider's node. */
import * as z from "zod";
import { GeneralJws } from "../agreement.ts";
import { CompactJws } from "../words.ts";
import { item } from "./item.ts";

/** Members that a later release adds are passed over. */
const Signed = z.looseObject({ jws: GeneralJws });
const Said = z.strictObject({ event: CompactJws });
/** What one party said lies behind the agreement, under its key and this. */
const SAID = "#{party}#{event:6}";

const atHub = {
  at: ["hub"],
  pk: "hub#agreement",
  reads: ["query", "agreements"],
  writes: ["agreements"],
  removes: [],
  ends: "never",
} as const;
const atNode = {
  at: ["node"],
  pk: "answer#agreement",
  reads: ["answer", "owner"],
  writes: ["answer"],
  removes: [],
  ends: "never",
} as const;

export const hubAgreement = item({
  ...atHub,
  sk: "{agreement}",
  body: Signed,
  byHand: "the set-up of a federation",
  example: ["hub#agreement", "IT-028060/IT-034027/prestazioni/1"],
  about:
    "`jws`: the agreement with the signatures that it has, under its id (CONSUMER/PROVIDER/DATASET/NUMBER)",
  condition: "absent; the second signature: revision as read",
});
export const hubAgreementEvent = item({
  ...atHub,
  sk: `{agreement}${SAID}`,
  body: Said,
  example: ["hub#agreement", "IT-028060/IT-034027/prestazioni/1#IT-034027#000001"],
  about: "`event`: what one party said of it later, signed",
  condition: "absent",
});
export const nodeAgreement = item({
  ...atNode,
  sk: "{dataset}#{consumer}#{purpose}#{number}",
  body: Signed,
  byHand: "the set-up of a federation",
  example: ["answer#agreement", "prestazioni#IT-028060#5b7c2f0e-…#1"],
  about: "the agreement, signed by both (`jws`); checked again whenever it is read",
  condition: "absent",
});
export const nodeAgreementEvent = item({
  ...atNode,
  sk: `{dataset}#{consumer}#{purpose}#{number}${SAID}`,
  body: Said,
  example: ["answer#agreement", "prestazioni#IT-028060#5b7c2f0e-…#1#IT-034027#000001"],
  about: "`event`: what one party said of it later, signed; read with it at every question",
  condition: "absent",
});

const Counts = z.record(z.string(), z.number().int().min(0));
export const usage = item({
  at: ["hub"],
  pk: "hub#usage",
  sk: "{consumer}/{dataset}",
  body: z.strictObject({ day: z.number().int(), today: Counts, total: Counts }),
  reads: ["agreements"],
  writes: ["query"],
  removes: [],
  example: ["hub#usage", "IT-028060/prestazioni"],
  about: "answers by agreement: `total`, and `today` of `day`",
  condition: "absent; then revision as read",
  ends: "never",
});
export const callsOfDay = item({
  at: ["node"],
  pk: "answer#calls",
  sk: "{agreement}#{day}",
  body: z.strictObject({ taken: z.number().int() }),
  reads: [],
  writes: ["answer"],
  removes: [],
  example: ["answer#calls", "IT-028060/IT-034027/prestazioni/1#20782"],
  about:
    "`taken`: calls of that day (days since 1970) that instances have taken off the agreement's",
  condition: "absent; then revision as read",
  ends: "the day after",
});
