/** The private side in memory, with every call to the world outside answered in an order that fast-check chooses. */
import type { Scheduler } from "fast-check";
import { withdraw } from "../../functions/keep/consent/withdraw.ts";
import { ingest } from "../../functions/keep/ingest/ingest.ts";
import { rotate } from "../../functions/keep/rekey.ts";
import { versionInForce } from "../../functions/keep/version-store.ts";
import { storeLog } from "../../functions/log/append.ts";
import { type ReleaseDeps, release } from "../../functions/release/release.ts";
import { sha256 } from "../../functions/signing/jws.ts";
import type { Blobs } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import type { AccountEntry, Pointer } from "../../schemas/release.ts";
import { memorySigner, memoryStore } from "../world/federation.ts";
import { example, goodRow, keep, linesOf } from "../world/keep.ts";
import { FIRST, PERIOD } from "./node.ts";

/** The same adapter; each call takes effect when it is made, and its answer comes when the order has it. */
function inOrder<T extends object>(order: Scheduler, target: T): T {
  return new Proxy(target, {
    get(object, key) {
      const member = Reflect.get(object, key) as unknown;
      if (typeof member !== "function") return member;
      return (...given: unknown[]) => {
        const result = Reflect.apply(member, object, given) as
          | Promise<unknown>
          | AsyncIterable<unknown>;
        if (result instanceof Promise) return order.schedule(result, String(key));
        return (async function* () {
          yield* await order.schedule(collected(result), String(key));
        })();
      };
    },
  });
}

async function collected(found: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const one of found) all.push(one);
  return all;
}

const outcomeOf = <T>(promise: Promise<T>) =>
  promise.catch((error: unknown) => {
    if (error instanceof Refused) return { refused: error.reason } as { readonly refused: string };
    throw error;
  });

function memoryBlobs(): Blobs & { readonly files: Map<string, Uint8Array> } {
  const files = new Map<string, Uint8Array>();
  return {
    files,
    read: async (path) => files.get(path),
    write: async (path, bytes) => void files.set(path, bytes),
    delete: async (path) => void files.delete(path),
    list: async (prefix) => [...files.keys()].filter((path) => path.startsWith(prefix)).sort(),
    local: async (path) => path,
  };
}

/** A node whose rows are one person; its cubes are JSON, different for each key of the noise. */
export async function releaseOrders(
  order: Scheduler,
  descriptors: readonly { readonly id: string }[],
) {
  const store = memoryStore();
  const [privateBlobs, publicBlobs] = [memoryBlobs(), memoryBlobs()];
  for (const descriptor of descriptors)
    await store.put({
      pk: "release#version",
      sk: descriptor.id,
      body: {
        ...{ path: "x", digest: "A".repeat(43), descriptor, periods: [] },
        columns: { dimensions: [], family: false, measures: [] },
      },
      revision: 1,
    });
  const spent: number[] = [];
  const entries = () =>
    (
      store.items.get(`release#account#${PERIOD}\naccount`)?.body as
        | { entries: AccountEntry[] }
        | undefined
    )?.entries ?? [];
  const watched: typeof store = {
    ...store,
    async put(...given) {
      const won = await store.put(...given);
      spent.push(entries().reduce((sum, { mu2 }) => sum + mu2, 0));
      return won;
    },
  };
  const scheduled = inOrder(order, watched);
  const deps: ReleaseDeps = {
    member: "IT-000001",
    store: scheduled,
    privateBlobs: inOrder(order, privateBlobs),
    publicBlobs: inOrder(order, publicBlobs),
    engine: inOrder(order, {
      cross: async () => ({ rows: [{ codes: ["F", "65+"], values: [1, 10] }] }),
    }),
    cubes: inOrder(order, {
      write: async (table) => new TextEncoder().encode(JSON.stringify(table)),
    }),
    signer: memorySigner(),
    log: storeLog(scheduled, "IT-000001"),
    clock: () => FIRST,
  };
  return {
    /** One release of each dataset named, all begun at once. */
    release: (
      datasets: readonly string[],
    ): Promise<{ readonly cube?: string; readonly refused?: string }[]> =>
      order.waitFor(
        Promise.all(
          datasets.map((dataset) => outcomeOf(release(deps, { dataset, period: PERIOD }))),
        ),
      ),
    node: {
      account: entries,
      spentOverTime: () => spent,
      pointer: (dataset: string) =>
        store.items.get(`answer#pointer\n${dataset}#${PERIOD}`)?.body as Pointer | undefined,
      published: () => [...publicBlobs.files].map(([path, bytes]) => [path, sha256(bytes)]),
      drafts: () => [...privateBlobs.files.keys()],
    },
  };
}

/**
 * Two ingests of the same two persons and a withdrawal of one of them, begun at once; and, where wanted, a change of the key of the
 * pseudonyms. Hours tell who is who, whatever the key.
 */
export async function keepOrders(order: Scheduler, stored: boolean, rotating = false) {
  const who = (cf: string, ore: string) => ({ ...goodRow, cf, ore });
  const persons = [who("RSSMRA50A01H501U", "1"), who("VRDGPP60B02F205X", "2")];
  const deps = await keep({ a: persons, b: [...persons, who("BNCLCU70C03G224Y", "3")] });
  const job = (file: string) => ({ member: "IT-016024", descriptor: example, files: [file] });
  if (stored) await ingest(deps, job("a"));
  const scheduled = {
    ...deps,
    store: inOrder(order, deps.store),
    blobs: inOrder(order, deps.blobs),
  };
  const dataset = example.id;
  return {
    async run() {
      const [withdrawal] = await order.waitFor(
        Promise.all([
          outcomeOf(withdraw(scheduled, { dataset, identifiers: [["RSSMRA50A01H501U", "1"]] })),
          outcomeOf(ingest(scheduled, job("a"))),
          outcomeOf(ingest(scheduled, job("b"))),
          ...(rotating && stored ? [outcomeOf(rotate(scheduled, dataset, deps.clock()))] : []),
        ]),
      );
      return { withdrawn: Array.isArray(withdrawal) };
    },
    /** One more file, with nobody in the way. */
    later: () => ingest(deps, job("b")),
    async remaining() {
      const { path } = (await versionInForce(deps.store, dataset))!.pointer;
      const hours = linesOf((await deps.blobs.read(path))!).map(({ measures }) => measures[0]);
      return hours.map((value) => (value === 100 ? "gone" : "stays"));
    },
  };
}
