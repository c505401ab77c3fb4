/** Rows that break the descriptor. A reject says where and against which rule, and never what was there. */
import type { RawRow } from "../../schemas/ports.ts";

const rules = [
  "columns",
  "quote",
  "encoding",
  "period",
  "identifier",
  "date",
  "number",
  "code",
  "missing",
  "form",
  "consent",
] as const;
export type Rule = (typeof rules)[number];

/** `field` is the column's name; empty where the rule is about the row as a whole. */
export interface Fault {
  readonly field: string;
  readonly rule: Rule;
}
export interface Reject extends Fault {
  /** Counted from 1 in its file, the header included. */
  readonly line: number;
  /** Which of several files, from 1; absent where there is one. */
  readonly file?: number;
}

export const isFault = (step: object): step is Fault => "rule" in step;

export const brokenRow = (row: RawRow): Fault | undefined =>
  row.broken === undefined ? undefined : { field: "", rule: row.broken };
