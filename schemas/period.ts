/**
 * Periods of reference in SDMX's forms: a year `2022`, a quarter `2022-Q3`, a month `2022-07`. What is asked of one is asked here: its
 * days, its year, which of two comes first, what it is called. Days are written `2022-07-01`. Pure.
 */
import type { Bilingual } from "./words.ts";

/** The form of one, inside a longer pattern. */
export const PERIOD = String.raw`\d{4}(?:-Q[1-4]|-(?:0[1-9]|1[0-2]))?`;
const WHOLE = new RegExp(`^${PERIOD}$`);
export const isPeriod = (text: string): boolean => WHOLE.test(text);

type Length = "year" | "quarter" | "month";
const MONTHS: Readonly<Record<Length, number>> = { year: 12, quarter: 3, month: 1 };

export const lengthOf = (period: string): Length =>
  period.length === 4 ? "year" : period[5] === "Q" ? "quarter" : "month";

export const yearOf = (period: string): string => period.slice(0, 4);

/** Months of its year before it. */
function monthsBefore(period: string): number {
  switch (lengthOf(period)) {
    case "year":
      return 0;
    case "quarter":
      return MONTHS.quarter * (Number(period.slice(6)) - 1);
    case "month":
      return Number(period.slice(5)) - 1;
  }
}

/** The day before the first one of a month, counted from January of a year. */
function dayBefore(year: string, months: number): Date {
  const day = new Date(0);
  day.setUTCFullYear(Number(year), months, 0);
  return day;
}
const two = (value: number) => String(value).padStart(2, "0");

export const firstDay = (period: string): string =>
  `${yearOf(period)}-${two(monthsBefore(period) + 1)}-01`;

export function lastDay(period: string): string {
  const months = monthsBefore(period) + MONTHS[lengthOf(period)];
  const day = dayBefore(yearOf(period), months);
  return `${yearOf(period)}-${two(months)}-${two(day.getUTCDate())}`;
}

/** Where it begins, in years. */
export const startInYears = (period: string): number =>
  Number(yearOf(period)) + monthsBefore(period) / 12;

/** By the last day, then by the length: a year comes after its fourth quarter, which comes after its December. */
export const byTime = (a: string, b: string): number => {
  const [one, other] = [lastDay(a), lastDay(b)];
  if (one !== other) return one < other ? -1 : 1;
  return MONTHS[lengthOf(a)] - MONTHS[lengthOf(b)];
};

/** Each once, in the order of time. */
export const inOrder = (periods: Iterable<string>): string[] => [...new Set(periods)].sort(byTime);

/** The period of the same length just before. */
export function formerPeriod(period: string): string {
  const length = lengthOf(period);
  const before = dayBefore(yearOf(period), monthsBefore(period));
  const year = String(before.getUTCFullYear()).padStart(4, "0");
  switch (length) {
    case "year":
      return year;
    case "quarter":
      return `${year}-Q${Math.floor(before.getUTCMonth() / MONTHS.quarter) + 1}`;
    case "month":
      return `${year}-${two(before.getUTCMonth() + 1)}`;
  }
}

/** Whether all of a period's days are from a point on: figures before a break and after it are not of one kind. */
export const isSince = (period: string, point: string): boolean =>
  firstDay(period) >= firstDay(point);

/** Whether days from one to another have one in a period; without an end they run on. */
export const touches = (
  period: string,
  { from, until }: { readonly from: string; readonly until?: string | undefined },
): boolean => from <= lastDay(period) && (until === undefined || until >= firstDay(period));

const QUARTERS = {
  it: ["primo", "secondo", "terzo", "quarto"],
  en: ["first", "second", "third", "fourth"],
} as const;
const NAMES = {
  it: "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
  en: "January February March April May June July August September October November December",
} as const;

/** In a choice or at the head of a column: `2022`, `terzo trimestre 2022`, `July 2022`. */
export function labelOf(period: string): Bilingual {
  const year = yearOf(period);
  const at = monthsBefore(period);
  switch (lengthOf(period)) {
    case "year":
      return { it: year, en: year };
    case "quarter": {
      const [it, en] = [QUARTERS.it[at / MONTHS.quarter], QUARTERS.en[at / MONTHS.quarter]];
      return { it: `${it} trimestre ${year}`, en: `${en} quarter of ${year}` };
    }
    case "month":
      return {
        it: `${NAMES.it.split(" ")[at]} ${year}`,
        en: `${NAMES.en.split(" ")[at]} ${year}`,
      };
  }
}

/**
 * In a sentence, behind a preposition that has its article in Italian and none in English: `nel 2022`, `nel mese di agosto 2022`,
 * `in the third quarter of 2022`.
 */
export function spokenPeriod(period: string): Bilingual {
  const { it, en } = labelOf(period);
  switch (lengthOf(period)) {
    case "year":
      return { it, en };
    case "quarter":
      return { it, en: `the ${en}` };
    case "month":
      return { it: `mese di ${it}`, en };
  }
}
