/**
 * The descriptor: the JSON that says what a dataset is, where its file's columns go, and under which policy it is released.
 * What would void the privacy promise is refused in functions/disclosure/descriptor-rules.ts; this file is the form alone.
 */
import * as z from "zod";
import { FileFormat } from "./file-format.ts";
import { FigureStatus, SourceStatus } from "./obs-status.ts";
import { Body, Responsibility } from "./organisation.ts";
import { LegalBasis, Retention, Subject } from "./subject.ts";
import {
  Bilingual,
  CodeTree,
  DatasetKind,
  Day,
  Level,
  MethodName,
  Name,
  Period,
  Slug,
} from "./words.ts";

/** One line of a table of streets: all of a street, or its house numbers from one to another, on one side or both. */
export const Street = z.strictObject({
  street: z.string().min(1).max(120),
  from: z.number().int().min(0).optional(),
  to: z.number().int().min(0).optional(),
  side: z.enum(["even", "odd"]).optional(),
  code: Name,
});
export type Street = z.infer<typeof Street>;

/** Where a code list, a bound or a cap comes from. Never from the rows: that would let one subject move others. */
const Source = z.string().min(1).max(400);

export const Dimension = z.strictObject({
  id: Name,
  title: Bilingual,
  column: z.string().min(1),
  /**
   * How a raw value becomes a leaf code. `code`: it is one, after `map`. `age`: a date of birth, whole years on the last day
   * of the period, put into the leaf whose label holds it (`0-2`, `85+`, `7`). `band`: a number, likewise. `address`: a street
   * with or without a house number, looked up in `streets`.
   */
  generalise: z
    .enum(["code", "age", "band", "address", "quantile", "rank", "most-common"])
    .default("code"),
  /** Raw value to leaf code, for files that write them in another way. */
  map: z.record(z.string(), Name).optional(),
  /** The public table of streets of an `address`. Of several lines that fit, the first counts. */
  streets: z.array(Street).min(1).max(3000).optional(),
  codes: z.union([CodeTree, z.literal("from-data")]),
  /** The leaf that takes values outside the list. Without one, such a row is a reject. */
  other: Name.optional(),
  source: Source,
});
export type Dimension = z.infer<typeof Dimension>;

/** An attribute of which a subject may have several: one count field a code, of which a subject enters at most `atMost`. */
const Family = z.strictObject({
  id: Name,
  title: Bilingual,
  column: z.string().min(1),
  map: z.record(z.string(), Name).optional(),
  /** In order of priority: where a subject has more than `atMost`, the first ones count. */
  codes: z
    .array(z.strictObject({ code: Name, title: Bilingual }))
    .min(1)
    .max(40),
  other: Name.optional(),
  atMost: z.number().int().min(1).max(10).default(2),
  order: z.number().int().min(0).max(5).optional(),
  source: Source,
});

/** A moment of a subject's story: the first or last day in a column of dates, or the last day of the period. */
const Moment = z.union([
  z.literal("period-end"),
  z.strictObject({
    column: z.string().min(1),
    pick: z.enum(["first", "last"]),
    /** What a row without a date means: nothing, or that it is still running at the end of the period. */
    open: z.enum(["nothing", "period-end"]).default("nothing"),
  }),
]);

/**
 * A value made of one subject's own rows in the release step, where they are still together: outcome and impact need two
 * moments of the same person. A field takes it as its `column`, written `=` and the id. It never looks at anybody else.
 */
const Derived = z.discriminatedUnion("kind", [
  /** Whole days from one moment to another: length of stay, still in after a year, days from contact to evaluation. */
  z.strictObject({ id: Name, kind: z.literal("days"), from: Moment, to: Moment }),
  /** The fewest days between the end of a row and the beginning of the next one: back within a year. */
  z.strictObject({
    id: Name,
    kind: z.literal("gap"),
    start: z.string().min(1),
    end: z.string().min(1),
  }),
  /** Last value less first value of a column, by the rows' start; nothing where there is one value alone: moved from band to band. */
  z.strictObject({
    id: Name,
    kind: z.literal("change"),
    column: z.string().min(1),
    grid: z.number().gt(0).default(1),
  }),
  /** The most days on which two codes of the family ran at once. A row without an end runs on. */
  z.strictObject({
    id: Name,
    kind: z.literal("overlap"),
    of: z.tuple([Name, Name]),
    start: z.string().min(1),
    end: z.string().min(1),
  }),
]);

const common = {
  id: Name,
  title: Bilingual,
  order: z.number().int().min(0).max(5).optional(),
  share: z.number().min(0.001).max(1).optional(),
};
/** How the values on several rows of one subject become one: added, or (a value repeated on each row) the largest. */
const combine = z.enum(["sum", "max"]).default("sum");

