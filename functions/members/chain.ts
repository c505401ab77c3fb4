/**
 * A member's entries as a chain. The first is signed by a key that it lists itself; each later one by a key of the one before.
 * What was said of a key stands: it can end sooner than was said, but not before it was said so, and it is left out only once
 * it has ended. So the keys of a whole chain are their union, and what a key signed while it was good verifies for ever.
 */
import { DirectoryEntry, type MemberKey } from "../../schemas/member.ts";
import { Refused } from "../../schemas/refusal.ts";
import { peek, SKEW, sha256, verifyCompact } from "../signing/jws.ts";

/** RFC 7638: the required members in the order of the alphabet. */
const thumbprint = ({ jwk: { crv, kty, x, y } }: MemberKey) =>
  sha256(JSON.stringify({ crv, kty, x, y }));

/**
 * An entry that one of its own member keys signed, and whose key ids are the thumbprints of their keys (tokens are bound to
 * them). Does not check that this is the member it says it is. The signature stands for good: its time is its own `iat`.
 */
export async function verifyEntry(
  jws: string,
  keys?: readonly MemberKey[],
): Promise<DirectoryEntry> {
  const claimed = peek(jws, DirectoryEntry);
  const trust = { use: "member", now: claimed.iat, lasting: true } as const;
  const { kid: _, ...entry } = await verifyCompact(jws, "tavolo-member+jws", DirectoryEntry, {
    ...trust,
    keys: claimed.keys,
  });
  if (keys !== undefined)
    await verifyCompact(jws, "tavolo-member+jws", DirectoryEntry, { ...trust, keys });
  if (entry.iss !== entry.id)
    throw new Refused("signature-invalid", "a member signs its own entry");
  if (entry.keys.some((key) => key.kid !== thumbprint(key)))
    throw new Refused("signature-invalid", "a kid is the thumbprint of its key");
  return entry;
}

/** A newer entry of the same member. Throws `Refused`: signature-invalid; conflict where it is not newer. */
export async function verifyNext(jws: string, former: DirectoryEntry): Promise<DirectoryEntry> {
  const entry = await verifyEntry(jws, former.keys);
  if (entry.id !== former.id) throw new Refused("signature-invalid", "another member's entry");
  // an older entry, put back, would put keys back that were ended since
  if (entry.iat <= former.iat) throw new Refused("conflict", "the entry that is there is as new");
  for (const key of former.keys) checkKept(key, entry);
  const fresh = entry.keys.filter((key) => !former.keys.some((known) => isSame(known, key)));
  if (fresh.some(({ from }) => from < entry.iat - SKEW))
    throw new Refused("signature-invalid", "a new key is good from now on, not before");
  return entry;
}

const isSame = (a: MemberKey, b: MemberKey): boolean => a.kid === b.kid && a.use === b.use;

function checkKept(key: MemberKey, { keys, iat }: DirectoryEntry): void {
  const kept = keys.find((candidate) => isSame(candidate, key));
  const until = key.until ?? Number.POSITIVE_INFINITY;
  if (kept === undefined) {
    if (until > iat)
      throw new Refused("signature-invalid", "a key is left out only once it has ended");
    return;
  }
  const ends = kept.until ?? Number.POSITIVE_INFINITY;
  const stands = kept.from === key.from && ends <= until;
  // a member that could end a key in the past could disown what it signed
  if (!stands || (ends !== until && ends < iat))
    throw new Refused("signature-invalid", "a key can end sooner than was said, from now on");
}

/** All keys of both lists, each as long as it is good by either. */
export function mergeKeys(some: readonly MemberKey[], more: readonly MemberKey[]): MemberKey[] {
  const merged = new Map<string, MemberKey>();
  for (const key of [...some, ...more]) {
    const known = merged.get(`${key.use} ${key.kid}`);
    const until = Math.min(
      known?.until ?? Number.POSITIVE_INFINITY,
      key.until ?? Number.POSITIVE_INFINITY,
    );
    const { until: _, ...rest } = known ?? key;
    merged.set(
      `${key.use} ${key.kid}`,
      until === Number.POSITIVE_INFINITY ? rest : { ...rest, until },
    );
  }
  return [...merged.values()];
}

/** A whole chain, oldest first: the last entry, with every key that the member ever had. Throws `Refused` signature-invalid or conflict. */
export async function verifyChain(entries: readonly string[]): Promise<DirectoryEntry> {
  const [first, ...later] = entries;
  if (first === undefined) throw new Refused("signature-invalid");
  let entry = await verifyEntry(first);
  let { keys } = entry;
  for (const jws of later) {
    entry = await verifyNext(jws, entry);
    keys = mergeKeys(keys, entry.keys);
  }
  return { ...entry, keys };
}
