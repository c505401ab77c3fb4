/** CSV: a row a figure, everything that belongs to it in the row itself. Pure; runs in a browser. */
import { found } from "../../schemas/found.ts";
import { csvText, type Value } from "./csv-text.ts";
import type { Contribution, TidyRow, TidyTable } from "./table.ts";

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
    "REVISED",
    "GRID",
  ],
  ...["RELEASE", "SOURCE", "LICENCE"],
] as const;
export const NUMBERS: ReadonlySet<string> = new Set(["OBS_VALUE", "SD", "LOW", "HIGH", "GRID"]);

/** The attributes of each row as values: numbers, text or null. `unit` in English: data, not a page. */
export function attributesOf(table: TidyTable): (row: TidyRow) => Value[] {
  const parts = new Map(table.contributions.map((part) => [part.member, part]));
  const everybody = allOf(table.contributions);
  const measure = table.dimensions.findIndex(({ role }) => role === "metric");
  const units = new Map(
    found(table.dimensions[measure]).codes.map(({ code, unit }) => [code, unit?.en ?? null]),
  );
  return (row) => {
    const part = parts.get(found(row.codes[0]));
    // what is not of one release alone, a total or a comparison, has the sources of all of them; who did not answer has none
    const { source = null, licence = null } =
      part !== undefined && (row.release !== null || part.release === undefined) ? part : everybody;
    const { value, sd, low, high, obsStatus, confStatus, mark, letter, revised, grid, release } =
      row;
    return [
      value,
      sd,
      low,
      high,
      units.get(found(row.codes[measure])) ?? null,
      obsStatus,
      confStatus,
      mark,
      letter,
      revised,
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

export function csv(table: TidyTable): string {
  const attributes = attributesOf(table);
  return csvText([
    [...table.dimensions.map(({ id }) => id), ...ATTRIBUTES],
    ...table.rows.map((row) => [...row.codes, ...attributes(row)]),
  ]);
}
