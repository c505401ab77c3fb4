/**
 * CSV, streamed. Lines are put together to records here and taken apart to fields by csv-parse: so a quote that is never
 * closed costs the line on which it was opened, and not the rest of the file.
 */
import { type Options, parse } from "csv-parse/sync";
import type { RawRow } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { textOf, textSample } from "./bytes.ts";
import type { FormatOf, Reader } from "./reader.ts";
import { allButLast, columnNames, encodedOnce, missingSigns, placesOf } from "./text.ts";

type Csv = FormatOf<"csv">;

export const csv: Reader<"csv"> = { recognises: () => true, rows: csvRows, sample: textSample };

/** Characters that one record may have, over however many lines its quoted values go. */
const RECORD_LIMIT = 1 << 20;
/** Records taken apart at once: csv-parse costs more for each call than for each record. */
const BATCH = 1000;

/** A record and the line on which it begins; `broken` where its quotes do not close. */
interface Entry {
  readonly line: number;
  readonly text: string;
  readonly broken: boolean;
}

/** Rows of a CSV file; a row that cannot be taken apart is one with `broken`. Throws `Refused` file-unreadable or file-columns. */
function csvRows(file: string, format: Csv, columns: readonly string[]): AsyncIterable<RawRow> {
  const rows = allRows(file, format, columns);
  return format.skipLast ? allButLast(rows, format.skipLast) : rows;
}

async function* allRows(
  file: string,
  format: Csv,
  columns: readonly string[],
): AsyncGenerator<RawRow> {
  const { ragged, headerRows = 1, skipRows = 0 } = format;
  const read = fieldReader(format);
  const cell = cellReader(format);
  const header: (readonly string[])[] = [];
  let width = 0;
  let named = 0;
  let places: number[] = [];
  const rowOf = (line: number, fields: readonly string[] | undefined): RawRow => {
    if (fields === undefined) return { line, values: {}, broken: "quote" };
    if (
      fields.length !== width &&
      !(ragged && fields.length >= named && fields.slice(named).every(isBlank))
    )
      return { line, values: {}, broken: "columns" };
    const values: { [column: string]: string | null } = {};
    for (const [at, column] of columns.entries()) {
      const text = cell(fields[places[at] ?? -1] ?? "");
      if (text === undefined) return { line, values: {}, broken: "encoding" };
      values[column] = text;
    }
    return { line, values };
  };
  for await (const records of recordsOf(
    withoutLines(textOf(file, format.encoding), skipRows),
    format.quote,
    read,
    skipRows + 1,
  )) {
    const naming = records.slice(0, headerRows - header.length);
    for (const record of naming) {
      const names = read([record])[0];
      if (names === undefined)
        throw new Refused(
          "file-columns",
          `line ${record.line}, which names the columns, has a quote that is not closed`,
        );
      header.push(format.repair ? names.map((name) => encodedOnce(name) ?? name) : names);
    }
    if (width === 0 && header.length === headerRows) {
      const names = columnNames(header);
      places = placesOf(names, columns);
      width = names.length;
      named = names.findLastIndex((name) => name !== "") + 1;
    }
    // in a file of one column an empty line is a row without a value; in any other it is no row
    const rows = records.slice(naming.length).filter(({ text }) => text !== "" || width === 1);
    const fields = read(rows);
    for (const [at, { line }] of rows.entries()) yield rowOf(line, fields[at]);
  }
  if (width === 0)
    throw new Refused(
      "file-columns",
      `the file ends before line ${skipRows + headerRows}, which names the columns`,
    );
}

const isBlank = (text: string) => text.trim() === "";

/** A cell as text, null for "no value", undefined where it should be put right and cannot. */
function cellReader(format: Csv): (text: string) => string | null | undefined {
  const absent = missingSigns(format);
  if (!format.repair) return absent;
  return (text) => {
    const once = encodedOnce(text);
    return once === undefined ? undefined : absent(once);
  };
}

/** The text behind a number of lines. */
async function* withoutLines(pieces: AsyncIterable<string>, lines: number): AsyncGenerator<string> {
  let left = lines;
  for await (const piece of pieces) {
    let at = 0;
    for (; left > 0 && at < piece.length; left--) {
      const end = piece.indexOf("\n", at);
      if (end === -1) {
        at = piece.length;
        break;
      }
      at = end + 1;
    }
    if (at < piece.length) yield piece.slice(at);
  }
}

