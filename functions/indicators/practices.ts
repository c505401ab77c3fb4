/** Practice cards at the hub: signed by their member, a version after the other. */
import { practice } from "../../schemas/items/indicators.ts";
import { keyOf } from "../../schemas/items/item.ts";
import type { Store } from "../../schemas/ports.ts";
import { type ListedPractice, Practice, type PracticeList } from "../../schemas/practice.ts";
import { Refused } from "../../schemas/refusal.ts";
import { peek, verifyCompact } from "../signing/jws.ts";
import { getItem, putNext, queryItems } from "../store/stored.ts";
import type { KeysOf } from "./definitions.ts";

/**
 * Keeps a card: the first version where there is none, otherwise the one after the one kept. The same bytes again change nothing.
 * Throws `Refused`: unknown-member, signature-invalid, expired, conflict.
 */
export async function storePractice(
  store: Store,
  jws: string,
  keysOf: KeysOf,
  now: number,
): Promise<Practice> {
  const { iss } = peek(jws, Practice, "body-invalid");
  const card = await verifyCompact(jws, "tavolo-practice+jws", Practice, {
    keys: await keysOf(iss),
    use: "member",
    now,
  });
  const at = { member: iss, id: card.id };
  const former = card.version === 1 ? undefined : { revision: card.version - 1 };
  if (await putNext(store, former, { ...keyOf(practice, at), body: { jws } })) return card;
  const held = (await getItem(store, practice, at))?.body.jws;
  if (held === jws) return card;
  const version = held === undefined ? 0 : peek(held, Practice).version;
  throw new Refused("conflict", `the next version of this card is ${version + 1}`);
}

const listed = (jws: string): ListedPractice => {
  const { v: _, iss, iat, ...card } = peek(jws, Practice);
  return { ...card, member: iss, at: iat, jws };
};

/** Cards of all members, or those on one indicator. Whoever reads them can verify each against its member's keys. */
export async function listPractices(
  store: Store,
  { indicator, member }: { indicator?: string | undefined; member?: string | undefined } = {},
): Promise<PracticeList> {
  const practices: ListedPractice[] = [];
  const of = member === undefined ? {} : { prefix: `${member}#` };
  for await (const { body } of queryItems(store, practice, {}, of)) {
    const card = listed(body.jws);
    if (indicator === undefined || card.indicator === indicator) practices.push(card);
  }
  return { v: 1, practices };
}
