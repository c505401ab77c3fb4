/**
 * Looks for given words in everything that a node leaves behind, in whatever wrapping: encodings of text, gzip, zstd, Parquet,
 * base64 (so also the payloads of signatures, and signatures inside those), items of the stores.
 */
import { hash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { ListTablesCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { parquetReadObjects } from "hyparquet";
import { localClient } from "../../adapters/local/serving/stores.ts";
import type { Stores } from "../../adapters/local/state.ts";
import { checkCharacter } from "../../docs/demo/codice-fiscale.ts";

/** Text without what differs from one way of writing to another: case, accents, and whatever stands between words. */
export const plain = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/\p{M}+/gu, "")
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, " ");

const SYMBOLS = " ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const symbolOf = new Int8Array(128).fill(-1);
for (const [at, symbol] of [...SYMBOLS].entries()) symbolOf[symbol.charCodeAt(0)] = at;

/** Finds any of many words in a text, anywhere in it and however written, in one pass (Aho and Corasick, 1975). */
export function finder(words: Iterable<string>): (text: string) => string[] {
  const patterns = [...new Set([...words].map(plain))];
  const width = SYMBOLS.length;
  const most = patterns.reduce((sum, { length }) => sum + length, 1);
  const next = new Int32Array(most * width);
  const ends = new Int32Array(most).fill(-1);
  const back = new Int32Array(most);
  let nodes = 1;
  for (const [index, pattern] of patterns.entries()) {
    let node = 0;
    for (const symbol of pattern) {
      const edge = node * width + symbolOf[symbol.charCodeAt(0)]!;
      if (next[edge] === 0) next[edge] = nodes++;
      node = next[edge]!;
    }
    ends[node] = index;
  }
  const queue = Array.from(next.subarray(0, width)).filter((node) => node !== 0);
  for (const node of queue)
    for (let symbol = 0; symbol < width; symbol++) {
      const edge = node * width + symbol;
      const fallen = next[back[node]! * width + symbol]!;
      if (next[edge] === 0) next[edge] = fallen;
      else {
        back[next[edge]!] = fallen;
        queue.push(next[edge]!);
      }
    }
  return (text) => {
    const found = new Set<string>();
    const haystack = plain(text);
    for (let at = 0, node = 0; at < haystack.length; at++) {
      node = next[node * width + symbolOf[haystack.charCodeAt(at)]!]!;
      for (let end = node; end !== 0; end = back[end]!)
        if (ends[end] !== -1) found.add(patterns[ends[end]!]!);
    }
    return [...found, ...taxCodes(text)];
  };
}

const TAX_CODE =
  /(?<![A-Za-z0-9_-])[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z](?![A-Za-z0-9_-])/gi;

/** Anything in the form of a tax code, whoever's: with the right check character, so that no random text is taken for one. */
const taxCodes = (text: string): string[] =>
  (text.match(TAX_CODE) ?? [])
    .map((code) => code.toUpperCase())
    .filter((code) => checkCharacter(code.slice(0, 15)) === code[15]);

type Find = ReturnType<typeof finder>;

/** Wrappings that are opened, one inside the other. */
const DEEPEST = 5;

/** What was found, by the digest of the bytes and how deep they were looked into: keys, entries and cubes lie in many places. */
const known = new WeakMap<Find, Map<string, readonly string[]>>();

/** What lies in some bytes, by every way of reading them. `deep` says how many wrappings are still to be opened. */
export async function found(
  bytes: Uint8Array,
  find: Find,
  deep = DEEPEST,
): Promise<readonly string[]> {
  const before = known.get(find) ?? new Map<string, readonly string[]>();
  known.set(find, before);
  const name = `${deep} ${hash("sha256", bytes, "base64")}`;
  const finds = before.get(name) ?? (await lookedFor(bytes, find, deep));
  before.set(name, finds);
  return finds;
}

