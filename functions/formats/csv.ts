/** CSV (RFC 4180): a row a figure, everything that belongs to it in the row itself. Pure; runs in a browser. */
import type { Contribution, TidyRow, TidyTable } from "./table.ts";

/**
 * What a spreadsheet would take for a formula (OWASP, CSV injection), in the wide forms of these signs too; and where a cell could begin
 * that we did not begin: after a semicolon, where the decimal sign is the comma, and after the end of a line.
 */
const FORMULA = /(^|[;\r\n])(\s*)(?=[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])|^(?=[\t\r])/g;

/** A cell of text. Where a spreadsheet would run it, an apostrophe makes it text; numbers never pass here. */
export function textCell(text: string): string {
  const safe = text.replace(FORMULA, "$1$2'");
  return /[",;\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
/** The shortest text that reads back as the same number; nothing where there is none. */
export const numberCell = (value: number | null): string => (value === null ? "" : String(value));

export const csvText = (rows: readonly (readonly string[])[]): string =>
  `${rows.map((row) => row.join(",")).join("\r\n")}\r\n`;

/** What a row says besides its codes, in the order of every format that has columns. */
export const ATTRIBUTES = [
  ...[
    "OBS_VALUE",
    "SD",
    "LOW",
    "HIGH",
    "UNIT_MEASURE",
    "OBS_STATUS",
    "CONF_STATUS",
    "MARK",
    "LETTER",
    "GRID",
  ],
  ...["RELEASE", "SOURCE", "LICENCE"],
] as const;
export const NUMBERS: ReadonlySet<string> = new Set(["OBS_VALUE", "SD", "LOW", "HIGH", "GRID"]);

/** The attributes of each row as values: numbers, text or null. `unit` in English: data, not a page. */
export function attributesOf(table: TidyTable): (row: TidyRow) => (string | number | null)[] {
  const parts = new Map(table.contributions.map((part) => [part.member, part]));
  const everybody = allOf(table.contributions);
  const measure = table.dimensions.findIndex(({ role }) => role === "metric");
  const units = new Map(
    table.dimensions[measure]!.codes.map(({ code, unit }) => [code, unit?.en ?? null]),
  );
  return (row) => {
    const part = parts.get(row.codes[0]!);
    // what is not of one release alone, a total or a comparison, has the sources of all of them; who did not answer has none
    const { source = null, licence = null } =
      part !== undefined && (row.release !== null || part.release === undefined) ? part : everybody;
    const { value, sd, low, high, obsStatus, confStatus, mark, letter, grid, release } = row;
    return [
      value,
      sd,
      low,
      high,
      units.get(row.codes[measure]!) ?? null,
      obsStatus,
      confStatus,
      mark,
      letter,
      grid,
      release,
      source,
      licence,
    ];
  };
}

/** Of a total over members: everything that any of them says. */
function allOf(contributions: readonly Contribution[]): Pick<Contribution, "source" | "licence"> {
  const joined = (values: readonly (string | undefined)[]) =>
    [...new Set(values.filter((value) => value !== undefined))].join("; ");
  return {
    source: joined(contributions.map(({ source }) => source)),
    licence: joined(contributions.map(({ licence }) => licence)),
  };
}

const cell = (value: string | number | null): string =>
  typeof value === "string" ? textCell(value) : numberCell(value);

export function csv(table: TidyTable): string {
  const attributes = attributesOf(table);
  const head = [...table.dimensions.map(({ id }) => id), ...ATTRIBUTES].map(textCell);
  return csvText([
    head,
    ...table.rows.map((row) => [...row.codes.map(textCell), ...attributes(row).map(cell)]),
  ]);
}
