/** An indicator: what is divided by what, of whom, and what it must be read beside. Data, not code. */
import * as z from "zod";
import { Measure } from "./query.ts";
import { Bilingual, MemberId, Name, Period, Slug } from "./words.ts";

/**
 * Where a figure comes from: measures of one dataset, added up. Asked of each member compared, unless `member` names somebody else
 * (a national body): then `territory` is the dimension whose code is the member compared. `valid`: the period of the data stands in
 * for each of these, as a population of 1 January does.
 */
export const Part = z
  .strictObject({
    dataset: Slug,
    measure: Measure,
    /** Counts of the same dataset that are added to it, each with noise of its own: bands that make up one share. */
    plus: z.array(Measure).max(10).default([]),
    where: z.record(Name, z.array(Name).min(1).max(500)).default({}),
    member: MemberId.optional(),
    territory: Name.optional(),
    /** Set for data of one period that is valid for others. */
    period: Period.optional(),
    valid: z.array(Period).min(1).optional(),
  })
  .refine(({ member, territory }) => (member === undefined) === (territory === undefined), "`member` and `territory` go together")
  .refine(({ period, valid }) => (period === undefined) === (valid === undefined), "`period` and `valid` go together");
export type Part = z.infer<typeof Part>;

/** Ages of a standard population, and how many of it are in each class: direct standardisation. */
export const Standard = z.strictObject({
  dimension: Name,
  weights: z.record(Name, z.number().gt(0)),
  source: z.string().min(1),
});
export type Standard = z.infer<typeof Standard>;

/** A point from which figures are no longer of the same kind as before. */
export const Break = z.strictObject({ period: Period, of: z.enum(["series", "codes"]), what: Bilingual });
export type Break = z.infer<typeof Break>;

export const Theme = z.enum(["common", "frail-elderly", "access", "marginality", "youth", "working-poor"]);
export type Theme = z.infer<typeof Theme>;
/** The chain from money to effect; context is what a city does not choose. */
export const Place = z.enum(["input", "process", "output", "outcome", "impact", "context"]);
export type Place = z.infer<typeof Place>;
export const Level = z.enum(["nation", "region", "province", "municipality"]);
export type Level = z.infer<typeof Level>;
export const Origin = z.enum(["real", "made", "mixed"]);

const Definition = z.strictObject({
  v: z.literal(1),
  id: Slug,
  /** A change of anything that moves a figure is a new version. */
  version: z.number().int().min(1),
  name: Bilingual,
  theme: Theme,
  place: Place,
  /** Who is meant: the people that it is about. */
  target: Bilingual,
  level: Level,
  /** What one of it is: `% of residents of 75 to 84`. */
  unit: Bilingual,
  /** How many of the target are reached: compared only together with its intensity. */
  coverage: z.boolean().default(false),
  numerator: Part,
  denominator: Part.optional(),
  multiplier: z.number().gt(0).default(1),
  decimals: z.number().int().min(0).max(3).default(1),
  /** What is better. `none`: more is not better, and less is not either. */
  direction: z.enum(["higher", "lower", "none"]),
  /** The indicator that it must be read beside. */
  beside: Slug.optional(),
  /** A source for need, where there is one: residents are not. Reached is a part of it; the gap is what is left. */
  need: z.strictObject({ title: Bilingual, need: Part, reached: Part }).optional(),
  /**
   * Whether the people counted are a sample of those that might have been: `poisson` for events, `binomial` for a part of a whole,
   * `none` where they are everybody and are described as they are.
   */
  chance: z.enum(["none", "poisson", "binomial"]).default("none"),
  standard: Standard.optional(),
  origin: Origin,
  source: Bilingual,
  /** What it says and what it does not. */
  note: Bilingual,
  breaks: z.array(Break).default([]),
  /** `{name}`, `{value}`, `{period}`, `{numerator}`, `{denominator}` stand for a member's figures. */
  sentence: Bilingual,
});
export const Indicator = Definition.refine(({ coverage, beside }) => !coverage || beside !== undefined, {
  message: "coverage is compared only together with its intensity: name it in `beside`",
  path: ["beside"],
});
export type Indicator = z.infer<typeof Indicator>;

/** `GET /v1/indicators`: definitions with the members that accepted this version. */
export const IndicatorList = z.strictObject({
  v: z.literal(1),
  indicators: z.array(z.strictObject({ definition: Indicator, digest: z.string(), proposedBy: MemberId, acceptedBy: z.array(MemberId) })),
});
export type IndicatorList = z.infer<typeof IndicatorList>;
