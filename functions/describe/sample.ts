/** What there is to look at, and what was found: the words of this folder. Types, and the one way to say a finding. */
import type { FileFormat } from "../../schemas/file-format.ts";

/** Something that a person should know before they use the draft. Never a value of a person's. */
export interface Finding {
  /** A column as the descriptor addresses it; absent where it is about the file. */
  readonly column?: string;
  readonly what: What;
  readonly say: string;
}
type What =
  | "encoding"
  | "encoded-twice"
  | "delimiter"
  | "lines-before"
  | "two-header-lines"
  | "no-header"
  | "notes-at-end"
  | "ragged"
  | "named-twice"
  | "unnamed"
  | "numbers"
  | "no-number"
  | "unit-sign"
  | "missing-signs"
  | "ambiguous-sign"
  | "dates"
  | "identifier"
  | "direct-identifier"
  | "free-text"
  | "place"
  | "running-number"
  | "not-known-codes"
  | "repeated"
  | "dimension"
  | "measure"
  | "period"
  | "wide"
  | "partial";

/** The rows as they will be read: names as the descriptor addresses them, and the file's options so far. */
export interface Table {
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly file: Partial<Record<string, unknown>> & { readonly format: FileFormat["format"] };
  /** Numbers are numbers in the file: the source writes them out in the manner of the descriptor. */
  readonly typed: boolean;
  readonly findings: readonly Finding[];
}

/** Signs that files write where there is no value, or where one may not be shown. */
const SIGNS: ReadonlySet<string> = new Set(
  "- -- – . .. ... .... * ** *** : c x ? NA N/A n/a #N/A #N/D #DIV/0! NaN nan n.d. N.D. nd ND n.c. n.p. NULL null None".split(
    " ",
  ),
);
/** A sign, or a sign with the letter of a footnote: `....  (a)`. */
export const isSign = (text: string): boolean => SIGNS.has(text.replace(/\s+\(\w\)$/, "").trim());

export const plural = (count: number, one: string): string =>
  `${count.toLocaleString("en")} ${one}${count === 1 ? "" : one.endsWith("s") ? "" : "s"}`;
