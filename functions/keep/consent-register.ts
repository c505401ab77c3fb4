/** The register of consents: what persons said, event after event, and whether it lets them be counted. Events are added, never changed. */
import type { ConsentEvent } from "../../schemas/consent.ts";
import { type Key, keyOf } from "../../schemas/items/item.ts";
import { consentEvent } from "../../schemas/items/keep.ts";
import type { Store } from "../../schemas/ports.ts";
import type { ConsentSource } from "../../schemas/subject.ts";
import { dayOf } from "../disclosure/calendar.ts";
import { after } from "../disclosure/duration.ts";
import { freshId } from "../signing/jws.ts";
import { queryItems } from "../store/stored.ts";
import { type Keys, lifted } from "./pseudonymise.ts";

/** `id` names what may be tried again: the same event under the same id is one. */
export const eventItem = (
  dataset: string,
  pseudonym: string,
  event: ConsentEvent,
  id: string = freshId(),
): Key & { readonly body: ConsentEvent } => ({
  ...keyOf(consentEvent, { dataset, pseudonym, seconds: event.at, id }),
  body: event,
});

export type ConsentEvents = ReadonlyMap<string, readonly ConsentEvent[]>;

/** Every person's events in the order of time, by today's pseudonym. `keys` are undefined once destroyed: then names stay as they are. */
export async function consentEventsOf(
  store: Store,
  dataset: string,
  keys: Keys | undefined,
): Promise<ConsentEvents> {
  const people = new Map<string, ConsentEvent[]>();
  for await (const { sk, body: event } of queryItems(store, consentEvent, { dataset })) {
    const [stored = ""] = sk.split("#");
    const name = keys === undefined ? stored : lifted(keys, stored, event.epoch);
    const known = people.get(name);
    if (known === undefined) people.set(name, [event]);
    else known.push(event);
  }
  for (const events of people.values()) events.sort((a, b) => a.at - b.at || a.noted - b.noted);
  return people;
}

const STANDS: readonly ConsentEvent["state"][] = ["given", "renewed"];

/** The first day on which a consent given on a day stands no more; undefined: no end is set. */
export const endOfConsent = (given: string, { validity }: ConsentSource): string | undefined =>
  validity === undefined ? undefined : after(given, validity);

/** Whether what a person said last lets them be counted on a day; and to when. */
export function consentInForce(
  events: readonly ConsentEvent[] | undefined,
  source: ConsentSource,
  today: string,
): { readonly until: string | undefined } | undefined {
  const last = events?.at(-1);
  if (last === undefined || !STANDS.includes(last.state)) return undefined;
  const until = [last.until, endOfConsent(dayOf(last.at), source)]
    .filter((day) => day !== undefined)
    .sort()[0];
  return until !== undefined && until <= today ? undefined : { until };
}