/** Takes records apart: fields, or undefined where a record's quotes are not well formed. */
type FieldReader = (records: readonly Entry[]) => (readonly string[] | undefined)[];

function fieldReader(format: Csv): FieldReader {
  // every option is said: what is guessed is guessed wrong in silence
  const options: Options = {
    bom: false,
    cast: false,
    columns: false,
    comment: null,
    delimiter: format.delimiter,
    encoding: "utf8",
    escape: format.quote,
    from: 1,
    from_line: 1,
    ignore_last_delimiters: false,
    info: false,
    ltrim: false,
    max_record_size: 0,
    quote: format.quote,
    raw: false,
    record_delimiter: "\n",
    relax_column_count: true,
    relax_quotes: false,
    rtrim: false,
    skip_empty_lines: false,
    skip_records_with_empty_values: false,
    skip_records_with_error: false,
    trim: false,
  };
  const attempt = (text: string): string[][] | undefined => {
    try {
      return parse(text, options) as unknown as string[][];
    } catch {
      return undefined;
    }
  };
  const one = (record: Entry) => {
    const parsed = record.broken ? undefined : attempt(`${record.text}\n`);
    return parsed?.length === 1 ? parsed[0] : undefined;
  };
  return (records) => {
    if (records.length === 0) return [];
    const together = records.some(({ broken }) => broken)
      ? undefined
      : attempt(`${records.map(({ text }) => text).join("\n")}\n`);
    return together?.length === records.length ? together : records.map(one);
  };
}

/** Records in batches, in the order of the file; the first line has the number `first`. */
async function* recordsOf(
  pieces: AsyncIterable<string>,
  quote: string,
  read: FieldReader,
  first: number,
): AsyncGenerator<Entry[]> {
  let lines: string[] = [];
  let number = first;
  let rest = "";
  const drain = function* (ended: boolean): Generator<Entry[]> {
    let at = 0;
    let batch: Entry[] = [];
    for (;;) {
      const record = recordAt(lines, at, number + at, quote, ended, read);
      if (record === undefined) break;
      batch.push(record);
      at += record.lines;
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
    lines = lines.slice(at);
    number += at;
  };
  for await (const piece of pieces) {
    const parts = (rest + piece).split("\n");
    rest = parts.pop() ?? "";
    if (rest.length > RECORD_LIMIT)
      throw new Refused(
        "file-unreadable",
        `line ${number + lines.length + parts.length} has more than ${RECORD_LIMIT} characters`,
      );
    lines = lines.length === 0 ? parts : lines.concat(parts);
    yield* drain(false);
  }
  if (rest !== "") lines.push(rest);
  yield* drain(true);
}

/**
 * The record that begins at a line: as many lines as it takes until its quotes are even in number. Undefined where more of the
 * file is needed to know. Where the quotes never close, or close to something that is no record, the record is that one line,
 * broken, and the next line begins another: a forgotten quote must not swallow good rows.
 */
function recordAt(
  lines: readonly string[],
  at: number,
  line: number,
  quote: string,
  ended: boolean,
  read: FieldReader,
): (Entry & { readonly lines: number }) | undefined {
  const first = lines[at];
  if (first === undefined) return undefined;
  if (isEven(first, quote)) return { line, text: withoutReturn(first), broken: false, lines: 1 };
  const alone = { line, text: withoutReturn(first), broken: true, lines: 1 };
  let length = first.length;
  for (let end = at + 1; end < lines.length; end++) {
    const next = lines[end] ?? "";
    length += next.length;
    if (length > RECORD_LIMIT) return alone;
    if (isEven(next, quote)) continue;
    const whole = {
      line,
      text: withoutReturn(lines.slice(at, end + 1).join("\n")),
      broken: false,
      lines: end + 1 - at,
    };
    return read([whole])[0] === undefined ? alone : whole;
  }
  return ended ? alone : undefined;
}

function isEven(text: string, quote: string): boolean {
  let even = true;
  for (let at = text.indexOf(quote); at !== -1; at = text.indexOf(quote, at + 1)) even = !even;
  return even;
}

const withoutReturn = (text: string) => (text.endsWith("\r") ? text.slice(0, -1) : text);
