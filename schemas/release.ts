/** What a release says of itself: the signed manifest, and the account that it spent from. */
import * as z from "zod";
import { SourceStatus } from "./obs-status.ts";
import { Body, Responsibility } from "./organisation.ts";
import {
  Axis,
  Bilingual,
  CodeTree,
  CompactJws,
  DatasetKind,
  Day,
  Digest,
  Jti,
  MemberId,
  MethodName,
  Name,
  Period,
  Reason,
  ReleaseId,
  Seconds,
  Slug,
  signed,
  Year,
} from "./words.ts";

export const ReleasedField = z
  .strictObject({
    id: Name,
    title: Bilingual,
    kind: z.enum(["count", "sum"]),
    /** Most dimensions that one of its tables has. */
    order: z.number().int().min(0).max(5),
    /** Figures are whole multiples of it. */
    grid: z.number().gt(0),
    unit: Bilingual,
    /** V: variance of the noise of a count, in every cell; a sum's is V·((u−l)/2)². 0 where nothing was added. */
    variance: z.number().min(0),
    units: z.number().int().min(1),
    share: z.number().min(0).max(1),
    /** A count of one band: whose, and from which value up to below which, in units of the value. */
    band: z
      .strictObject({ of: Name, from: z.number().optional(), below: z.number().optional() })
      .optional(),
    /**
     * A sum: the count whose subjects it is over, the bounds and the midpoint that each contribution was centred at. From `v` 2 a
     * count may have `of` too: those of that count who have a value.
     */
    of: Name.optional(),
    bounds: z.tuple([z.number(), z.number()]).optional(),
    mid: z.number().optional(),
  })
  .refine(({ kind, of, mid }) => kind === "count" || (of !== undefined && mid !== undefined), {
    path: ["of"],
    message: "a sum names the count that it is over, and its midpoint",
  });
export type ReleasedField = z.infer<typeof ReleasedField>;

/** What the best informed attacker could reach, in percent right from even odds. */
export const Horizon = z.strictObject({
  release: z.number(),
  period: z.number(),
  /** After all periods of its year, for who is in each of them, where there are several. From `v` 2; the later ones then begin from it. */
  year: z.number().optional(),
  twoYears: z.number(),
  fiveYears: z.number(),
  twoCities: z.number(),
  epsilon: z.number(),
  delta: z.number(),
});

export const ReleasedPolicy = z.strictObject({
  method: MethodName,
  /** Points; absent where the method is `none`. */
  advantage: z.number().optional(),
  releases: z.number().int().min(1),
  smallest: z.number().int().min(1),
  calendar: z.array(Day),
  graceDays: z.number().int().min(0),
  /** "At most b": how many codes of the family one subject entered. */
  atMost: z.number().int().optional(),
});

/** What a year's account says of a period, besides what its releases spent. From `v` 2, where there is something to say. */
const AccountSays = {
  /** The policy was fixed after the period's year had begun: when, in seconds, and the digest of what was fixed. */
  late: z.strictObject({ at: Seconds, digest: Digest }).optional(),
  /** Releases off the calendar that the member signed for: their loss is in the advantage and the horizon. */
  corrections: z
    .array(z.strictObject({ points: z.number(), reason: z.string(), at: Seconds }))
    .min(1)
    .optional(),
  /** mu² of the dataset's periods of the former year where it is another sum than this year's; else two years are two like this. */
  former: z.number().optional(),
};

/** What whoever corrects a public table says: why, and which release of the period is replaced. */
export const RevisionTerms = z.strictObject({
  replaces: z.number().int().min(1),
  because: Reason,
});
export type RevisionTerms = z.infer<typeof RevisionTerms>;

/** Which release is to be made. */
export interface ReleaseJob {
  readonly dataset: string;
  readonly period: string;
  /** Why a public table is released again. */
  readonly revision?: RevisionTerms;
}

/** Changed cells that a manifest names one by one; where there are more, the cube alone says which. */
export const MOST_NAMED = 200;

