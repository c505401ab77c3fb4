/**
 * Signing in at a member's desk, as a page does it: it makes a key that no script can read, goes there, and comes back with a session
 * for that key. Going there is a step of the browser's: the page itself fetches nothing of another host.
 */
import * as z from "zod";
import { freshId, peek, thumbprintOf } from "../../functions/signing/jws.ts";
import type { DirectoryEntry } from "../../schemas/member.ts";
import { isReason, type Reason, Refused } from "../../schemas/refusal.ts";
import { Session } from "../../schemas/session.ts";
import { PublicJwk } from "../../schemas/words.ts";
import type { KeyPair } from "./signer.ts";

/** What must be kept until the browser is back: a store that keeps keys as they are (IndexedDB) can. */
export interface Way {
  /** Whose desk it is; where the page is the node's own, there is but one. */
  readonly member?: string;
  readonly key: KeyPair;
  readonly state: string;
}

/** Where a member's people sign in; undefined where it has no desk. Its entry says so: a session key stands in it. */
export function deskOf({ url, keys }: DirectoryEntry, now: number): string | undefined {
  const open = keys.some(
    ({ use, from, until }) => use === "session" && from <= now && now <= (until ?? now),
  );
  return url !== undefined && open ? `${url.replace(/\/+$/, "")}/desk` : undefined;
}

/** The address to go to, and what to keep meanwhile. `page` is where to come back to: the page itself, with its query. */
export async function setOut(
  member: string | undefined,
  desk: string,
  page: string,
): Promise<{ readonly address: string; readonly way: Way }> {
  const key = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, [
    "sign",
    "verify",
  ]);
  const { x, y } = await publicHalf(key);
  const state = `${freshId()}${freshId()}`;
  const address = `${desk}?${new URLSearchParams({ key: `${x}.${y}`, return: page, state })}`;
  return { address, way: { ...(member === undefined ? {} : { member }), key, state } };
}

const publicHalf = async ({ publicKey }: KeyPair): Promise<PublicJwk> =>
  z.object(PublicJwk.shape).parse(await crypto.subtle.exportKey("jwk", publicKey));

export interface SignedIn {
  readonly member: string;
  readonly key: KeyPair;
  readonly session: string;
  /** Seconds since 1970, by the member's clock: when the session was given, and when it ends. */
  readonly from: number;
  readonly until: number;
}

/**
 * What stands behind the `#` when the browser is back: a session, why there is none, or undefined where this is no way back from a desk.
 * A session that this browser did not set out for is refused: somebody else could have signed it in as themselves.
 */
export async function comeBack(
  fragment: string,
  way: Way | undefined,
): Promise<SignedIn | { readonly refused: Reason } | undefined> {
  const said = new URLSearchParams(fragment.replace(/^#/, ""));
  const [session, refused] = [said.get("session"), said.get("refused")];
  if (session === null && refused === null) return undefined;
  if (way === undefined || said.get("state") !== way.state) return { refused: "signin-invalid" };
  if (session === null)
    return { refused: refused !== null && isReason(refused) ? refused : "signin-invalid" };
  try {
    const { iss, iat, exp, cnf } = peek(session, Session);
    if (
      iss !== (way.member ?? iss) ||
      thumbprintOf(cnf.jwk) !== thumbprintOf(await publicHalf(way.key))
    )
      return { refused: "signin-invalid" };
    return { member: iss, key: way.key, session, from: iat, until: exp };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { refused: "signin-invalid" };
  }
}
