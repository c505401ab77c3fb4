/**
 * Step 5, and what whoever leaves shares with it: a version is written under a name of its own, made visible by one conditional
 * write of one pointer, and every older file is deleted. A run that dies at any point leaves the version before it whole.
 */
import { createHash } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import type { Descriptor } from "../../schemas/descriptor.ts";
import { found } from "../../schemas/found.ts";
import { keyOf } from "../../schemas/items/item.ts";
import { type VersionPointer, version } from "../../schemas/items/keep.ts";
import type { Blobs, Store, VersionWriter } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { dayAt, daysOf } from "../disclosure/duration.ts";
import { retainedUntil } from "../disclosure/persons.ts";
import { getItem, putNext } from "../store/stored.ts";
import { keysIfThere, lifted, type Pseudonyms } from "./pseudonymise.ts";

export interface StoredVersion {
  readonly pointer: VersionPointer;
  readonly revision: number;
}
export interface VersionDeps {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly writer: VersionWriter;
  readonly random: (bytes: number) => Uint8Array;
}

/** The version in force, if there is one. */
export async function versionInForce(
  store: Store,
  dataset: string,
): Promise<StoredVersion | undefined> {
  const item = await getItem(store, version, { dataset });
  return item && { pointer: item.body, revision: item.revision };
}

/** What a version is besides its bytes. Asked for once they are written: only then is known which periods there are. */
type Described = () => Omit<VersionPointer, "digest" | "path">;

/**
 * Writes a version by `fill`, which is given a path of the local file system, and puts it in force. `before` is what was in force
 * when the run began: if that has changed since, nothing is published and `Refused` conflict is thrown. The same bytes are the
 * same version, whatever their file is called. Whatever `fill` throws is passed on.
 */
export async function publish(
  deps: VersionDeps,
  before: StoredVersion | undefined,
  dataset: string,
  fill: (path: string) => Promise<void>,
  described: Described,
): Promise<StoredVersion> {
  const { store, blobs } = deps;
  const bytes = await draft(deps, dataset, fill).catch(async (error: unknown) => {
    // a run that published meanwhile has swept this one's draft away
    throw !(error instanceof Refused) && (await changedSince(store, before, dataset))
      ? conflict()
      : error;
  });
  const digest = createHash("sha256").update(bytes).digest("base64url");
  // the revision is in the name, so that a name never comes back: a run that is about to delete an older file must not hit one
  // that was put in force again meanwhile
  const path = `${folder(dataset)}${(before?.revision ?? 0) + 1}-${digest}.parquet`;
  // only what lay there before the flip is deleted after it: a run that begins later may already be writing its own. The flip is
  // made even where nothing changes, since it is what turns away the runs whose files these may be
  const there = [...(await blobs.list(folder(dataset))), ...(await blobs.list(drafts(dataset)))];
  await blobs.write(path, bytes);
  const pointer: VersionPointer = { digest, path, ...described() };
  const held = await flip(store, before, dataset, pointer);
  // turned away, this run takes its own file back: it may hold rows of somebody who withdrew meanwhile
  const unwanted = held !== undefined ? there.filter((old) => old !== path) : [path];
  for (const old of unwanted)
    if ((await versionInForce(store, dataset))?.pointer.path !== old) await blobs.delete(old);
  if (held === undefined) throw conflict();
  return held;
}

const folder = (dataset: string) => `versions/${dataset}/`;
const drafts = (dataset: string) => `drafts/versions/${dataset}/`;

/** The bytes that `fill` writes, by way of a file that is gone afterwards. */
async function draft(
  { blobs, random }: VersionDeps,
  dataset: string,
  fill: (path: string) => Promise<void>,
): Promise<Uint8Array> {
  const name = `${drafts(dataset)}${Buffer.from(random(16)).toString("hex")}.parquet`;
  // an empty file first: only of what is there can a store of files say where an engine finds it
  await blobs.write(name, new Uint8Array());
  const local = await blobs.local(name);
  try {
    await fill(local);
    return await readFile(local);
  } finally {
    // a store of files that is elsewhere has given a copy, which holds rows as well
    await rm(local, { force: true });
    await blobs.delete(name);
  }
}

