/** The keep and release roles of a node on this machine: what a command needs to ingest, release and withdraw. */

import { randomBytes } from "node:crypto";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Withdrawal, withdraw } from "../../functions/keep/consent/withdraw.ts";
import { type IngestJob, ingest } from "../../functions/keep/ingest/ingest.ts";
import { privateLog } from "../../functions/keep/private-log.ts";
import { storeLog } from "../../functions/log/append.ts";
import { recorded } from "../../functions/release/recorded.ts";
import { type ReleaseDeps, type ReleaseJob, release } from "../../functions/release/release.ts";
import { ifAbsent } from "../../schemas/caught.ts";
import type { Clock, Store } from "../../schemas/ports.ts";
import { diskBlobs } from "../blobs/disk.ts";
import { duckDbCubes } from "../cube/duckdb.ts";
import { engine } from "../engine/engine.ts";
import { fileSigner } from "../keys/file.ts";
import { fileSource } from "../source/source.ts";
import { duckdbVersions } from "../version/duckdb.ts";
import type { Paths } from "./state.ts";

/** Everything that taking rows in and out needs here. */
export function keepDeps(at: Paths, member: string, store: Store, clock: Clock) {
  return {
    source: fileSource,
    writer: duckdbVersions,
    store,
    blobs: diskBlobs(at.private(member)),
    clock,
    random: (bytes: number) => randomBytes(bytes),
    log: privateLog(store, member, clock),
  };
}

/** The same, and the key that receipts are signed with. */
export async function consentDeps(at: Paths, member: string, store: Store, clock: Clock) {
  return {
    ...keepDeps(at, member, store, clock),
    member,
    signer: await fileSigner(at.key(member, "release")),
  };
}

export async function keepOf(at: Paths, member: string, store: Store, clock: Clock) {
  const deps = await consentDeps(at, member, store, clock);
  return {
    ingest: (job: IngestJob) => ingest(deps, job),
    withdraw: (leaving: Withdrawal) => withdraw(deps, leaving),
  };
}

/** No cube takes this long to write: what is older was left by a process that died. */
const ABANDONED_AFTER_MS = 10 * 60 * 1000;

async function scratchIn(folder: string): Promise<string> {
  const scratch = join(folder, "scratch");
  await mkdir(scratch, { recursive: true, mode: 0o700 });
  for (const name of await readdir(scratch)) {
    const made = await stat(join(scratch, name)).catch(ifAbsent(undefined));
    if (made && Date.now() - made.mtimeMs > ABANDONED_AFTER_MS)
      await rm(join(scratch, name), { recursive: true, force: true });
  }
  return scratch;
}

/** Everything a release needs here; its scratch lies on the private side. */
export async function releaseDeps(
  at: Paths,
  member: string,
  store: Store,
  clock: Clock,
): Promise<ReleaseDeps> {
  const scratch = await scratchIn(at.private(member));
  return {
    member,
    store,
    privateBlobs: diskBlobs(at.private(member)),
    publicBlobs: diskBlobs(at.published(member)),
    engine,
    cubes: duckDbCubes(scratch),
    signer: await fileSigner(at.key(member, "release")),
    log: storeLog(store, member),
    clock,
  };
}

export async function releaseOf(at: Paths, member: string, store: Store, clock: Clock) {
  const deps = await releaseDeps(at, member, store, clock);
  const log = storeLog(store, member, "release#log");
  return (job: ReleaseJob) => recorded(log, clock, job, () => release(deps, job));
}
