/**
 * Hostile code in the place of the answering process, under the very flags that it runs with: what the wall of one machine holds,
 * and what it does not. Each way out is a row.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, stat, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { diskBlobs } from "../../adapters/blobs/disk.ts";
import { wallFlags } from "../../adapters/local/node-process.ts";
import type { Paths } from "../../adapters/local/state.ts";
import { versionInForce } from "../../functions/keep/version-store.ts";
import {
  DATASET,
  descriptorOf,
  FIRST,
  fileOf,
  nodeOf,
  PERIOD,
  personOf,
  type World,
  world,
} from "../faults/node.ts";
import type { Outcomes, Targets } from "./fixtures/hostile.ts";

const MEMBER = "IT-000001";
const CLI = join(import.meta.dirname, "../../adapters/cli/cli.ts");
let open: World;
let outcomes: Outcomes;
let before: string[];
let beside: ChildProcess;
let unguarded: ChildProcess;

/** Everything in the folders that the answering process may read. */
const fences = async ({ answering, publishedAll }: Paths) =>
  (
    await Promise.all(
      [answering, publishedAll].map((folder) => readdir(folder, { recursive: true })),
    )
  )
    .flat()
    .sort();

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

async function attack(at: Paths, targets: Targets): Promise<Outcomes> {
  await build({
    entryPoints: [join(import.meta.dirname, "fixtures/hostile.ts")],
    outfile: at.bundle,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    logLevel: "error",
  });
  before = await fences(at);
  const intruder = spawn(process.execPath, [...wallFlags(at), at.bundle], {
    env: {},
    stdio: ["pipe", "pipe", "ignore"],
    cwd: at.answering,
  });
  intruder.stdin!.end(`${JSON.stringify(targets)}\n`);
  const [line] = await once(createInterface({ input: intruder.stdout! }), "line");
  return JSON.parse(line);
}

