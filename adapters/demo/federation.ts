/** A federation on one machine: a hub, and one answering process for all of its nodes, over the same embedded stores. */

import { rm } from "node:fs/promises";
import { storeAtHub } from "../../functions/agreements/receive.ts";
import { storeAtNode } from "../../functions/answer/agreements.ts";
import { registerChain } from "../../functions/members/directory.ts";
import type { GeneralJws } from "../../schemas/agreement.ts";
import { found } from "../../schemas/found.ts";
import type { DirectoryEntry } from "../../schemas/member.ts";
import type { Peer } from "../../schemas/ports.ts";
import { fileClock } from "../clock/clock.ts";
import { chainOf, currentEntry } from "../local/entries.ts";
import { startHub } from "../local/hub.ts";
import { startNodes } from "../local/node-process.ts";
import { startOwner } from "../local/owner.ts";
import { portsFor } from "../local/serving/free-ports.ts";
import { announce, localMembers, type Paths, type Stores } from "../local/state.ts";

export interface Federation {
  readonly hub: string;
  /** `owner`: where the member itself reaches its own node. */
  readonly nodes: readonly {
    readonly member: string;
    readonly url: string;
    readonly owner: string;
  }[];
  close(): Promise<void>;
}

interface StartOptions {
  readonly hub: string;
  readonly port: number;
  /** Agreements to be kept at the hub and at their nodes. */
  readonly agreements: (
    entries: ReadonlyMap<string, DirectoryEntry>,
  ) => Promise<readonly GeneralJws[]>;
  /** The hub's line to the nodes; HTTP unless given. */
  readonly peer?: Peer;
}

/** Starts everything that answers. The stores are open already; `close` closes all but them. */
export async function startFederation(
  at: Paths,
  stores: Stores,
  options: StartOptions,
): Promise<Federation> {
  const clock = fileClock(at.clock);
  const members = await localMembers(at);
  const serving = members.filter(({ node }) => node);
  const [hubPort, ...ports] = await portsFor(options.port, 2 * serving.length + 1);
  const placed = serving.map(({ id }, k) => ({
    id,
    port: found(ports[k]),
    ownerPort: found(ports[serving.length + k]),
  }));
  const urls = new Map(placed.map(({ id, port }) => [id, `http://127.0.0.1:${port}`]));
  const hubStore = await stores.store(options.hub);
  const entries = new Map<string, DirectoryEntry>();
  for (const member of members) {
    const { entry } = await currentEntry(at, member, clock(), urls.get(member.id));
    await registerChain(hubStore, await chainOf(at, member.id), { local: true });
    entries.set(member.id, entry);
  }
  for (const jws of await options.agreements(entries)) {
    const agreement = await storeAtHub(hubStore, jws, [...entries.values()], clock());
    const node = await stores.store(agreement.provider.id);
    await storeAtNode(
      node,
      agreement.provider.id,
      jws,
      (id) => entries.get(id)?.keys ?? [],
      clock(),
    );
  }
  const entryOf = (id: string) => found(entries.get(id));
  const answering = await startNodes(at, stores, {
    hub: entryOf(options.hub),
    nodes: placed.map(({ id, port }) => ({ self: entryOf(id), port })),
  });
  const hub = await startHub(at, stores, {
    hub: options.hub,
    port: found(hubPort),
    ...(options.peer ? { peer: options.peer } : {}),
  });
  const owners = await Promise.all(
    placed.map(async ({ id, port, ownerPort }) => {
      const { url, close } = await startOwner(at, stores, {
        self: entryOf(id),
        port: ownerPort,
        hub: hub.url,
      });
      return { member: id, url: `http://127.0.0.1:${port}`, owner: url, close };
    }),
  );
  const ownersOf = Object.fromEntries(owners.map(({ member, owner }) => [member, owner]));
  await announce(at, { pid: process.pid, hub: hub.url, owners: ownersOf, stores: stores.access });
  return {
    hub: hub.url,
    nodes: owners.map(({ member, url, owner }) => ({ member, url, owner })),
    async close() {
      await rm(at.run, { force: true });
      await hub.close();
      for (const owner of owners) await owner.close();
      await answering.close();
    },
  };
}
