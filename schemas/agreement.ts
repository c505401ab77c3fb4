/** Provider's and consumer's signed terms on one dataset: one JWS of two signatures over the same bytes, and what either says of it later. */
import * as z from "zod";
import { MemberKey } from "./member.ts";
import { Responsibility } from "./organisation.ts";
import { RiskAnalysis } from "./risk-analysis.ts";
import {
  Bilingual,
  CompactJws,
  Digest,
  Duration,
  MemberId,
  Name,
  Seconds,
  Slug,
  signed,
} from "./words.ts";

/** A party with its keys as they were when it signed: what a node pins, whatever a hub says later. */
const Party = z.strictObject({ id: MemberId, keys: z.array(MemberKey).min(1).max(20) });

export const AgreementId = z
  .string()
  .regex(
    /^[A-Za-z0-9-]+\/[A-Za-z0-9-]+\/[a-z][a-z0-9-]*\/[1-9]\d{0,5}$/,
    "consumer/provider/dataset/number",
  );

/** What figures may be used for, as the Data Privacy Vocabulary (2.3) names it: `https://w3id.org/dpv#…`. */
export const DpvPurpose = z.enum([
  "dpv:ImprovePublicServices",
  "dpv:ProvideOfficialStatistics",
  "dpv:PublicBenefit",
  "dpv:PublicPolicyMaking",
  "dpv:ServiceAccessDetermination",
  "dpv:ServiceMonitoring",
]);
export type DpvPurpose = z.infer<typeof DpvPurpose>;

/**
 * Article 6(1) of the GDPR by its letters, as DPV names them: `https://w3id.org/dpv/legal/eu/gdpr#…`. Letter f is not among them:
 * public authorities cannot rest on legitimate interests for their tasks (art. 6(1), last sentence).
 */
export const Article6 = z.enum([
  "eu-gdpr:A6-1-a",
  "eu-gdpr:A6-1-b",
  "eu-gdpr:A6-1-c",
  "eu-gdpr:A6-1-d",
  "eu-gdpr:A6-1-e",
  "eu-gdpr:A6-1-e-official-authority",
  "eu-gdpr:A6-1-e-public-interest",
]);
export type Article6 = z.infer<typeof Article6>;
/** Article 9(2) by its letters: why special categories of data may be used. */
export const Article9 = z.enum([
  "eu-gdpr:A9-2-a",
  "eu-gdpr:A9-2-b",
  "eu-gdpr:A9-2-c",
  "eu-gdpr:A9-2-d",
  "eu-gdpr:A9-2-e",
  "eu-gdpr:A9-2-f",
  "eu-gdpr:A9-2-g",
  "eu-gdpr:A9-2-h",
  "eu-gdpr:A9-2-i",
  "eu-gdpr:A9-2-j",
]);
export type Article9 = z.infer<typeof Article9>;

const some = <T extends z.ZodType>(schema: T) => z.array(schema).min(1).max(20);

/** What the two agree on, besides who they are. `functions/agreements/terms.ts` has sensible ones. */
const terms = {
  purpose: z.strictObject({ id: z.uuid(), name: Bilingual, dpv: some(DpvPurpose) }),
  legalBasis: z.strictObject({
    article6: some(Article6),
    /** Empty where no special category is behind the figures. */
    article9: z.array(Article9).max(10),
    /** The law, regulation or act that it rests on. */
    reference: z.string().min(1).max(1000),
  }),
  /** What the records behind the figures say of persons. */
  categories: some(Bilingual),
  /** Who reads the answers. */
  recipients: some(Bilingual),
  /** Fields and dimensions that may be asked for; `all` where none is held back. */
  measures: z.union([z.literal("all"), z.array(Name).min(1).max(500)]),
  dimensions: z.union([z.literal("all"), z.array(Name).max(100)]),
  /** The release's policy made tighter for this consumer, never looser: fewer dimensions at once, a larger smallest count. */
  tighter: z
    .strictObject({
      order: z.number().int().min(0).max(5).optional(),
      smallest: z.number().int().min(1).max(1000).optional(),
    })
    .optional(),
  /** Questions and downloads of one day (UTC) that the node answers. Throttling: the promise to persons does not rest on it. */
  callsADay: z.number().int().min(1).max(1_000_000),
  /** First and last second at which it holds. */
  from: Seconds,
  until: Seconds,
  /** For how long the consumer keeps answers. */
  retention: Duration,
  analysis: RiskAnalysis,
};
const Terms = z.strictObject(terms);
export type Terms = z.infer<typeof Terms>;