async function flip(
  store: Store,
  before: StoredVersion | undefined,
  dataset: string,
  pointer: VersionPointer,
): Promise<StoredVersion | undefined> {
  const done = await putNext(store, before, { ...keyOf(version, { dataset }), body: pointer });
  return done ? { pointer, revision: (before?.revision ?? 0) + 1 } : undefined;
}

const conflict = () =>
  new Refused(
    "conflict",
    "another run changed the stored rows of this dataset meanwhile; nothing of this run was stored",
  );

const changedSince = async (store: Store, before: StoredVersion | undefined, dataset: string) =>
  (await versionInForce(store, dataset))?.revision !== before?.revision;

/** Attempts at leaving subjects out while other runs publish. */
const ATTEMPTS = 5;

interface Change {
  /** Who leaves. */
  readonly gone: readonly Pseudonyms[];
  /** The day, by which rows run out. */
  readonly today: string;
  /** Where consents were looked through: the first day on which one of those left ends. */
  readonly consents?: { readonly until: string | undefined };
}

/**
 * A new version, in force, without the rows of some subjects and without those that have run out, under the last key of the
 * pseudonyms; every older file is deleted. Undefined where the dataset has no version. Throws `Refused` conflict where other
 * runs publish again and again.
 */
export async function rewrite(
  deps: VersionDeps,
  dataset: string,
  change: Change,
): Promise<StoredVersion | undefined> {
  for (let attempt = 1; ; attempt++) {
    const before = await versionInForce(deps.store, dataset);
    if (before === undefined) return undefined;
    try {
      return await rewritten(deps, dataset, before, change);
    } catch (error) {
      // it may have failed because another version came into force: then they are to be left out of that
      if (attempt === ATTEMPTS || !(await changedSince(deps.store, before, dataset))) throw error;
    }
  }
}

async function rewritten(
  deps: VersionDeps,
  dataset: string,
  before: StoredVersion,
  { gone, today, consents }: Change,
): Promise<StoredVersion> {
  const { digest: _, path, until: __, consentUntil, ...described } = before.pointer;
  const keys = await keysIfThere(deps, dataset);
  const epoch = keys?.epoch ?? described.epoch;
  const names = gone.flatMap((some) =>
    some.names.map((name) => (keys === undefined ? name : lifted(keys, name, some.epoch))),
  );
  const out = ranOut(described.descriptor, described.periods, today);
  const rename =
    keys === undefined || epoch === described.epoch
      ? undefined
      : (name: string) => lifted(keys, name, described.epoch);
  let start: number | undefined;
  const fill = async (to: string) => {
    await deps.writer.without(await deps.blobs.local(path), to, names, {
      ...out,
      ...(rename ? { rename } : {}),
    });
    if (described.descriptor.retention?.from === "start") start = await deps.writer.earliest(to);
  };
  return publish(deps, before, dataset, fill, () => {
    const periods = described.periods.filter((period) => !out.periods.includes(period));
    const end = endOf(described.descriptor, periods, start);
    const consentEnd = consents === undefined ? consentUntil : consents.until;
    return {
      ...described,
      periods,
      epoch,
      ...(end ? { until: end } : {}),
      ...(consentEnd ? { consentUntil: consentEnd } : {}),
    };
  });
}

/** Which rows have run out on a day: whole periods, or rows that began before a day. */
function ranOut(
  d: Descriptor,
  periods: readonly string[],
  today: string,
): { periods: readonly string[]; startBefore?: number } {
  if (d.retention?.from !== "start")
    return {
      periods: periods.filter((period) => (retainedUntil(d, { period }) ?? "9999") <= today),
    };
  // the later a row begins, the later it runs out: the first day on which one would not have is found by halving
  let [low, high] = [-200_000, daysOf(today) + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (found(retainedUntil(d, { start: dayAt(middle) })) <= today) low = middle + 1;
    else high = middle;
  }
  return { periods: [], startBefore: low };
}

/** The first day on which some of the rows run out, by their periods or by the earliest start. */
export function endOf(
  d: Descriptor,
  periods: readonly string[],
  start: number | undefined,
): string | undefined {
  if (d.retention === undefined) return undefined;
  if (d.retention.from === "start")
    return start === undefined ? undefined : retainedUntil(d, { start: dayAt(start) });
  return periods.map((period) => found(retainedUntil(d, { period }))).sort()[0];
}
