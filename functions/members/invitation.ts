/** Invitations: made by the operator for one member, good once, kept as their digest. */
import { randomBytes } from "node:crypto";
import { keyOf } from "../../schemas/items/item.ts";
import { invitation } from "../../schemas/items/members.ts";
import { InvitationCode } from "../../schemas/member.ts";
import type { Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { sha256 } from "../signing/jws.ts";
import { getItem, putNew, putNext } from "../store/stored.ts";

/** Seconds for which an invitation is good. */
export const INVITATION_LIFE = 7 * 86_400;

/** A fresh code of 128 bits, in base64url. Nobody can read it again: only its digest is kept. */
export async function invite(store: Store, member: string, now: number): Promise<string> {
  const code = randomBytes(16).toString("base64url");
  const key = keyOf(invitation, { digest: sha256(code) });
  await putNew(store, { ...key, body: { member }, expiresAt: now + INVITATION_LIFE });
  return code;
}

/**
 * Uses an invitation for one member's entry. It is found by the digest of the code, so there is nothing to compare in constant
 * time. Throws `Refused` invitation-invalid: none such, expired, for another member, or used; the caller does not learn which.
 */
export async function redeem(
  store: Store,
  code: string | undefined,
  member: string,
  entry: string,
  now: number,
): Promise<void> {
  const read = InvitationCode.safeParse(code);
  const item = read.success
    ? await getItem(store, invitation, { digest: sha256(read.data) })
    : undefined;
  const held = item?.body;
  if (item === undefined || held?.member !== member || (item.expiresAt ?? 0) <= now)
    throw new Refused("invitation-invalid");
  const usedBy = sha256(entry);
  if (held.usedBy === usedBy) return;
  const used = { ...item, body: { member, usedBy } };
  if (held.usedBy !== undefined || !(await putNext(store, { revision: 1 }, used)))
    throw new Refused("invitation-invalid");
}
