/**
 * The formats in which figures are given as a table: what each is called, how it is sent, and where its standard stands. From this
 * list follow the negotiation, the addresses, OpenAPI, the catalogue, the page and the command line. What writes them is in
 * functions/formats/write.ts, which does not compile before every one of them has a writer.
 */
interface FormatWords {
  readonly type: string;
  readonly charset?: "utf-8";
  readonly binary?: boolean;
  /** Of a file's name. */
  readonly ending: string;
  readonly title: string;
  /** In the catalogue, where it is to be found there: the file type of the Publications Office, and the standard. */
  readonly catalogued?: { readonly fileType: string; readonly standard: string };
}

/** By the name that `?format=` and `--format` have for it. */
const given = {
  json: { type: "application/json", ending: "json", title: "JSON" },
  csv: {
    type: "text/csv",
    charset: "utf-8",
    ending: "csv",
    title: "CSV",
    catalogued: { fileType: "CSV", standard: "https://www.rfc-editor.org/rfc/rfc4180" },
  },
  "sdmx-csv": {
    type: "application/vnd.sdmx.data+csv; version=2.0.0",
    charset: "utf-8",
    ending: "sdmx.csv",
    title: "SDMX-CSV 2.0",
    catalogued: { fileType: "CSV", standard: "https://github.com/sdmx-twg/sdmx-csv" },
  },
  "json-stat": {
    type: "application/json; profile=json-stat",
    ending: "json-stat.json",
    title: "JSON-stat 2.0",
    catalogued: { fileType: "JSON", standard: "https://json-stat.org/full/" },
  },
  parquet: {
    type: "application/vnd.apache.parquet",
    binary: true,
    ending: "parquet",
    title: "Parquet",
    catalogued: {
      fileType: "PARQUET",
      standard: "https://parquet.apache.org/docs/file-format/",
    },
  },
  xlsx: {
    type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    binary: true,
    ending: "xlsx",
    title: "Excel (XLSX)",
    catalogued: { fileType: "XLSX", standard: "https://www.iso.org/standard/71691.html" },
  },
} as const satisfies Record<string, FormatWords>;

export type TableFormat = keyof typeof given;
export const tableFormats: Readonly<Record<TableFormat, FormatWords>> = given;

/** The names of all of them, these before the others. */
export const formatNames = (...first: TableFormat[]): [TableFormat, ...TableFormat[]] =>
  [...new Set([...first, ...Object.keys(given)])] as [TableFormat, ...TableFormat[]];

/** Those in which a release is given as it was released: every figure, hidden or not. */
export const CUBE_FORMATS = ["parquet", "csv"] as const satisfies readonly TableFormat[];
export type CubeFormat = (typeof CUBE_FORMATS)[number];
