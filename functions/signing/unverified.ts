/**
 * What a check of somebody else's words may throw where they do not hold. Anything else that is thrown meanwhile is a bug of ours,
 * or something that is down, and must never be told as a fault of whoever sent them.
 */
import { errors } from "jose";
import * as z from "zod";

/** Words that can be read and do not hold: of another kind, key, time or question than they must be. */
export class Unverified extends Error {
  override readonly name = "Unverified";
}

/** Whether it was thrown because of what was sent: not JSON, not in its form, not signed as it says, or under a key that is none. */
export const isUnverified = (error: unknown): boolean =>
  error instanceof Unverified ||
  error instanceof SyntaxError ||
  error instanceof z.ZodError ||
  error instanceof errors.JOSEError ||
  (error instanceof DOMException && error.name === "DataError");
