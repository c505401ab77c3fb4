/** A comparison as a file: what the reader sees, with marks, intervals, sources and licences. Made here, sent nowhere. */

import type { TableFormat } from "../../../functions/formats/write.ts";
import type { Names } from "../../../functions/indicators/compare/sentences.ts";
import type { Comparison } from "../../../schemas/comparison.ts";
import type { Language } from "../parts/numbers.ts";

/** The same six as the hub gives. */
export const takeable = [
  {
    name: "xlsx",
    title: "Excel (XLSX)",
    ending: "xlsx",
    type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  },
  { name: "csv", title: "CSV", ending: "csv", type: "text/csv" },
  { name: "json", title: "JSON", ending: "json", type: "application/json" },
  { name: "parquet", title: "Parquet", ending: "parquet", type: "application/vnd.apache.parquet" },
  { name: "json-stat", title: "JSON-stat 2.0", ending: "json-stat.json", type: "application/json" },
  {
    name: "sdmx-csv",
    title: "SDMX-CSV 2.0",
    ending: "sdmx.csv",
    type: "application/vnd.sdmx.data+csv",
  },
] as const satisfies readonly { name: TableFormat; title: string; ending: string; type: string }[];

/** Loaded when somebody takes something: most readers do not. */
export async function take(
  comparison: Comparison,
  about: { readonly maker: string; readonly at: number; readonly names: Names },
  format: TableFormat,
  language: Language,
): Promise<string | Uint8Array> {
  const [{ tidyComparison }, { write }] = await Promise.all([
    import("../../../functions/formats/comparison.ts"),
    import("../../../functions/formats/write.ts"),
  ]);
  return write(tidyComparison(comparison, about), format, language);
}

/** A file that the browser keeps. */
export function offer(name: string, type: string, content: string | Uint8Array): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content as BlobPart], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
