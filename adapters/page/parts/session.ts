/**
 * Who is signed in: a member's key, in the demonstration handed over in the fragment of a link, which no browser sends anywhere; or, by
 * the member's desk, a key of this browser's own and the session that vouches for it (desk.ts). Either is kept unextractable in this
 * browser's own store: script can sign with it and never read it.
 */

import type { Way } from "../../client/desk.ts";
import type { KeyPair } from "../../client/signer.ts";
import { readSignin } from "../../client/signin.ts";

export interface Session {
  readonly member: string;
  readonly key: KeyPair;
  /** The member's word that this browser's key may ask for it, and when that ends; absent where the key is the member's own. */
  readonly under?: { readonly session: string; readonly until: number };
  /** Seconds by which the federation's clock is ahead of this machine's: 0 but in a demonstration. */
  readonly ahead: number;
}

const P256 = { name: "ECDSA", namedCurve: "P-256" } as const;

/** Throws `TypeError` where the key is none. */
export async function sessionOf(member: string, jwk: JsonWebKey, ahead = 0): Promise<Session> {
  const { kty, crv, x, y, d } = jwk;
  if (kty !== "EC" || crv !== "P-256" || !x || !y || !d)
    throw new TypeError("not a private P-256 key");
  const privateKey = await crypto.subtle.importKey("jwk", { kty, crv, x, y, d }, P256, false, [
    "sign",
  ]);
  const publicKey = await crypto.subtle.importKey("jwk", { kty, crv, x, y }, P256, true, [
    "verify",
  ]);
  return { member, key: { privateKey, publicKey }, ahead };
}

/** The sign-in of a link, taken out of the address at once: it must not stay in the history. */
export async function fromLink(): Promise<Session | undefined> {
  const signin = readSignin(location.hash);
  if (signin === undefined) return undefined;
  history.replaceState(null, "", location.pathname + location.search);
  return sessionOf(signin.member, signin.key, signin.ahead);
}

const open = (): Promise<IDBObjectStore> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open("tavolo", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("session");
    request.onsuccess = () =>
      resolve(request.result.transaction("session", "readwrite").objectStore("session"));
    request.onerror = () => reject(request.error);
  });
const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

export const storeSession = async (session: Session): Promise<void> =>
  void (await done((await open()).put(session, "now")));
/** None where its session has ended. */
export async function storedSession(): Promise<Session | undefined> {
  const session = await done((await open()).get("now") as IDBRequest<Session | undefined>);
  const now = Math.floor(Date.now() / 1000) + (session?.ahead ?? 0);
  return session?.under !== undefined && session.under.until <= now ? undefined : session;
}
export const forget = async (): Promise<void> => done((await open()).delete("now"));

/** On the way to a desk and back. */
export const storeWay = async (way: Way): Promise<void> =>
  void (await done((await open()).put(way, "way")));
/** Taken: a way is gone once. */
export async function takeWay(): Promise<Way | undefined> {
  const way = await done((await open()).get("way") as IDBRequest<Way | undefined>);
  await done((await open()).delete("way"));
  return way;
}
