/** What a node notes about persons: consent, who left and why, and the receipt that a person is given. None of it leaves the private side. */
import * as z from "zod";
import { Bilingual, CompactJws, Day, Language, MemberId, Seconds, Slug, signed } from "./words.ts";

/** A subject's pseudonym: 128 bits, base64url. */
export const Pseudonym = z.string().regex(/^[A-Za-z0-9_-]{22}$/, "a pseudonym has 22 characters");
const Epoch = z.number().int().min(0);

/** Why a person's rows are out: consent withdrawn (GDPR art. 7(3)), objection (21), restriction (18), erasure (17). */
export const Leave = z.enum(["withdrawal", "objection", "restriction", "erasure"]);
export type Leave = z.infer<typeof Leave>;

/** Stored for good under `release#withdrawal#DATASET`, PSEUDONYM. `ended`: the person is let in again by what is ingested later. */
export const Withdrawn = z.strictObject({
  at: Seconds,
  kind: Leave.default("objection"),
  /** Of the pseudonym. */
  epoch: Epoch.default(0),
  ended: Seconds.optional(),
});
export type Withdrawn = z.infer<typeof Withdrawn>;

/** Persons who left and whose rows may still be stored: `release#withdrawal#DATASET#pending`. Gone once they are carried out. */
export const Pending = z.strictObject({
  at: Seconds,
  kind: Leave,
  epoch: Epoch,
  subjects: z.array(Pseudonym),
});
export type Pending = z.infer<typeof Pending>;

/** States of a consent, as the Data Privacy Vocabulary has them. Only given and renewed ones let a person be counted. */
export const ConsentState = z.enum([
  "requested",
  "given",
  "renewed",
  "refused",
  "withdrawn",
  "expired",
  "invalidated",
]);
export type ConsentState = z.infer<typeof ConsentState>;

/** One event of one person's consent, never changed: `keep#consent#DATASET`, PSEUDONYM#SECONDS#ID. */
export const ConsentEvent = z.strictObject({
  state: ConsentState,
  /** When it happened; noted at `noted`. */
  at: Seconds,
  noted: Seconds,
  epoch: Epoch,
  /** The first day on which it stands no more, where one was agreed on with this person. */
  until: Day.optional(),
  /** Whence it is known. */
  by: z.enum(["register", "file", "person", "time"]),
});
export type ConsentEvent = z.infer<typeof ConsentEvent>;

/** What a receipt says, `tavolo-receipt+jws`, signed by the node's release key. */
export const SubjectReceipt = z.strictObject({
  ...signed,
  id: z.uuid(),
  dataset: Slug,
  kind: z.union([Leave, z.enum(["consent", "retention"])]),
  /** The person, in this dataset alone. A receipt of an erasure, and of rows that ran out, names nobody. */
  subject: z.strictObject({ pseudonym: Pseudonym, epoch: Epoch }).optional(),
  /** Of a consent: what was said. Whether it renewed one that stood is in the register, and would tell here who was in. */
  state: ConsentState.optional(),
  /** When it was first taken down. */
  at: Seconds,
  /** There were stored rows of the dataset, and none of this person is among them now. Whether any was before is not said. */
  rowsRemovedAtOnce: z.boolean().optional(),
  /** The day of the next release, from which the person is counted no longer; null where no date is set. */
  countedNoLongerFrom: Day.nullable().optional(),
  note: Bilingual,
});
export type SubjectReceipt = z.infer<typeof SubjectReceipt>;

/** A receipt as it is kept: `keep#receipt#DATASET`, PSEUDONYM#SECONDS#ID, or -#SECONDS#ID where it names nobody. */
export const StoredReceipt = z.strictObject({ jws: CompactJws, epoch: Epoch });

const EntityRole = z.enum(["dpv:DataController", "dpv:DataSubject"]);
/**
 * One person's consent in the form of ISO/IEC TS 27560:2023, as mapped by the Data Privacy Vocabulary: JSON that is JSON-LD through
 * its `@context`.
 */
export const ConsentRecord = z.strictObject({
  "@context": z.record(z.string(), z.unknown()),
  "@type": z.literal("dpv:ConsentRecord"),
  schema_version: z.literal("ISO/IEC TS 27560:2023"),
  record_id: z.uuid(),
  /** The pseudonym: the node knows no other name. */
  pii_principal_id: Pseudonym,
  notice: z.strictObject({
    privacy_notice: z.string().min(1),
    language: z.array(Language).min(1),
  }),
  processing: z
    .array(
      z.strictObject({
        purposes: z.array(z.strictObject({ purpose: z.string(), description: Bilingual })).min(1),
        lawful_basis: z.array(z.string()).min(1),
        pii_information: z
          .array(
            z.strictObject({
              pii_type: z.string(),
              pii_attribute_id: z.string(),
              pii_optional: z.boolean(),
            }),
          )
          .min(1),
        pii_controllers: z.array(MemberId).length(1),
        collection_method: z.literal("dpv:CollectedData"),
        processing_method: z.array(z.string()).min(1),
        storage_locations: z.array(z.string()).min(1),
        retention_period: z.string(),
        jurisdiction: z.literal("IT"),
        recipient_third_parties: z.array(z.string()),
        withdrawal_method: z.string().min(1),
        privacy_rights: z.array(z.string()).min(1),
      }),
    )
    .length(1),
  entities: z.array(
    z.strictObject({
      entity_id: z.string(),
      role: EntityRole,
      name: Bilingual.optional(),
      contact: z.string().optional(),
    }),
  ),
  events: z
    .array(
      z.strictObject({
        event_time: z.iso.datetime(),
        validity_duration: z.string(),
        entity_id: z.string(),
        event_type: z.literal("dpv:ExplicitlyExpressedConsent").or(z.literal("dpv:Consent")),
        event_state: z.string().regex(/^dpv:[A-Za-z]+$/),
      }),
    )
    .min(1),
  /** Signed copies that the person was given. */
  receipts: z.array(CompactJws),
});
export type ConsentRecord = z.infer<typeof ConsentRecord>;

export const ConsentExport = z.strictObject({
  v: z.literal(1),
  member: MemberId,
  dataset: Slug,
  at: Seconds,
  records: z.array(ConsentRecord),
});
export type ConsentExport = z.infer<typeof ConsentExport>;
