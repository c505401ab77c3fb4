/** The `file` of a descriptor: in which format an owner's rows are, and how it is written. */
import * as z from "zod";

/** How the owner's file is written. Everything is said, nothing guessed: a wrong guess would be silent. */
const values = {
  decimal: z.enum([".", ","]).default("."),
  thousands: z.enum([".", ",", " ", "'"]).optional(),
  dates: z.enum(["yyyy-mm-dd", "dd/mm/yyyy", "yyyymmdd"]).default("yyyy-mm-dd"),
  /** Signs that mean "no value" in this file. */
  missing: z.array(z.string()).default([""]),
  /** Signs that mean a true zero where a number is read, such as the line of statistical tables. */
  zeros: z.array(z.string().min(1)).optional(),
  /** Signs of a unit that stand beside a number and are left out: `€`. */
  signs: z.array(z.string().min(1)).optional(),
};
/** What surrounds the rows of a sheet. A column named twice is addressed as `name#2`, in the order of the file. */
const sheet = {
  /** Lines before the one that names the columns. */
  skipRows: z.number().int().min(0).max(1000).optional(),
  /** Lines that name the columns together: an upper one that is blank goes on from its left, and the parts are joined by ` / `. */
  headerRows: z.number().int().min(1).max(3).optional(),
  /** Rows at the end that are none: notes, a source, a total. */
  skipLast: z.number().int().min(0).max(1000).optional(),
};
/** Text that was encoded as UTF-8 twice (`Ã¨` for `è`) is put right. */
const repair = z.literal("utf-8-twice").optional();
export const FileFormat = z.discriminatedUnion("format", [
  z.strictObject({
    format: z.literal("csv"),
    delimiter: z.string().length(1).default(","),
    quote: z.string().length(1).default('"'),
    encoding: z.enum(["utf-8", "windows-1252", "iso-8859-15", "latin-1"]).default("utf-8"),
    repair,
    /** `blank-ends`: a line may have more or fewer delimiters at its end, as long as nothing stands between them. */
    ragged: z.literal("blank-ends").optional(),
    ...sheet,
    ...values,
  }),
  /** `rows`: keys to follow from the root to the array of rows. */
  z.strictObject({
    format: z.literal("json"),
    rows: z.array(z.string()).default([]),
    repair,
    ...values,
  }),
  z.strictObject({ format: z.literal("parquet"), ...values }),
  /** `sheet`: its name; the first one unless said. */
  z.strictObject({
    format: z.literal("xlsx"),
    sheet: z.string().min(1).optional(),
    ...sheet,
    ...values,
  }),
]);
export type FileFormat = z.infer<typeof FileFormat>;

/** What each is called; those that may be gzipped as well. Help and drafts follow from it; its reader is in adapters/source. */
export const fileFormats: Readonly<
  Record<FileFormat["format"], { readonly title: string; readonly gzip?: true }>
> = {
  csv: { title: "CSV", gzip: true },
  json: { title: "JSON", gzip: true },
  parquet: { title: "Parquet" },
  xlsx: { title: "XLSX" },
};
