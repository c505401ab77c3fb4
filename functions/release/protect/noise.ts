/**
 * One normal from a key and the place in the lattice where it belongs. The same key and place give the same draw on every
 * machine; without the key nothing about it can be told (HMAC-SHA-256 as a pseudo-random function).
 */
import { hash } from "node:crypto";
import type { Pairs } from "../../disclosure/lattice.ts";
import { normalQuantile } from "../../disclosure/normal.ts";
import type { Draw } from "../methods/protector.ts";

const BLOCK = 64;

/** LP(s): 4-byte big-endian length of the UTF-8 (NFC) bytes, then the bytes. Unambiguous however strings are joined. */
function lengthPrefixed(text: string): Buffer {
  const bytes = Buffer.from(text.normalize("NFC"), "utf8");
  return Buffer.concat([uint32(bytes.length), bytes]);
}
function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export const message = (release: string, field: string, pairs: Pairs): Buffer =>
  Buffer.concat([
    ...["tavolo-noise-1", release, field].map(lengthPrefixed),
    uint32(pairs.length),
    ...[...pairs]
      .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      .flatMap((pair) => pair.map(lengthPrefixed)),
  ]);

/** A keyed hash, until what it is keyed with is erased. */
interface Keyed {
  /** Throws `TypeError` once it is erased. */
  readonly digest: (bytes: Uint8Array) => Buffer;
  readonly erase: () => void;
}

/**
 * HMAC-SHA-256 (RFC 2104) by two one-shot digests: `createHmac` costs four times as much for messages this short. The two pads are
 * all that there is of the key here: each lies in one buffer that messages are written behind, so that no call leaves a copy, and
 * `erase` overwrites both. The heap is collected when the engine likes: what it or the digest's own library copied is beyond reach.
 */
export function hmac(key: Uint8Array): Keyed {
  if (key.length > BLOCK) throw new TypeError("a key longer than the block is not used here");
  const pad = (with_: number, room: number): Buffer => {
    const bytes = Buffer.alloc(BLOCK + room);
    for (let at = 0; at < BLOCK; at++) bytes[at] = with_ ^ (key[at] ?? 0);
    return bytes;
  };
  let inner = pad(0x36, 1024);
  const outer = pad(0x5c, 32);
  let erased = false;
  return {
    digest(bytes) {
      if (erased) throw new TypeError("the key is erased: nothing can be drawn from it");
      const length = BLOCK + bytes.length;
      if (length > inner.length) {
        const longer = Buffer.alloc(length);
        inner.copy(longer, 0, 0, BLOCK);
        inner.fill(0);
        inner = longer;
      }
      inner.set(bytes, BLOCK);
      outer.set(hash("sha256", inner.subarray(0, length), "buffer"), BLOCK);
      return hash("sha256", outer, "buffer");
    },
    erase() {
      erased = true;
      inner.fill(0);
      outer.fill(0);
    },
  };
}

/** The top 52 bits of a digest's first 8 bytes. */
export const topBits = (digest: Uint8Array): number =>
  Number(Buffer.from(digest.buffer, digest.byteOffset, 8).readBigUInt64BE() >> 12n);

/** (2k+1)/2^53: exact in a double, never 0 or 1. With 53 bits and a half it could round up to 1, an infinite normal. */
export const uniform = (k: number): number => (2 * k + 1) / 2 ** 53;

/** Draws of one release, until they are erased: from then on drawing throws. */
export function drawsFrom(
  key: Uint8Array,
  release: string,
): { readonly draw: Draw; readonly erase: () => void } {
  const { digest, erase } = hmac(key);
  const draw: Draw = (field, pairs) =>
    normalQuantile(uniform(topBits(digest(message(release, field, pairs)))));
  return { draw, erase };
}