/** A further release of a public table. The cube's column `REVISED` marks every cell that changed. */
export const Revision = RevisionTerms.extend({
  /** How many figures are others than in the release that is replaced, or were not in it. */
  cells: z.number().int().min(1),
  changed: z
    .array(z.strictObject({ field: Name, by: z.record(Name, Name) }))
    .max(MOST_NAMED)
    .optional(),
});
export type Revision = z.infer<typeof Revision>;

export const Manifest = z.strictObject({
  ...signed,
  v: z.union([z.literal(1), z.literal(2)]),
  id: ReleaseId,
  dataset: Slug,
  period: Period,
  number: z.number().int().min(1),
  kind: DatasetKind,
  title: Bilingual,
  description: Bilingual,
  origin: z.enum(["real", "made"]),
  source: z.string(),
  licence: z.string(),
  /** Who published the table, where that is not the member. From `v` 2. */
  publisher: Body.optional(),
  level: z.string(),
  /** `terms`: articles of the GDPR as DPV names them; absent in manifests of before they were said. */
  legalBasis: z.strictObject({
    basis: z.string(),
    reference: z.string(),
    terms: z.array(z.string()).optional(),
  }),
  /** Who answers for the rows, where the descriptor says so. From `v` 2. */
  responsibility: Responsibility.optional(),
  /** The privacy unit; absent where there is none. */
  unit: Bilingual.optional(),
  /** What the promise means for this unit, where the unit is not a person: contacts, households. */
  promise: Bilingual.optional(),
  /** SHA-256 of the cube's bytes. */
  cube: Digest,
  axes: z.array(Axis),
  fields: z.array(ReleasedField).min(1),
  policy: ReleasedPolicy,
  /** mu² that this release spent of the year's account, and what the account stood at with it. */
  account: z
    .strictObject({
      year: Year,
      mu2: z.number(),
      spent: z.number(),
      ceiling: z.number(),
      ...AccountSays,
    })
    .optional(),
  horizon: Horizon.optional(),
  /** From `v` 2: what of its figures the source says, besides that they are normal (SDMX CL_OBS_STATUS; `R`: revised there). */
  statuses: z.array(SourceStatus).min(1).optional(),
  /** From `v` 2: it replaces a release of the same period, which stays at its address. */
  revision: Revision.optional(),
  /** A commitment to the head of the node's private log: it says nothing until the node opens it to an auditor. */
  privateLog: Digest.optional(),
});
export type Manifest = z.infer<typeof Manifest>;

/** A manifest as it is signed: from `v` 2 a long code list stands as its digest, and lies beside the cube. */
export const SignedManifest = Manifest.extend({
  axes: z.array(Axis.extend({ codes: z.union([Axis.shape.codes, Digest]) })),
});
export type SignedManifest = z.infer<typeof SignedManifest>;

/** The code lists that a manifest names by their digest, whole, in its order. They lie beside the cube. */
export const ReleaseCodes = z.strictObject({ v: z.literal(1), codes: z.array(CodeTree).max(50) });
export type ReleaseCodes = z.infer<typeof ReleaseCodes>;

/** One reservation: charged once, before anything is drawn, whatever becomes of the run. */
export const AccountEntry = z.strictObject({
  release: ReleaseId,
  dataset: Slug,
  period: Period,
  number: z.number().int().min(1),
  mu2: z.number().min(0),
  fields: z.array(z.strictObject({ id: Name, share: z.number(), variance: z.number() })),
  at: Seconds,
});
export type AccountEntry = z.infer<typeof AccountEntry>;

/** Ceiling of a node over all its datasets of one year, in points: as it stands, and the most to which its owner may raise it. */
export const CEILING = 15;
export const HIGHEST_CEILING = 21;

/** What the organisation signs, with its own key, to raise the ceiling of a year. */
export const RaiseTerms = z.strictObject({
  year: Year,
  points: z.number(),
  reason: z.string().min(1).max(1000),
});
export type RaiseTerms = z.infer<typeof RaiseTerms>;
/** A raise as it stands in the account, with the signed terms. */
export const Raise = z.strictObject({
  points: z.number(),
  reason: z.string(),
  at: Seconds,
  jws: CompactJws,
});
export type Raise = z.infer<typeof Raise>;

