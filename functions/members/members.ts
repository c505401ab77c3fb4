/**
 * A member's newer entries come in, top to bottom: heldEntry → inForm → redeem → register → append. An invitation is redeemed by a
 * newcomer alone; register finds an entry its place in the member's chain.
 */
import { found } from "../../schemas/found.ts";
import { DirectoryEntry, type MemberPost } from "../../schemas/member.ts";
import type { Clock, Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import type { Log } from "../log/append.ts";
import { recordRefusal } from "../log/record-refusal.ts";
import { peek, SKEW } from "../signing/jws.ts";
import { verifyEntry } from "./chain.ts";
import { heldEntry, register } from "./directory.ts";
import { redeem } from "./invitation.ts";

export interface MembersDeps {
  readonly hub: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether nodes may be at private addresses and without TLS: only where the hub itself is. */
  readonly local: boolean;
}

/**
 * Takes up a newcomer, or what a member says anew of itself. The same entries again change nothing. Throws `Refused`:
 * invitation-invalid, signature-invalid, expired, body-invalid, conflict, log-unwritten.
 */
export async function registerMember(
  deps: MembersDeps,
  { entries, invitation }: MemberPost,
): Promise<DirectoryEntry> {
  const now = deps.clock();
  const { id } = peek(found(entries[0]), DirectoryEntry);
  try {
    let held = await heldEntry(deps.store, id);
    for (const jws of entries) {
      const entry = await inForm(deps, jws, id, now);
      if (held !== undefined && entry.iat < held.iat) continue;
      const returns = held?.left !== undefined && entry.left === undefined;
      if (held === undefined || returns) await redeem(deps.store, invitation, id, jws, now);
      held = await register(deps.store, jws, { local: deps.local });
    }
    const { iat, left } = found(held);
    await deps.log.append(
      "member",
      { member: id, entry: iat, state: left === undefined ? "in" : "left" },
      now,
    );
    return found(held);
  } catch (error) {
    await recordRefusal(deps.log, error, { at: "members" }, now);
    throw error;
  }
}

/** What is checked before anything is looked up or used up. */
async function inForm(
  { hub, local: _ }: MembersDeps,
  jws: string,
  id: string,
  now: number,
): Promise<DirectoryEntry> {
  const entry = await verifyEntry(jws);
  if (entry.id !== id) throw new Refused("body-invalid", "entries of one member at a time");
  if (entry.iat > now + SKEW) throw new Refused("expired", "the entry is of the future");
  if (
    id !== hub &&
    (entry.roles.includes("operator") || entry.keys.some(({ use }) => use === "hub"))
  )
    throw new Refused("body-invalid", "only the hub itself is an operator");
  return entry;
}
