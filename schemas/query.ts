/** A question, on its way to an answer. */
import * as z from "zod";
import { AgreementId } from "./agreement.ts";
import { FigureStatus, NoFigureStatus } from "./obs-status.ts";
import { SessionJws } from "./session.ts";
import {
  CompactJws,
  Digest,
  Jti,
  MemberId,
  Name,
  OpenedLevel,
  Period,
  ReleaseId,
  Seconds,
  Slug,
  signed,
} from "./words.ts";

/** A declared field. A family's code is a measure, never a dimension. */
export const Measure = z.union([
  z.strictObject({ count: Name }),
  z.strictObject({ sum: Name, of: Name.optional() }),
  z.strictObject({ mean: Name, of: Name.optional() }),
  z.strictObject({ share: Name, over: Name }),
  /** A median (0.5) or another quantile, read off the counts of a banded field. */
  z.strictObject({ quantile: Name, at: z.number().gt(0).lt(1) }),
]);
export type Measure = z.infer<typeof Measure>;

/**
 * A dimension to list: its code list's first level, or, as `DIMENSION@LEVEL`, a deeper one (from `v` 2), where a branch that ends
 * before stands as its last code. With `where` on it, the codes that are named, or those of the level within them.
 */
const By = z.union([
  Name,
  z.string().regex(/^[^@]{1,80}@[1-9]$/, "DIMENSION@LEVEL, the first level being 1"),
]);
export function byOf(by: string): { readonly id: string; readonly level: number | undefined } {
  const [id = "", level] = by.split("@");
  return { id, level: level === undefined ? undefined : Number(level) };
}
/** The version of a question: 2 where a level is named. */
export const queryVersion = ({ by }: { readonly by: readonly string[] }): 1 | 2 =>
  by.some((one) => byOf(one).level !== undefined) ? 2 : 1;

/** What a person writes: the question without who signs it and when. */
export const Question = z.strictObject({
  purposeId: z.uuid().optional(),
  members: z.array(MemberId).min(1).max(200),
  dataset: Slug,
  period: Period,
  measures: z.array(Measure).min(1).max(40),
  by: z.array(By).max(5).default([]),
  where: z.record(Name, z.array(Name).min(1).max(500)).default({}),
});
export type Question = z.infer<typeof Question>;

/** Longest life of a signed question, in seconds. */
export const QUERY_LIFE = 300;

/** The payload of a `tavolo-query+jws`. */
export const Query = Question.extend({
  ...signed,
  /** 2 where `by` names a level. */
  v: z.union([z.literal(1), z.literal(2)]),
  aud: MemberId,
  exp: Seconds,
  jti: Jti,
  /** Where a person's browser signed it: the member's word that it may. */
  session: SessionJws.optional(),
});
export type Query = z.infer<typeof Query>;

/** The hub's envelope, `tavolo-ask+jws`: the consumer's own bytes, for one node. */
export const Ask = z.strictObject({
  ...signed,
  aud: MemberId,
  exp: Seconds,
  jti: Jti,
  query: CompactJws,
});
export type Ask = z.infer<typeof Ask>;

export const Mark = z.enum(["shown", "below-k", "unreliable"]);
export type Mark = z.infer<typeof Mark>;
export const Letter = z.enum(["A", "B", "C", "D", "E", "F"]);
export type Letter = z.infer<typeof Letter>;

/** What is said of a figure besides its value. From `v` 2. */
const said = {
  /** By its source, where it is not normal. */
  status: FigureStatus.optional(),
  /** It is another than in the release that this one replaces. */
  revised: z.literal(true).optional(),
};
export interface Said {
  readonly status?: FigureStatus | undefined;
  readonly revised?: true | undefined;
}

/**
 * One figure. `value` × `grid` units, raw whatever its mark: hiding is for readers. A sum is centred: it stands at `mid` a
 * subject of `of`; `cov` is its covariance with that count where members of different midpoints were added up.
 */
