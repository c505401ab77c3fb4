/** A comparison as a file: what the reader sees, with marks, intervals, sources and licences. */
import type { Comparison } from "../../../schemas/comparison.ts";
import type { Language } from "./numbers.ts";

export interface Writer {
  readonly name: string;
  readonly ending: string;
  readonly type: string;
  readonly write: (table: Comparison) => string | Uint8Array | Promise<string | Uint8Array>;
}
export const tidyOf = (comparison: Comparison, _language: Language): Comparison => comparison;
export const writers: readonly Writer[] = [
  { name: "JSON", ending: "json", type: "application/json", write: (comparison) => JSON.stringify(comparison, null, 2) },
];
