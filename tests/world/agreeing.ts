/** An agreement between members with states of their own, for tests that are about something else: signed by both, and kept where it counts. */
import { chainOf } from "../../adapters/local/entries.ts";
import { keyOf } from "../../adapters/local/members.ts";
import { openStores, paths } from "../../adapters/local/state.ts";
import { draftAgreement, signAgreement } from "../../functions/agreements/agreements.ts";
import { storeAtHub } from "../../functions/agreements/receive.ts";
import { storeAtNode } from "../../functions/answer/agreements.ts";
import { peek } from "../../functions/signing/jws.ts";
import { DirectoryEntry } from "../../schemas/member.ts";
import type { Store } from "../../schemas/ports.ts";

export interface Side {
  /** Folder of the state in which the member's keys lie. */
  readonly state: string;
  readonly id: string;
}

export const entryOf = async ({ state, id }: Side) =>
  peek((await chainOf(paths(state), id)).at(-1)!, DirectoryEntry);

/** Works on a member's store, through the process that has it open. */
export async function atStore<T>(
  { state, id }: Side,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  const stores = await openStores(paths(state));
  try {
    return await work(await stores.store(id));
  } finally {
    await stores.close();
  }
}

/** Everything that the dataset has, for a day. */
export async function agree(asker: Side, owner: Side, hub: Side, dataset: string): Promise<void> {
  const [consumer, provider] = [await entryOf(asker), await entryOf(owner)];
  const now = Math.floor(Date.now() / 1000);
  const terms = { dataset, from: 0, until: now + 86_400, number: 1 };
  const draft = draftAgreement({ ...terms, consumer, provider }, asker.id, now);
  const once = await signAgreement(await keyOf(paths(asker.state), asker.id, "member"), draft);
  const jws = await signAgreement(await keyOf(paths(owner.state), owner.id, "member"), once);
  await atStore(hub, (store) => storeAtHub(store, jws, [consumer, provider], now));
  const keysOf = (id: string) => (id === owner.id ? provider : consumer).keys;
  await atStore(owner, (store) => storeAtNode(store, owner.id, jws, keysOf, now));
}
