/**
 * The desk of a node: a person comes from a page with the key of their browser, is sent to their own organisation's OpenID provider,
 * and goes back with a session for that key. begin: placed → address → putNew. finish: taken → claims → hasRole → append → signCompact.
 * Neither the hub nor the provider ever holds a key that signs for the member, and nobody but the provider learns who it was.
 */

import { createHash, createPublicKey, timingSafeEqual } from "node:crypto";
import { type DeskPages, DeskRequest, type OidcConfig, Signin } from "../../schemas/desk.ts";
import { keyOf } from "../../schemas/items/item.ts";
import { signin as signinItem } from "../../schemas/items/signin.ts";
import type { Clock, IdentityProvider, Signer, Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { SESSION_LIFE, type Session, type SessionRole } from "../../schemas/session.ts";
import type { PublicJwk } from "../../schemas/words.ts";
import type { Log } from "../log/append.ts";
import { recordRefusal } from "../log/record-refusal.ts";
import { freshId, sha256, signCompact } from "../signing/jws.ts";
import { getItem, putNew, putNext } from "../store/stored.ts";
import { type Claims, hasRole } from "./roles.ts";

/** Seconds that a person may take at the provider's. */
export const SIGNIN_LIFE = 600;

export interface DeskDeps {
  readonly member: string;
  /** Id of the hub that the node has pinned. */
  readonly hub: string;
  /** The pages to which a session may be given, and no others. */
  readonly pages: DeskPages;
  readonly roles: OidcConfig["roles"];
  readonly provider: IdentityProvider;
  readonly store: Store;
  /** The node's session key: it signs nothing else, and nothing else signs sessions. */
  readonly signer: Signer;
  /** Private events. */
  readonly log: Log;
  readonly clock: Clock;
}

/** The role and the place of the sessions of each page: what the hub serves could be made to do anything but see the owner's own. */
const ROLES = { hub: "asker", own: "owner" } as const satisfies Record<
  Signin["place"],
  SessionRole
>;

const fresh = (): string => `${freshId()}${freshId()}`;
const refused = (detail: string) => new Refused("signin-invalid", detail);

/** Where the browser is sent, and the secret by which it is known when it comes back. Throws `Refused` signin-invalid or unavailable. */
export async function begin(
  { provider, store, pages, clock }: DeskDeps,
  sent: unknown,
): Promise<{ readonly location: string; readonly secret: string }> {
  const read = DeskRequest.safeParse(sent);
  if (!read.success) throw refused("send key (x.y), return and state, once each");
  const [request, place] = placed(read.data, pages);
  jwkOf(request.key);
  const [secret, now] = [fresh(), clock()];
  const signin: Signin = { request, place, state: fresh(), nonce: fresh(), verifier: fresh() };
  const location = await provider.address(signin);
  const key = keyOf(signinItem, { digest: sha256(secret) });
  if (!(await putNew(store, { ...key, body: signin, expiresAt: now + SIGNIN_LIFE })))
    throw new Refused("conflict");
  return { location, secret };
}

/** The address of a page as it will be gone back to. One that is not a page's own, to the letter, would give the session away. */
function placed(request: DeskRequest, pages: DeskPages): [DeskRequest, Signin["place"]] {
  const url = URL.parse(request.return);
  const isAt = (page: string): boolean => {
    const { origin, pathname } = new URL(page);
    return url !== null && url.origin === origin && url.pathname === pathname;
  };
  const place = isAt(pages.hub) ? "hub" : isAt(pages.own) ? "own" : undefined;
  // a browser takes what is behind the # along through redirects: the address must be one that never redirects
  if (url === null || place === undefined || url.hash || url.username || url.password)
    throw refused("return is neither the page of this node's hub nor its own");
  return [{ ...request, return: url.href }, place];
}

/** Throws `Refused` signin-invalid where the numbers are no point of the curve. */
function jwkOf(key: string): PublicJwk {
  const [x = "", y = ""] = key.split(".");
  const jwk = { kty: "EC", crv: "P-256", x, y } as const;
  try {
    createPublicKey({ key: jwk, format: "jwk" });
  } catch {
    throw refused("key is no P-256 key");
  }
  return jwk;
}

interface Return {
  /** What the browser was given when it set out. */
  readonly secret: string | undefined;
  /** The query with which the provider sent it back. */
  readonly search: string;
}

/** Back to the page: with a session behind the `#`, or why there is none. Throws `Refused` signin-invalid, unavailable or log-unwritten. */
export async function finish(deps: DeskDeps, { secret, search }: Return): Promise<string> {
  const now = deps.clock();
  const signin = await taken(deps.store, { secret, search }, now);
  const { request, place } = signin;
  const back = (what: Record<string, string>) =>
    `${request.return}#${new URLSearchParams({ ...what, state: request.state })}`;
  const role = ROLES[place];
  try {
    const claims = await deps.provider.claims(search, signin);
    const person = personOf(claims);
    if (!hasRole(claims, deps.roles, role)) {
      const missing = new Refused("role-missing");
      await recordRefusal(deps.log, missing, { role, person }, now, "signin-refused");
      return back({ refused: missing.reason });
    }
    const session: Session = {
      ...{
        v: 1,
        iss: deps.member,
        aud: place === "hub" ? deps.hub : deps.member,
        iat: now,
        exp: now + SESSION_LIFE,
      },
      ...{ jti: freshId(), roles: [role], cnf: { jwk: jwkOf(request.key) } },
    };
    await deps.log.append("signin", { session: session.jti, role, person }, now);
    return back({ session: await signCompact(deps.signer, "tavolo-session+jws", session) });
  } catch (error) {
    if (!(error instanceof Refused) || error.reason === "log-unwritten") throw error;
    await recordRefusal(deps.log, error, { role }, now, "signin-refused");
    return back({ refused: error.reason });
  }
}

/**
 * The sign-in that this very browser set out on, used up: whoever comes a second time, or with another's answer of the provider,
 * is refused, and the other sign-in stays as it was.
 */
async function taken(store: Store, { secret, search }: Return, now: number): Promise<Signin> {
  const again = refused(
    "this browser is not on its way to a session here, or was already; begin again at the page",
  );
  if (secret === undefined) throw again;
  const item = await getItem(store, signinItem, { digest: sha256(secret) });
  const read = Signin.safeParse(item?.body);
  if (item === undefined || !read.success || (item.expiresAt ?? 0) < now) throw again;
  const [state, ...others] = new URLSearchParams(search).getAll("state");
  if (state === undefined || others.length > 0 || !isSame(state, read.data.state)) throw again;
  if (!(await putNext(store, item, { ...item, body: {} }))) throw again;
  return read.data;
}

const digest = (text: string) => createHash("sha256").update(text).digest();
const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

/**
 * What the private log keeps of a person: a salted digest. The member can find a person whom its provider names in it, and nobody can
 * tell from it which two sign-ins were one person's.
 */
function personOf({ iss, sub }: Claims): string {
  const salt = freshId();
  return `${salt}.${sha256(JSON.stringify([salt, iss, sub]))}`;
}