/** What accepting a descriptor fixes of the policy of a period, for good. It spends nothing. */
export const FixedPolicy = z.strictObject({
  /** Points. */
  advantage: z.number(),
  days: z.array(Day).min(1),
  /** Closed windows that touch the dates. */
  closed: z.array(z.strictObject({ from: Day, until: Day })),
  /** What all releases of the calendar together may spend. */
  mu2: z.number(),
  /** SHA-256 of the JSON of `advantage`, `days` and `closed`, in this order. */
  digest: Digest,
  at: Seconds,
});
export type FixedPolicy = z.infer<typeof FixedPolicy>;
/** The same as it stands in the account. */
export const FixedEntry = FixedPolicy.extend({ dataset: Slug, period: Period });
export type FixedEntry = z.infer<typeof FixedEntry>;

/** What the organisation signs, with its own key, for one release of a period beyond what was fixed. */
export const CorrectionTerms = z.strictObject({
  dataset: Slug,
  period: Period,
  /** What the release spends. */
  points: z.number(),
  reason: z.string().min(1).max(1000),
});
export type CorrectionTerms = z.infer<typeof CorrectionTerms>;
/** A correction as it stands in the account, with the signed terms. */
export const Correction = CorrectionTerms.extend({ at: Seconds, jws: CompactJws });
export type Correction = z.infer<typeof Correction>;

/** A node's account of one year over all its datasets, as it is published. Ceiling in points. */
export const Account = z.strictObject({
  ...signed,
  /** 2 where it has what was fixed, corrections, or a period finer than a year. */
  v: z.union([z.literal(1), z.literal(2)]),
  year: Year,
  ceiling: z.number(),
  /** Absent in accounts of before there were raises. */
  raises: z.array(Raise).optional(),
  /** The policies that were fixed, of every period of this year of each dataset that had a release or a correction in it. */
  fixed: z.array(FixedEntry).optional(),
  corrections: z.array(Correction).optional(),
  entries: z.array(AccountEntry),
});
export type Account = z.infer<typeof Account>;

/** That a dataset's next release comes, and when: a period, and seconds. Public. */
export const NextRelease = z.strictObject({ period: Period, at: Seconds });
export type NextRelease = z.infer<typeof NextRelease>;
/** The same as a node tells it. */
export const Announced = NextRelease.extend({ dataset: Slug });
export type Announced = z.infer<typeof Announced>;
/** A public table that is held back: which release it will be, and, once they are taken in, of which rows. */
export const PlannedRelease = NextRelease.extend({
  /** Of this plan and no other of the dataset. */
  id: Jti,
  number: z.number().int().min(1),
  revision: RevisionTerms.optional(),
  version: Digest.optional(),
  /** The rows in force when it was made. */
  before: Digest.optional(),
  /** It was taken back, or refused at its hour: nothing is released of it, and its rows by no calendar. */
  over: z.literal(true).optional(),
});
export type PlannedRelease = z.infer<typeof PlannedRelease>;

/** Stored items of a release: what lies under `answer#pointer` and what `release#draft` keeps while it is made. */
export const Pointer = z.strictObject({
  id: ReleaseId,
  number: z.number().int(),
  cube: Digest,
  manifest: z.string(),
  member: MemberId,
});
export type Pointer = z.infer<typeof Pointer>;
export const Draft = z.discriminatedUnion("state", [
  z.strictObject({ state: z.literal("drawing"), attempt: z.string() }),
  /** `rows`: which rows it was drawn from, and who had left them; absent in drafts of before that was noted. */
  z.strictObject({
    state: z.literal("sealed"),
    attempt: z.string(),
    cube: Digest,
    manifest: z.string(),
    rows: z.string().optional(),
  }),
  z.strictObject({
    state: z.literal("publishing"),
    attempt: z.string(),
    cube: Digest,
    manifest: z.string(),
  }),
]);
export type Draft = z.infer<typeof Draft>;
