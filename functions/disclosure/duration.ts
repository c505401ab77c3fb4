/** Lengths of time of ISO 8601 (`P5Y`, `P18M`, `P90D`) on calendar days. Pure. */

/**
 * The day that lies a duration after another, both as `2025-12-31` (UTC). Years and months first, then weeks and days; where a month
 * has no such day, its last one: 31 January and `P1M` give 28 or 29 February.
 */
export function after(day: string, duration: string): string {
  const parts = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?$/.exec(duration);
  if (parts === null || duration === "P")
    throw new TypeError("not a duration of years, months, weeks and days");
  const [years, months, weeks, days] = parts.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
  ];
  const [year, month, date] = day.split("-").map(Number) as [number, number, number];
  const first = Date.UTC(year + years, month - 1 + months, 1);
  const last = new Date(first);
  last.setUTCMonth(last.getUTCMonth() + 1, 0);
  return dayAt(first / DAY + Math.min(date, last.getUTCDate()) - 1 + weeks * 7 + days);
}

/** Milliseconds. */
const DAY = 86_400_000;
/** A day from its number since 1970-01-01, and the other way round. */
export const dayAt = (days: number): string => new Date(days * DAY).toISOString().slice(0, 10);
export const daysOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / DAY;
