/** The calendar of releases: fixed before the year begins, so that no date of a release tells of anybody. */
import type { Policy } from "../../schemas/descriptor.ts";
import { inOrder } from "../../schemas/period.ts";

const DAY = 86_400;
export const dayOf = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().slice(0, 10);
const addDays = (day: string, days: number) =>
  dayOf(Date.parse(`${day}T00:00:00Z`) / 1000 + days * DAY);

/** Why the release `number` of a period may not be made now; undefined where it may. */
export function notDue(
  days: readonly string[],
  number: number,
  closed: Policy["closed"],
  now: number,
): string | undefined {
  const today = dayOf(now);
  const due = days[number - 1];
  if (due === undefined)
    return `the calendar of this period is complete: ${days.length} of ${days.length} releases are made`;
  if (today < due) return `release ${number} of this period falls due on ${due}; today is ${today}`;
  return inClosed(closed, now);
}

/** Why nothing is released now, whatever its number; undefined outside the closed windows. */
export function inClosed(closed: Policy["closed"], now: number): string | undefined {
  const today = dayOf(now);
  const window = closed.find(({ from, until }) => from <= today && today <= until);
  return (
    window && `no release is made between ${window.from} and ${window.until}: ${window.reason}`
  );
}

/** Whether answers must stop: a due date has passed by more than the days of grace, and its release is not there. */
export const isOverdue = (
  days: readonly string[],
  graceDays: number,
  made: number,
  now: number,
): boolean => days.filter((day) => addDays(day, graceDays) < dayOf(now)).length > made;

/** The last period that a calendar names. */
export const latestPeriod = (calendar: Policy["calendar"]): string | undefined =>
  inOrder(Object.keys(calendar)).at(-1);

/** The next date of any period strictly after today, from which figures no longer count somebody who leaves now. */
export const nextDate = (calendar: Policy["calendar"], now: number): string | undefined =>
  Object.values(calendar)
    .flat()
    .filter((day) => day > dayOf(now))
    .sort()[0];
