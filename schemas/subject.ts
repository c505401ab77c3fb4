/** What a descriptor says of the persons behind its rows: on which legal basis, by which identifiers, for how long. */
import * as z from "zod";
import { Bilingual, Duration } from "./words.ts";

/** The articles of the GDPR, as the Data Privacy Vocabulary names them: `eu-gdpr:A6-1-e`, `eu-gdpr:A9-2-g`. */
const GdprTerm = z
  .string()
  .regex(
    /^eu-gdpr:(A6-1-[a-f](-[a-z-]{1,40})?|A9-2-[a-j])$/,
    "a term like eu-gdpr:A6-1-e or eu-gdpr:A9-2-g",
  );

const consentWords = {
  /** How long a consent stands after it was given; without it until it is withdrawn. */
  validity: Duration.optional(),
  /** The privacy notice that people were shown: its address or its name, with the version. The reference unless said. */
  notice: z.string().min(1).max(400).optional(),
  /** DPV purposes that people consented to; `dpv:ServiceMonitoring` unless said. */
  purposes: z
    .array(z.string().regex(/^dpv:[A-Za-z]{1,60}$/, "a term like dpv:ServiceMonitoring"))
    .min(1)
    .optional(),
  /** Where a person can withdraw: an office, an address. */
  contact: z.string().min(1).max(400).optional(),
};
/** How it is known who consented. */
export const ConsentSource = z.discriminatedUnion("from", [
  /** Each row says it: a value that means yes, and the day on which it was given. */
  z.strictObject({
    from: z.literal("column"),
    column: z.string().min(1),
    given: z.array(z.string().min(1)).min(1),
    date: z.string().min(1),
    ...consentWords,
  }),
  /** The node's own register, kept by `tavolo consent give`. */
  z.strictObject({ from: z.literal("register"), ...consentWords }),
]);
export type ConsentSource = z.infer<typeof ConsentSource>;

export const LegalBasis = z.strictObject({
  basis: z.enum([
    "public-task",
    "legal-obligation",
    "contract",
    "vital-interest",
    "consent",
    "open-data",
  ]),
  /** The law, regulation or notice that it rests on. */
  reference: z.string().min(1),
  /** Articles 6 and 9 of the GDPR; from `basis` unless said. */
  terms: z.array(GdprTerm).min(1).optional(),
  /** Where the basis is consent, and only there. */
  consent: ConsentSource.optional(),
});
export type LegalBasis = z.infer<typeof LegalBasis>;

/**
 * What kind of identifier a column holds. `codice-fiscale`: check letter, date and place are checked; `stp` and `eni`: the codes of
 * foreigners whom the health service knows by no other; `card`: a number of the service's own, in the form of a pattern of plain
 * characters, classes and counts (`T[0-9]{6}`); `free`: anything.
 */
export const IdentifierKind = z.union([
  z.enum(["codice-fiscale", "stp", "eni", "free"]),
  z.strictObject({
    // no groups and no unbounded repeats: nobody's row can make the match take long
    card: z
      .string()
      .max(80)
      .regex(
        /^(([A-Za-z0-9-]|\\d|\[[A-Za-z0-9-]+\])(\{\d{1,2}(,\d{1,2})?\})?)+$/,
        "characters, \\d, [A-Z0-9] and counts like {6}",
      ),
  }),
]);
export type IdentifierKind = z.infer<typeof IdentifierKind>;

/** Who a row is about: the privacy unit (records only), by the columns that identify it. */
export const Subject = z.strictObject({
  unit: Bilingual,
  /** `contact`: nobody is asked a name, so that a person who comes twice is two subjects. A person unless said. */
  of: z.enum(["person", "household", "contact"]).optional(),
  columns: z.array(z.string().min(1)).min(1),
  /** Kinds that a column's values may be of; a column that is not named is `free`. */
  identifiers: z.record(z.string().min(1), z.array(IdentifierKind).min(1)).optional(),
  /** What the privacy promise means for this unit, where it does not mean a person. */
  promise: Bilingual.optional(),
  start: z.string().min(1).optional(),
});
export type Subject = z.infer<typeof Subject>;

/** How long rows are kept: from the last day of their period, or from the day on which they begin. */
export const Retention = z.strictObject({
  keep: Duration,
  from: z.enum(["period", "start"]).default("period"),
});
export type Retention = z.infer<typeof Retention>;
