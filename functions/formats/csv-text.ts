/** The one writer of CSV (RFC 4180): every file of it that leaves is written here. Pure; runs in a browser. */

/**
 * What a spreadsheet would take for a formula (OWASP, CSV injection), in the wide forms of these signs too; and where a cell could begin
 * that we did not begin: after a semicolon, where the decimal sign is the comma, and after the end of a line. Apostrophes that stand
 * there already are counted in, so that a reader who takes one off has the text as it was (docs/how-to/formats.md).
 */
const FORMULA = /(^|[;\r\n])(\s*)(?='*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/g;
const BLANK_FIRST = /^(?='*[\t\r])/;

/** A text, a number, or nothing. */
export type Value = string | number | null;

/** Where a spreadsheet would run a text, an apostrophe makes it one; a number is the shortest text that reads back as the same. */
function cell(value: Value): string {
  if (typeof value !== "string") return value === null ? "" : String(value);
  const safe = value.replace(FORMULA, "$1$2'").replace(BLANK_FIRST, "'");
  return /[",;\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export const csvText = (rows: readonly (readonly Value[])[], lineEnd = "\r\n"): string =>
  rows.map((row) => row.map(cell).join(",") + lineEnd).join("");
