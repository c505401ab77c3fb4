/**
 * The log: an append is one put under a unique id, so that answers never queue for one head. No record, no answer: what
 * cannot be logged does not leave. Entries hold codes and ids only, never figures, identifiers or tokens.
 */
import { createHash, randomBytes } from "node:crypto";
import type { Store } from "../../schemas/ports.ts";
import type { Receipt } from "../../schemas/query.ts";
import { Refused } from "../../schemas/refusal.ts";
import { freshId } from "./jws.ts";

export type Facts = Readonly<Record<string, string | number>>;
export interface Log {
  append(kind: string, facts: Facts, at: number): Promise<Receipt>;
}

const day = (at: number) => new Date(at * 1000).toISOString().slice(0, 10);

/** `prefix` is `log` for the public log of a member, `keep#log` for the private one whose dates may not show. */
export function storeLog(store: Store, member: string, prefix: "log" | "keep#log" = "log"): Log {
  return {
    async append(kind, facts, at) {
      const salt = randomBytes(16).toString("base64url");
      const entry = JSON.stringify({ v: 1, kind, at, ...facts });
      // RFC 9162, 2.1.1: a leaf is hashed behind a zero byte; the salt keeps entries from being guessed
      const leaf = createHash("sha256")
        .update(new Uint8Array([0]))
        .update(Buffer.from(salt, "base64url"))
        .update(entry)
        .digest("base64url");
      const sk = `${String(at).padStart(12, "0")}#${freshId()}`;
      const item = { pk: `${prefix}#${day(at)}`, sk, body: { entry, salt, leaf }, revision: 1 };
      if (!(await store.put(item, { kind: "absent" }).catch(() => false))) throw new Refused("log-unwritten");
      return { log: member, entry: sk, leaf };
    },
  };
}
