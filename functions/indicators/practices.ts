/** Practice cards at the hub: signed by their member, a version after the other. */
import * as z from "zod";
import type { Store } from "../../schemas/ports.ts";
import { type ListedPractice, Practice, type PracticeList } from "../../schemas/practice.ts";
import { Refused } from "../../schemas/refusal.ts";
import { CompactJws } from "../../schemas/words.ts";
import { peek, verifyCompact } from "../signing/jws.ts";
import type { KeysOf } from "./definitions.ts";

const PK = "hub#practice";
const Stored = z.strictObject({ jws: CompactJws });

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
  const item = { pk: PK, sk: `${iss}#${card.id}`, body: { jws }, revision: card.version };
  const condition =
    card.version === 1
      ? ({ kind: "absent" } as const)
      : ({ kind: "revision", is: card.version - 1 } as const);
  if (await store.put(item, condition)) return card;
  const held = Stored.safeParse((await store.get(item.pk, item.sk))?.body).data?.jws;
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
  for await (const { body } of store.query(
    PK,
    member === undefined ? {} : { prefix: `${member}#` },
  )) {
    const card = listed(Stored.parse(body).jws);
    if (indicator === undefined || card.indicator === indicator) practices.push(card);
  }
  return { v: 1, practices };
}
