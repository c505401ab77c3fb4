/**
 * Step 4: who a row is about becomes a keyed hash. After it no direct identifier is left.
 *
 * A dataset has a chain of keys, one an epoch. The pseudonym of the first epoch is HMAC(key 0, identifiers); that of a later one is
 * HMAC(key, pseudonym of the epoch before): so that a new key can be laid over what is stored, where there are no identifiers any
 * more, and new rows of the same person still fall together with the old ones. Whoever got hold of older keys or older pseudonyms
 * cannot link them with those of today.
 */
import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import { found } from "../../schemas/found.ts";
import { keyOf } from "../../schemas/items/item.ts";
import { pseudonymKey } from "../../schemas/items/keep.ts";
import type { Blobs, Store, VersionRow } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { getItem, putNew } from "../store/stored.ts";

/** Bytes of a pseudonym: 128 bits, so that two of a million persons fall together with odds of 1 in 10^26. */
const LENGTH = 16;
const KEY_LENGTH = 32;

export interface KeyDeps {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly random: (bytes: number) => Uint8Array;
}
/** The keys of a dataset. They never leave the private side: whoever holds them can try identifiers one by one. */
export interface Keys {
  readonly chain: readonly KeyObject[];
  /** Epoch of the first of them: names of before cannot be found any more. */
  readonly first: number;
  /** How often the key was changed. */
  readonly epoch: number;
}
/** Pseudonyms, and under which key they are. */
export interface Pseudonyms {
  readonly epoch: number;
  readonly names: readonly string[];
}

/** Reads the keys of a dataset, or makes the first one (256 bits) where there is none yet. Throws `Refused` key-destroyed. */
export async function pseudonymKeys(deps: KeyDeps, dataset: string): Promise<Keys> {
  const known = await keysIfThere(deps, dataset);
  if (known !== undefined) return known;
  if ((await getItem(deps.store, pseudonymKey, { dataset })) === undefined) {
    const path = await writeKeys(deps, dataset, deps.random(KEY_LENGTH));
    await putNew(deps.store, { ...keyOf(pseudonymKey, { dataset }), body: { path } });
  }
  const made = await keysIfThere(deps, dataset);
  if (made === undefined)
    throw new Refused(
      "key-destroyed",
      "a new key would make strangers of everybody who is stored, or who withdrew",
    );
  return made;
}

/** The keys of a dataset; undefined where none was made yet, or where they were destroyed. */
export async function keysIfThere(
  { store, blobs }: Omit<KeyDeps, "random">,
  dataset: string,
): Promise<Keys | undefined> {
  for (let attempt = 1; ; attempt++) {
    const kept = (await getItem(store, pseudonymKey, { dataset }))?.body;
    if (kept === undefined || "destroyed" in kept) return undefined;
    const bytes = await blobs.read(kept.path);
    if (bytes !== undefined) return keysOf(bytes, kept.first);
    // the key may have been changed in between: then its file lies elsewhere
    if (attempt === 3) throw new Error(`the key of the pseudonyms of ${dataset} is missing`);
  }
}

export function keysOf(bytes: Uint8Array, first = 0): Keys {
  if (bytes.length === 0 || bytes.length % KEY_LENGTH !== 0)
    throw new Error("a file of pseudonym keys is damaged");
  const chain = Array.from({ length: bytes.length / KEY_LENGTH }, (_, at) =>
    createSecretKey(bytes.subarray(at * KEY_LENGTH, (at + 1) * KEY_LENGTH)),
  );
  return { chain, first, epoch: first + chain.length - 1 };
}

/** Writes keys under a name of their own, which is returned. */
export async function writeKeys(
  { blobs, random }: Omit<KeyDeps, "store">,
  dataset: string,
  bytes: Uint8Array,
): Promise<string> {
  const path = `keys/pseudonym/${dataset}-${Buffer.from(random(8)).toString("hex")}`;
  await blobs.write(path, bytes);
  return path;
}

/**
 * The pseudonym of a subject: HMAC-SHA-256 over each identifier behind its length (4 bytes, big-endian, so that `ab`, `c` is not
 * `a`, `bc`), cut to 128 bits, base64url; then once more under each later key. Identifiers are compared without blanks round
 * them, in NFC and upper case.
 */
export function pseudonymOf(keys: Keys, identifiers: readonly string[]): string {
  const hmac = createHmac("sha256", found(keys.chain[0]));
  for (const identifier of identifiers) {
    const bytes = Buffer.from(identifier.trim().normalize("NFC").toUpperCase(), "utf8");
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hmac.update(length).update(bytes);
  }
  return lifted(keys, hmac.digest().subarray(0, LENGTH).toString("base64url"), keys.first);
}

/**
 * A pseudonym of an earlier epoch as it is in the last one: HMAC-SHA-256 over its 16 bytes under each key since, cut as before. Throws
 * `Refused` key-destroyed where it is of before the first key that is left.
 */
export function lifted({ chain, first, epoch }: Keys, pseudonym: string, from: number): string {
  if (from < first)
    throw new Refused(
      "key-destroyed",
      `keys of before epoch ${first} are gone: nothing was stored under them any more`,
    );
  let name = pseudonym;
  for (let at = from + 1; at <= epoch; at++)
    name = createHmac("sha256", found(chain[at - first]))
      .update(Buffer.from(name, "base64url"))
      .digest()
      .subarray(0, LENGTH)
      .toString("base64url");
  return name;
}

/** A row whose values are codes of public lists, and whose persons are still named. */
interface NamedRow extends Omit<VersionRow, "subject"> {
  readonly identifiers: readonly string[];
}

/** Rows about nobody (statistics, registers) have an empty subject. */
export const subjectOf = (keys: Keys, identifiers: readonly string[]): string =>
  identifiers.length === 0 ? "" : pseudonymOf(keys, identifiers);

/** The row under the subject's name, and without the identifiers. */
export const pseudonymise = (
  subject: string,
  { period, start, codes, family, measures }: NamedRow,
): VersionRow => ({ subject, period, start, codes, family, measures });

/**
 * Whether names given under an epoch can still be found. Whoever has stored one asks this afterwards: keys that are let go meanwhile
 * are let go only where nothing was stored, so that one of the two sees the other.
 */
export async function isFound(store: Store, dataset: string, epoch: number): Promise<boolean> {
  const kept = (await getItem(store, pseudonymKey, { dataset }))?.body;
  return (
    kept === undefined || "destroyed" in kept || (!kept.forgetting && (kept.first ?? 0) <= epoch)
  );
}
/** What whoever finds that must say, having taken back what was stored. */
export const namedInVain = () =>
  new Refused("conflict", "the keys of the pseudonyms were changed at the same time; do it again");