async function lookedFor(bytes: Uint8Array, find: Find, deep: number): Promise<string[]> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const texts = [
    buffer.toString("utf8"),
    buffer.toString("latin1"),
    wide(buffer),
    wide(buffer.subarray(1)),
  ];
  const all = texts.flatMap(find);
  if (deep === 0) return all;
  const wrapped = unwrapped(buffer, texts[1]!).catch((error: unknown) => {
    // decoded text may look like the beginning of a packed file; a file that does must be opened
    if (deep === DEEPEST) throw error;
    return [];
  });
  for (const inner of await wrapped) all.push(...(await found(inner, find, deep - 1)));
  return [...new Set(all)];
}

/** UTF-16, of either byte order since a byte is skipped in turn. From a copy: Node 24 corrupts its heap where it reads at an odd address. */
const wide = (bytes: Uint8Array) => Buffer.from(Uint8Array.from(bytes).buffer).toString("utf16le");

const startsWith = (bytes: Buffer, ...magic: number[]) =>
  bytes.subarray(0, magic.length).equals(Buffer.from(magic));

async function unwrapped(bytes: Buffer, text: string): Promise<Uint8Array[]> {
  if (startsWith(bytes, 0x1f, 0x8b)) return [gunzipSync(bytes)];
  if (startsWith(bytes, 0x28, 0xb5, 0x2f, 0xfd)) return [zstdDecompressSync(bytes)];
  if (startsWith(bytes, 0x50, 0x41, 0x52, 0x31)) return [await valuesOf(bytes)];
  return (text.match(/[A-Za-z0-9+/_-]{20,}/g) ?? []).map((coded) =>
    Buffer.from(coded, "base64url"),
  );
}

/** Every value of every column, once each; with a word between two, or figures that lie side by side could read as a date of birth. */
async function valuesOf(bytes: Buffer): Promise<Uint8Array> {
  const file = bytes.buffer.slice(
    bytes.byteOffset,
    bytes.byteOffset + bytes.byteLength,
  ) as ArrayBuffer;
  const compressors = {
    ZSTD: (data: Uint8Array) => zstdDecompressSync(data),
    GZIP: (data: Uint8Array) => gunzipSync(data),
  };
  const rows = await parquetReadObjects({ file, compressors });
  return Buffer.from(
    [...new Set(rows.flatMap((row) => Object.values(row).map(String)))].join("\nzz\n"),
  );
}

/** Scans every file below a folder, hidden ones too; gives `path: value` for each find, and how many files there were. */
export async function scanFolder(
  folder: string,
  find: Find,
): Promise<{ finds: string[]; files: number }> {
  const entries = (await readdir(folder, { recursive: true, withFileTypes: true })).filter(
    (entry) => entry.isFile(),
  );
  const finds: string[] = [];
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    for (const value of await found(await readFile(path), find))
      finds.push(`${relative(folder, path)}: ${value}`);
  }
  return { finds, files: entries.length };
}

/** Scans every item of every table of both stores. */
export async function scanStores(
  { access }: Stores,
  find: Find,
): Promise<{ finds: string[]; items: number }> {
  const finds: string[] = [];
  let items = 0;
  for (const side of ["public", "private"] as const) {
    const client = localClient(access[side].url, access[side].accessKeyId);
    const { TableNames = [] } = await client.send(new ListTablesCommand({}));
    for (const table of TableNames) {
      let from: Record<string, never> | undefined;
      do {
        const page = await client.send(
          new ScanCommand({ TableName: table, ...(from && { ExclusiveStartKey: from }) }),
        );
        for (const item of page.Items ?? []) {
          items += 1;
          const text = Object.values(item).map(
            (value) => value.S ?? value.N ?? JSON.stringify(value),
          );
          for (const value of await found(Buffer.from(text.join("\n")), find))
            finds.push(`${side} ${table} ${item.pk?.S}: ${value}`);
        }
        from = page.LastEvaluatedKey as Record<string, never> | undefined;
      } while (from !== undefined);
    }
    client.destroy();
  }
  return { finds, items };
}
