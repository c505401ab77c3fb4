/** Step 4: who a row is about becomes a keyed hash. After it no direct identifier is left. */
import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import type { Blobs, VersionRow } from "../../schemas/ports.ts";
import type { GeneralRow } from "./generalise.ts";

/** Bytes of a pseudonym: 128 bits, so that two of a million persons fall together with odds of 1 in 10^26. */
const LENGTH = 16;

/** The key of a dataset at this node. It never leaves the private side: whoever holds it can try identifiers one by one. */
export const keyPath = (dataset: string): string => `keys/pseudonym/${dataset}`;

/** Reads the key of a dataset, or makes it (256 bits) where there is none yet. */
export async function pseudonymKey(blobs: Blobs, random: (bytes: number) => Uint8Array, dataset: string): Promise<KeyObject> {
  const path = keyPath(dataset);
  const known = await blobs.read(path);
  if (known !== undefined) return createSecretKey(known);
  const fresh = random(32);
  await blobs.write(path, fresh);
  // read back: had another run made one at the same time, both must go on with the one that stayed
  return createSecretKey((await blobs.read(path)) ?? fresh);
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
