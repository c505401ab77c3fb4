/**
 * The log, as everything that happens writes it: an append is one put under a unique id, so that answers never queue for one
 * head. No record, no answer: what cannot be logged does not leave. Entries hold codes and ids only, never figures, identifiers
 * or tokens. What was appended waits in an inbox until the sequencer (functions/log) gives it its place in the Merkle tree.
 */
import { createHash, randomBytes } from "node:crypto";
import type { Store } from "../../schemas/ports.ts";
import type { Receipt } from "../../schemas/query.ts";
import { Refused } from "../../schemas/refusal.ts";
import { traceFault } from "../edge/fault.ts";
import { sha256 } from "../signing/jws.ts";

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

/** The public log of a member, the private one whose dates may not show, and what the roles of release, owner and desk add to the private one. */
export type LogPrefix = "log" | "keep#log" | "release#log" | "own#log" | "desk#log";
export const inbox = (prefix: LogPrefix): string => `${prefix}#inbox`;

/** Where keep leaves a commitment to the head of the private log, for the release role to publish. */
export const COMMITMENT = { pk: "release#log#commitment", sk: "head" } as const;
/** The commitment as one release carries it: another in every release, so that none tells whether anything happened in between. */
export const boundTo = (release: string, digest: string): string => sha256(`${release}\n${digest}`);

/** An entry as it is stored, in the inbox and in its place. `entry` is JSON text: its very bytes are hashed. */
export interface Logged {
  /** The receipt's name of it: seconds, and 128 random bits that only the receipt and the store know. */
  readonly id: string;
  readonly entry: string;
  /** 128 random bits, base64url: without it nobody can try out what an entry may say. */
  readonly salt: string;
  readonly leaf: string;
}

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
    const id = `${String(at).padStart(12, "0")}#${fresh("id")}`;
    const leaf = leafOf(salt, entry);
    const body: Logged = { id, entry, salt, leaf };
    const write = async () => {
      const won = await store
        .put({ pk: inbox(prefix), sk: id, body, revision: 1 }, { kind: "absent" })
        .catch((error: unknown) => {
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
