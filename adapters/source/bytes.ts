/** From a path to text: opening, unzipping, decoding. Every way in which that fails is `Refused` file-unreadable, in words. */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import type { Sample } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";

type Encoding = "utf-8" | "windows-1252" | "iso-8859-15" | "latin-1";

const unreadable = (sentence: string) => new Refused("file-unreadable", sentence);

/** The refusal for an error of the file system or of zlib. Its own message is left out. */
export function unreadableBecause(error: unknown, file: string): Refused {
  if (error instanceof Refused) return error;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const name = basename(file);
  if (code === "ENOENT") return unreadable(`${name}: there is no such file`);
  if (code === "EACCES" || code === "EPERM")
    return unreadable(`${name}: this program may not read the file`);
  if (code === "EISDIR") return unreadable(`${name} is a folder`);
  if (code === "Z_BUF_ERROR")
    return unreadable(`${name}: the gzip file is cut short; copy it again`);
  if (typeof code === "string" && code.startsWith("Z_"))
    return unreadable(`${name}: the gzip file is damaged; copy it again`);
  return unreadable(`${name} cannot be read`);
}

/** The first bytes of a file, fewer where it is shorter. */
async function beginning(file: string, length: number): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Bytes of a file, unzipped where its first two say that it is gzip, whatever its name. Throws `Refused` file-unreadable. */
export async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  try {
    const [first, second] = await beginning(file, 2);
    const raw = createReadStream(file, { highWaterMark: 1 << 18 });
    const zipped = first === 0x1f && second === 0x8b;
    // pipeline, unlike pipe, carries an error of the one on to the other and closes both
    yield* zipped ? pipeline(raw, createGunzip({ chunkSize: 1 << 18 }), () => {}) : raw;
  } catch (error) {
    throw unreadableBecause(error, file);
  }
}

/**
 * Text of a file, in pieces, without its byte order mark. What is called latin-1 is read as windows-1252, which differs only
 * where latin-1 has control characters. Throws `Refused` file-unreadable, also where the bytes are another encoding.
 */
export async function* textOf(file: string, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding === "latin-1" ? "windows-1252" : encoding, {
    fatal: true,
  });
  const decode = (bytes?: Uint8Array): string => {
    try {
      return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch {
      throw unreadable(
        `${basename(file)} is not written in ${encoding}; say its encoding in the descriptor under file.encoding, or save it as UTF-8`,
      );
    }
  };
  let first = true;
  for await (const bytes of bytesOf(file)) {
    const text = decode(bytes);
    // the mark of UTF-8, read as if it were Latin letters: going on would turn every accent into two wrong letters, in silence
    if (first && text.startsWith("ï»¿"))
      throw unreadable(
        `${basename(file)} begins with the mark of UTF-8, but the descriptor says ${encoding} under file.encoding`,
      );
    first = false;
    yield text;
  }
  yield decode();
}

/** What is looked at of a longer file. */
const MOST_BYTES = 64 << 20;

/** A file of text before anybody has said how it is written: CSV or JSON, in some encoding. Throws `Refused` file-unreadable. */
export async function textSample(file: string): Promise<Sample> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of bytesOf(file)) {
    pieces.push(piece);
    length += piece.length;
    if (length > MOST_BYTES) break;
  }
  const bytes = Buffer.concat(pieces).subarray(0, MOST_BYTES);
  return { kind: "bytes", name: basename(file), bytes, whole: length <= MOST_BYTES };
}