/** What the parts say together. A fault has the name of the part that is to be changed. */
function checkTogether(
  { legalBasis, analysis, from, until }: Terms,
  context: z.RefinementCtx,
): void {
  const fault = (path: string[], message: string) =>
    context.addIssue({ code: "custom", path, message });
  if (from > until) fault(["until"], "it ends before it begins");
  const special = analysis.personalDataTypes?.includes("GDPR_ART_9") === true;
  if (special !== legalBasis.article9.length > 0)
    fault(
      ["legalBasis", "article9"],
      special
        ? "special categories need a letter of art. 9(2)"
        : "the analysis names no special categories",
    );
  const task =
    analysis.usesPersonalData === "YES" &&
    legalBasis.article6.some((term) => term.startsWith("eu-gdpr:A6-1-e"));
  if (task !== (analysis.legalBasisPublicInterest !== undefined))
    fault(
      ["analysis", "legalBasisPublicInterest"],
      "to be answered where the basis is art. 6(1)(e), and only there",
    );
  if (special && analysis.legalBasisPublicInterest === "PUBLIC_INTEREST_TASK")
    fault(
      ["analysis", "legalBasisPublicInterest"],
      "special categories need a law or a general act (D.Lgs. 196/2003, art. 2-sexies)",
    );
}

/** Terms as a person may write them into a file, to be proposed: whatever is not in it is as `functions/agreements/terms.ts` has it. */
export const TermsFile = z.strictObject({
  v: z.literal(1),
  ...z.strictObject(terms).partial().shape,
});
export type TermsFile = z.infer<typeof TermsFile>;

export const Agreement = z
  .strictObject({
    ...signed,
    /** 2 where it has `responsibility`. */
    v: z.union([z.literal(1), z.literal(2)]),
    id: AgreementId,
    consumer: Party,
    provider: Party,
    dataset: Slug,
    /** Who answers for the rows, as the provider said when it was drafted. From `v` 2. */
    responsibility: Responsibility.optional(),
    ...terms,
  })
  .superRefine(checkTogether);
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

/** Of one party, over one agreement. The last number is good for a revocation alone, so that one can always be said. */
export const EVENTS_AT_MOST = 30;

/**
 * What one party says of an agreement later (`tavolo-agreement-event+jws`). Each party numbers its own, and each names the one
 * before: nothing can be left out, put in another order or said twice unseen.
 */
export const AgreementEvent = z.strictObject({
  ...signed,
  agreement: AgreementId,
  /** SHA-256 of the agreement's payload: what was said of other terms says nothing of these. */
  terms: Digest,
  number: z.number().int().min(1).max(EVENTS_AT_MOST),
  /** SHA-256 of the same party's event before, as signed; absent in its first. */
  previous: Digest.optional(),
  what: z.enum(["suspend", "resume", "revoke"]),
  /** One sentence that everybody may read. */
  reason: z.string().min(1).max(200).optional(),
});
export type AgreementEvent = z.infer<typeof AgreementEvent>;

/** `signed`: by both, and its time has not come yet. Revoked and expired are final. */
export const AgreementState = z.enum([
  "proposed",
  "signed",
  "in-force",
  "suspended",
  "revoked",
  "expired",
]);
export type AgreementState = z.infer<typeof AgreementState>;

/** Body of `POST /v1/agreements`, at hub and node alike: the agreement with whatever signatures it has, and what was said of it since. */
export const AgreementPost = z.strictObject({
  v: z.literal(1),
  agreement: GeneralJws,
  events: z
    .array(CompactJws)
    .max(2 * EVENTS_AT_MOST)
    .default([]),
});
export type AgreementPost = z.infer<typeof AgreementPost>;

/** What became of it. */
export const AgreementTaken = z.strictObject({
  v: z.literal(1),
  id: AgreementId,
  state: AgreementState,
});

/** An agreement whole, for both parties to read before they sign, and for anybody to check. */
export const AgreementFile = z.strictObject({
  v: z.literal(1),
  agreement: GeneralJws,
  events: z.array(CompactJws).max(2 * EVENTS_AT_MOST),
  state: AgreementState,
});
export type AgreementFile = z.infer<typeof AgreementFile>;

/** An agreement as the public register lists it. A client passes over what a newer hub adds. */
export const Registered = z.object({
  id: AgreementId,
  dataset: Slug,
  consumer: MemberId,
  provider: MemberId,
  purpose: terms.purpose,
  legalBasis: terms.legalBasis,
  from: Seconds,
  until: Seconds,
  state: AgreementState,
  /** In force, between two who are both members now. */
  inForce: z.boolean(),
  /** Who has not signed yet. */
  awaits: z.array(MemberId).max(2),
  /** How many answers the hub counted under it, today (UTC) and in all, and how many the terms allow a day. */
  answers: z.object({
    today: z.number().int().min(0),
    total: z.number().int().min(0),
    aDay: z.number().int().min(1),
  }),
});
export type Registered = z.infer<typeof Registered>;
export const Register = z.object({ v: z.literal(1), agreements: z.array(Registered).max(100_000) });
export type Register = z.infer<typeof Register>;
