/** The keep and release roles of a node on this machine: what a command needs to ingest, release and withdraw. */

import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Withdrawal, withdraw } from "../../functions/keep/consent/withdraw.ts";
import { type IngestJob, ingest } from "../../functions/keep/ingest/ingest.ts";
import type { IngestReport } from "../../functions/keep/ingest/report.ts";
import { privateLog } from "../../functions/keep/private-log.ts";
import { versionInForce } from "../../functions/keep/version-store.ts";
import { storeLog } from "../../functions/log/append.ts";
import { recorded } from "../../functions/release/recorded.ts";
import { type ReleaseDeps, release } from "../../functions/release/release.ts";
import { ifAbsent } from "../../schemas/caught.ts";
import type { Clock, RowsAt, Store } from "../../schemas/ports.ts";
import type { ReleaseJob } from "../../schemas/release.ts";
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

/**
 * Takes files in beside everything, into a folder of the private side that goes again, for as long as somebody looks at them. `store` is
 * one of which nothing stays.
 */
export async function tryFiles<T>(
  at: Paths,
  store: Store,
  clock: Clock,
  job: IngestJob,
  look: (report: IngestReport, rows: RowsAt) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(await scratchIn(at.private(job.member)), "trial-"));
  try {
    const blobs = diskBlobs(folder);
    const deps = { ...keepDeps(at, job.member, store, clock), blobs, log: async () => {} };
    const report = await ingest(deps, job);
    const there = await versionInForce(store, report.dataset);
    if (there === undefined) throw new TypeError("what was taken in is a version");
    return await look(report, {
      kind: "parquet",
      path: await blobs.local(there.pointer.path),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
