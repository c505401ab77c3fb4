/** A directory away from its hub: what an offline check goes by. Pure, and safe in a browser. */
import { found } from "../../schemas/found.ts";
import { DirectoryEntry, type DirectoryFile } from "../../schemas/member.ts";
import { Refused } from "../../schemas/refusal.ts";
import { peek } from "../signing/jws.ts";
import { isUnverified, Unverified } from "../signing/unverified.ts";
import { mergeKeys, verifyChain, verifyEntry } from "./chain.ts";

/**
 * A directory taken along as a file: every member once, with all the keys of its chain. Members that have left are in it too,
 * since what they signed still stands. `known` are members as they were trusted before: each must go on from there, so that
 * whoever keeps the directory cannot exchange a key. Throws `Refused` signature-invalid where a chain breaks.
 */
export async function readDirectory(
  { entries, former = [] }: DirectoryFile,
  known: readonly DirectoryEntry[] = [],
): Promise<DirectoryEntry[]> {
  const ids = entries.map((jws) => peek(jws, DirectoryEntry).id);
  if (new Set(ids).size !== ids.length)
    throw new Refused("signature-invalid", "the directory has a member twice");
  const chains = new Map<string, { iat: number; jws: string }[]>(ids.map((id) => [id, []]));
  for (const jws of [...former, ...entries]) {
    const { id, iat } = peek(jws, DirectoryEntry);
    chains.set(id, [...(chains.get(id) ?? []), { iat, jws }]);
  }
  const before = new Map(known.map((entry) => [entry.id, entry]));
  return Promise.all(
    [...chains].map(([id, chain]) =>
      readChain(
        id,
        chain.sort((a, b) => a.iat - b.iat).map(({ jws }) => jws),
        before.get(id),
      ),
    ),
  );
}

async function readChain(
  id: string,
  chain: readonly string[],
  known: DirectoryEntry | undefined,
): Promise<DirectoryEntry> {
  try {
    const entry = await verifyChain(chain);
    if (known === undefined) return entry;
    const later = chain.filter((jws) => peek(jws, DirectoryEntry).iat > known.iat);
    const first = later[0];
    if (first === undefined && entry.iat !== known.iat)
      throw new Unverified("older than what is known");
    await verifyEntry(found(first ?? chain.at(-1)), known.keys);
    return { ...entry, keys: mergeKeys(known.keys, entry.keys) };
  } catch (error) {
    if (!(error instanceof Refused) && !isUnverified(error)) throw error;
    throw new Refused(
      "signature-invalid",
      `the entries of ${id} do not follow from one another, or from what was known of it`,
    );
  }
}
