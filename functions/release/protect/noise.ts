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

/** HMAC-SHA-256 (RFC 2104) by two one-shot digests: `createHmac` costs four times as much for messages this short. */
export function hmac(key: Uint8Array): (bytes: Uint8Array) => Buffer {
  if (key.length > BLOCK) throw new TypeError("a key longer than the block is not used here");
  const pad = (with_: number) =>
    Buffer.alloc(BLOCK, with_).map((byte, at) => byte ^ (key[at] ?? 0));
  const [inner, outer] = [pad(0x36), pad(0x5c)];
  return (bytes) =>
    hash(
      "sha256",
      Buffer.concat([outer, hash("sha256", Buffer.concat([inner, bytes]), "buffer")]),
      "buffer",
    );
}

/** The top 52 bits of a digest's first 8 bytes. */
export const topBits = (digest: Uint8Array): number =>
  Number(Buffer.from(digest.buffer, digest.byteOffset, 8).readBigUInt64BE() >> 12n);

/** (2k+1)/2^53: exact in a double, never 0 or 1. With 53 bits and a half it could round up to 1, an infinite normal. */
export const uniform = (k: number): number => (2 * k + 1) / 2 ** 53;

export function drawsFrom(key: Uint8Array, release: string): Draw {
  const mac = hmac(key);
  return (field, pairs) => normalQuantile(uniform(topBits(mac(message(release, field, pairs)))));
}
