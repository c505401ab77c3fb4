/**
 * A new key for the pseudonyms of a dataset, without a stop. The key is laid over the former ones by one conditional write; from then
 * on what is stored follows: the rows in one new version, then, item by item, who left, consents and receipts. Each of them says
 * under which key it is, so that at every moment the right persons are found: whoever meets a change under way goes on with it.
 */
import type * as z from "zod";
import type { Withdrawn } from "../../schemas/consent.ts";
import { found } from "../../schemas/found.ts";
import { keyOf, partitionOf, type StoredItem } from "../../schemas/items/item.ts";
import {
  consentEvent,
  pendingWithdrawal,
  pseudonymKey,
  receipt,
  type StoredKeys,
  version,
  withdrawal,
} from "../../schemas/items/keep.ts";
import type { Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { getItem, type Held, putNext, queryItems } from "../store/stored.ts";
import { inParallel } from "./in-parallel.ts";
import { type Keys, keysIfThere, lifted, pseudonymKeys, writeKeys } from "./pseudonymise.ts";
import { type StoredVersion, type VersionDeps, versionInForce } from "./version-store.ts";
import { settle } from "./withdrawn.ts";

const heldKeys = ({ store }: Pick<VersionDeps, "store">, dataset: string) =>
  getItem(store, pseudonymKey, { dataset });

/** Lays a new key over those of a dataset; returns how many there have been before. Throws `Refused` no-version, key-destroyed, conflict. */
export async function rotate(deps: VersionDeps, dataset: string, now: number): Promise<number> {
  await demandSubjects(deps, dataset);
  await finishRotation(deps, dataset, now);
  await settle(deps, dataset, now);
  const item = await heldKeys(deps, dataset);
  if (item === undefined)
    throw new Refused("no-version", "there are no pseudonyms of this dataset yet");
  const kept = item.body;
  if ("destroyed" in kept) throw new Refused("key-destroyed");
  // somebody else has begun a change since
  if (kept.moving || kept.forgetting) throw new Refused("conflict");
  const former = await deps.blobs.read(kept.path);
  if (former === undefined) throw new Refused("conflict");
  const path = await writeKeys(deps, dataset, Buffer.concat([former, deps.random(32)]));
  const body = { ...firstOf(kept), path, moving: true };
  const won = await putNext(deps.store, item, { ...item, body });
  if (!won) {
    await deleteUnnamed(deps, dataset, path);
    throw new Refused("conflict");
  }
  await finishRotation(deps, dataset, now);
  return (kept.first ?? 0) + former.length / 32;
}

/** Brings everything under the newest key, where a change of keys is under way. May be done by several at once, and again. */
export async function finishRotation(
  deps: VersionDeps,
  dataset: string,
  now: number,
): Promise<void> {
  const item = await heldKeys(deps, dataset);
  const kept = item?.body;
  if (item === undefined || kept === undefined || "destroyed" in kept) return;
  if (kept.forgetting) return stopForgetting(deps.store, item, kept);
  if (!kept.moving) return;
  await settle(deps, dataset, now);
  const keys = found(await keysIfThere(deps, dataset));
  await moveAll(deps.store, withdrawal, dataset, keys, together);
  await moveAll(deps.store, consentEvent, dataset, keys);
  await moveAll(deps.store, receipt, dataset, keys);
  const files = await keyFiles(deps, dataset);
  // whoever laid a key over what was read here has lost from now on: of the files that lay there only the one that is named is needed
  const alone = await putNext(deps.store, item, { ...item, body: kept });
  if (!alone) return finishRotation(deps, dataset, now);
  // the former keys are in the new file: each in a file of its own would only be one more to lose
  await deleteFiles(deps, files, kept.path);
  const body = { ...firstOf(kept), path: kept.path };
  await putNext(deps.store, { revision: item.revision + 1 }, { ...item, body });
}

type Lying = Exclude<StoredKeys, { destroyed: number }>;
const firstOf = ({ first }: Lying) => (first === undefined ? {} : { first });

/** Former keys stay, whoever was about to let them go: one that died, or one that notices. */
async function stopForgetting(
  store: Store,
  item: Held<StoredKeys>,
  { forgetting: _, ...kept }: Lying,
): Promise<void> {
  await putNext(store, item, { ...item, body: kept });
}

/**
 * Lets go the former keys of a dataset once nothing that is stored bears a name that was made with them: no rows, nobody who left, no
 * consents, no receipts. A fresh key takes their place. Whether they went; false where there is only one, or something needs them.
 * No ingest begins meanwhile, and one under way finds the pointer changed; whoever notes a person looks afterwards (`isFound`).
 */
export async function forgetKeys(
  deps: VersionDeps,
  dataset: string,
  now: number,
): Promise<boolean> {
  const { store } = deps;
  await finishRotation(deps, dataset, now);
  const item = await heldKeys(deps, dataset);
  const kept = item?.body;
  if (
    item === undefined ||
    kept === undefined ||
    "destroyed" in kept ||
    kept.moving ||
    kept.forgetting
  )
    return false;
  const keys = await keysIfThere(deps, dataset);
  if (keys === undefined || keys.epoch === keys.first) return false;
  const held = await versionInForce(store, dataset);
  if (held === undefined || !(await isEmpty(deps, dataset, held))) return false;
  const begun = {
    ...item,
    body: { ...kept, forgetting: true as const },
    revision: item.revision + 1,
  };
  if (!(await putNext(store, item, begun))) return false;
  const alone =
    (await isEmpty(deps, dataset, held)) &&
    (await putNext(store, held, { ...keyOf(version, { dataset }), body: held.pointer }));
  if (!alone) {
    await stopForgetting(store, begun, { ...kept, forgetting: true });
    return false;
  }
  const files = await keyFiles(deps, dataset);
  const path = await writeKeys(deps, dataset, deps.random(32));
  const body = { path, first: keys.epoch + 1 };
  const won = await putNext(store, begun, { ...begun, body });
  if (!won) {
    await deleteUnnamed(deps, dataset, path);
    return false;
  }
  await deleteFiles(deps, files);
  await settle(deps, dataset, now);
  return true;
}

/** Whether nothing of a dataset bears a pseudonym. */
async function isEmpty(
  deps: VersionDeps,
  dataset: string,
  { pointer }: StoredVersion,
): Promise<boolean> {
  for (const kind of [withdrawal, pendingWithdrawal, consentEvent])
    for await (const _ of deps.store.query(partitionOf(kind, { dataset }), { limit: 1 }))
      return false;
  // those that name nobody come first
  for await (const { sk } of deps.store.query(partitionOf(receipt, { dataset })))
    if (!sk.startsWith("-#")) return false;
  const earliest = async () => deps.writer.earliest(await deps.blobs.local(pointer.path));
  // what cannot be read is not known to be empty: another version may have taken its place
  return earliest().then(
    (start) => start === undefined,
    () => false,
  );
}

/** Of one person's two notes of having left the later one, since the first time where the first has not ended. */
function together(a: Withdrawn, b: Withdrawn): Withdrawn {
  const [former, later] = a.at > b.at ? [b, a] : [a, b];
  return former.ended === undefined ? { ...later, at: former.at } : later;
}

/** Items whose `sk` is a pseudonym, or begins with one and `#`, under the names of today. A new one is there before the old one goes. */
async function moveAll<Body extends z.ZodType<{ readonly epoch: number }>>(
  store: Store,
  kind: StoredItem<`${string}{dataset}`, string, Body>,
  dataset: string,
  keys: Keys,
  merge?: (moved: z.output<Body>, there: z.output<Body>) => z.output<Body>,
): Promise<void> {
  const old: Held<z.output<Body>>[] = [];
  for await (const item of queryItems(store, kind, { dataset }))
    if (item.body.epoch < keys.epoch && !item.sk.startsWith("-#")) old.push(item);
  await inParallel(old, async ({ pk, sk: from, body, revision }) => {
    const [name = "", ...rest] = from.split("#");
    const sk = [lifted(keys, name, body.epoch), ...rest].join("#");
    const moved = { ...body, epoch: keys.epoch };
    if (!(await store.put({ pk, sk, body: moved, revision }, { kind: "absent" })) && merge) {
      const there = found(await store.get(pk, sk));
      const merged = merge(moved, kind.body.parse(there.body));
      if (!(await putNext(store, there, { ...there, body: merged }))) throw new Refused("conflict");
    }
    await store.delete(pk, from);
  });
}

/**
 * Destroys the keys of a dataset. What is stored stays and is counted, and nobody in it can be found by identifier ever again: not for
 * a withdrawal, nor in a new file, which is therefore refused. Throws `Refused` conflict, no-version.
 */
export async function destroyKeys(deps: VersionDeps, dataset: string, now: number): Promise<void> {
  await finishRotation(deps, dataset, now);
  await settle(deps, dataset, now);
  const item = await heldKeys(deps, dataset);
  if (item === undefined)
    throw new Refused("no-version", "there are no pseudonyms of this dataset yet");
  if (!("destroyed" in item.body)) {
    const won = await putNext(deps.store, item, { ...item, body: { destroyed: now } });
    if (!won) throw new Refused("conflict");
  }
  await deleteFiles(deps, await keyFiles(deps, dataset));
}

/**
 * Files of keys of a dataset. Listed before the write after which they are to go: one that is written later may be named by then, and
 * is the only copy of all keys.
 */
async function keyFiles(
  { blobs }: Pick<VersionDeps, "blobs">,
  dataset: string,
): Promise<readonly string[]> {
  const own = new RegExp(`^keys/pseudonym/${dataset}-[0-9a-f]{16}$`);
  return (await blobs.list(`keys/pseudonym/${dataset}-`)).filter((path) => own.test(path));
}

/** A file of keys whose write was lost; one that is named stays: the write may have been done though nobody was told so. */
async function deleteUnnamed(deps: VersionDeps, dataset: string, path: string): Promise<void> {
  const kept = (await heldKeys(deps, dataset))?.body;
  const named = kept !== undefined && !("destroyed" in kept) && kept.path === path;
  if (!named) await deps.blobs.delete(path);
}

async function deleteFiles(
  { blobs }: Pick<VersionDeps, "blobs">,
  paths: readonly string[],
  but?: string,
): Promise<void> {
  for (const path of paths) if (path !== but) await blobs.delete(path);
}

/**
 * Reads what is stored by pseudonym while no change of keys is under way: in the middle of one, a person could be missed who is moved
 * from behind to before what was read already.
 */
export async function whileStill<T>(
  deps: VersionDeps,
  dataset: string,
  now: number,
  read: (keys: Keys) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; attempt <= 5; attempt++) {
    await finishRotation(deps, dataset, now);
    const keys = await pseudonymKeys(deps, dataset);
    const before = (await heldKeys(deps, dataset))?.revision;
    const found = await read(keys);
    const after = await heldKeys(deps, dataset);
    if (
      after !== undefined &&
      after.revision === before &&
      !("moving" in after.body) &&
      !("forgetting" in after.body)
    )
      return found;
  }
  throw new Refused("conflict", "the key of the pseudonyms is being changed");
}

/** Throws `Refused` body-invalid where the rows are about nobody. */
async function demandSubjects(deps: VersionDeps, dataset: string): Promise<void> {
  const held = await versionInForce(deps.store, dataset);
  if (held !== undefined && held.pointer.descriptor.subject === undefined)
    throw new Refused("body-invalid", "this dataset is not about persons: there are no pseudonyms");
}
