/** A sheet: a table that people read, made of the answers to one or more questions. Data, not code. */
import * as z from "zod";
import { Measure, Question } from "./query.ts";
import { Bilingual, Name } from "./words.ts";

/**
 * One figure a row: a measure of one of the questions. Where that question was asked of somebody else than the row (a
 * national body), `territory` names the dimension whose code is the row's member.
 */
export const Term = z.strictObject({
  question: Name,
  measure: Measure,
  territory: Name.optional(),
});
export type Term = z.infer<typeof Term>;

export const Column = z.strictObject({
  id: Name,
  title: Bilingual,
  numerator: Term,
  /** Taken off the numerator: a part of it that is counted separately. */
  minus: Term.optional(),
  denominator: Term.optional(),
  multiplier: z.number().gt(0).default(1),
  decimals: z.number().int().min(0).max(3).default(1),
});
export type Column = z.infer<typeof Column>;

export const Sheet = z.strictObject({
  v: z.literal(1),
  id: Name,
  title: Bilingual,
  /** What is counted and what is not, in one sentence. */
  note: Bilingual,
  questions: z.record(Name, Question),
  /** The question whose members are the rows, in the order in which they are written. */
  rows: Name,
  columns: z.array(Column).min(1).max(12),
  /** Spoken for one row; `{name}` and `{column}` stand for its name and figures. */
  sentence: Bilingual,
});
export type Sheet = z.infer<typeof Sheet>;
