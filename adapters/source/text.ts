/**
 * What the three formats have in common: values that are typed in JSON and Parquet are written out as the descriptor says
 * the file writes them, so that the steps behind a source meet one kind of text whatever the format.
 */
import type { Descriptor } from "../../schemas/descriptor.ts";
import { Refused } from "../../schemas/refusal.ts";

export type Format = Descriptor["file"];

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
  if (shift === 0) return fraction === "" ? `${sign}${whole}` : `${sign}${whole}${decimal}${fraction}`;
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

/** Throws `Refused` file-columns unless every column asked for is there exactly once. Names the descriptor's columns only, never the file's. */
export function demandColumns(there: readonly string[], asked: readonly string[]): void {
  const times = (column: string) => there.filter((name) => name === column).length;
  const missing = asked.filter((column) => times(column) === 0);
  const doubled = asked.filter((column) => times(column) > 1);
  if (missing.length + doubled.length === 0) return;
  const say = (columns: readonly string[], what: string) => (columns.length === 0 ? [] : [`${what}: ${columns.join(", ")}`]);
  throw new Refused("file-columns", [...say(missing, "not in the file"), ...say(doubled, "there more than once")].join("; "));
}
