/**
 * The log, as everything that happens writes it: an append is one put under a unique id, so that answers never queue for one
 * head. No record, no answer: what cannot be logged does not leave. Entries hold codes and ids only, never figures, identifiers
 * or tokens. What was appended waits in an inbox until the sequencer (functions/log) gives it its place in the Merkle tree.
 */
import { createHash, randomBytes } from "node:crypto";
import { keyOf } from "../../schemas/items/item.ts";
import { inboxes, type Logged, type LogPrefix } from "../../schemas/items/log.ts";
import type { Store } from "../../schemas/ports.ts";
import type { Receipt } from "../../schemas/query.ts";
import { Refused } from "../../schemas/refusal.ts";
import { traceFault } from "../edge/fault.ts";
import { sha256 } from "../signing/jws.ts";
import { putNew } from "../store/stored.ts";

export type Facts = Readonly<Record<string, string | number>>;
export interface Log {
  /**
   * Throws `Refused` log-unwritten. `once` names what may be tried again by whoever comes after one that died: the same
   * facts at the same time under the same name are one entry, however often they are appended.
   */
  append(kind: string, facts: Facts, at: number, once?: string): Promise<Receipt>;
  /** The same, begun: the receipt is known beforehand, so that an answer can be signed meanwhile. It must not leave before `written`. */
  begin(kind: string, facts: Facts, at: number, once?: string): Begun;
}
interface Begun {
  readonly receipt: Receipt;
  /** Rejects with `Refused` log-unwritten. */
  readonly written: Promise<void>;
}

/** The commitment as one release carries it: another in every release, so that none tells whether anything happened in between. */
export const boundTo = (release: string, digest: string): string => sha256(`${release}\n${digest}`);

/** RFC 9162, 2.1.1, salted: SHA-256 of a zero byte, the salt and the entry. */
export const leafOf = (salt: string, entry: string): string =>
  createHash("sha256")
    .update(new Uint8Array([0]))
    .update(Buffer.from(salt, "base64url"))
    .update(entry)
    .digest("base64url");

/** The time is `iat`, as in everything that is signed; no fact can stand in its place. */
function entryText(kind: string, facts: Facts, at: number): string {
  const fixed = { v: 1, kind, iat: at };
  return JSON.stringify({ ...fixed, ...facts, ...fixed });
}

const named = (purpose: string, once: string) =>
  createHash("sha256").update(`${purpose}\n${once}`).digest().subarray(0, 16).toString("base64url");

export function storeLog(store: Store, member: string, prefix: LogPrefix = "log"): Log {
  const begin: Log["begin"] = (kind, facts, at, once) => {
    const fresh = (purpose: string) =>
      once === undefined ? randomBytes(16).toString("base64url") : named(purpose, once);
    const salt = fresh("salt");
    const entry = entryText(kind, facts, at);
    const key = keyOf(inboxes[prefix], { seconds: at, id: fresh("id") });
    const id = key.sk;
    const leaf = leafOf(salt, entry);
    const body: Logged = { id, entry, salt, leaf };
    const write = async () => {
      const won = await putNew(store, { ...key, body }).catch((error: unknown) => {
        traceFault(error);
        return undefined;
      });
      // one that is there already under its own name is what was to be written
      if (won === undefined || (!won && once === undefined)) throw new Refused("log-unwritten");
    };
    return { receipt: { log: member, entry: id, leaf }, written: write() };
  };
  return {
    begin,
    async append(...entry) {
      const { receipt, written } = begin(...entry);
      await written;
      return receipt;
    },
  };
}
