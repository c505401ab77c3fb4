/** Step 4: who a row is about becomes a keyed hash. After it no direct identifier is left. */
import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import * as z from "zod";
import type { Blobs, Store, VersionRow } from "../../schemas/ports.ts";
import type { GeneralRow } from "./generalise.ts";

/** Bytes of a pseudonym: 128 bits, so that two of a million persons fall together with odds of 1 in 10^26. */
const LENGTH = 16;

/**
 * The key of a dataset at this node. It never leaves the private side: whoever holds it can try identifiers one by one. Where it
 * lies is an item written once, so that of several first runs at once all go on with the key of the one that came first: rows
 * under a key that was lost could never be found again for a withdrawal.
 */
const KEYS = "keep#key";
const Kept = z.strictObject({ path: z.string().min(1) });

export interface KeyDeps {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly random: (bytes: number) => Uint8Array;
}

/** Reads the key of a dataset, or makes it (256 bits) where there is none yet. */
export async function pseudonymKey({ store, blobs, random }: KeyDeps, dataset: string): Promise<KeyObject> {
  const kept = async () => (await store.get(KEYS, dataset))?.body;
  const known = await kept();
  if (known === undefined) {
    const path = `keys/pseudonym/${dataset}-${Buffer.from(random(8)).toString("hex")}`;
    await blobs.write(path, random(32));
    await store.put({ pk: KEYS, sk: dataset, body: { path }, revision: 1 }, { kind: "absent" });
  }
  const bytes = await blobs.read(Kept.parse(known ?? (await kept())).path);
  // a new key would make strangers of everybody who is stored, or who withdrew
  if (bytes === undefined) throw new Error(`the key of the pseudonyms of ${dataset} is missing`);
  return createSecretKey(bytes);
}

/**
 * The pseudonym of a subject: HMAC-SHA-256 over each identifier behind its length (4 bytes, big-endian, so that `ab`, `c` is not
 * `a`, `bc`), cut to 128 bits, base64url. Identifiers are compared without blanks round them, in NFC and upper case.
 */
export function pseudonymOf(key: KeyObject, identifiers: readonly string[]): string {
  const hmac = createHmac("sha256", key);
  for (const identifier of identifiers) {
    const bytes = Buffer.from(identifier.trim().normalize("NFC").toUpperCase(), "utf8");
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hmac.update(length).update(bytes);
  }
  return hmac.digest().subarray(0, LENGTH).toString("base64url");
}

/** Rows about nobody (statistics, registers) have an empty subject. */
export function pseudonymise(key: KeyObject, { period, identifiers, start, codes, family, measures }: GeneralRow): VersionRow {
  return { subject: identifiers.length === 0 ? "" : pseudonymOf(key, identifiers), period, start, codes, family, measures };
}
