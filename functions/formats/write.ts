/** A table in any of the formats. The heavy ones are loaded when they are asked for. */
import { csv } from "./csv.ts";
import { json } from "./json.ts";
import { jsonStat } from "./json-stat.ts";
import type { Format } from "./negotiate.ts";
import { sdmxCsv } from "./sdmx-csv.ts";
import type { Language, TidyTable } from "./table.ts";

/** Every format but the signed statement itself. */
export type TableFormat = Exclude<Format, "statement">;
export const TABLE_FORMATS: readonly TableFormat[] = [
  "json",
  "csv",
  "sdmx-csv",
  "json-stat",
  "parquet",
  "xlsx",
];

export async function write(
  table: TidyTable,
  format: TableFormat,
  language: Language = "en",
): Promise<string | Uint8Array> {
  switch (format) {
    case "json":
      return json(table);
    case "csv":
      return csv(table);
    case "sdmx-csv":
      return sdmxCsv(table);
    case "json-stat":
      return jsonStat(table, language);
    case "parquet":
      return (await import("./parquet.ts")).parquet(table);
    case "xlsx":
      return (await import("./xlsx.ts")).xlsx(table, language);
  }
}
