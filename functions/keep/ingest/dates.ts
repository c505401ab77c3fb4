/** Calendar days as files write them. Pure. */
import type { FileFormat } from "../../../schemas/file-format.ts";
import { lastDay, lengthOf, yearOf } from "../../../schemas/period.ts";
import { dayAt } from "../../disclosure/duration.ts";

export interface CalendarDay {
  readonly year: number;
  /** Days since 1970-01-01, negative before. */
  readonly days: number;
}

const patterns: Record<FileFormat["dates"], RegExp> = {
  "yyyy-mm-dd": /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)$/,
  "dd/mm/yyyy": /^(?<day>\d\d)\/(?<month>\d\d)\/(?<year>\d{4})$/,
  yyyymmdd: /^(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)$/,
};

/** A day that exists, from the year 1000 on; undefined for anything else: 30 February, another manner, a time of day. */
export function parseDay(text: string, dates: FileFormat["dates"]): CalendarDay | undefined {
  const parts = patterns[dates].exec(text.trim())?.groups;
  if (parts === undefined) return undefined;
  const [year, month, day] = [Number(parts.year), Number(parts.month), Number(parts.day)];
  const moment = new Date(Date.UTC(year, month - 1, day));
  // a day that does not exist comes out as another one
  if (year < 1000 || moment.getUTCMonth() !== month - 1 || moment.getUTCDate() !== day)
    return undefined;
  return { year, days: moment.getTime() / 86_400_000 };
}

/**
 * Whole years of somebody born on a day, on the last day of a period. Who was born on 29 February has the birthday on 1 March where
 * there is no such day. Negative for who was born in a later year.
 */
export function ageAtEnd(birth: CalendarDay, period: string): number {
  const years = Number(yearOf(period)) - birth.year;
  // on the last day of a year everybody has had the birthday
  if (lengthOf(period) === "year") return years;
  const birthday = dayAt(birth.days).slice(5);
  return birthday > lastDay(period).slice(5) ? years - 1 : years;
}
