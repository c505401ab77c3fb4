/** Files of an owner as rows of text, whatever their format. */
import type { RawRow, Sample, Source } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { bytesOf } from "./bytes.ts";
import { csv } from "./csv.ts";
import { json } from "./json.ts";
import { parquet } from "./parquet.ts";
import type { FormatOf, Reader, SourceFormat } from "./reader.ts";
import { xlsx } from "./xlsx.ts";

/** Asked in this order whether they recognise a file: any text may be CSV. */
const readers: { readonly [F in SourceFormat]: Reader<F> } = { parquet, xlsx, json, csv };

/**
 * Yields only the columns asked for, in the words of the file: nothing is checked or converted but the signs for "no value".
 * Throws `Refused` file-unreadable or file-columns.
 */
export const fileSource: Source = (file, format, columns) =>
  rowsOf(format.format, file, format, columns);

const rowsOf = <F extends SourceFormat>(
  name: F,
  file: string,
  format: FormatOf<F>,
  columns: readonly string[],
): AsyncIterable<RawRow> => readers[name].rows(file, format, columns);

/** A file that no descriptor describes yet, as far as it is looked at. Throws `Refused` file-unreadable. */
export async function sampleOf(file: string, sheet?: string): Promise<Sample> {
  const first = await firstOf(file);
  for (const reader of Object.values(readers))
    if (reader.recognises(first)) return reader.sample(file, sheet);
  throw new Refused("file-unreadable", "the file is in no format that is read");
}

async function firstOf(file: string): Promise<Uint8Array> {
  for await (const piece of bytesOf(file)) return piece;
  return new Uint8Array();
}
