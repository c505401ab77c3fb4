/** A node on real stores and a real disk, small enough to be broken a hundred times, and processes that break it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { createInterface } from "node:readline";
import { diskBlobs } from "../../adapters/blobs/disk.ts";
import { createMember, entryOf } from "../../adapters/local/members.ts";
import { keepOf, releaseDeps } from "../../adapters/local/private-side.ts";
import {
  announce,
  openStores,
  type Paths,
  paths,
  type Stores,
} from "../../adapters/local/state.ts";
import { readAccount } from "../../functions/account/account.ts";
import { releases } from "../../functions/answer/releases.ts";
import { release } from "../../functions/release/release.ts";
import { peek, sha256 } from "../../functions/signing/jws.ts";
import type { Store } from "../../schemas/ports.ts";
import { Account, type AccountEntry } from "../../schemas/release.ts";
import type { Job, Outcome, Work } from "./child.ts";

export const DATASET = "support";
export const PERIOD = "2024";
/** Noon of a day, in seconds. The calendar has a release before each. */
export const FIRST = Date.UTC(2025, 1, 15, 12) / 1000;
export const SECOND = Date.UTC(2025, 7, 15, 12) / 1000;

const both = (text: string) => ({ it: text, en: text });
/** Persons by sex and age, with an amount. Two releases a year unless said otherwise. */
export const descriptorOf = (
  id = DATASET,
  advantage = 10,
  days: readonly string[] = ["2025-01-31", "2025-07-31"],
) => ({
  v: 1,
  id,
  kind: "records",
  title: both("Support"),
  description: both("Support"),
  origin: "made",
  source: "a generator",
  licence: "CC0-1.0",
  level: "municipality",
  legalBasis: { basis: "public-task", reference: "a law" },
  file: { format: "csv" },
  period: { value: PERIOD },
  subject: { unit: both("person"), columns: ["cf"] },
  dimensions: [
    { id: "sex", title: both("sex"), column: "sex", codes: ["F", "M"], source: "a registry" },
    {
      id: "age",
      title: both("age"),
      column: "born",
      generalise: "age",
      codes: ["0-17", "18-64", "65+"],
      source: "a table",
    },
  ],
  fields: [
    { id: "any", kind: "any", title: both("persons") },
    {
      id: "amount",
      kind: "sum",
      title: both("amount"),
      column: "amount",
      bounds: [0, 100],
      grid: 1,
      unit: both("euro"),
      source: "a tariff",
    },
  ],
  policy: { method: "lattice", advantage, calendar: { [PERIOD]: days } },
});

/** Identifiers of the persons of a file. */
export const personOf = (at: number): string => `PERSON-${String(at).padStart(4, "0")}`;

/** Writes a file of `count` persons, beginning with that of number `from`. */
export async function fileOf(folder: string, from: number, count: number): Promise<string> {
  const rows = Array.from({ length: count }, (_, k) => {
    const at = from + k;
    return `${personOf(at)},${at % 2 ? "F" : "M"},${1930 + (at % 90)}-05-17,${at % 100}`;
  });
  const path = join(folder, `${from}-${count}.csv`);
  await writeFile(path, `${["cf,sex,born,amount", ...rows].join("\n")}\n`);
  return path;
}

export interface World {
  readonly at: Paths;
  readonly stores: Stores;
  close(): Promise<void>;
}
/** A state of its own whose stores are open here, and found by the processes that are started on it. */
export async function world(): Promise<World> {
  const root = await mkdtemp(join(tmpdir(), "tavolo-faults-"));
  const at = paths(root);
  const stores = await openStores(at);
  await announce(at, { pid: process.pid, hub: "http://127.0.0.1:1", stores: stores.access });
  const close = async () => {
    await stores.close();
    await rm(root, { recursive: true, force: true });
  };
  return { at, stores, close };
}

export interface Node {
  readonly at: Paths;
  readonly member: string;
  readonly store: Store;
  /** Runs in this process, as the child does in its own. */
  run(work: Work, now: number): Promise<unknown>;
}
export async function nodeOf(at: Paths, stores: Stores, member: string): Promise<Node> {
  await createMember(at, { id: member, name: both(member), roles: ["provider"], node: true });
  const store = await stores.store(member);
  const run = async (work: Work, now: number) => {
    const clock = () => now;
    if (work.do === "release") return release(await releaseDeps(at, member, store, clock), work);
    const { ingest, withdraw } = await keepOf(at, member, store, clock);
    return work.do === "ingest" ? ingest({ member, ...work }) : withdraw(work);
  };
  return { at, member, store, run };
}

/** What the answering role serves of a dataset now, through its own code: signature, digest and every figure of the cube. */
export async function served(
  { at, member, store }: Node,
  now: number,
  dataset = DATASET,
): Promise<{ number: number; cube: string; figures: number }> {
  const { entry } = await entryOf(
    at,
    { id: member, name: both(member), roles: ["provider"], node: true },
    0,
  );
  const current = await releases(store, diskBlobs(at.published(member)), entry).current(
    dataset,
    PERIOD,
    now,
  );
  const { number, cube } = current.manifest;
  return { number, cube, figures: (await current.cube()).size };
}

/** The entries of the account as it is kept, and those of the account that anyone may read. */
export async function accounts({
  store,
}: Node): Promise<{ kept: readonly AccountEntry[]; published: readonly AccountEntry[] }> {
  const signed = await store.get("answer#account", PERIOD);
  const published =
    signed === undefined ? [] : peek((signed.body as { jws: string }).jws, Account).entries;
  return { kept: (await readAccount(store, PERIOD)).entries, published };
}

/** Every file below a folder, the hidden ones too, with the digest of its bytes. */
export async function filesIn(folder: string): Promise<Map<string, string>> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(
      files
        .sort()
        .map(async (file) => [relative(folder, file), sha256(await readFile(file))] as const),
    ),
  );
}

export interface Child {
  readonly process: ChildProcess;
  /** Lets it begin; resolves when it has ended, with nothing where it was killed. */
  go(job: Job): Promise<Outcome | undefined>;
}
const cache = join(tmpdir(), "tavolo-faults-compiled");

/** A process that has loaded everything and waits for its job. */
export async function child(): Promise<Child> {
  const started = spawn(process.execPath, [join(import.meta.dirname, "child.ts")], {
    env: { NODE_COMPILE_CACHE: cache },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(started, "close");
  const lines = createInterface({ input: started.stdout! })[Symbol.asyncIterator]();
  await lines.next();
  return {
    process: started,
    async go(job) {
      started.stdin!.on("error", () => {}).end(`${JSON.stringify(job)}\n`);
      const { value } = await lines.next();
      await ended;
      return value === undefined ? undefined : (JSON.parse(value) as Outcome);
    },
  };
}

/** Works through a list, two at a time; gives the sentences of what went wrong. */
export async function faultsOf<T>(
  list: readonly T[],
  name: (one: T) => string,
  check: (one: T) => Promise<void>,
): Promise<string[]> {
  const faults: string[] = [];
  const left = [...list];
  const worker = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) {
      const current = one;
      await check(current).catch((error: Error) =>
        faults.push(`${name(current)}: ${error.message}`),
      );
    }
  };
  await Promise.all([worker(), worker()]);
  return faults;
}
