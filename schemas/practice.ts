/** What members say of indicators: which definitions they propose and accept, and what they did about a figure. */
import * as z from "zod";
import { Indicator, Origin } from "./indicator.ts";
import { Bilingual, CompactJws, Digest, MemberId, Seconds, Slug, signed } from "./words.ts";

/** The payload of a `tavolo-indicator+jws`: a definition that its member proposes to all. */
export const Proposal = z.strictObject({ ...signed, definition: Indicator });
export type Proposal = z.infer<typeof Proposal>;

/** The payload of a `tavolo-acceptance+jws`: every definition that its member accepts; the newest one stands for all before it. */
export const Acceptance = z.strictObject({
  ...signed,
  accepted: z
    .array(z.strictObject({ id: Slug, version: z.number().int().min(1), digest: Digest }))
    .max(500),
});
export type Acceptance = z.infer<typeof Acceptance>;

/** The body of `POST /v1/indicators`. */
export const IndicatorPost = z.union([
  z.strictObject({ proposal: CompactJws }),
  z.strictObject({ acceptance: CompactJws }),
]);

/**
 * The payload of a `tavolo-practice+jws`: a practice card, hanging on a city's indicator. Whom to write to is a role with the address
 * of its office, never a person.
 */
export const Practice = z.strictObject({
  ...signed,
  id: Slug,
  /** One more than the version before it; the first is 1. */
  version: z.number().int().min(1),
  indicator: Slug,
  title: Bilingual,
  done: Bilingual,
  regulation: Bilingual,
  cost: Bilingual,
  context: Bilingual,
  role: Bilingual,
  address: z.email().max(200),
  origin: Origin,
});
export type Practice = z.infer<typeof Practice>;

/** The body of `POST /v1/practices`. */
export const PracticePost = z.strictObject({ practice: CompactJws });

/** A card as it is listed: what was signed, and the signed bytes themselves. */
export const ListedPractice = Practice.omit({ v: true, iss: true, iat: true }).extend({
  member: MemberId,
  at: Seconds,
  jws: CompactJws,
});
export type ListedPractice = z.infer<typeof ListedPractice>;
export const PracticeList = z.strictObject({ v: z.literal(1), practices: z.array(ListedPractice) });
export type PracticeList = z.infer<typeof PracticeList>;
