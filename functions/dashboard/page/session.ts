/**
 * Who is signed in: a member's key, in the demonstration handed over in the fragment of a link, which no browser sends anywhere. It is
 * kept unextractable in this browser's own store: script can sign with it and never read it. In deployment OpenID Connect takes
 * its place (docs/how-to/deploy-the-page.md).
 */

import type { KeyPair } from "../../../adapters/client/signer.ts";
import { readSignin } from "../../../adapters/client/signin.ts";

export interface Session {
  readonly member: string;
  readonly key: KeyPair;
  /** Seconds by which the federation's clock is ahead of this machine's: 0 but in a demonstration. */
  readonly ahead: number;
}

const P256 = { name: "ECDSA", namedCurve: "P-256" } as const;

/** Throws `TypeError` where the key is none. */
export async function sessionOf(member: string, jwk: JsonWebKey, ahead = 0): Promise<Session> {
  const { kty, crv, x, y, d } = jwk;
  if (kty !== "EC" || crv !== "P-256" || !x || !y || !d) throw new TypeError("not a private P-256 key");
  const privateKey = await crypto.subtle.importKey("jwk", { kty, crv, x, y, d }, P256, false, ["sign"]);
  const publicKey = await crypto.subtle.importKey("jwk", { kty, crv, x, y }, P256, true, ["verify"]);
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
    request.onsuccess = () => resolve(request.result.transaction("session", "readwrite").objectStore("session"));
    request.onerror = () => reject(request.error);
  });
const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

export const keep = async (session: Session): Promise<void> => void (await done((await open()).put(session, "now")));
export const kept = async (): Promise<Session | undefined> => done((await open()).get("now") as IDBRequest<Session | undefined>);
export const forget = async (): Promise<void> => done((await open()).delete("now"));
