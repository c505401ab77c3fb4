/** What is in each column: how full, how many values, of which type, with which signs for "no value". Pure. */
import { datePatterns, type Manner, numberReader, OTHER_DATE } from "./number-detection.ts";
import { type Finding, isSign, plural, type Table } from "./sample.ts";

export interface Profile {
  readonly name: string;
  readonly at: number;
  readonly type: "number" | "date" | "text" | "empty";
  /** Rows with a value, which is no sign for "no value". */
  readonly filled: number;
  readonly rows: number;
  /** How often each value stands there, the first 3,000 of them. */
  readonly times: ReadonlyMap<string, number>;
  readonly distinct: number;
  /** Digits behind the decimal sign, at most; 0 for whole numbers. */
  readonly decimals: number;
  readonly low: number;
  readonly high: number;
  /** Mean number of characters. */
  readonly length: number;
  /** In the order of the file equal values stand together. */
  readonly grouped: boolean;
}

/** Values that are told apart one by one; beyond them only their number is kept. */
const KEPT = 3000;

interface Profiled {
  readonly columns: readonly Profile[];
  readonly missing: readonly string[];
}

export function profile(table: Table, manner: Manner, findings: Finding[]): Profiled {
  const missing = new Map<string, string[]>([["", []]]);
  const readNumber = numberReader(manner);
  const columns = table.names.map((name, at) => {
    const texts = table.rows.map((row) => (row[at] ?? "").trim());
    const { type, signs } = typeOf(texts, manner, readNumber);
    for (const sign of signs) missing.set(sign, [...(missing.get(sign) ?? []), name]);
    return { name, at, type, texts };
  });
  const profiles = columns.map(({ name, at, type, texts }) => {
    const values = texts.filter(
      (text) => text !== "" && !(type === "text" ? isDots(text) : missing.has(text)),
    );
    return profileOf(name, at, type, values, texts.length, manner, readNumber);
  });
  sayMissing(profiles, missing, findings);
  for (const { name, type, texts } of columns)
    sayOdd(name, type, texts, missing, readNumber, findings);
  return { columns: profiles, missing: [...missing.keys()] };
}

/** Signs that are never codes, not even in a column of text. */
const isDots = (text: string) => /^(\.{2,}|-|\*{2,})$/.test(text);

function typeOf(
  texts: readonly string[],
  { dates }: Manner,
  readNumber: (text: string) => number | undefined,
) {
  let [filled, numbers, days] = [0, 0, 0];
  const signs = new Set<string>();
  for (const text of texts) {
    if (text === "") continue;
    if (isSign(text)) {
      signs.add(text);
      continue;
    }
    filled++;
    if (readNumber(text) !== undefined) numbers++;
    if (datePatterns[dates].test(text)) days++;
  }
  if (filled === 0) return { type: "empty" as const, signs };
  if (days >= 0.9 * filled) return { type: "date" as const, signs };
  if (numbers >= 0.9 * filled) return { type: "number" as const, signs };
  return { type: "text" as const, signs: new Set([...signs].filter(isDots)) };
}

function profileOf(
  name: string,
  at: number,
  type: Profile["type"],
  values: readonly string[],
  rows: number,
  manner: Manner,
  readNumber: (text: string) => number | undefined,
): Profile {
  const all = new Set(values);
  const times = new Map<string, number>();
  let [decimals, low, high, length, runs] = [
    0,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    0,
    0,
  ];
  let before: string | undefined;
  for (const text of values) {
    if (times.has(text) || times.size < KEPT) times.set(text, (times.get(text) ?? 0) + 1);
    if (text !== before) runs++;
    before = text;
    length += text.length;
    if (type !== "number") continue;
    const number = readNumber(text);
    if (number === undefined) continue;
    [low, high] = [Math.min(low, number), Math.max(high, number)];
    const sign = text.lastIndexOf(manner.decimal);
    if (sign !== -1 && !Number.isInteger(number))
      decimals = Math.max(decimals, text.replace(/\D+$/, "").length - sign - 1);
  }
  const [filled, distinct] = [values.length, all.size];
  return {
    name,
    at,
    type,
    filled,
    rows,
    times,
    distinct,
    decimals,
    low,
    high,
    length: length / (filled || 1),
    grouped: runs <= distinct * 1.02,
  };
}

function sayMissing(
  profiles: readonly Profile[],
  missing: ReadonlyMap<string, readonly string[]>,
  findings: Finding[],
): void {
  const signs = [...missing.keys()].filter((sign) => sign !== "");
  if (signs.length === 0) return;
  findings.push({
    what: "missing-signs",
    say: `Signs for "no value": ${signs.map((sign) => `${sign} (in ${some(missing.get(sign) ?? [])})`).join("; ")}. If one of them means a true zero (in Istat's tables - does), move it from missing to zeros.`,
  });
  for (const { name, type, times } of profiles)
    for (const sign of signs)
      if (type === "text" && times.has(sign))
        findings.push({
          column: name,
          what: "ambiguous-sign",
          say: `${sign} also stands in ${name}, where it may be a code (NA is Napoli's); as a sign for "no value" it holds for the whole file.`,
        });
}

const some = (names: readonly string[]) =>
  names.length > 3
    ? `${names.slice(0, 2).join(", ")} and ${names.length - 2} more`
    : names.join(", ");

/** Cells that will be rejects, and dates in a form that is not read. Counts, never the cells. */
function sayOdd(
  column: string,
  type: Profile["type"],
  texts: readonly string[],
  missing: ReadonlyMap<string, unknown>,
  readNumber: (text: string) => number | undefined,
  findings: Finding[],
): void {
  if (type === "number") {
    const odd = texts.filter(
      (text) => text !== "" && !missing.has(text) && readNumber(text) === undefined,
    );
    const advice = odd.some((text) => /^[+-]?[\d.,]+e[+-]?\d+$/i.test(text))
      ? " Some have an exponent (5.3E-2): give the cells a plain number format and save the file again."
      : "";
    if (odd.length > 0)
      findings.push({
        column,
        what: "no-number",
        say: `${plural(odd.length, "cell")} of ${column} are no numbers: rejects by the rule number.${advice}`,
      });
  }
  if (type !== "text") return;
  const filled = texts.filter((text) => text !== "");
  if (filled.filter((text) => OTHER_DATE.test(text)).length >= 0.9 * filled.length)
    findings.push({
      column,
      what: "dates",
      say: `${column} has dates in a form that is not read (with a time, or the year in two digits); save them as 2023-06-30 to use them.`,
    });
}