const figure = {
  value: z.number().int(),
  grid: z.number().gt(0),
  sd: z.number().min(0),
  mark: Mark,
  ...said,
};
export const CountFigure = z.strictObject({ count: Name, ...figure, letter: Letter.optional() });
export const SumFigure = z.strictObject({
  sum: Name,
  of: Name,
  ...figure,
  mid: z.number(),
  cov: z.number().optional(),
});
export const Figure = z.union([CountFigure, SumFigure]);
/** A field that has no figure in a cell, by its source: withheld, not collected, not applicable, missing. Never zero. */
export const NoFigure = z.strictObject({
  field: Name,
  status: NoFigureStatus,
  revised: said.revised,
});
export type CountFigure = z.infer<typeof CountFigure>;
export type SumFigure = z.infer<typeof SumFigure>;
export type NoFigure = z.infer<typeof NoFigure>;
export type Figure = z.infer<typeof Figure>;

export const Cell = z.strictObject({
  by: z.record(Name, Name),
  figures: z.array(Figure),
  /** From `v` 2: the fields that were asked for and have no figure here. */
  none: z.array(NoFigure).min(1).optional(),
});
export type Cell = z.infer<typeof Cell>;

/** A receipt of a log: the id of the entry and the salted hash of its leaf (RFC 9162, 2.1.1). */
export const Receipt = z.strictObject({ log: MemberId, entry: z.string(), leaf: Digest });
export type Receipt = z.infer<typeof Receipt>;

/** One node's answer, `tavolo-partial+jws`: it names the question's and the cube's digest, so it cannot be served for another. */
export const Partial = z.strictObject({
  ...signed,
  /** 2 where it names its manifest by digest, or says more of a figure than its value. */
  v: z.union([z.literal(1), z.literal(2)]),
  query: Digest,
  /** The agreement it was given under; `own` for a member's own data, `public` for open datasets. */
  agreement: z.union([AgreementId, z.literal("own"), z.literal("public")]),
  release: ReleaseId,
  cube: Digest,
  /**
   * The release's manifest, so that a reader knows the promise that the figures were released under; from `v` 2 its digest, where
   * the manifest names a code list by digest: both then stand in the statement, once.
   */
  manifest: z.union([CompactJws, Digest]),
  /** The smallest count shown, where the agreement asks for more than the release's policy. */
  smallest: z.number().int().min(1).optional(),
  cells: z.array(Cell),
  /** That the node recorded this answer in its log. Absent in answers of before there were any. */
  receipt: Receipt.optional(),
});
export type Partial = z.infer<typeof Partial>;

/** What became of one member's part. A failure of a member is data. */
export const Outcome = z.union([
  z.strictObject({ member: MemberId, outcome: z.literal("answered"), partial: CompactJws }),
  z.strictObject({ member: MemberId, outcome: z.string(), detail: z.string().optional() }),
]);
export type Outcome = z.infer<typeof Outcome>;

export const MergedTable = z.strictObject({
  cells: z.array(Cell.extend({ member: MemberId })),
  /** Over the members that answered. */
  totals: z.array(Cell),
});
export type MergedTable = z.infer<typeof MergedTable>;

/** The hub's merged answer, `tavolo-statement+jws`. */
export const Statement = z.strictObject({
  ...signed,
  /** 2 where a partial names its manifest by digest, or says more of a figure than its value. */
  v: z.union([z.literal(1), z.literal(2)]),
  query: CompactJws,
  outcomes: z.array(Outcome),
  table: MergedTable,
  receipt: Receipt,
  /** From `v` 2: the manifests that partials name by their digest, each once. */
  manifests: z.array(CompactJws).min(1).optional(),
  /** From `v` 2: the code lists that these name by digest, as far as the question touches them. */
  codes: z.array(OpenedLevel).min(1).optional(),
});
export type Statement = z.infer<typeof Statement>;
