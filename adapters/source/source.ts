/** Files of an owner as rows of text, whatever their format. */
import type { Source } from "../../schemas/ports.ts";
import { csvRows } from "./csv.ts";
import { jsonRows } from "./json.ts";
import { parquetRows } from "./parquet.ts";
import { xlsxRows } from "./xlsx.ts";

/**
 * Reads CSV, JSON (either of them gzipped or not), Parquet and XLSX. Yields only the columns asked for, in the words of the file:
 * nothing is checked or converted but the signs for "no value". Throws `Refused` file-unreadable or file-columns.
 */
export const fileSource: Source = (file, format, columns) => {
  switch (format.format) {
    case "csv":
      return csvRows(file, format, columns);
    case "json":
      return jsonRows(file, format, columns);
    case "parquet":
      return parquetRows(file, format, columns);
    case "xlsx":
      return xlsxRows(file, format, columns);
  }
};
