/**
 * Keeps everything that a test file makes the project write: what servers and steps in this process print, what child processes print
 * (and theirs), and the body of every refusal that comes over HTTP. And of every throwaway state that is deleted, first what is secret
 * in it, so that it can be looked for. tests/setup/traces-global.ts looks, at the end of the run.
 */
import childProcess, { ChildProcess, type SpawnSyncReturns } from "node:child_process";
import { appendFileSync } from "node:fs";
import fs, { readdir, readFile } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { basename, join } from "node:path";
import type { Readable } from "node:stream";
import { format } from "node:util";
import { zstdDecompressSync } from "node:zlib";
import { parquetReadObjects } from "hyparquet";
import { expect, inject } from "vitest";

/** Standard error and refusals may hold nothing signed at all; what a command prints as its result may hold statements and entries. */
type Kind = "out" | "err";
const folder = inject("traces");
let streams = 0;

/** A worker may run several test files, one after the other: it begins to keep once, and this says for which one. */
const worker = globalThis as { keptFor?: string };
const first = worker.keptFor === undefined;
worker.keptFor = expect.getState().testPath ?? "unknown";
if (first) keepAll();

/** One file a stream and a test file, so that what was written in two pieces is found as one. */
function sink(kind: Kind, what: string): (text: string | Uint8Array) => void {
  let [path, of] = ["", ""];
  return (text) => {
    if (of !== worker.keptFor) {
      of = worker.keptFor ?? "";
      path = join(folder, `${process.pid}-${++streams}.${kind}`);
      appendFileSync(path, `${of}: ${what}\n`);
    }
    appendFileSync(path, text);
  };
}

function keepAll(): void {
  for (const [stream, kind] of [
    [process.stdout, "out"],
    [process.stderr, "err"],
  ] as const) {
    const keep = sink(kind, "this process");
    const write = stream.write.bind(stream) as (...given: unknown[]) => boolean;
    stream.write = ((text: string | Uint8Array, ...more: unknown[]) => {
      keep(text);
      return write(text, ...more);
    }) as typeof stream.write;
  }
  for (const [name, kind] of [
    ["log", "out"],
    ["info", "out"],
    ["debug", "out"],
    ["warn", "err"],
    ["error", "err"],
    ["trace", "err"],
  ] as const) {
    const keep = sink(kind, `console.${name}`);
    const say = console[name].bind(console);
    console[name] = (...given: unknown[]) => {
      keep(`${format(...given)}\n`);
      say(...given);
    };
  }
  const prototype = ChildProcess.prototype as unknown as { spawn(options: Spawning): number };
  const spawn = prototype.spawn;
  prototype.spawn = function (this: ChildProcess, options: Spawning): number {
    const args = options.args ?? [];
    const ours = isOurs(options.file, args);
    // what it would write past us to the terminal goes through here
    const inherited = ours && Array.isArray(options.stdio) && options.stdio[2] === "inherit";
    const stdio = inherited ? [...(options.stdio as unknown[]).slice(0, 2), "pipe"] : options.stdio;
    const result = spawn.call(this, { ...options, ...(inherited ? { stdio } : {}) });
    const what = args
      .slice(0, 4)
      .map((arg) => basename(arg))
      .join(" ");
    if (ours && this.stdout) listen(this.stdout, sink("out", what));
    if (ours && this.stderr) listen(this.stderr, sink("err", what));
    if (inherited) this.stderr?.pipe(process.stderr, { end: false });
    return result;
  };
  const spawnSync = childProcess.spawnSync as (
    ...given: unknown[]
  ) => SpawnSyncReturns<Buffer | string>;
  childProcess.spawnSync = ((...given: unknown[]) => {
    const result = spawnSync(...given);
    if (isOurs(String(given[0]), [])) {
      sink("out", "spawnSync")(result.stdout ?? "");
      sink("err", "spawnSync")(result.stderr ?? "");
    }
    return result;
  }) as typeof childProcess.spawnSync;

  const refused = sink("err", "refusals over HTTP");
  const call = globalThis.fetch;
  globalThis.fetch = async (...given) => {
    const response = await call(...given);
    if (response.headers.get("content-type") === "application/problem+json")
      refused(`${await response.clone().text()}\n`);
    return response;
  };

  const rm = fs.rm;
  fs.rm = async (path, options) => {
    if (options?.recursive) await noteSecrets(String(path)).catch(() => {});
    return rm(path, options);
  };
  syncBuiltinESMExports();
}

/** What is read of a stream, whoever reads it and however. */
function listen(stream: Readable, keep: (text: string | Uint8Array) => void): void {
  const emit = stream.emit.bind(stream);
  stream.emit = (event: string | symbol, ...given: unknown[]) => {
    if (event === "data") keep(given[0] as string | Uint8Array);
    return emit(event, ...given);
  };
}
interface Spawning {
  file: string;
  args?: readonly string[];
  stdio?: unknown;
}
/** What runs the project's code; a test run inside a test looks through its own traces. */
const isOurs = (program: string, args: readonly string[]) =>
  ["node", "npm", "npx"].includes(basename(program)) &&
  !args.some((arg) => arg.endsWith("/vitest.mjs"));
/** As many as are looked for of one version: persons are alike. */
const PERSONS = 200;

/** Private keys, keys of pseudonyms and pseudonyms that lie under a state, in the forms in which they could be written. */
async function noteSecrets(root: string): Promise<void> {
  const found: string[] = [];
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile()) continue;
    if (entry.name.endsWith(".jwk"))
      found.push(`key ${(JSON.parse(await readFile(path, "utf8")) as { d: string }).d}`);
    else if (path.includes("/keys/pseudonym/")) found.push(...formsOf(await readFile(path)));
    else if (path.includes("/versions/") && entry.name.endsWith(".parquet"))
      found.push(...(await pseudonymsIn(path)));
  }
  if (found.length > 0)
    appendFileSync(join(folder, `${process.pid}.secrets`), `${[...new Set(found)].join("\n")}\n`);
}
const formsOf = (chain: Buffer): string[] =>
  Array.from({ length: chain.length / 32 }, (_, at) =>
    chain.subarray(at * 32, (at + 1) * 32),
  ).flatMap((key) =>
    (["base64url", "base64", "hex"] as const).map(
      (form) => `key ${key.toString(form).replace(/=+$/, "")}`,
    ),
  );
async function pseudonymsIn(path: string): Promise<string[]> {
  const bytes = new Uint8Array(await readFile(path)).buffer;
  const compressors = { ZSTD: (input: Uint8Array) => zstdDecompressSync(input) };
  const rows = await parquetReadObjects({
    file: bytes,
    compressors,
    columns: ["subject"],
    rowEnd: PERSONS,
  });
  return rows
    .map(({ subject }) => `pseudonym ${String(subject)}`)
    .filter((line) => line.length > "pseudonym ".length);
}
