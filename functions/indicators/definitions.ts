/** Definitions at the hub: a member proposes, others accept. Signed by them; the hub keeps and lists, and decides nothing. */
import * as z from "zod";
import { found } from "../../schemas/found.ts";
import type { Indicator, IndicatorBook, IndicatorList } from "../../schemas/indicator.ts";
import { acceptance, proposal } from "../../schemas/items/indicators.ts";
import { keyOf } from "../../schemas/items/item.ts";
import type { MemberKey } from "../../schemas/member.ts";
import type { Store } from "../../schemas/ports.ts";
import { Acceptance, Proposal } from "../../schemas/practice.ts";
import { Refused } from "../../schemas/refusal.ts";
import { peek, verifyCompact } from "../signing/jws.ts";
import { getItem, putNew, queryItems } from "../store/stored.ts";
import { digestOf, listOf } from "./registry.ts";

export { digestOf };

/** Keys of a member that is in. Throws `Refused` unknown-member. */
export type KeysOf = (member: string) => Promise<readonly MemberKey[]>;

const placeOf = ({ id, version }: Pick<Indicator, "id" | "version">) => ({
  indicator: id,
  version,
});

async function signer<T extends { readonly iss: string }>(
  jws: string,
  typ: "tavolo-indicator+jws" | "tavolo-acceptance+jws",
  schema: z.ZodType<T>,
  keysOf: KeysOf,
  now: number,
): Promise<T> {
  const keys = await keysOf(peek(jws, schema).iss);
  return verifyCompact(jws, typ, schema, { keys, use: "member", now });
}

/**
 * Keeps a proposal. A version is proposed once: the same definition again changes nothing, another one is a conflict, and so is a
 * version that leaves a gap. Throws `Refused`: unknown-member, signature-invalid, expired, conflict.
 */
export async function propose(
  store: Store,
  jws: string,
  keysOf: KeysOf,
  now: number,
): Promise<Proposal> {
  const made = await signer(jws, "tavolo-indicator+jws", Proposal, keysOf, now);
  const { definition } = made;
  if (
    definition.version > 1 &&
    (await getItem(
      store,
      proposal,
      placeOf({ ...definition, version: definition.version - 1 }),
    )) === undefined
  )
    throw new Refused(
      "conflict",
      `there is no version ${definition.version - 1} of ${definition.id} before it`,
    );
  const at = placeOf(definition);
  if (await putNew(store, { ...keyOf(proposal, at), body: { jws } })) return made;
  const held = peek(found(await getItem(store, proposal, at)).body.jws, Proposal);
  if (digestOf(held.definition) !== digestOf(definition))
    throw new Refused(
      "conflict",
      `version ${definition.version} of ${definition.id} is another one: propose version ${definition.version + 1}`,
    );
  return held;
}

/** Keeps what a member accepts, if it is newer than what is kept. Throws `Refused`: unknown-member, signature-invalid, expired, conflict. */
export async function accept(
  store: Store,
  jws: string,
  keysOf: KeysOf,
  now: number,
): Promise<Acceptance> {
  const made = await signer(jws, "tavolo-acceptance+jws", Acceptance, keysOf, now);
  const at = { member: made.iss };
  const item = { ...keyOf(acceptance, at), body: { jws }, revision: made.iat };
  if (await store.put(item, { kind: "absent" })) return made;
  if (await store.put(item, { kind: "revision-below", than: made.iat })) return made;
  if ((await getItem(store, acceptance, at))?.body.jws === jws) return made;
  throw new Refused("conflict", "what this member accepts was signed later than this");
}

/** What members signed, as they signed it: proposals oldest first, and the newest acceptance of each. */
export async function indicatorBook(store: Store): Promise<IndicatorBook> {
  const book: IndicatorBook = { v: 1, proposals: [], acceptances: [] };
  for await (const { body } of queryItems(store, proposal, {})) book.proposals.push(body.jws);
  for await (const { body } of queryItems(store, acceptance, {})) book.acceptances.push(body.jws);
  return book;
}

/** What was taken in by an earlier release and is no longer in form is kept and passed over. */
const read = <T>(all: readonly string[], schema: z.ZodType<T>): T[] =>
  all.flatMap((jws) => {
    const { success, data } = schema.safeParse(peek(jws, z.unknown()));
    return success ? [data] : [];
  });

/** Every version that was proposed, oldest first, with the members that accept it. */
export async function listIndicators(store: Store): Promise<IndicatorList> {
  const { proposals, acceptances } = await indicatorBook(store);
  return listOf(read(proposals, Proposal), read(acceptances, Acceptance));
}
