/** Provider's and consumer's signed terms on one dataset: one JWS of two signatures over the same bytes. */
import * as z from "zod";
import { MemberKey } from "./member.ts";
import { Bilingual, MemberId, Name, Seconds, Slug, signed } from "./words.ts";

/** A party with its keys as they were when it signed: what a node pins, whatever a hub says later. */
const Party = z.strictObject({ id: MemberId, keys: z.array(MemberKey).min(1).max(20) });

export const AgreementId = z
  .string()
  .regex(/^[A-Za-z0-9-]+\/[A-Za-z0-9-]+\/[a-z][a-z0-9-]*\/[1-9]\d*$/, "consumer/provider/dataset/number");

export const Agreement = z.strictObject({
  ...signed,
  id: AgreementId,
  consumer: Party,
  provider: Party,
  dataset: Slug,
  purpose: z.strictObject({ id: z.uuid(), name: Bilingual, legalBasis: z.string().min(1) }),
  /** Fields and dimensions that may be asked for; `all` where none is held back. */
  measures: z.union([z.literal("all"), z.array(Name).min(1)]),
  dimensions: z.union([z.literal("all"), z.array(Name)]),
  /** The release's policy made tighter for this consumer, never looser: fewer dimensions at once, a larger smallest count. */
  tighter: z
    .strictObject({ order: z.number().int().min(0).max(5).optional(), smallest: z.number().int().min(1).max(1000).optional() })
    .optional(),
  from: Seconds,
  until: Seconds,
});
export type Agreement = z.infer<typeof Agreement>;

/** General JWS JSON serialisation (RFC 7515, 7.2.1), as it travels and is stored. */
export const GeneralJws = z.strictObject({
  payload: z.string().regex(/^[A-Za-z0-9_-]+$/),
  signatures: z
    .array(z.strictObject({ protected: z.string(), signature: z.string() }))
    .min(1)
    .max(4),
});
export type GeneralJws = z.infer<typeof GeneralJws>;
