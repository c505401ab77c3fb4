/** A table in any of the formats. The heavy ones are loaded when they are asked for. */

import type { TableFormat } from "../../schemas/formats.ts";
import type { Language } from "../../schemas/words.ts";
import { csv } from "./csv.ts";
import { json } from "./json.ts";
import { jsonStat } from "./json-stat.ts";
import { sdmxCsv } from "./sdmx-csv.ts";
import type { TidyTable } from "./table.ts";

type Written = string | Uint8Array;

/** What writes each of them. */
const writers: Readonly<
  Record<TableFormat, (table: TidyTable, language: Language) => Written | Promise<Written>>
> = {
  json,
  csv,
  "sdmx-csv": sdmxCsv,
  "json-stat": jsonStat,
  parquet: async (table) => (await import("./parquet.ts")).parquet(table),
  xlsx: async (table, language) => (await import("./xlsx.ts")).xlsx(table, language),
};

export const write = async (
  table: TidyTable,
  format: TableFormat,
  language: Language = "en",
): Promise<Written> => writers[format](table, language);
