/** JSON: an array of objects, at the root or under the keys that the descriptor names. Read whole. */
import { basename } from "node:path";
import type { RawRow } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { textOf, textSample } from "./bytes.ts";
import type { FormatOf, Reader } from "./reader.ts";
import { demandColumns, encodedOnce, missingSigns, numberText } from "./text.ts";

type Json = FormatOf<"json">;

export const json: Reader<"json"> = {
  recognises: (first) => /^\s*[[{]/.test(new TextDecoder().decode(first)),
  rows: jsonRows,
  sample: textSample,
};

/** The third argument of a reviver: the characters that a number was written with. */
type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/**
 * Rows of a JSON file; `line` is the position in the array, from 1. A number keeps the digits with which it is written, not
 * those of a float, and gets the decimal sign of the format: in JSON itself it is always a point. A row that is no object, or
 * has an array or object where a value is asked for, is broken. Throws `Refused` file-unreadable or file-columns.
 */
async function* jsonRows(
  file: string,
  format: Json,
  columns: readonly string[],
): AsyncGenerator<RawRow> {
  const rows = await readRows(file, format);
  const objects = rows.filter(isObject);
  if (rows.length > 0)
    demandColumns(
      columns.filter((column) => objects.some((row) => Object.hasOwn(row, column))),
      columns,
    );
  const absent = missingSigns(format);
  for (let at = 0; at < rows.length; at++)
    yield rowOf(
      rows[at],
      at + 1,
      columns,
      format.repair ? (text) => repaired(text, absent) : absent,
    );
}

/** Undefined where the text should be put right and cannot. */
function repaired(
  text: string,
  absent: (text: string) => string | null,
): string | null | undefined {
  const once = encodedOnce(text);
  return once === undefined ? undefined : absent(once);
}

function rowOf(
  row: unknown,
  line: number,
  columns: readonly string[],
  read: (text: string) => string | null | undefined,
): RawRow {
  if (!isObject(row)) return { line, values: {}, broken: "columns" };
  const values: { [column: string]: string | null } = {};
  for (const column of columns) {
    const value = Object.hasOwn(row, column) ? row[column] : null;
    if (value !== null && typeof value !== "string") return { line, values: {}, broken: "columns" };
    const text = value === null ? null : read(value);
    if (text === undefined) return { line, values: {}, broken: "encoding" };
    values[column] = text;
  }
  return { line, values };
}

async function readRows(file: string, format: Json): Promise<unknown[]> {
  const pieces: string[] = [];
  for await (const piece of textOf(file, "utf-8")) pieces.push(piece);
  let value = parse(pieces.join(""), format, basename(file));
  for (const key of format.rows)
    value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  if (Array.isArray(value)) return value;
  const where = format.rows.length === 0 ? "at its root" : `under ${format.rows.join(" > ")}`;
  throw new Refused(
    "file-unreadable",
    `${basename(file)} has no array of rows ${where}; say where it is in the descriptor under file.rows`,
  );
}

/** JSON with numbers and booleans as text. The parser's own message is left out: it quotes the file. */
function parse(text: string, format: Json, name: string): unknown {
  const asText: Reviver = (_, value, { source }) => {
    if (typeof value === "number") return numberText(source ?? String(value), format.decimal);
    return typeof value === "boolean" ? String(value) : value;
  };
  try {
    return JSON.parse(text, asText as (key: string, value: unknown) => unknown);
  } catch {
    throw new Refused("file-unreadable", `${name} is not valid JSON`);
  }
}

const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value);
