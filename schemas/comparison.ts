/** What comes of an indicator and the answers to its questions: figures with intervals, sentences and groups. JSON throughout. */
import type { Indicator } from "./indicator.ts";
import type { Letter, Said } from "./query.ts";
import type { Bilingual, Level } from "./words.ts";

/** Why there is no number. Closed: each has a sentence in both languages (functions/indicators/compare/problems.ts). */
export type Problem =
  | "nothing-to-divide-by"
  | "mixed-levels"
  | "mixed-periods"
  | "mixed-units"
  | "denominator-not-valid"
  | "partner-missing"
  | "not-answered"
  | "no-agreement"
  | "unknown-field"
  | "unknown-territory"
  | "unknown-group"
  | "below-k"
  | "source-withheld"
  | "not-collected"
  | "not-applicable"
  | "missing"
  | "unreliable"
  | "count-unreliable";

/** One part of a figure: a count or sum with the standard deviation of its noise, as it travelled. */
export interface Amount {
  readonly value: number;
  readonly sd: number;
  /** Set where it is no point when it is read by itself. */
  readonly uncertain?: true;
  /** What it is counted or measured in, where the release says so. */
  readonly unit?: Bilingual;
}
/** A number that people read, with its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Whether two figures differ: as they were tested, or they were not. Nothing is said of what was not tested. */
export type Told = "apart" | "not-apart" | "not-tested";

interface At {
  readonly member: string;
  readonly period: string;
  /** The group by whose dimension the comparison is broken down; absent for the whole. */
  readonly group?: string;
  /** Periods whose data stand in for this one, by the definition's word. A stand-in numerator is not of this period and in no trend. */
  readonly standIn?: { readonly numerator?: string; readonly denominator?: string };
}

export interface ShownFigure extends At, Estimate, Said {
  readonly state: "shown";
  /** Standard deviation of the protection noise alone, and of noise and chance together. */
  readonly noise: number;
  readonly sd: number;
  readonly mark: "shown";
  /** By the coefficient of variation of the noise: of counts and what is in proportion to them, where zero means nothing of it. */
  readonly letter?: Letter;
  readonly numerator: Amount;
  readonly denominator?: Amount;
  /** To judge by eye: figures whose bars do not overlap differ, on average over the pairs (Goldstein and Healy 1995). */
  readonly overlap: { readonly low: number; readonly high: number };
  /** All three or none: subjects, with intervals. Where the definition has a source for need and one of them is no point, `gapWhy` says so. */
  readonly need?: Estimate;
  readonly reached?: Estimate;
  readonly gap?: Estimate;
  readonly gapWhy?: Problem;
  /** The indicator that this one is read beside, for the same member and period. */
  readonly beside?: Beside;
  readonly sentence: Bilingual;
}
type Beside =
  | ({ readonly indicator: string; readonly state: "shown" } & Estimate & Said)
  | ({ readonly indicator: string; readonly state: "interval"; readonly why: Problem } & Span)
  | { readonly indicator: string; readonly state: "withheld" | "absent"; readonly why: Problem };

/** A 95 % interval without a point. A limit is null where nothing bounds it on that side. */
export interface Span {
  readonly low: number | null;
  readonly high: number | null;
}
/** Too uncertain for a point: shown as its interval, compared with nothing, and never spoken as a number. */
export interface IntervalFigure extends At, Span {
  readonly state: "interval";
  readonly why: Problem;
  /** As they travelled: what a total of all members adds up, since leaving out what is uncertain would bias it. */
  readonly numerator: Amount;
  readonly denominator?: Amount;
  readonly sentence: Bilingual;
}
/** Withheld (the figure exists, and an owner or an agreement keeps it away) or absent (there is none). Never zero. */
interface NoFigure extends At {
  readonly state: "withheld" | "absent";
  readonly why: Problem;
  readonly sentence: Bilingual;
}
export type ComparedFigure = ShownFigure | IntervalFigure | NoFigure;

/** Two members whose figures were tested: they differ, or cannot be told apart; p after the correction for many comparisons. */
interface Pair {
  readonly a: string;
  readonly b: string;
  readonly difference: Estimate;
  readonly p: number;
  readonly apart: boolean;
}
/** One period's (and group's) figures beside each other. */
export interface Grouping {
  readonly period: string;
  readonly group?: string;
  readonly pairs: readonly Pair[];
  /** Sets of members, none of whose figures can be told from another's. Groups and members in the order asked, never of the values. */
  readonly groups: readonly (readonly string[])[];
  /** `apart` where any pair is; `not-apart`: "these figures cannot tell the cities apart"; `not-tested` where there is no pair. */
  readonly told: Told;
  readonly sentence: Bilingual;
}

/** From the first period shown to the last one that is of the same kind. */
export interface Trend {
  readonly member: string;
  readonly from: string;
  readonly to: string;
  /** Last less first, in units of the indicator. */
  readonly change: Estimate;
  /** A year, by weighted least squares. */
  readonly slope: Estimate;
  readonly verdict: "up" | "down" | "no-change-seen";
  /** Periods in it whose denominator is of another one. */
  readonly denominatorOf?: Readonly<Record<string, string>>;
  readonly sentence: Bilingual;
}

export interface SourceOf {
  readonly member: string;
  readonly dataset: string;
  readonly period: string;
  readonly release: string;
  readonly title: Bilingual;
  readonly source: string;
  readonly licence: string;
  /** Who published it, where that is not the member. */
  readonly publisher?: Bilingual;
  readonly origin: "real" | "made";
  /** Points of advantage; absent where nothing was added. */
  readonly advantage?: number;
}

export interface Comparison {
  readonly v: 1;
  readonly indicator: Indicator;
  readonly level: Level;
  readonly members: readonly string[];
  readonly periods: readonly string[];
  /** The dimension of the groups, where the comparison is broken down. */
  readonly by?: string;
  /** In the order asked: by member, then period, then group. Never by rank. */
  readonly figures: readonly ComparedFigure[];
  readonly groupings: readonly Grouping[];
  readonly trends: readonly Trend[];
  readonly sources: readonly SourceOf[];
  /** As the releases say, not as the definition does. */
  readonly origin: "real" | "made" | "mixed";
  /** What holds for the whole of it: method, breaks in the series, what it does not say. */
  readonly notes: readonly Bilingual[];
  /** Set where the whole of it cannot be formed; figures are then empty. */
  readonly problem?: { readonly code: Problem; readonly sentence: Bilingual };
}