/** A command that waits for its standard input; it is there once it minds the signal. */
async function waiting(inspector: number, at: Paths): Promise<ChildProcess> {
  const tell =
    "data:text/javascript,process.on('newListener', (name) => name === 'SIGUSR1' && console.log('minds'))";
  const command = [
    "withdraw",
    DATASET,
    "--as",
    MEMBER,
    "--identifiers",
    "--yes",
    "--state",
    at.root,
  ];
  const child = spawn(
    process.execPath,
    [`--inspect-port=${inspector}`, "--import", tell, CLI, ...command],
    {
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  await once(child.stdout!, "data");
  return child;
}

beforeAll(async () => {
  open = await world();
  const { at, stores } = open;
  const node = await nodeOf(at, stores, MEMBER);
  await node.run(
    { do: "ingest", descriptor: descriptorOf(), files: [await fileOf(at.root, 0, 60)] },
    FIRST,
  );
  await node.run({ do: "release", dataset: DATASET, period: PERIOD }, FIRST);
  const hidden = diskBlobs(at.private(MEMBER));
  await hidden.write("drafts/support/2024/2/attempt.parquet", new Uint8Array(8));
  const { path } = (await versionInForce(node.store, DATASET))!.pointer;
  const published = at.published(MEMBER);
  await symlink(await hidden.local(path), join(published, "link"));
  const inspectors = await Promise.all([0, 0].map(freePort));
  beside = await waiting(inspectors[0]!, at);
  unguarded = spawn(process.execPath, [
    `--inspect-port=${inspectors[1]}`,
    "-e",
    "console.log(); setInterval(() => {}, 1000)",
  ]);
  await once(unguarded.stdout!, "data");
  const ports = {
    public: Number(new URL(stores.access.public.url).port),
    private: Number(new URL(stores.access.private.url).port),
  };
  outcomes = await attack(at, {
    secrets: {
      rows: await hidden.local(path),
      "the key of the pseudonyms": await hidden.local((await hidden.list("keys/"))[0]!),
      "the release key": at.key(MEMBER, "release"),
      "the member key": at.key(MEMBER, "member"),
      "a draft": await hidden.local("drafts/support/2024/2/attempt.parquet"),
      "the private store": join(at.store("private"), "db/CURRENT"),
      "the public store": join(at.store("public"), "db/CURRENT"),
      "how to reach the stores": at.run,
    },
    rowsFolder: at.private(MEMBER),
    published,
    link: join(published, "link"),
    cube: join(published, `releases/${DATASET}/${PERIOD}/1/cube.parquet`),
    answering: at.answering,
    addon: createRequire(import.meta.url).resolve("@duckdb/node-bindings-linux-x64/duckdb.node"),
    parent: process.pid,
    beside: { pid: beside.pid!, inspector: inspectors[0]! },
    unguarded: { pid: unguarded.pid!, inspector: inspectors[1]! },
    stores: ports,
    accessKeyId: stores.access.public.accessKeyId,
  });
});
afterAll(async () => {
  beside.kill();
  unguarded.kill();
  await open.close();
});
/** A way out, and what came of it. */
type Row = readonly [way: string, outcome: unknown];
const rowsOf = (outcome: unknown, ...ways: readonly string[]): Row[] =>
  ways.map((way) => [way, outcome]);
const DENIED = "ERR_ACCESS_DENIED";

/** What the wall holds: rows, versions, keys, drafts and stores in files; processes, threads, native code; any write to a file. */
const held: readonly Row[] = [
  ...rowsOf(
    DENIED,
    "read rows",
    "read a draft",
    "read the key of the pseudonyms",
    "read the release key",
    "read the member key",
  ),
  ...rowsOf(
    DENIED,
    "read the private store",
    "read the public store",
    "read how to reach the stores",
  ),
  ...rowsOf(
    DENIED,
    "read rows by a buffer",
    "read rows by a URL",
    "read rows by ..",
    "read rows by .. in a buffer",
    "read rows by a promise",
  ),
  ...rowsOf(
    DENIED,
    "read rows by a stream",
    "read rows as a blob",
    "read rows as environment",
    "read rows as a module",
  ),
  ...rowsOf(
    DENIED,
    "read rows by require",
    "copy rows",
    "list rows",
    "watch rows",
    "ask whether rows are there",
    "go where the rows are",
  ),
  ["find rows by pattern", []],
  ...rowsOf(
    DENIED,
    "read /proc/self/environ",
    "read /proc/self/root",
    "read /proc/self/cwd",
    "list /proc/self/fd",
    "see who listens",
  ),
  ...rowsOf(
    DENIED,
    "read the parent's environment",
    "read the parent's memory",
    "read the parent's command line",
  ),
  ["look at the environment", []],
  ...rowsOf(
    DENIED,
    "make a symbolic link",
    "make a hard link",
    "write what is published",
    "write beside it",
    "delete what is published",
  ),
  ...rowsOf(
    DENIED,
    "rename what is published",
    "write to the answering keys",
    "write to the temporary folder",
    "write a heap snapshot",
  ),
  ...rowsOf(DENIED, "write a report", "change the mode of a file that is open"),
  ["empty a file that is open", "EINVAL"],
  ["write a compile cache", "not enabled"],
  ...rowsOf(
    DENIED,
    "run a command",
    "start a process",
    "fork",
    "fork a cluster",
    "become another program",
  ),
  ...rowsOf(
    DENIED,
    "start a thread",
    "start a thread without the fence",
    "process.binding",
    "process._linkedBinding",
    "node:wasi",
  ),
  ["load an addon", "ERR_DLOPEN_DISABLED"],
  ["node:sqlite", "ERR_UNKNOWN_BUILTIN_MODULE"],
  ...rowsOf(
    DENIED,
    "open the inspector",
    "inspect itself",
    "say that everything is allowed",
    "take the fence down by a flag",
  ),
];

/** What it does not hold, and what stands there instead. */
const open_: readonly (readonly [...Row, instead: string])[] = [
  [
    "read through a link that lies in what is published",
    "read",
    "the permission model goes by names: what is published holds plain files only",
  ],
  [
    "listen on a socket file",
    "done",
    "network is not held: it can leave an empty socket where the user may write, and no byte in a file",
  ],
  [
    "ask whether the parent runs",
    true,
    "signals are not held: it can end other processes of the user, and learns which there are",
  ],
  [
    "wake the inspector of a command",
    "no inspector",
    "every command of ours hears SIGUSR1, which would open it",
  ],
  [
    "wake the inspector of a process that does not mind it",
    "its inspector is open",
    "other Node processes of the same user are theirs to guard",
  ],
  ["find both stores", 2, "ports of the machine can be tried one by one"],
  ["ask the private store", 403, "its door opens to its access key alone"],
  ["ask the private store by a guessed key", 403, "its door opens to its access key alone"],
  ["ask the private store by the key of the public one", 403, "each store has a key of its own"],
  ["ask the public store", 200, "it is given that key, for what answers need"],
];

test.each(held)("hostile code cannot %s: %j", (way, outcome) => {
  expect(outcomes[way]).toEqual(outcome);
});
test.each(open_)("hostile code can try to %s: %j (%s)", (way, outcome) => {
  expect(outcomes[way]).toEqual(outcome);
});
test("there is no way that is not judged here, and only the socket was left behind", async () => {
  expect(Object.keys(outcomes).sort()).toEqual([...held, ...open_].map(([way]) => way).sort());
  expect((await fences(open.at)).filter((path) => !before.includes(path))).toEqual([
    `${MEMBER}/own.sock`,
  ]);
});
test("a command that was sent the signal goes on", async () => {
  beside.stdin!.end(`${personOf(0)}\n`);
  expect(await once(beside, "exit")).toEqual([0, null]);
});

describe("since links are followed, what publishes writes plain files and refuses links", () => {
  const outside = () => join(open.at.private(MEMBER), "outside");
  const blobs = () => diskBlobs(open.at.published(MEMBER));
  const bytes = new TextEncoder().encode("x");
  beforeAll(async () => {
    await mkdir(outside());
    await writeFile(join(outside(), "file"), "rows");
    await symlink(outside(), join(open.at.published(MEMBER), "folder"));
  });

  test.each(["link", "folder/file", "folder/new"])("%s", async (path) => {
    await expect(blobs().read(path)).rejects.toThrow("Not a plain file");
    await expect(blobs().write(path, bytes)).rejects.toThrow("Not a plain file");
    await expect(blobs().delete(path)).rejects.toThrow("Not a plain file");
    await expect(blobs().local(path)).rejects.toThrow("Not a plain file");
    expect(await readdir(outside())).toEqual(["file"]);
  });
  test("nor does it list them", async () => {
    expect(await blobs().list("")).toEqual([`releases/${DATASET}/${PERIOD}/1/cube.parquet`]);
    await expect(blobs().list("folder/")).rejects.toThrow("Not a plain file");
  });
  test("all that a release has published is a plain file", async () => {
    const entries = await readdir(join(open.at.published(MEMBER), "releases"), {
      recursive: true,
      withFileTypes: true,
    });
    expect(entries.filter((entry) => !entry.isFile() && !entry.isDirectory())).toEqual([]);
    const [cube] = entries.filter((entry) => entry.isFile());
    expect((await stat(join(cube!.parentPath, cube!.name))).nlink).toBe(1);
  });
});
