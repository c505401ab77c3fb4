/** Signing in with the organisation's own account: to the member's desk and back, as steps of the browser. The page fetches nothing there. */

import type { Reason } from "../../../schemas/refusal.ts";
import { comeBack, setOut } from "../../client/desk.ts";
import { type Session, storeWay, takeWay } from "./session.ts";

/** Clocks that differ by less are the same. */
const SKEW = 60;

let turnedAway: Reason | undefined;
/** Why the desk that this page was just sent back from gave no session. */
export const refusedAtDesk = (): Reason | undefined => turnedAway;

/** Goes to a desk: the page is left, and comes back as it is now. */
export async function goToDesk(desk: string, member?: string): Promise<void> {
  const { address, way } = await setOut(
    member,
    desk,
    `${location.origin}${location.pathname}${location.search}`,
  );
  await storeWay(way);
  location.assign(address);
}

/** The session that a desk gave, taken out of the address at once; undefined where this is no way back, or there is none. */
export async function fromDesk(): Promise<Session | undefined> {
  if (!/^#(session|refused)=/.test(location.hash)) return undefined;
  const fragment = location.hash;
  history.replaceState(null, "", location.pathname + location.search);
  const came = await comeBack(fragment, await takeWay().catch(() => undefined));
  if (came === undefined) return undefined;
  if ("refused" in came) {
    turnedAway = came.refused;
    return undefined;
  }
  const { member, key, session, from, until } = came;
  // in a demonstration the members' clock may be set ahead
  const ahead = from - Math.floor(Date.now() / 1000);
  return { member, key, under: { session, until }, ahead: Math.abs(ahead) > SKEW ? ahead : 0 };
}

/** Whether the node that serves this page has a desk. */
export async function deskHere(): Promise<string | undefined> {
  const reply = await fetch("/desk", { redirect: "manual" }).catch(() => undefined);
  return reply === undefined || reply.status === 404 ? undefined : `${location.origin}/desk`;
}

/** Calls when a session ends by itself, after eight hours at most; gives what takes that back. */
export function atEnd(session: Session | undefined, then: () => void): () => void {
  if (session?.under === undefined) return () => {};
  const left = session.under.until - session.ahead - Date.now() / 1000;
  const timer = setTimeout(then, Math.max(0, left) * 1000);
  return () => clearTimeout(timer);
}
