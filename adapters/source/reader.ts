/** What a format of owners' files is to us: one file beside this one each, in the list of source.ts. */
import type { FileFormat } from "../../schemas/file-format.ts";
import type { RawRow, Sample } from "../../schemas/ports.ts";

export type SourceFormat = FileFormat["format"];
/** What a descriptor may say of a file of this format: its part of schemas/file-format.ts. */
export type FormatOf<F extends SourceFormat> = Extract<FileFormat, { format: F }>;

/** Held to source.contract.ts. */
export interface Reader<F extends SourceFormat> {
  /** Whether a file that begins so is of this format, as far as can be told, whatever its name says. */
  readonly recognises: (first: Uint8Array) => boolean;
  /** Yields rows with the columns asked for, in the words of the file. Throws `Refused` file-unreadable or file-columns. */
  readonly rows: (
    file: string,
    format: FormatOf<F>,
    columns: readonly string[],
  ) => AsyncIterable<RawRow>;
  /** Looks at a file that no descriptor describes yet; at a sheet of this name where the format has sheets. Throws `Refused` file-unreadable. */
  readonly sample: (file: string, sheet?: string) => Promise<Sample>;
}

/** Whether a file begins with the mark of a format. */
export const beginsWith =
  (mark: string) =>
  (first: Uint8Array): boolean =>
    Buffer.from(first.subarray(0, mark.length)).toString("latin1") === mark;
