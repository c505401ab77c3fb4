/**
 * Agreements come to the provider's node, and what is said of them later. The node asks nobody whether it is true: its own
 * signature vouches for the keys that it pinned, and from there on each party's own words do.
 */
import {
  Agreement,
  type AgreementPost,
  type AgreementState,
  type GeneralJws,
} from "../../schemas/agreement.ts";
import { nodeAgreement } from "../../schemas/items/agreements.ts";
import { type Key, keyOf } from "../../schemas/items/item.ts";
import type { MemberKey } from "../../schemas/member.ts";
import type { Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import {
  checkForm,
  newEvents,
  storedAt,
  storeEvents,
  verifiedEvents,
} from "../agreements/agreement-events.ts";
import { stateOf } from "../agreements/agreement-state.ts";
import { keyring } from "../members/keyring.ts";
import { type KeysOf, peek, SKEW, verifyAgreement } from "../signing/jws.ts";
import { putNew } from "../store/stored.ts";
import type { AnswerDeps } from "./answer.ts";
import { trusted } from "./members.ts";

/** Where a node keeps an agreement: as it looks for it when a question comes. */
const placeOf = ({ id, dataset, consumer, purpose }: Agreement): Key =>
  keyOf(nodeAgreement, {
    dataset,
    consumer: consumer.id,
    purpose: purpose.id,
    number: id.slice(id.lastIndexOf("/") + 1),
  });

/** Checks both signatures with keys that are good now, and that this node is the provider. Throws `Refused` body-invalid, signature-invalid, expired. */
async function checked(
  self: string,
  jws: GeneralJws,
  keysOf: KeysOf,
  now: number,
): Promise<Agreement> {
  const agreement = peek(`.${jws.payload}.`, Agreement, "body-invalid");
  checkForm(agreement);
  if (agreement.provider.id !== self)
    throw new Refused("body-invalid", "this node is not the provider");
  return verifyAgreement(jws, Agreement, keysOf, now, true);
}

/**
 * Takes up an agreement that both have signed, and what was said of it since. The same again changes nothing. Throws `Refused`:
 * body-invalid, signature-invalid, expired, agreement-state, conflict, log-unwritten.
 */
export async function receiveAgreement(
  { store, trust, clock, log }: AnswerDeps,
  { agreement: jws, events }: AgreementPost,
): Promise<{ readonly id: string; readonly state: AgreementState }> {
  const now = clock();
  const agreement = peek(`.${jws.payload}.`, Agreement, "body-invalid");
  const { id, consumer, iat } = agreement;
  const [{ self }, theirs] = [await trusted(store, trust), await keyring(store).keysOf(consumer)];
  const keysOf = (party: string): readonly MemberKey[] =>
    party === self.id ? self.keys : party === consumer.id ? theirs : [];
  const key = placeOf(agreement);
  const held = await storedAt(store, key);
  if (held === undefined) {
    await checked(self.id, jws, keysOf, now);
    if (iat > now + SKEW) throw new Refused("expired", "the agreement is of the future");
  } else if (held.jws.payload !== jws.payload)
    throw new Refused("conflict", `there are other terms under ${id}`);
  const before = held?.events ?? [];
  const said = await newEvents(
    { held: before, incoming: events, agreed: jws, proposed: false },
    keysOf,
    now,
  );
  const all = await verifiedEvents([...before, ...said.map((one) => one.jws)], jws, keysOf, now);
  const state = stateOf({ agreement, signed: [self.id, consumer.id], events: all, now });
  if (held !== undefined && said.length === 0) return { id, state };
  const last = said.at(-1)?.event;
  await log.append(
    "agreement",
    { agreement: id, state, ...(last === undefined ? {} : { by: last.iss, said: last.what }) },
    now,
  );
  if (held === undefined) await putOnce(store, key, jws);
  await storeEvents(store, key, said);
  return { id, state };
}

async function putOnce(store: Store, key: Key, jws: GeneralJws): Promise<void> {
  if (await putNew(store, { ...key, body: { jws } })) return;
  const held = await storedAt(store, key);
  // signatures differ each time they are made; what was agreed is the payload
  if (held?.jws.payload !== jws.payload)
    throw new Refused("conflict", `there is another agreement ${key.sk}`);
}

/** Keeps an agreement where a federation is set up and not while it runs. `keysOf` are the keys that the provider itself knows. */
export async function storeAtNode(
  store: Store,
  self: string,
  jws: GeneralJws,
  keysOf: (id: string) => readonly MemberKey[],
  now: number,
) {
  const agreement = await checked(self, jws, keysOf, now);
  await putOnce(store, placeOf(agreement), jws);
  return agreement;
}
