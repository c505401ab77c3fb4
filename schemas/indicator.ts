/** An indicator: what is divided by what, of whom, and what it must be read beside. Data, not code. */
import * as z from "zod";
import { Measure } from "./query.ts";
import { Bilingual, CompactJws, Level, MemberId, Name, Period, Slug } from "./words.ts";

/**
 * Where a figure comes from: measures of one dataset, added up. Asked of each member compared, unless `member` names somebody else
 * (a national body): then `territory` is the dimension whose code is the member compared. `valid`: the period of the data stands in
 * for each of these, as a population of 1 January does.
 */
export const IndicatorPart = z
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
  .refine(
    ({ member, territory }) => (member === undefined) === (territory === undefined),
    "`member` and `territory` go together",
  )
  .refine(
    ({ period, valid }) => (period === undefined) === (valid === undefined),
    "`period` and `valid` go together",
  );
export type IndicatorPart = z.infer<typeof IndicatorPart>;

/** Ages of a standard population, and how many of it are in each class: direct standardisation. */
const Standard = z.strictObject({
  dimension: Name,
  weights: z.record(Name, z.number().gt(0)),
  source: z.string().min(1),
});

/** A point from which figures are no longer of the same kind as before. */
const Break = z.strictObject({
  period: Period,
  of: z.enum(["series", "codes"]),
  what: Bilingual,
});

export const Theme = z.enum([
  "common",
  "frail-elderly",
  "access",
  "marginality",
  "youth",
  "working-poor",
]);
export type Theme = z.infer<typeof Theme>;
/** The chain from money to effect; context is what a city does not choose. */
const Place = z.enum(["input", "process", "output", "outcome", "impact", "context"]);
export const Origin = z.enum(["real", "made", "mixed"]);

const WORDS = new Set(["place", "name", "value", "period", "numerator", "denominator"]);
const FIGURE = /\{(?:value|numerator|denominator)\}/;
/** Italian words that change before a number that begins with a vowel: `il 7`, but `l'8`. */
const ELIDED =
  /\b(?:il|lo|la|del|della|dello|al|alla|dal|dalla|nel|nella|sul|sulla)\s+\{(?:value|numerator|denominator)\}/i;
const wordsOf = (text: string): string[] =>
  [...text.matchAll(/\{(\w*)\}/g)].map(([, word = ""]) => word);

/** `{place}` ("a Parma", at the beginning "A Parma"), `{name}`, `{value}`, `{period}`, `{numerator}` and `{denominator}` stand for a member's figures. */
const Sentence = Bilingual.refine(
  ({ it, en }) => [it, en].every((text) => FIGURE.test(text) && /\{(?:place|name)\}/.test(text)),
  {
    message: "a sentence says whose figure it is and which: {place} or {name}, and {value}",
  },
)
  .refine(
    ({ it, en }) => [it, en].every((text) => wordsOf(text).every((word) => WORDS.has(word))),
    {
      message: `a sentence knows ${[...WORDS].map((word) => `{${word}}`).join(", ")}`,
    },
  )
  .refine(({ it }) => !ELIDED.test(it), {
    message:
      "no article or preposition with an article before a figure: Italian has «il 7» and «l'8»; write «7 su 100»",
    path: ["it"],
  });

/**
 * Where the people are counted who need something: a source for need (requests, an ISEE band, a survey), or only those who are known
 * to the member, which is not need and is not called so. Reached is a part of them; the gap is what is left. Residents are neither.
 */
export const Need = z.strictObject({
  kind: z.enum(["need", "known"]).default("need"),
  title: Bilingual,
  need: IndicatorPart,
  reached: IndicatorPart,
});
export type Need = z.infer<typeof Need>;

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
  numerator: IndicatorPart,
  denominator: IndicatorPart.optional(),
  multiplier: z.number().gt(0).default(1),
  decimals: z.number().int().min(0).max(3).default(1),
  /** What is better. `none`: more is not better, and less is not either. */
  direction: z.enum(["higher", "lower", "none"]),
  /** The indicator that it must be read beside. */
  beside: Slug.optional(),
  need: Need.optional(),
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
  sentence: Sentence,
  /**
   * The same in one breath, for the top of a page: rounded and without intervals. `{known}` is what its source for need counts, over the
   * denominator; `{beside}` the figure that it is read beside.
   */
  spoken: Bilingual.optional(),
});
export const Indicator = Definition.refine(
  ({ coverage, beside }) => !coverage || beside !== undefined,
  {
    message: "coverage is compared only together with its intensity: name it in `beside`",
    path: ["beside"],
  },
).refine(
  ({ need, denominator }) =>
    need === undefined || denominator?.member === undefined || !sameTable(need.need, denominator),
  {
    message: "residents are a denominator and no source for need",
    path: ["need"],
  },
);
const sameTable = (a: IndicatorPart, b: IndicatorPart): boolean =>
  a.member === b.member && a.dataset === b.dataset;
export type Indicator = z.infer<typeof Indicator>;

/** `GET /v1/indicators`: definitions with the members that accepted this version. */
export const IndicatorList = z.strictObject({
  v: z.literal(1),
  indicators: z.array(
    z.strictObject({
      definition: Indicator,
      digest: z.string(),
      proposedBy: MemberId,
      acceptedBy: z.array(MemberId),
    }),
  ),
});
export type IndicatorList = z.infer<typeof IndicatorList>;

/** `GET /v1/indicators?signed=true`: what that list is made of, as members signed it, so that nobody need believe the hub. */
export const IndicatorBook = z.strictObject({
  v: z.literal(1),
  proposals: z.array(CompactJws),
  acceptances: z.array(CompactJws),
});
export type IndicatorBook = z.infer<typeof IndicatorBook>;
