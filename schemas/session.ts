/** A person at the page: the member's word that the key of one browser asks for it, for a few hours, and for nothing more than that. */
import * as z from "zod";
import { CompactJws, Jti, MemberId, PublicJwk, Seconds, signed } from "./words.ts";

/** Longest life of a session, in seconds: a working day. */
export const SESSION_LIFE = 8 * 3600;

/** `asker`: asks the members' questions at the hub. `owner`: sees what the member's own node tells its owner. */
export const SessionRole = z.enum(["asker", "owner"]);
export type SessionRole = z.infer<typeof SessionRole>;

/**
 * Payload of a `tavolo-session+jws`, signed with the member's session key. Nothing in it is of the person: no name, no number, no word
 * of who provides the sign-in.
 */
export const Session = z.strictObject({
  ...signed,
  /** Where it is good: the hub, or the member's own node. */
  aud: MemberId,
  exp: Seconds,
  jti: Jti,
  roles: z.array(SessionRole).min(1).max(2),
  /** The key that the browser made and never gives away (RFC 7800). */
  cnf: z.strictObject({ jwk: PublicJwk }),
});
export type Session = z.infer<typeof Session>;

/** A session as it travels, inside what the browser's key signs. */
export const SessionJws = CompactJws.max(2048);
