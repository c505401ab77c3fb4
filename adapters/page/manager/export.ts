/** A comparison as a file: what the reader sees, with marks, intervals, sources and licences. Made here, sent nowhere. */

import type { Comparison } from "../../../schemas/comparison.ts";
import { formatNames, type TableFormat, tableFormats } from "../../../schemas/formats.ts";
import type { Language, Names } from "../../../schemas/words.ts";

/** The same as the hub gives, in the order in which readers look for them. */
export const takeable = formatNames("xlsx", "csv", "json", "parquet", "json-stat").map((name) => ({
  name,
  ...tableFormats[name],
}));

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
