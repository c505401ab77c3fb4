/**
 * What the formats have in common: values that are typed in JSON, Parquet and XLSX are written out as the descriptor says
 * the file writes them, so that the steps behind a source meet one kind of text whatever the format.
 */
import type { Descriptor } from "../../schemas/descriptor.ts";
import type { RawRow } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";

type Format = Descriptor["file"];

/**
 * A number as a program prints it (`-1.5e3`), without its exponent and with the decimal sign of the format. Only for values
 * that are numbers in the file: what is text there stays as it is, and its decimal sign is the descriptor's anyway.
 */
export function numberText(printed: string, decimal: Format["decimal"]): string {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(printed);
  if (parts === null) return printed;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = parts;
  const shift = Number(exponent);
  // what is beyond any amount stays as printed, and becomes a reject: a billion zeros would fill the memory
  if (Math.abs(shift) > 400) return printed;
  if (shift === 0)
    return fraction === "" ? `${sign}${whole}` : `${sign}${whole}${decimal}${fraction}`;
  const digits = `${"0".repeat(Math.max(0, -shift))}${whole}${fraction}${"0".repeat(Math.max(0, shift - fraction.length))}`;
  const point = whole.length + Math.max(0, -shift) + shift;
  const before = digits.slice(0, point).replace(/^0+(?=\d)/, "");
  const after = digits.slice(point);
  return after === "" ? `${sign}${before}` : `${sign}${before}${decimal}${after}`;
}

/** A moment's calendar day (UTC) in the manner of the format. */
export function dateText(moment: Date, dates: Format["dates"]): string {
  if (Number.isNaN(moment.getTime())) return "not a date";
  const [year = "", month = "", day = ""] = moment.toISOString().slice(0, 10).split("-");
  if (dates === "dd/mm/yyyy") return `${day}/${month}/${year}`;
  return dates === "yyyymmdd" ? `${year}${month}${day}` : `${year}-${month}-${day}`;
}

/** Text, or null where it is one of the signs that mean "no value", with or without blanks round it. */
export function missingSigns(format: Format): (text: string) => string | null {
  const signs = new Set(format.missing);
  return (text) => (signs.has(text) || signs.has(text.trim()) ? null : text);
}

/**
 * Where each column asked for stands. A name that the file has twice is addressed as `name#2`, counted from the left. Throws
 * `Refused` file-columns where one is not there, or there more than once. Names the descriptor's columns only, never the file's.
 */
export function placesOf(there: readonly string[], asked: readonly string[]): number[] {
  const missing: string[] = [];
  const doubled: string[] = [];
  const places = asked.map((column) => {
    const found = placesOfOne(there, column);
    if (found.length === 0) missing.push(column);
    if (found.length > 1) doubled.push(column);
    return found[0] ?? -1;
  });
  if (missing.length + doubled.length === 0) return places;
  const say = (columns: readonly string[], what: string) =>
    columns.length === 0 ? [] : [`${what}: ${columns.join(", ")}`];
  const first =
    doubled.length === 0
      ? []
      : [`say which one in the descriptor: ${doubled[0]}#1, ${doubled[0]}#2`];
  throw new Refused(
    "file-columns",
    [...say(missing, "not in the file"), ...say(doubled, "there more than once"), ...first].join(
      "; ",
    ),
  );
}

function placesOfOne(there: readonly string[], column: string): number[] {
  const all = (wanted: string) => there.flatMap((name, at) => (name === wanted ? [at] : []));
  const exact = all(column);
  const [, name, number] = /^(.*)#([1-9]\d?)$/s.exec(column) ?? [];
  if (exact.length > 0 || name === undefined) return exact;
  return all(name).slice(Number(number) - 1, Number(number));
}

/** Like `placesOf`, for files in which a name cannot stand twice. */
export const demandColumns = (there: readonly string[], asked: readonly string[]): void =>
  void placesOf(there, asked);

/**
 * Names of columns from the lines that make them up, the upper ones first. An upper cell that is blank belongs to the one at
 * its left, as where cells were merged.
 */
export function columnNames(lines: readonly (readonly string[])[]): string[] {
  const width = Math.max(...lines.map((line) => line.length));
  const upper = lines.slice(0, -1).map((line) => {
    let last = "";
    return Array.from({ length: width }, (_, at) => (last = line[at]?.trim() || last));
  });
  const lower = Array.from({ length: width }, (_, at) => lines.at(-1)?.[at]?.trim() ?? "");
  return lower.map((name, at) =>
    [...upper.map((line) => line[at] ?? ""), name].filter((part) => part !== "").join(" / "),
  );
}

/** Rows without the last ones. */
export async function* allButLast(
  rows: AsyncIterable<RawRow>,
  last: number,
): AsyncGenerator<RawRow> {
  const held: RawRow[] = [];
  for await (const row of rows) {
    held.push(row);
    if (held.length > last) yield* held.splice(0, 1);
  }
}

/** Characters of windows-1252 that are no characters of latin-1, by the byte that they stand for. */
const bytes1252 = new Map(
  Array.from(
    { length: 32 },
    (_, at) =>
      [new TextDecoder("windows-1252").decode(Uint8Array.of(0x80 + at)), 0x80 + at] as const,
  ),
);

/**
 * Text that was encoded as UTF-8 twice, as it was before. Undefined where it cannot be: then it was not, or was changed since.
 */
export function encodedOnce(text: string): string | undefined {
  if (!/[^\0-\x7f]/.test(text)) return text;
  const bytes: number[] = [];
  for (const letter of text) {
    const code = letter.charCodeAt(0);
    const byte = code < 0x100 ? code : bytes1252.get(letter);
    if (byte === undefined) return undefined;
    bytes.push(byte);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}
