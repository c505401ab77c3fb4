/** Definitions at the hub: a member proposes, others accept. Signed by them; the hub keeps and lists, and decides nothing. */
import * as z from "zod";
import type { Indicator, IndicatorBook, IndicatorList } from "../../schemas/indicator.ts";
import type { MemberKey } from "../../schemas/member.ts";
import type { Store } from "../../schemas/ports.ts";
import { Acceptance, Proposal } from "../../schemas/practice.ts";
import { Refused } from "../../schemas/refusal.ts";
import { CompactJws } from "../../schemas/words.ts";
import { peek, verifyCompact } from "../signing/jws.ts";
import { digestOf, listOf } from "./registry.ts";

export { digestOf };

const PROPOSED = "hub#indicator";
const ACCEPTED = "hub#acceptance";
const Stored = z.strictObject({ jws: CompactJws });
const proposal = (body: unknown): Proposal => peek(Stored.parse(body).jws, Proposal);

/** Keys of a member that is in. Throws `Refused` unknown-member. */
export type KeysOf = (member: string) => Promise<readonly MemberKey[]>;

const skOf = ({ id, version }: Pick<Indicator, "id" | "version">): string =>
  `${id}#${String(version).padStart(6, "0")}`;

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
    (await store.get(PROPOSED, skOf({ ...definition, version: definition.version - 1 }))) ===
      undefined
  )
    throw new Refused(
      "conflict",
      `there is no version ${definition.version - 1} of ${definition.id} before it`,
    );
  const item = { pk: PROPOSED, sk: skOf(definition), body: { jws }, revision: 1 };
  if (await store.put(item, { kind: "absent" })) return made;
  const held = proposal((await store.get(item.pk, item.sk))?.body);
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
  const item = { pk: ACCEPTED, sk: made.iss, body: { jws }, revision: made.iat };
  if (await store.put(item, { kind: "absent" })) return made;
  if (await store.put(item, { kind: "revision-below", than: made.iat })) return made;
  if (Stored.safeParse((await store.get(item.pk, item.sk))?.body).data?.jws === jws) return made;
  throw new Refused("conflict", "what this member accepts was signed later than this");
}

/** What members signed, as they signed it: proposals oldest first, and the newest acceptance of each. */
export async function indicatorBook(store: Store): Promise<IndicatorBook> {
  const book: IndicatorBook = { v: 1, proposals: [], acceptances: [] };
  for await (const { body } of store.query(PROPOSED)) book.proposals.push(Stored.parse(body).jws);
  for await (const { body } of store.query(ACCEPTED)) book.acceptances.push(Stored.parse(body).jws);
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
