/** The desk's process on one machine, and the answering process beside it: neither reads the other's key, and the desk reads nothing else. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { deskFlags } from "../../adapters/local/desk-process.ts";
import { keyPath } from "../../adapters/local/members.ts";
import { wallFlags } from "../../adapters/local/node-process.ts";
import { type Paths, paths } from "../../adapters/local/state.ts";

const MEMBER = "IT-000001";
let root: string;
let at: Paths;
let files: Record<string, string>;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "desk-"));
  at = paths(root);
  const keys = (["member", "release", "answer", "hub", "session"] as const).map(
    (use) => [use, keyPath(at, MEMBER, use)] as const,
  );
  files = {
    ...Object.fromEntries(keys),
    client: at.deskKey(MEMBER, "client"),
    rows: join(at.private(MEMBER), "versions/a.parquet"),
    published: join(at.published(MEMBER), "releases/a.parquet"),
    stores: at.run,
    machine: "/etc/hostname",
  };
  for (const file of Object.values(files).filter((one) => one.startsWith(root))) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, "{}");
  }
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** What a program reads under some flags, and whether it writes or starts another. It stands where the bundle would. */
async function tried(flags: readonly string[], folder: string): Promise<string[]> {
  const probe = join(folder, "probe.mjs");
  await writeFile(
    probe,
    `import { readFileSync, writeFileSync } from "node:fs"; import { execFileSync } from "node:child_process";
     const tried = (name, what) => { try { what(); return [name]; } catch { return []; } };
     const files = ${JSON.stringify(files)};
     const reads = Object.entries(files).flatMap(([name, file]) => tried(name, () => readFileSync(file)));
     const does = [...tried("write", () => writeFileSync(${JSON.stringify(join(folder, "x"))}, "")), ...tried("start", () => execFileSync("true"))];
     console.log(JSON.stringify([...reads, ...does]));`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, probe], {
    env: {},
    cwd: folder,
  });
  return JSON.parse(stdout);
}

test("the desk reads its two keys", async () =>
  expect(await tried(deskFlags(at), at.desk)).toEqual(["session", "client"]));

test("what answers reads its key and what is published, and no session key", async () =>
  expect(await tried(wallFlags(at), at.answering)).toEqual(["answer", "published"]));

test("without the flags all of it can be read", async () =>
  expect(await tried([], at.desk)).toHaveLength(Object.keys(files).length + 2));
