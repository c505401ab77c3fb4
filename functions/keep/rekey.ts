/**
 * A new key for the pseudonyms of a dataset, without a stop. The key is laid over the former ones by one conditional write; from then
 * on what is stored follows: the rows in one new version, then, item by item, who left, consents and receipts. Each of them says
 * under which key it is, so that at every moment the right persons are found: whoever meets a change under way goes on with it.
 */
import { ConsentEvent, StoredReceipt, Withdrawn } from "../../schemas/consent.ts";
import type { Item, Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { consents } from "./consent-register.ts";
import { inParallel } from "./in-parallel.ts";
import {
  KEYS,
  type Keys,
  keysIfThere,
  lifted,
  pseudonymKeys,
  StoredKeys,
  writeKeys,
} from "./pseudonymise.ts";
import {
  type StoredVersion,
  VERSIONS,
  type VersionDeps,
  versionInForce,
  withdrawals,
} from "./version-store.ts";
import { pendingKey, settle } from "./withdrawn.ts";

const receipts = (dataset: string) => `keep#receipt#${dataset}`;

/** Lays a new key over those of a dataset; returns how many there have been before. Throws `Refused` no-version, key-destroyed, conflict. */
export async function rotate(deps: VersionDeps, dataset: string, now: number): Promise<number> {
  await demandSubjects(deps, dataset);
  await finishRotation(deps, dataset, now);
  await settle(deps, dataset, now);
  const item = await deps.store.get(KEYS, dataset);
  if (item === undefined)
    throw new Refused("no-version", "there are no pseudonyms of this dataset yet");
  const kept = StoredKeys.parse(item.body);
  if ("destroyed" in kept) throw new Refused("key-destroyed");
  const former = await deps.blobs.read(kept.path);
  if (former === undefined) throw new Refused("conflict");
  const path = await writeKeys(deps, dataset, Buffer.concat([former, deps.random(32)]));
  const body = { ...firstOf(kept), path, moving: true };
  const won = await deps.store.put(
    { ...item, body, revision: item.revision + 1 },
    { kind: "revision", is: item.revision },
  );
  if (!won) {
    await deps.blobs.delete(path);
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
  const item = await deps.store.get(KEYS, dataset);
  const kept = item && StoredKeys.parse(item.body);
  if (item === undefined || kept === undefined || "destroyed" in kept) return;
  if (kept.forgetting) return stopForgetting(deps.store, item, kept);
  if (!kept.moving) return;
  await settle(deps, dataset, now);
  const keys = (await keysIfThere(deps, dataset))!;
  await moveAll(deps.store, withdrawals(dataset), keys, (body) => Withdrawn.parse(body), together);
  await moveAll(deps.store, consents(dataset), keys, (body) => ConsentEvent.parse(body));
  await moveAll(deps.store, receipts(dataset), keys, (body) => StoredReceipt.parse(body));
  // the former keys are in the new file: each in a file of its own would only be one more to lose
  await deleteKeys(deps, dataset, kept.path);
  const body = { ...firstOf(kept), path: kept.path };
  await deps.store.put(
    { ...item, body, revision: item.revision + 1 },
    { kind: "revision", is: item.revision },
  );
}

type Lying = Exclude<StoredKeys, { destroyed: number }>;
const firstOf = ({ first }: Lying) => (first === undefined ? {} : { first });

/** Former keys stay, whoever was about to let them go: one that died, or one that notices. */
async function stopForgetting(
  store: Store,
  item: Item,
  { forgetting: _, ...kept }: Lying,
): Promise<void> {
  await store.put(
    { ...item, body: kept, revision: item.revision + 1 },
    { kind: "revision", is: item.revision },
  );
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
  const item = await store.get(KEYS, dataset);
  const kept = item && StoredKeys.parse(item.body);
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
  const begun = { ...item, body: { ...kept, forgetting: true }, revision: item.revision + 1 };
  if (!(await store.put(begun, { kind: "revision", is: item.revision }))) return false;
  const alone =
    (await isEmpty(deps, dataset, held)) &&
    (await store.put(
      { pk: VERSIONS, sk: dataset, body: held.pointer, revision: held.revision + 1 },
      { kind: "revision", is: held.revision },
    ));
  if (!alone) {
    await stopForgetting(store, begun, { ...kept, forgetting: true });
    return false;
  }
  const path = await writeKeys(deps, dataset, deps.random(32));
  const body = { path, first: keys.epoch + 1 };
  const won = await store.put(
    { ...begun, body, revision: begun.revision + 1 },
    { kind: "revision", is: begun.revision },
  );
  if (!won) {
    await deps.blobs.delete(path);
    return false;
  }
  await deleteKeys(deps, dataset, path);
  await settle(deps, dataset, now);
  return true;
}

/** Whether nothing of a dataset bears a pseudonym. */
async function isEmpty(
  deps: VersionDeps,
  dataset: string,
  { pointer }: StoredVersion,
): Promise<boolean> {
  for (const pk of [withdrawals(dataset), pendingKey(dataset), consents(dataset)])
    for await (const _ of deps.store.query(pk, { limit: 1 })) return false;
  // those that name nobody come first
  for await (const { sk } of deps.store.query(receipts(dataset)))
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
async function moveAll<T extends { readonly epoch: number }>(
  store: Store,
  pk: string,
  keys: Keys,
  parse: (body: unknown) => T,
  merge?: (moved: T, there: T) => T,
): Promise<void> {
  const old: Item[] = [];
  for await (const item of store.query(pk))
    if (parse(item.body).epoch < keys.epoch && !item.sk.startsWith("-#")) old.push(item);
  await inParallel(old, async (item) => {
    const [name = "", ...rest] = item.sk.split("#");
    const body = parse(item.body);
    const sk = [lifted(keys, name, body.epoch), ...rest].join("#");
    const moved = { ...body, epoch: keys.epoch };
    if (
      !(await store.put({ pk, sk, body: moved, revision: item.revision }, { kind: "absent" })) &&
      merge !== undefined
    ) {
      const there = (await store.get(pk, sk))!;
      const body = merge(moved, parse(there.body));
      if (
        !(await store.put(
          { ...there, body, revision: there.revision + 1 },
          { kind: "revision", is: there.revision },
        ))
      )
        throw new Refused("conflict");
    }
    await store.delete(pk, item.sk);
  });
}

/**
 * Destroys the keys of a dataset. What is stored stays and is counted, and nobody in it can be found by identifier ever again: not for
 * a withdrawal, nor in a new file, which is therefore refused. Throws `Refused` conflict, no-version.
 */
export async function destroyKeys(deps: VersionDeps, dataset: string, now: number): Promise<void> {
  await finishRotation(deps, dataset, now);
  await settle(deps, dataset, now);
  const item = await deps.store.get(KEYS, dataset);
  if (item === undefined)
    throw new Refused("no-version", "there are no pseudonyms of this dataset yet");
  if (!("destroyed" in StoredKeys.parse(item.body))) {
    const won = await deps.store.put(
      { ...item, body: { destroyed: now }, revision: item.revision + 1 },
      { kind: "revision", is: item.revision },
    );
    if (!won) throw new Refused("conflict");
  }
  await deleteKeys(deps, dataset);
}

/** Every file of keys of a dataset but one. */
async function deleteKeys(
  { blobs }: Pick<VersionDeps, "blobs">,
  dataset: string,
  but?: string,
): Promise<void> {
  const own = new RegExp(`^keys/pseudonym/${dataset}-[0-9a-f]{16}$`);
  for (const path of await blobs.list(`keys/pseudonym/${dataset}-`))
    if (own.test(path) && path !== but) await blobs.delete(path);
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
    const before = (await deps.store.get(KEYS, dataset))?.revision;
    const found = await read(keys);
    const after = await deps.store.get(KEYS, dataset);
    if (
      after !== undefined &&
      after.revision === before &&
      !("moving" in (after.body as object)) &&
      !("forgetting" in (after.body as object))
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