export const Field = z.discriminatedUnion("kind", [
  /** Every subject (in a register or a table: every row). */
  z.strictObject({ ...common, kind: z.literal("any") }),
  /** Subjects who have both codes of the family at once. */
  z.strictObject({ ...common, kind: z.literal("both"), of: z.tuple([Name, Name]) }),
  /** Subjects whose combined value in a column is above a threshold, in units of the column. */
  z.strictObject({
    ...common,
    kind: z.literal("when"),
    column: z.string().min(1),
    combine,
    above: z.number(),
    grid: z.number().gt(0).default(0.01),
    source: Source,
  }),
  /**
   * Subjects by the band that their combined value lies in: one count field a band, `id:<30`, `id:30-89`, `id:90+` for cuts 30
   * and 90, in units of the column. Medians and quantiles are read off them.
   */
  z.strictObject({
    ...common,
    kind: z.literal("bands"),
    column: z.string().min(1),
    combine,
    cuts: z.array(z.number()).min(1).max(20),
    grid: z.number().gt(0).default(1),
    source: Source,
  }),
  /**
   * Of the subjects that `of` counts, those who have a value in the column: what a mean of it divides by where some have none. A sum
   * over them names this field as its `of`. From `v` 2.
   */
  z.strictObject({
    ...common,
    kind: z.literal("known"),
    column: z.string().min(1),
    of: Name.default("any"),
  }),
  /** A table's own counts, added up (statistics only). */
  z.strictObject({ ...common, kind: z.literal("count"), column: z.string().min(1) }),
  /** Σ(clip(y, l, u) − (l+u)/2) over the subjects counted by `of`. */
  z.strictObject({
    ...common,
    kind: z.literal("sum"),
    column: z.string().min(1),
    of: Name.default("any"),
    combine,
    bounds: z.tuple([z.number(), z.number()]).optional(),
    grid: z.number().gt(0),
    unit: Bilingual,
    source: Source,
  }),
]);
export type Field = z.infer<typeof Field>;

/** Advantage in points: the best informed attacker is right at most 50 + p % of the time about one subject's presence. */
const Advantage = z.number().min(0.1).max(20);
/** Spans without releases (elections), entered in advance. */
const Closed = z.array(z.strictObject({ from: Day, until: Day, reason: z.string().min(1) }));

export const Policy = z.strictObject({
  method: MethodName,
  advantage: Advantage.default(10),
  /** Days on which a release of a period falls due, fixed before the year begins. Their number is the releases a period. */
  calendar: z.record(Period, z.array(Day).min(1).max(12)),
  /** Days after a due date on which answers still come from the release before. After them they stop (`release-overdue`). */
  graceDays: z.number().int().min(0).max(92).default(30),
  closed: Closed.default([]),
  /** What a period has of its own, in place of `advantage` and `closed` above. From `v` 2. */
  periods: z
    .record(Period, z.strictObject({ advantage: Advantage.optional(), closed: Closed.optional() }))
    .optional(),
  /** Smallest count that readers are shown (k), where the owner wants one: 1 is none. What protects persons is the noise. */
  smallest: z.number().int().min(1).max(100).default(1),
});
export type Policy = z.infer<typeof Policy>;

export const Descriptor = z.strictObject({
  /** 2 where a field of `v` 2 is used. */
  v: z.union([z.literal(1), z.literal(2)]),
  id: Slug,
  kind: DatasetKind,
  title: Bilingual,
  description: Bilingual,
  /** Are these figures about anybody? `made`: drawn by a generator, nobody in it exists. */
  origin: z.enum(["real", "made"]),
  source: z.string().min(1),
  licence: z.string().min(1),
  /** `ambito` from `v` 2. */
  level: Level,
  /** Who published the table, where that is not the member that serves it. From `v` 2. */
  publisher: Body.optional(),
  legalBasis: LegalBasis,
  /** Who answers for the rows; else what the member's entry says, else the member. From `v` 2. */
  responsibility: Responsibility.optional(),
  file: FileFormat,
  /**
   * Which periods a row counts in: the one that a column holds, or one value for the whole file, and no other; or each of the calendar's
   * that its days touch, from `start` to `end` (from `v` 2). Without `end` they are one day; where it is empty, they run on.
   */
  period: z.union([
    z.strictObject({ column: z.string().min(1) }),
    z.strictObject({ value: Period }),
    z.strictObject({ start: z.string().min(1), end: z.string().min(1).optional() }),
  ]),
  subject: Subject.optional(),
  dimensions: z.array(Dimension),
  family: Family.optional(),
  derived: z.array(Derived).max(20).default([]),
  fields: z.array(Field).min(1).max(40),
  /**
   * What the source says of its figures, in SDMX's CL_OBS_STATUS: one word for all of them, or a column; an empty value is normal.
   * Statistics and registers alone. From `v` 2.
   */
  status: z
    .union([
      z.strictObject({ value: FigureStatus.or(z.literal("R")) }),
      z.strictObject({
        column: z.string().min(1),
        map: z.record(z.string(), SourceStatus).optional(),
      }),
    ])
    .optional(),
  policy: Policy,
  /** How long rows are kept; without it until a person or the owner takes them out. */
  retention: Retention.optional(),
  rejects: z.strictObject({ share: z.number().min(0).max(1) }).default({ share: 0.02 }),
});
export type Descriptor = z.infer<typeof Descriptor>;
