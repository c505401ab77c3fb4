/** Small readers for a file's text: fields of a line, decimals, dates, labels of ranges. Exact: decimals are whole numbers and a scale. */

/** All records of a CSV text. A quote opens a value only at its beginning; within, two quotes are one. Empty lines are no records. */
export function splitCsv(text: string, delimiter: string, quote: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let value = "";
  let quoted = false;
  let fresh = true;
  const endValue = () => {
    record.push(value);
    value = "";
    fresh = true;
  };
  const endRecord = () => {
    const empty = record.length === 0 && fresh && value === "";
    if (!empty) {
      endValue();
      records.push(record);
    }
    record = [];
  };
  for (let i = text.startsWith("\uFEFF") ? 1 : 0; i < text.length; i += 1) {
    const sign = text[i]!;
    if (quoted) {
      if (sign !== quote) value += sign;
      else if (text[i + 1] === quote) {
        value += quote;
        i += 1;
      } else quoted = false;
    } else if (sign === quote && fresh) {
      quoted = true;
      fresh = false;
    } else if (sign === delimiter) endValue();
    else if (sign === "\n") endRecord();
    else if (sign !== "\r") {
      value += sign;
      fresh = false;
    }
  }
  endRecord();
  return records;
}

/** units / 10^scale. */
export type Decimal = { units: bigint; scale: number };

/** A number as the file writes it, or undefined where it is none. */
export function parseDecimal(
  text: string,
  decimalSign: string,
  thousands?: string,
): Decimal | undefined {
  const plain = thousands === undefined ? text : text.replaceAll(thousands, "");
  const parts = plain.split(decimalSign);
  const [whole = "", part = ""] = parts;
  if (
    parts.length > 2 ||
    !/^[+-]?\d+$/.test(whole) ||
    !/^\d*$/.test(part) ||
    (parts.length === 2 && part === "")
  )
    return undefined;
  return { units: BigInt(whole.replace("+", "") + part), scale: part.length };
}

/** A number of the descriptor, by the decimal that it is written as. */
export function decimal(value: number): Decimal {
  const found = parseDecimal(String(value).includes("e") ? value.toFixed(12) : String(value), ".");
  if (found === undefined) throw new Error(`not a plain number: ${value}`);
  return found;
}

const pow10 = (n: number) => 10n ** BigInt(n);

function floorDivide(a: bigint, b: bigint): bigint {
  return a / b - (a % b < 0n ? 1n : 0n);
}

/** The nearest whole number of grid steps: floor(x + ½). */
export function toGrid(value: Decimal, grid: number): number {
  const step = decimal(grid);
  const top = value.units * pow10(step.scale);
  const bottom = step.units * pow10(value.scale);
  return Number(floorDivide(2n * top + bottom, 2n * bottom));
}

/** Is a whole number of grid steps more than a threshold? */
export function isAbove(steps: number, grid: number, threshold: number): boolean {
  const [step, limit] = [decimal(grid), decimal(threshold)];
  return BigInt(steps) * step.units * pow10(limit.scale) > limit.units * pow10(step.scale);
}

export type DateForm = "yyyy-mm-dd" | "dd/mm/yyyy" | "yyyymmdd";
const dateForms = {
  "yyyy-mm-dd": /^(?<y>\d{4})-(?<m>\d{2})-(?<d>\d{2})$/,
  "dd/mm/yyyy": /^(?<d>\d{2})\/(?<m>\d{2})\/(?<y>\d{4})$/,
  yyyymmdd: /^(?<y>\d{4})(?<m>\d{2})(?<d>\d{2})$/,
};

/** A date as yyyy-mm-dd, or undefined for what stands in no calendar. */
export function parseDate(text: string, form: DateForm): string | undefined {
  const found = dateForms[form].exec(text)?.groups;
  if (found === undefined) return undefined;
  const [year, month, day] = [Number(found.y), Number(found.m), Number(found.d)];
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return days !== undefined && day >= 1 && day <= days && year >= 1
    ? `${found.y}-${found.m}-${found.d}`
    : undefined;
}

/** First and last day of `2022`, `2022-Q3` or `2022-07`. */
export function daysOf(period: string): [first: string, last: string] {
  const year = period.slice(0, 4);
  const quarters = ["01-01 03-31", "04-01 06-30", "07-01 09-30", "10-01 12-31"];
  const named = /^\d{4}(?:-Q([1-4])|-(\d\d))?$/.exec(period);
  if (named === null) throw new Error(`${period} is no period`);
  const [, quarter, month] = named;
  const ofYear = (ends: string) =>
    ends.split(" ").map((end) => `${year}-${end}`) as [string, string];
  if (quarter !== undefined) return ofYear(quarters[Number(quarter) - 1]!);
  if (month === undefined) return ofYear("01-01 12-31");
  const ends = ["31", "30", "29", "28"].map((day) => `${year}-${month}-${day}`);
  const last = ends.find((day) => parseDate(day, "yyyy-mm-dd") !== undefined);
  if (last === undefined) throw new Error(`${period} is no period`);
  return [`${year}-${month}-01`, last];
}

/** Whole years on a day: the birthday of this year has been, or has not. */
export const ageOn = (birth: string, day: string) =>
  Number(day.slice(0, 4)) - Number(birth.slice(0, 4)) - (birth.slice(5) > day.slice(5) ? 1 : 0);

/** The leaf whose label holds a whole number: `0-2`, `85+`, `7`. */
export function leafOfNumber(leaves: readonly string[], value: number): string | undefined {
  return leaves.find((label) => {
    const range = /^(\d+)-(\d+)$/.exec(label);
    if (range !== null) return Number(range[1]) <= value && value <= Number(range[2]);
    if (/^\d+\+$/.test(label)) return value >= Number(label.slice(0, -1));
    return /^\d+$/.test(label) && value === Number(label);
  });
}
