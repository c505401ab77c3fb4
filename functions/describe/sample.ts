/** What there is to look at, and what was found: the words of this folder. Types, and the one way to say a finding. */
import type { FileFormat } from "../../schemas/descriptor.ts";

/** A file before anybody has said what it is: bytes (unzipped) of CSV or JSON, or cells of a workbook or a Parquet file, the names first. */
export type Sample =
  | {
      readonly kind: "bytes";
      readonly name: string;
      readonly bytes: Uint8Array;
      readonly whole: boolean;
    }
  | {
      readonly kind: "cells";
      readonly name: string;
      readonly format: "xlsx" | "parquet";
      readonly rows: readonly (readonly string[])[];
      readonly whole: boolean;
    };

/** Something that a person should know before they use the draft. Never a value of a person's. */
export interface Finding {
  /** A column as the descriptor addresses it; absent where it is about the file. */
  readonly column?: string;
  readonly what: What;
  readonly say: string;
}
export type What =
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
  readonly findings: readonly Finding[];
}

/** Signs that files write where there is no value, or where one may not be shown. */
export const SIGNS: ReadonlySet<string> = new Set(
  "- -- – . .. ... .... * ** *** : c x ? NA N/A n/a #N/A #N/D #DIV/0! NaN nan n.d. N.D. nd ND n.c. n.p. NULL null None".split(
    " ",
  ),
);
/** A sign, or a sign with the letter of a footnote: `....  (a)`. */
export const isSign = (text: string): boolean => SIGNS.has(text.replace(/\s+\(\w\)$/, "").trim());

export const plural = (count: number, one: string): string =>
  `${count.toLocaleString("en")} ${one}${count === 1 ? "" : one.endsWith("s") ? "" : "s"}`;
