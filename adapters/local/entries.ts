/** What a member of this machine says of itself: the entry in force, those before it, and how the next one is made. */

import { randomUUID } from "node:crypto";
import { access, readFile, rename, rm, writeFile } from "node:fs/promises";
import { peek, signCompact } from "../../functions/signing/jws.ts";
import { ifAbsent } from "../../schemas/caught.ts";
import {
  DirectoryEntry,
  type KeyUse,
  MemberHistory,
  type MemberKey,
} from "../../schemas/member.ts";
import type { Signer } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { createKeyFile, fileSigner } from "../keys/file.ts";
import { entryOf, keyOf, keyPath, usesOf } from "./members.ts";
import type { LocalMember, Paths } from "./state.ts";

interface Signed {
  readonly entry: DirectoryEntry;
  readonly jws: string;
}

async function replace(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, text, { mode: 0o600 });
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

/** The entry in force, where one was ever signed. */
async function heldEntry(at: Paths, id: string): Promise<Signed | undefined> {
  const jws = await readFile(at.entry(id), "utf8").catch(ifAbsent(undefined));
  return jws === undefined ? undefined : { jws, entry: peek(jws, DirectoryEntry) };
}

async function formerEntries(at: Paths, id: string): Promise<string[]> {
  const text = await readFile(at.history(id), "utf8").catch(ifAbsent(undefined));
  return text === undefined ? [] : MemberHistory.parse(JSON.parse(text)).entries;
}

/** Every entry of a member, oldest first; none where it never signed one here. */
export async function chainOf(at: Paths, id: string): Promise<string[]> {
  const [former, held] = [await formerEntries(at, id), await heldEntry(at, id)];
  return held === undefined ? former : [...former.filter((jws) => jws !== held.jws), held.jws];
}

/** Signs the next entry with the member's key and puts it in force here. It is told to others afterwards. */
export async function signNext(
  at: Paths,
  id: string,
  now: number,
  change: (entry: DirectoryEntry, iat: number) => DirectoryEntry,
): Promise<Signed> {
  const held = await heldEntry(at, id);
  if (held === undefined) throw new Refused("unknown-member", `${id} has signed no entry here yet`);
  const iat = Math.max(now, held.entry.iat + 1);
  const entry = DirectoryEntry.parse({ ...change(held.entry, iat), iat });
  const jws = await signCompact(await keyOf(at, id, "member"), "tavolo-member+jws", entry);
  await replace(at.history(id), JSON.stringify({ v: 1, entries: await chainOf(at, id) }));
  await replace(at.entry(id), jws);
  return { entry, jws };
}

/** The entry as it was signed last, or one signed anew where the address of the node is another, or a key is wanted that was not. */
export async function currentEntry(
  at: Paths,
  member: LocalMember,
  now: number,
  url?: string,
): Promise<Signed> {
  const held = await heldEntry(at, member.id);
  if (held === undefined) {
    const made = await entryOf(at, member, now, url);
    await replace(at.entry(member.id), made.jws);
    return made;
  }
  const missing = usesOf(member).filter((use) => !held.entry.keys.some((key) => key.use === use));
  if (held.entry.url === url && missing.length === 0) return held;
  const signers = await Promise.all(
    missing.map(async (use) => ({ use, signer: await keyOf(at, member.id, use) })),
  );
  return signNext(at, member.id, now, ({ url: _, ...entry }, iat) => {
    const fresh = signers.map(({ use, signer: { kid, jwk } }) => ({ kid, use, jwk, from: iat }));
    return { ...entry, keys: [...entry.keys, ...fresh], ...(url === undefined ? {} : { url }) };
  });
}

/** Keys in one entry; what ended longest ago is left out first, since the entries before have it still. */
const MOST_KEYS = 20;

/**
 * New keys for some uses. The former ones stay good for `overlap` seconds; 0 ends them now. May be interrupted and repeated: a
 * new key lies beside the old one until the entry that names it is signed.
 */
export async function rotate(
  at: Paths,
  id: string,
  uses: readonly KeyUse[],
  overlap: number,
  now: number,
): Promise<Signed> {
  const fresh = new Map<KeyUse, Signer>();
  for (const use of uses) fresh.set(use, await nextKey(`${keyPath(at, id, use)}.next`));
  const signed = await signNext(at, id, now, (entry, iat) => {
    const ended = (key: MemberKey) => ({
      ...key,
      until: Math.min(key.until ?? Number.POSITIVE_INFINITY, iat + overlap),
    });
    const kept = entry.keys.map((key) =>
      fresh.has(key.use) && fresh.get(key.use)?.kid !== key.kid ? ended(key) : key,
    );
    const added = [...fresh].filter(([, { kid }]) => !kept.some((key) => key.kid === kid));
    const keys = [...kept, ...added.map(([use, { kid, jwk }]) => ({ kid, use, jwk, from: iat }))];
    return { ...entry, keys: withinLimit(keys, iat) };
  });
  for (const use of uses) await rename(`${keyPath(at, id, use)}.next`, keyPath(at, id, use));
  return signed;
}

const nextKey = (path: string): Promise<Signer> =>
  access(path).then(
    () => fileSigner(path),
    () => createKeyFile(path),
  );

function withinLimit(keys: readonly MemberKey[], iat: number): MemberKey[] {
  const ended = keys
    .filter(({ until }) => until !== undefined && until < iat)
    .sort((a, b) => (a.until ?? 0) - (b.until ?? 0));
  const dropped = new Set(ended.slice(0, Math.max(0, keys.length - MOST_KEYS)));
  return keys.filter((key) => !dropped.has(key));
}
