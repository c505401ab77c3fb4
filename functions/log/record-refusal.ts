/** That something was refused, in the log: why, by its code, and what else may be known of it. */
import { Refused } from "../../schemas/refusal.ts";
import type { Facts, Log } from "./append.ts";

/** What refused, where not any call: the owner's interface, a sign-in, a release. */
type RefusalKind = "refusal" | "owner-refused" | "signin-refused" | "failed-release";

/**
 * Records what was caught; whoever caught it throws it on. A fault of ours is `internal`. That the log could not be written is not
 * recorded in it. Throws `Refused` log-unwritten.
 */
export async function recordRefusal(
  log: Pick<Log, "append">,
  error: unknown,
  facts: Facts,
  now: number,
  kind: RefusalKind = "refusal",
): Promise<void> {
  const reason = error instanceof Refused ? error.reason : "internal";
  if (reason !== "log-unwritten") await log.append(kind, { ...facts, reason }, now);
}
