/** Datasets by consent: whether a row's person may be counted at all. Whoever may not is never stored. */
import { ConsentEvent } from "../../../schemas/consent.ts";
import type { RawRow, Store } from "../../../schemas/ports.ts";
import type { ConsentSource } from "../../../schemas/subject.ts";
import { dayAt, daysOf } from "../../disclosure/duration.ts";
import { putNew } from "../../store/stored.ts";
import {
  type ConsentEvents,
  consentInForce,
  endOfConsent,
  eventItem,
} from "../consent-register.ts";
import { inParallel } from "../in-parallel.ts";
import type { Fault } from "../reject.ts";
import { parseDay } from "./dates.ts";
import type { Plan } from "./row-plan.ts";

/** What a row says itself: the day on which consent was given, null where it was not, undefined where rows do not say. */
export function saidBy(plan: Plan, row: RawRow, today: string): string | null | undefined | Fault {
  const { consent, format } = plan;
  if (consent?.from !== "column") return undefined;
  const said = row.values[consent.column]?.trim().normalize("NFC").toLowerCase();
  if (!consent.given.some((yes) => yes.trim().normalize("NFC").toLowerCase() === said)) return null;
  const day = parseDay(row.values[consent.date]?.trim() ?? "", format.dates)?.days;
  // a yes without its date proves nothing, and one of tomorrow is a mistake
  if (day === undefined || day > daysOf(today)) return { field: consent.date, rule: "consent" };
  const end = endOfConsent(dayAt(day), consent);
  return end !== undefined && end <= today ? null : dayAt(day);
}

/** Looks persons up while a file is read, and remembers what the file says of them. */
export interface Consenting {
  /** Whether the person of a row is counted; `day` as the row says it. */
  counts(subject: string, day: string | undefined): boolean;
  /** A row of this person says no: then no other row of theirs counts. */
  refuses(subject: string): void;
  /** Persons of whom rows were counted before one said no, and how many. */
  contradicted(): ReadonlyMap<string, number>;
  /** The first day on which a consent that was counted ends. */
  until(): string | undefined;
  /** Consents that the file says and the register does not know yet, by person. */
  fresh(): ReadonlyMap<string, string>;
}

export function consenting(
  source: ConsentSource,
  register: ConsentEvents,
  today: string,
): Consenting {
  const refused = new Set<string>();
  const days = new Map<string, string>();
  const rows = new Map<string, number>();
  let first: string | undefined;
  const earlier = (end: string | undefined) => {
    if (end !== undefined && (first === undefined || end < first)) first = end;
  };
  return {
    counts(subject, day) {
      const events = register.get(subject);
      if (day === undefined) {
        const stands = consentInForce(events, source, today);
        if (stands !== undefined) earlier(stands.until);
        return stands !== undefined;
      }
      // what the person told the node later than the file's date goes before what the file says
      const last = events?.at(-1);
      const no =
        last !== undefined &&
        !["given", "renewed", "expired"].includes(last.state) &&
        last.at >= daysOf(day) * 86_400;
      if (no || refused.has(subject)) return false;
      earlier(endOfConsent(day, source));
      if ((days.get(subject) ?? "") < day) days.set(subject, day);
      rows.set(subject, (rows.get(subject) ?? 0) + 1);
      return true;
    },
    refuses: (subject) => void refused.add(subject),
    contradicted: () => new Map([...rows].filter(([subject]) => refused.has(subject))),
    until: () => first,
    fresh() {
      const known = (subject: string, day: string) =>
        register
          .get(subject)
          ?.some(({ state, at }) => state === "given" && at === daysOf(day) * 86_400) ?? false;
      return new Map(
        [...days].filter(([subject, day]) => !refused.has(subject) && !known(subject, day)),
      );
    },
  };
}

/** Notes in the register what a file said. The same file again notes nothing new. */
export async function noteConsents(
  store: Store,
  dataset: string,
  fresh: ReadonlyMap<string, string>,
  epoch: number,
  now: number,
) {
  await inParallel(fresh, async ([subject, day]) => {
    const event = ConsentEvent.parse({
      state: "given",
      at: daysOf(day) * 86_400,
      noted: now,
      epoch,
      by: "file",
    });
    await putNew(store, eventItem(dataset, subject, event, "file"));
  });
}
