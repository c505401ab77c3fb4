/** Calendar days as files write them. Pure. */
import type { FileFormat } from "../../../schemas/file-format.ts";

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
 * Whole years on 31 December of a period, of somebody born on a day: on the last day of a year everybody, whoever was born on
 * that very day or on 29 February too, has had the birthday. Negative for who was born later.
 */
export const ageAtYearsEnd = (birth: CalendarDay, period: string): number =>
  Number(period) - birth.year;
