/**
 * The directory of members. Each entry is signed by a member key that it lists itself; the first one is trusted as it was
 * registered, and each later one must be signed by a key of the one before.
 */
import * as z from "zod";
import { DirectoryEntry, type DirectoryFile, type MemberKey } from "../../schemas/member.ts";
import type { Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { CompactJws } from "../../schemas/words.ts";
import { peek, sha256, verifyCompact } from "./jws.ts";

const PK = "hub#member";
const Stored = z.strictObject({ entry: CompactJws });

export interface Directory {
  get(id: string): Promise<DirectoryEntry | undefined>;
  /** Those of some members that are there, in one call. */
  some(ids: readonly string[]): Promise<ReadonlyMap<string, DirectoryEntry>>;
  all(): Promise<readonly DirectoryEntry[]>;
  /** The entries as their members signed them, for whoever wants to verify for themselves. */
  signed(): Promise<readonly string[]>;
}

/** RFC 7638: the required members in the order of the alphabet. */
const thumbprint = ({ jwk: { crv, kty, x, y } }: MemberKey) => sha256(JSON.stringify({ crv, kty, x, y }));

/**
 * An entry that one of its own member keys signed, and whose key ids are the thumbprints of their keys (tokens are bound to
 * them). Does not check that this is the member it says it is. The signature stands for good: its time is its own `iat`.
 */
export async function verifyEntry(jws: string, keys?: readonly MemberKey[]): Promise<DirectoryEntry> {
  const claimed = peek(jws, DirectoryEntry);
  const trust = { use: "member", now: claimed.iat, lasting: true } as const;
  const { kid: _, ...entry } = await verifyCompact(jws, "tavolo-member+jws", DirectoryEntry, { ...trust, keys: claimed.keys });
  if (keys !== undefined) await verifyCompact(jws, "tavolo-member+jws", DirectoryEntry, { ...trust, keys });
  if (entry.iss !== entry.id) throw new Refused("signature-invalid", "a member signs its own entry");
  if (entry.keys.some((key) => key.kid !== thumbprint(key))) throw new Refused("signature-invalid", "a kid is the thumbprint of its key");
  return entry;
}

/** Reads the entries that a store holds. Verified ones are kept by the digest of their bytes. */
export function directory(store: Store): Directory {
  const verified = new Map<string, DirectoryEntry>();
  const read = async (body: unknown, id: string): Promise<DirectoryEntry> => {
    const { entry: jws } = Stored.parse(body);
    const digest = sha256(jws);
    const entry = verified.get(digest) ?? (await verifyEntry(jws));
    if (entry.id !== id) throw new Refused("signature-invalid");
    if (verified.size > 1000) verified.clear();
    verified.set(digest, entry);
    return entry;
  };
  return {
    async get(id) {
      const item = await store.get(PK, id);
      return item && read(item.body, id);
    },
    async some(ids) {
      const items = await store.getMany(PK, ids);
      return new Map(await Promise.all(items.map(async ({ body, sk }) => [sk, await read(body, sk)] as const)));
    },
    async all() {
      const entries: DirectoryEntry[] = [];
      for await (const { body, sk } of store.query(PK)) entries.push(await read(body, sk));
      return entries;
    },
    async signed() {
      const entries: string[] = [];
      for await (const { body } of store.query(PK)) entries.push(Stored.parse(body).entry);
      return entries;
    },
  };
}

/**
 * Takes up a member, or its newer entry. Whether a newcomer is who it says is for the operator to find out, beforehand.
 * Throws `Refused`: signature-invalid; conflict where the entry is not newer than what is there. `local` allows a node
 * without TLS or at a private address. A public name that leads to a private address is not noticed here.
 */
export async function register(store: Store, jws: string, { local = false } = {}): Promise<DirectoryEntry> {
  const entry = await verifyEntry(jws);
  if (!local && entry.url !== undefined && !isPublic(entry.url))
    throw new Refused("body-invalid", "a node's url is https, at a public name");
  const before = await store.get(PK, entry.id);
  const item = { pk: PK, sk: entry.id, body: { entry: jws } satisfies z.infer<typeof Stored> };
  if (before === undefined) {
    if (!(await store.put({ ...item, revision: 1 }, { kind: "absent" }))) throw new Refused("conflict");
    return entry;
  }
  const held = Stored.parse(before.body).entry;
  if (held === jws) return entry;
  const former = peek(held, DirectoryEntry);
  await verifyEntry(jws, former.keys);
  // an older entry, put back, would put keys back that were ended since
  if (entry.iat <= former.iat) throw new Refused("conflict", "the entry that is there is as new");
  const revision = before.revision + 1;
  if (!(await store.put({ ...item, revision }, { kind: "revision", is: before.revision }))) throw new Refused("conflict");
  return entry;
}

function isPublic(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  const isLocal = /^(localhost|.*\.localhost|.*\.local|.*\.internal)\.?$/i.test(hostname) || hostname.startsWith("[");
  // URL has already turned every way of writing an IPv4 address into four numbers
  const isIp = /^\d+\.\d+\.\d+\.\d+$/.test(hostname);
  return protocol === "https:" && !isLocal && !isIp;
}

/** A directory taken along as a file: every entry verified, no member twice. */
export async function readDirectory({ entries }: z.infer<typeof DirectoryFile>): Promise<DirectoryEntry[]> {
  const read = await Promise.all(entries.map((jws) => verifyEntry(jws)));
  if (new Set(read.map(({ id }) => id)).size !== read.length) throw new Refused("signature-invalid", "the directory has a member twice");
  return read;
}
