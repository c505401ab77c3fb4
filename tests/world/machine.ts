/** A throwaway federation of any members, on this machine and in a folder of its own, under a clock that tests set. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Asker } from "../../adapters/client/asking.ts";
import { fileClock, setClock } from "../../adapters/clock/clock.ts";
import { PURPOSE } from "../../adapters/demo/demonstration.ts";
import { type Federation, startFederation } from "../../adapters/demo/federation.ts";
import { createMember, entryOf, keyOf } from "../../adapters/local/members.ts";
import { keepOf, releaseOf } from "../../adapters/local/private-side.ts";
import {
  type LocalMember,
  openStores,
  type Paths,
  paths,
  type Stores,
} from "../../adapters/local/state.ts";
import { draftAgreement, signAgreement } from "../../functions/agreements/agreements.ts";
import { register } from "../../functions/members/directory.ts";
import { peek } from "../../functions/signing/jws.ts";
import type { Descriptor } from "../../schemas/descriptor.ts";
import { DirectoryEntry } from "../../schemas/member.ts";
import type { Responsibility } from "../../schemas/organisation.ts";
import type { Clock, Store } from "../../schemas/ports.ts";
import type { Manifest } from "../../schemas/release.ts";

export const HUB = "hub";
/** Every agreement of a throwaway federation is for this purpose. */
export const purposeId = PURPOSE.id;

/** A member that runs a node, or one that is only in the directory. */
export const member = (id: string, node = true): LocalMember => ({
  id,
  name: { it: id, en: id },
  roles: ["provider", "consumer"],
  node,
});

export interface Agreed {
  readonly consumer: string;
  readonly provider: string;
  readonly dataset: string;
  /** As the provider says of the dataset. */
  readonly responsibility?: Responsibility;
}

export interface World {
  readonly at: Paths;
  readonly stores: Stores;
  readonly clock: Clock;
  store(member: string): Promise<Store>;
  /** A file through ingest and, unless `release` is false, the release that is due. */
  publish(
    member: string,
    descriptor: Descriptor,
    file: string | Uint8Array,
    release?: boolean,
  ): Promise<Manifest | undefined>;
  /** Starts hub and nodes, or starts them again: only then do nodes see that the clock was set. */
  start(agreements?: readonly Agreed[]): Promise<Federation>;
  setDay(day: string): Promise<void>;
  /** Enters a member's node in the directory at another address, signed by the member. */
  moveNode(member: string, url: string): Promise<void>;
  asker(member: string): Promise<Asker>;
  close(): Promise<void>;
}

/** Members with keys, besides a hub. Nothing is published and nothing runs yet. */
export async function makeWorld(members: readonly LocalMember[], day: string): Promise<World> {
  const at = paths(await mkdtemp(join(tmpdir(), "tavolo-world-")));
  const setDay = (date: string) => setClock(at.clock, new Date(`${date}T12:00:00Z`));
  await setDay(day);
  const clock = fileClock(at.clock);
  const everybody: LocalMember[] = [{ ...member(HUB, false), roles: ["operator"] }, ...members];
  for (const one of everybody) await createMember(at, one);
  const stores = await openStores(at);
  let federation: Federation | undefined;
  let agreed = false;
  return {
    at,
    stores,
    clock,
    setDay,
    store: (id) => stores.store(id),
    async publish(id, descriptor, file, release = true) {
      const store = await stores.store(id);
      const path = typeof file === "string" ? file : join(at.root, `${id}-${descriptor.id}.csv`);
      if (typeof file !== "string") await writeFile(path, file);
      await (await keepOf(at, id, store, clock)).ingest({ member: id, descriptor, files: [path] });
      const period = Object.keys(descriptor.policy.calendar).sort().at(-1)!;
      return release
        ? (await releaseOf(at, id, store, clock))({ dataset: descriptor.id, period })
        : undefined;
    },
    async start(agreements = []) {
      await federation?.close();
      const fresh = agreed ? [] : agreements;
      federation = await startFederation(at, stores, {
        hub: HUB,
        port: 0,
        agreements: (entries) => sign(at, fresh, entries, clock()),
      });
      agreed = true;
      return federation;
    },
    async moveNode(id, url) {
      const { iat } = peek(await readFile(at.entry(id), "utf8"), DirectoryEntry);
      const { jws } = await entryOf(at, everybody.find((one) => one.id === id)!, iat + 1, url);
      await register(await stores.store(HUB), jws, { local: true });
    },
    asker: async (id) => ({
      hub: { id: HUB, url: federation!.hub },
      member: id,
      signer: await keyOf(at, id, "member"),
      clock,
    }),
    async close() {
      await federation?.close();
      await stores.close();
      await rm(at.root, { recursive: true, force: true });
    },
  };
}

/** Agreements for everything that their datasets have, signed by both parties, for a year. */
const sign = (
  at: Paths,
  agreements: readonly Agreed[],
  entries: ReadonlyMap<string, DirectoryEntry>,
  now: number,
) =>
  Promise.all(
    agreements.map(async ({ consumer, provider, dataset, responsibility }) => {
      const parties = {
        consumer: entries.get(consumer)!,
        provider: entries.get(provider)!,
        number: 1,
      };
      const terms = { dataset, from: 0, until: now + 365 * 86_400, callsADay: 1_000_000 };
      const once = await signAgreement(
        await keyOf(at, consumer, "member"),
        draftAgreement({ ...terms, ...parties, responsibility }, consumer, now),
      );
      return signAgreement(await keyOf(at, provider, "member"), once);
    }),
  );
