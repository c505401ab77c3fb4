/**
 * Agreements with what was said of them since, as hub and node both take them up, keep them and read them again. Every piece is an
 * item of its own, written once by a condition; a second signature is the only thing that is ever added to one.
 */

import { Agreement, AgreementEvent, type GeneralJws } from "../../schemas/agreement.ts";
import { ifRefused } from "../../schemas/caught.ts";
import { hubAgreement, hubAgreementEvent } from "../../schemas/items/agreements.ts";
import { type Key, keyOf } from "../../schemas/items/item.ts";
import type { Item, Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { noteWrite } from "../members/read-cache.ts";
import { boundedCache } from "../signing/bounded-cache.ts";
import { type KeysOf, peek, sha256, thumbprintOf, verifyCompact } from "../signing/jws.ts";
import { putNew } from "../store/stored.ts";
import { checkStep } from "./agreement-state.ts";

export const EVENT = "tavolo-agreement-event+jws";

/** What an agreement says, without any check of its signatures: to read it before signing, or after they were checked. */
export const agreementIn = ({ payload }: GeneralJws): Agreement => peek(`.${payload}.`, Agreement);
/** By which an event names the very terms that it is about. */
export const termsOf = ({ payload }: GeneralJws): string => sha256(payload);

/**
 * The id says what the terms say: it is where an agreement is kept and found. A key is named by its thumbprint, and is one party's
 * alone. Throws `Refused` body-invalid.
 */
export function checkForm({ id, consumer, provider, dataset, iss }: Agreement): void {
  const consistent =
    id.startsWith(`${consumer.id}/${provider.id}/${dataset}/`) &&
    [consumer.id, provider.id].includes(iss);
  if (!consistent || consumer.id === provider.id)
    throw new Refused("body-invalid", "the agreement's id and its terms differ");
  const pinned = [...consumer.keys, ...provider.keys];
  const named = pinned.every(({ kid, jwk }) => kid === thumbprintOf(jwk));
  if (!named || new Set(pinned.map(({ kid }) => kid)).size !== pinned.length)
    throw new Refused("body-invalid", "a pinned key stands under a wrong name, or twice");
}

interface Event {
  readonly jws: string;
  readonly event: AgreementEvent;
}
const read = (jws: string): Event => ({ jws, event: peek(jws, AgreementEvent) });

// what was verified once stays so: only the validity of a key at the event's own time is asked, and no key ends in the past
const verified = boundedCache<AgreementEvent>(10_000);

/** Those of some events that a party of this agreement signed about these terms. The others count for nothing. */
export async function verifiedEvents(
  events: readonly string[],
  agreed: GeneralJws,
  keysOf: KeysOf,
  now: number,
): Promise<AgreementEvent[]> {
  // most agreements are never spoken of again
  if (events.length === 0) return [];
  const { id, consumer, provider } = agreementIn(agreed);
  const terms = termsOf(agreed);
  const found = await Promise.all(
    events.map(async (jws) => {
      const name = `${terms}.${sha256(jws)}`;
      const known = verified.get(name);
      if (known !== undefined) return known;
      try {
        const { event } = read(jws);
        const party = [consumer, provider].find((one) => one.id === event.iss);
        if (party === undefined || event.agreement !== id || event.terms !== terms)
          return undefined;
        await verifyCompact(jws, EVENT, AgreementEvent, {
          keys: keysOf(party.id, party.keys),
          use: "member",
          now,
          lasting: true,
        });
        return verified.set(name, event);
      } catch (error) {
        return ifRefused(undefined)(error);
      }
    }),
  );
  return found.filter((event) => event !== undefined);
}

export interface StoredAgreement {
  readonly sk: string;
  readonly revision: number;
  readonly jws: GeneralJws;
  readonly events: readonly string[];
}

/** What one party said may come in only behind what it said before. */
interface Coming {
  readonly held: readonly string[];
  readonly incoming: readonly string[];
  readonly agreed: GeneralJws;
  /** Whether a signature is missing still. */
  readonly proposed: boolean;
}

/**
 * Those of some incoming events that are new, in their order. The newest of each party must be signed with a key that is good now;
 * it names the one before by its digest, and so vouches for those that a former key signed. Throws `Refused`: signature-invalid,
 * expired, agreement-state; conflict where one does not follow on what is held.
 */
export async function newEvents(
  { held, incoming, agreed, proposed }: Coming,
  keysOf: KeysOf,
  now: number,
): Promise<Event[]> {
  const { id, consumer, provider } = agreementIn(agreed);
  const terms = termsOf(agreed);
  const taken = held.map(read);
  const coming = incoming.map(read).sort((a, b) => a.event.number - b.event.number);
  const fresh: Event[] = [];
  for (const { jws, event } of coming) {
    const party = [consumer, provider].find((one) => one.id === event.iss);
    if (party === undefined || event.agreement !== id || event.terms !== terms)
      throw new Refused(
        "signature-invalid",
        "an event is about another agreement, or of nobody who is a party",
      );
    const own = taken
      .filter((one) => one.event.iss === event.iss)
      .sort((a, b) => a.event.number - b.event.number);
    if (own.some((one) => one.jws === jws)) continue;
    const last = own.at(-1);
    if (
      event.number !== (last?.event.number ?? 0) + 1 ||
      event.previous !== (last && sha256(last.jws))
    )
      throw new Refused(
        "conflict",
        `this does not follow on what ${event.iss} said last; read the agreement again`,
      );
    const newest = !coming.some(
      (one) => one.event.iss === event.iss && one.event.number > event.number,
    );
    const trust = {
      keys: keysOf(party.id, party.keys),
      use: "member",
      now,
      lasting: !newest,
    } as const;
    await verifyCompact(jws, EVENT, AgreementEvent, trust);
    checkStep(
      event,
      taken.map((one) => one.event),
      proposed,
    );
    taken.push({ jws, event });
    fresh.push({ jws, event });
  }
  return fresh;
}

const { body: Signed } = hubAgreement;
const { body: Said } = hubAgreementEvent;
const has = (body: unknown, member: string): boolean =>
  typeof body === "object" && body !== null && member in body;

/** The agreements among some items of one partition, each with its events. What is neither is passed over. */
export function storedIn(items: readonly Item[]): StoredAgreement[] {
  const events = new Map<string, string[]>();
  for (const { sk, body } of items) {
    const event = has(body, "event") ? Said.safeParse(body).data?.event : undefined;
    if (event === undefined) continue;
    const parent = sk.replace(/#[^#]+#\d{6}$/, "");
    events.set(parent, [...(events.get(parent) ?? []), event]);
  }
  return items.flatMap(({ sk, body, revision }) => {
    const jws = has(body, "jws") ? Signed.safeParse(body).data?.jws : undefined;
    return jws === undefined ? [] : [{ sk, revision, jws, events: events.get(sk) ?? [] }];
  });
}

/** The agreement under a key, with its events. */
export async function storedAt(
  store: Store,
  { pk, sk }: Key,
): Promise<StoredAgreement | undefined> {
  const item = await store.get(pk, sk);
  if (item === undefined) return undefined;
  const items: Item[] = [item];
  for await (const event of store.query(pk, { prefix: `${sk}#` })) items.push(event);
  return storedIn(items)[0];
}

/** Keeps events of the agreement under a key. Throws `Refused` conflict where another came first under the same number. */
export async function storeEvents(
  store: Store,
  { pk, sk }: Key,
  events: readonly Event[],
): Promise<void> {
  for (const { jws, event } of events) {
    // at hub and node alike it lies behind its agreement
    const behind = { agreement: sk, party: event.iss, event: event.number };
    const key = keyOf({ pk, sk: hubAgreementEvent.sk }, behind);
    if (await putNew(store, { ...key, body: { event: jws } }).finally(noteWrite)) continue;
    const held = Said.safeParse((await store.get(pk, key.sk))?.body).data?.event;
    if (held !== jws)
      throw new Refused(
        "conflict",
        `${event.iss} said something else at the same time; read the agreement again`,
      );
  }
}
