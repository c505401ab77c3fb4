/** How numbers and dates are written in a table, by vote of its cells. Pure. */

import type { FileFormat } from "../../schemas/file-format.ts";
import { type Finding, isSign, plural, type Table } from "./sample.ts";

export interface Manner {
  readonly decimal: "." | ",";
  readonly thousands?: "." | "," | " " | "'";
  readonly dates: FileFormat["dates"];
  readonly signs: readonly string[];
}

const UNIT = /^([+-]?)\s*[€$£]\s*|\s*[€$£]$/gu;
const withoutUnit = (text: string) => text.trim().replace(UNIT, "$1");
const NUMERIC = /^[+-]?(\d{1,3}(?:([.,' \u00a0\u202f’])\d{3})+(?!\d)|\d+)?(?:([.,])\d+)?$/;

export const datePatterns: Record<FileFormat["dates"], RegExp> = {
  "yyyy-mm-dd": /^\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])$/,
  "dd/mm/yyyy": /^([0-2]\d|3[01])\/(0\d|1[0-2])\/\d{4}$/,
  yyyymmdd: /^(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/,
};
/** Dates that people and programs write and no descriptor can name. */
export const OTHER_DATE =
  /^(\d{1,2}[./-]\d{1,2}[./-](\d\d|\d{4})|\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d.*)$/;

/** A reader of numbers in a manner, which compiles its patterns once; undefined where a text is none. */
export function numberReader({
  decimal,
  thousands,
}: Pick<Manner, "decimal" | "thousands">): (text: string) => number | undefined {
  const between = thousands === " " ? " \u00a0\u202f" : thousands === "'" ? "'’" : thousands;
  const whole = between === undefined ? "\\d+" : `\\d{1,3}(?:[${between}]\\d{3})+|\\d+`;
  const form = new RegExp(`^[+-]?(?:${whole})?(?:[${decimal}]\\d+)?$`);
  const signs = between === undefined ? undefined : new RegExp(`[${between}]`, "g");
  return (text) => {
    const plain = withoutUnit(text);
    if (plain === "" || !/\d/.test(plain) || !form.test(plain)) return undefined;
    const bare = signs === undefined ? plain : plain.replace(signs, "");
    return Number(bare.replace(decimal, "."));
  };
}

interface Votes {
  decimal: { ".": number; ",": number };
  thousands: Map<string, number>;
  /** One sign with three digits behind it: `4.133`. */
  unsure: { ".": number; ",": number };
  /** Numbers of four digits or more without any sign. */
  plain: number;
  units: Map<string, number>;
}

export function mannerOf({ names, rows, typed }: Table, findings: Finding[]): Manner {
  const votes: Votes = {
    decimal: { ".": 0, ",": 0 },
    thousands: new Map(),
    unsure: { ".": 0, ",": 0 },
    plain: 0,
    units: new Map(),
  };
  const days = { "yyyy-mm-dd": 0, "dd/mm/yyyy": 0, yyyymmdd: 0 };
  const sample =
    rows.length > 20_000
      ? rows.filter((_, at) => at % Math.ceil(rows.length / 20_000) === 0)
      : rows;
  for (let column = 0; column < names.length; column++) {
    const cells = sample
      .map((row) => (row[column] ?? "").trim())
      .filter((text) => text !== "" && !isSign(text));
    const numeric = cells.filter((text) => NUMERIC.test(withoutUnit(text)));
    if (cells.length === 0) continue;
    for (const dates of Object.keys(days) as FileFormat["dates"][])
      if (cells.filter((text) => datePatterns[dates].test(text)).length >= 0.9 * cells.length)
        days[dates]++;
    if (numeric.length >= 0.7 * cells.length) for (const text of numeric) vote(votes, text);
  }
  const dates = (Object.keys(days) as FileFormat["dates"][]).reduce((one, other) =>
    days[other] > days[one] ? other : one,
  );
  if (Object.values(days).filter((count) => count > 0).length > 1)
    findings.push({
      what: "dates",
      say: `Dates are written in more than one way; the draft takes ${dates} for all of them.`,
    });
  const signs = [...votes.units.keys()];
  if (signs.length > 0)
    findings.push({
      what: "unit-sign",
      say: `Numbers carry ${signs.join(" and ")}; signs takes the unit off.`,
    });
  return { ...separatorsOf(votes, !typed, findings), dates, signs };
}

function vote(votes: Votes, text: string): void {
  const unit = /[€$£]/u.exec(text)?.[0];
  if (unit) votes.units.set(unit, (votes.units.get(unit) ?? 0) + 1);
  const bare = withoutUnit(text).replace(/^[+-]/, "");
  const marks = bare.match(/[.,' \u00a0\u202f’]/g) ?? [];
  const [first] = marks;
  const last = marks.at(-1);
  if (first === undefined || last === undefined) {
    if (bare.length > 3) votes.plain++;
    return;
  }
  const after = bare.length - bare.lastIndexOf(last) - 1;
  const isPoint = last === "." || last === ",";
  const more = (sign: string) => votes.thousands.set(sign, (votes.thousands.get(sign) ?? 0) + 1);
  if (marks.some((mark) => mark !== last)) {
    if (isPoint) votes.decimal[last]++;
    more(first);
  } else if (marks.length > 1 || !isPoint) more(last);
  else if (after !== 3 || /^0|^[.,]|^\d{4}/.test(bare)) votes.decimal[last]++;
  else votes.unsure[last]++;
}

function separatorsOf(
  votes: Votes,
  guess: boolean,
  findings: Finding[],
): Pick<Manner, "decimal" | "thousands"> {
  const { decimal, unsure, plain } = votes;
  const thousands = new Map(
    [...votes.thousands].map(([sign, count]) => [
      /[ \u00a0\u202f]/.test(sign) ? " " : sign === "’" ? "'" : sign,
      count,
    ]),
  );
  const other = (sign: "." | ",") => (sign === "." ? "," : ".");
  const sign = (() => {
    if (decimal["."] + decimal[","] > 0) return decimal[","] > decimal["."] ? "," : ".";
    for (const one of [".", ","] as const) if ((thousands.get(one) ?? 0) > 0) return other(one);
    // 4.133 beside 85 and never beside 4133: the point parts thousands
    for (const one of [".", ","] as const)
      if (guess && unsure[one] > 0 && plain === 0) return other(one);
    return ".";
  })();
  const groups = [...thousands]
    .filter(([mark]) => mark !== sign)
    .sort((one, two) => two[1] - one[1])[0]?.[0];
  const mark = (groups ??
    (guess && unsure[other(sign)] > 0 && plain === 0
      ? other(sign)
      : undefined)) as Manner["thousands"];
  const against = Math.min(decimal["."], decimal[","]);
  if (against > 0)
    findings.push({
      what: "numbers",
      say: `Numbers are mostly written with ${sign === "," ? "a decimal comma" : "a decimal point"}, but ${plural(against, "number")} the other way: they will be rejects by the rule number.`,
    });
  if (decimal["."] + decimal[","] === 0 && unsure["."] + unsure[","] > 0)
    findings.push({
      what: "numbers",
      say: `Numbers like 4${unsure["."] > 0 ? "." : ","}133 may be thousands or thousandths; the draft reads them with decimal ${sign}${mark ? ` and thousands ${mark}` : ""}. Check one against what you know.`,
    });
  return { decimal: sign, ...(mark && mark !== sign ? { thousands: mark } : {}) };
}
