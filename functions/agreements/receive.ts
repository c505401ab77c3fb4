/**
 * What parties send to the hub, top to bottom: checkForm → storedAt → proposed → countersigned → newEvents → standingOf → append →
 * storeSignatures → storeEvents. A proposal, a second signature and what is said of an agreement later all come in the same body, and
 * the same again changes nothing.
 */

import {
  Agreement,
  type AgreementPost,
  type AgreementState,
  type GeneralJws,
} from "../../schemas/agreement.ts";
import { hubAgreement } from "../../schemas/items/agreements.ts";
import { keyOf } from "../../schemas/items/item.ts";
import type { DirectoryEntry, MemberKey } from "../../schemas/member.ts";
import type { Clock, Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import type { Log } from "../log/append.ts";
import { recordRefusal } from "../log/record-refusal.ts";
import type { Directory } from "../members/directory.ts";
import { noteWrite } from "../members/read-cache.ts";
import { kidOf, peek, SKEW, signersOf } from "../signing/jws.ts";
import { isUnverified } from "../signing/unverified.ts";
import { putNext } from "../store/stored.ts";
import {
  agreementIn,
  checkForm,
  newEvents,
  type StoredAgreement,
  storedAt,
  storedIn,
  storeEvents,
} from "./agreement-events.ts";
import { checkPins } from "./agreements.ts";
import { standingOf } from "./hub-agreements.ts";

export interface AgreementsDeps {
  readonly store: Store;
  readonly directory: Pick<Directory, "some">;
  readonly clock: Clock;
  readonly log: Log;
}

/** Agreements of one pair on one dataset that wait for a signature. */
const OPEN_AT_MOST = 5;

interface Taken {
  readonly id: string;
  readonly state: AgreementState;
}

/**
 * Keeps an agreement with what is new of it. Throws `Refused`: body-invalid, unknown-member, signature-invalid, expired,
 * agreement-state, conflict, log-unwritten.
 */
export async function receive(deps: AgreementsDeps, post: AgreementPost): Promise<Taken> {
  const now = deps.clock();
  try {
    return await take(deps, post, now);
  } catch (error) {
    await recordRefusal(deps.log, error, { at: "agreements" }, now);
    throw error;
  }
}

async function take(
  { store, directory, log }: AgreementsDeps,
  { agreement: sent, events }: AgreementPost,
  now: number,
): Promise<Taken> {
  const agreement = peek(`.${sent.payload}.`, Agreement, "body-invalid");
  checkForm(agreement);
  const { id, consumer, provider } = agreement;
  const entries = await directory.some([consumer.id, provider.id]);
  const keysOf = (member: string): readonly MemberKey[] => entries.get(member)?.keys ?? [];
  const held = await storedAt(store, keyOf(hubAgreement, { agreement: id }));
  if (held !== undefined && held.jws.payload !== sent.payload)
    throw new Refused("conflict", `there are other terms under ${id}`);
  const jws =
    held === undefined
      ? await proposed(store, sent, entries, now)
      : await countersigned(held.jws, sent, keysOf, now);
  const isOpen = jws.signatures.length < 2;
  const said = await newEvents(
    { held: held?.events ?? [], incoming: events, agreed: jws, proposed: isOpen },
    keysOf,
    now,
  );
  const { state } = standingOf(
    { jws, events: [...(held?.events ?? []), ...said.map((one) => one.jws)] },
    agreement,
    now,
  );
  const isSigned = jws.signatures.length > (held?.jws.signatures.length ?? 0);
  if (isSigned && held !== undefined && standingOf(held, agreement, now).state !== "proposed")
    throw new Refused("agreement-state", "it is revoked, or over: propose another");
  if (!isSigned && said.length === 0) return { id, state };
  // no record, no change
  const last = said.at(-1)?.event;
  const by = last?.iss ?? agreement.iss;
  await log.append(
    "agreement",
    { agreement: id, state, ...(last === undefined ? {} : { by, said: last.what }) },
    now,
  );
  if (isSigned) await storeSignatures(store, jws, agreement, held);
  await storeEvents(store, keyOf(hubAgreement, { agreement: id }), said);
  return { id, state };
}

/** A new agreement: of two members, under the next number, signed by whoever drafted it, with keys that are theirs today. */
async function proposed(
  store: Store,
  jws: GeneralJws,
  entries: ReadonlyMap<string, DirectoryEntry>,
  now: number,
): Promise<GeneralJws> {
  const agreement = agreementIn(jws);
  const { id, consumer, provider, iss, iat, until } = agreement;
  for (const party of [consumer, provider]) {
    const entry = entries.get(party.id);
    if (entry === undefined) throw new Refused("unknown-member", party.id);
    checkPins(agreement, entry, now);
  }
  const { signed } = await signersOf(
    jws,
    Agreement,
    (member) => entries.get(member)?.keys ?? [],
    now,
    true,
  );
  if (!signed.includes(iss) || signed.length !== jws.signatures.length)
    throw new Refused(
      "signature-invalid",
      "who drafts an agreement signs it first, and each party once",
    );
  if (iat > now + SKEW || until < now)
    throw new Refused("expired", "the agreement is of the future, or over already");
  if (signed.length === 2) return jws;
  const [stem, number] = [
    id.slice(0, id.lastIndexOf("/") + 1),
    Number(id.slice(id.lastIndexOf("/") + 1)),
  ];
  const before = storedIn(await Array.fromAsync(store.query(hubAgreement.pk, { prefix: stem })));
  const next = Math.max(0, ...before.map(({ sk }) => Number(sk.slice(stem.length)))) + 1;
  if (number !== next)
    throw new Refused(
      "conflict",
      `the next one between these two on this dataset is ${stem}${next}`,
    );
  const open = before.filter(
    (kept) => standingOf(kept, agreementIn(kept.jws), now).state === "proposed",
  );
  if (open.length >= OPEN_AT_MOST)
    throw new Refused("conflict", `${open.length} of these two wait for a signature already`);
  return jws;
}

/** What is held, with a signature that it lacks. */
async function countersigned(
  held: GeneralJws,
  sent: GeneralJws,
  keysOf: (id: string) => readonly MemberKey[],
  now: number,
): Promise<GeneralJws> {
  const kids = held.signatures.map(({ protected: header }) =>
    kidOf(header, "tavolo-agreement+jws"),
  );
  const fresh = sent.signatures.filter(
    ({ protected: header }) => !kids.includes(headerKid(header)),
  );
  if (fresh.length === 0 || held.signatures.length === 2) return held;
  await signersOf({ payload: sent.payload, signatures: fresh }, Agreement, keysOf, now, true);
  const both = { payload: held.payload, signatures: [...held.signatures, ...fresh] };
  // a second key of the same party is no second party
  const { consumer, provider } = agreementIn(held);
  const signed = [consumer, provider].filter(({ keys }) =>
    both.signatures.some(({ protected: header }) =>
      keys.some(({ kid }) => kid === headerKid(header)),
    ),
  );
  if (signed.length !== both.signatures.length)
    throw new Refused("signature-invalid", "one party signed twice");
  return both;
}

function headerKid(header: string): string {
  try {
    return kidOf(header, "tavolo-agreement+jws");
  } catch (error) {
    if (!isUnverified(error)) throw error;
    throw new Refused("signature-invalid");
  }
}

async function storeSignatures(
  store: Store,
  jws: GeneralJws,
  agreement: Agreement,
  held: StoredAgreement | undefined,
): Promise<void> {
  const key = keyOf(hubAgreement, { agreement: agreement.id });
  if (!(await putNext(store, held, { ...key, body: { jws } }).finally(noteWrite)))
    throw new Refused("conflict", "somebody else changed it at the same time; read it again");
}

/**
 * Keeps an agreement that both have signed already, where a federation is set up and not while it runs. Its id can be taken once:
 * the same terms again change nothing, others are a conflict.
 */
export async function storeAtHub(
  store: Store,
  jws: GeneralJws,
  members: readonly DirectoryEntry[],
  now: number,
): Promise<Agreement> {
  const keysOf = (id: string) => members.find((member) => member.id === id)?.keys ?? [];
  const { agreement, signed } = await signersOf(jws, Agreement, keysOf, now);
  checkForm(agreement);
  if (signed.length !== 2)
    throw new Refused("signature-invalid", "the agreement does not carry both signatures");
  const held = await storedAt(store, keyOf(hubAgreement, { agreement: agreement.id }));
  if (held !== undefined && held.jws.payload !== jws.payload)
    throw new Refused("conflict", `there are other terms under ${agreement.id}`);
  if (held === undefined) await storeSignatures(store, jws, agreement, undefined);
  return agreement;
}
