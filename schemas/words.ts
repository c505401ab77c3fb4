/** Words that every other schema is made of. */
import * as z from "zod";
import { PERIOD } from "./period.ts";

/** `IT-` and the ISTAT code for a municipality, any URL-safe slug otherwise. */
export const MemberId = z
  .string()
  .regex(/^(IT-\d{6}|[a-z][a-z0-9-]{1,40})$/, "IT- and six digits, or a lower-case slug");
export type MemberId = z.infer<typeof MemberId>;

export const Slug = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, "a lower-case slug");

/** Id of a dimension, field or code: what stands in a query and in the cube. `_T` is the total and belongs to nobody. */
export const Name = z
  .string()
  .min(1)
  .max(80)
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N} .,:;&+<>='’()/_-]*$/u,
    "letters, digits and plain punctuation, beginning with a letter or digit",
  )
  .refine((name) => name === name.normalize("NFC"), "NFC text");

export const Year = z.string().regex(/^\d{4}$/, "a year of four digits");

/** A period of reference: a year, a quarter or a month, as SDMX writes them. What is asked of one: period.ts. */
export const Period = z
  .string()
  .regex(new RegExp(`^${PERIOD}$`), "a year, a quarter or a month: 2022, 2022-Q3 or 2022-07");

/** A calendar day, `2023-06-30`. */
export const Day = z.iso.date();

/** A length of time in years, months, weeks and days (ISO 8601, without times of day): `P5Y`, `P18M`, `P90D`. */
export const Duration = z
  .string()
  .regex(
    /^P(?=\d)(\d{1,3}Y)?(\d{1,3}M)?(\d{1,3}W)?(\d{1,5}D)?$/,
    "a duration like P5Y, P18M or P90D",
  );

/** Whole seconds since 1970, UTC. */
export const Seconds = z.number().int().nonnegative();

/** SHA-256, base64url without padding. */
export const Digest = z.string().regex(/^[A-Za-z0-9_-]{43}$/, "a SHA-256 digest, base64url");

/** `member/dataset/period/number`. */
export const ReleaseId = z
  .string()
  .regex(
    new RegExp(
      String.raw`^(IT-\d{6}|[a-z][a-z0-9-]{1,40})\/[a-z][a-z0-9-]{0,39}\/${PERIOD}\/[1-9]\d{0,3}$`,
    ),
  );

export const Jti = z.string().min(16).max(64);

/** A JWS in compact serialisation: three base64url parts. What is inside is judged after its signature. */
export const CompactJws = z
  .string()
  .regex(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/, "a compact JWS");

/** The languages in which everything is said. */
export const Language = z.enum(["it", "en"]);
export type Language = z.infer<typeof Language>;

export const Bilingual = z.strictObject({
  it: z.string().min(1).max(2000),
  en: z.string().min(1).max(2000),
});
export type Bilingual = z.infer<typeof Bilingual>;

/** The public half of a P-256 key (RFC 7518, 6.2.1). Private members and everything else are refused. */
export const PublicJwk = z.strictObject({
  kty: z.literal("EC"),
  crv: z.literal("P-256"),
  x: z.string().length(43),
  y: z.string().length(43),
});
export type PublicJwk = z.infer<typeof PublicJwk>;

/** A P-256 key with its private half (RFC 7518, 6.2.2). Other members that a tool may have added are passed over. */
export const PrivateJwk = z.object({ ...PublicJwk.shape, d: z.string().length(43) });
export type PrivateJwk = z.infer<typeof PrivateJwk>;

/** Every signed payload begins with these. */
export const signed = { v: z.literal(1), iss: MemberId, iat: Seconds };

/** Words in both languages that make a sentence. */
export const Reason = z.strictObject({
  it: z.string().trim().min(10).max(1000),
  en: z.string().trim().min(10).max(1000),
});
export type Reason = z.infer<typeof Reason>;

/** The total over a dimension, as in SDMX. */
export const TOTAL = "_T";

/** A tree of codes: a code, or a code with the codes below it. */
export type CodeTree = readonly (string | readonly [string, CodeTree])[];
export const CodeTree: z.ZodType<CodeTree> = z.lazy(() =>
  z
    .array(z.union([Name, z.tuple([Name, CodeTree]).readonly()]))
    .min(1)
    .readonly(),
);

/**
 * A level of a code list as far as it is opened: what lies below a code, or a block of a long level, may stand as its digest.
 * How digests are made: functions/disclosure/code-lists.ts.
 */
export type OpenedCode = string | readonly [string, OpenedLevel | string];
export type OpenedLevel =
  | readonly OpenedCode[]
  | { readonly size: number; readonly blocks: readonly (string | readonly OpenedCode[])[] };
export const OpenedCode: z.ZodType<OpenedCode> = z.lazy(() =>
  z.union([Name, z.tuple([Name, z.union([Digest, OpenedLevel])]).readonly()]),
);
export const OpenedLevel: z.ZodType<OpenedLevel> = z.lazy(() =>
  z.union([
    z.array(OpenedCode).min(1).max(64).readonly(),
    z.strictObject({
      size: z.number().int().min(65).max(1_000_000),
      blocks: z
        .array(z.union([Digest, z.array(OpenedCode).min(1).max(64).readonly()]))
        .min(2)
        .readonly(),
    }),
  ]),
);

export const Axis = z.strictObject({ id: Name, title: Bilingual, codes: CodeTree });
export type Axis = z.infer<typeof Axis>;

/** Of which territory figures are; an ambito is the district of municipalities that runs social services together (L. 328/2000, art. 8). */
export const Level = z.enum(["nation", "region", "province", "ambito", "municipality"]);
export type Level = z.infer<typeof Level>;

/** What a dataset is of. Who may have the figures of each kind: functions/disclosure/kinds.ts. */
export const DatasetKind = z.enum(["records", "statistics", "register"]);
export type DatasetKind = z.infer<typeof DatasetKind>;

/** How figures are released. What each method does: functions/disclosure/methods and functions/release/methods, a file each. */
export const MethodName = z.enum(["lattice", "none"]);
export type MethodName = z.infer<typeof MethodName>;

/** What things are called, by their id. */
export type Names = ReadonlyMap<string, Bilingual>;
