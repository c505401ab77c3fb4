/** A node whose rows are one, whose cubes are JSON, and whose policy, account, noise and manifests are real: for what binds an owner. */
import type { IngestJob } from "../../functions/keep/ingest/ingest.ts";
import { storeLog } from "../../functions/log/append.ts";
import type { ReleaseDeps } from "../../functions/release/release.ts";
import type { Blobs, Store } from "../../schemas/ports.ts";
import { memorySigner, memoryStore } from "./federation.ts";
import { arraySource, example, goodRow, keep as keepOf } from "./keep.ts";

/** `wrap` stands between the node and its store, where a test lets it fail. */
export async function node(wrap: (store: Store) => Store = (store) => store) {
  const at = { now: Date.UTC(2024, 1, 15, 12) / 1000 };
  const store = wrap(memoryStore());
  const clock = () => at.now;
  const made = await keepOf();
  const keep = { ...made, source: arraySource({ a: [goodRow] }), store, clock };
  const blobs = memoryBlobs();
  const releasing: ReleaseDeps = {
    ...{
      member: made.member,
      store,
      clock,
      signer: made.signer,
      log: storeLog(store, made.member),
    },
    ...{ privateBlobs: { ...made.blobs, ...blobs }, publicBlobs: memoryBlobs() },
    engine: { cross: async () => ({ rows: [] }) },
    cubes: { write: async ({ value }) => new TextEncoder().encode(JSON.stringify(value)) },
  };
  const jobOf = (policy: object, more: object = {}): IngestJob => ({
    member: made.member,
    descriptor: { ...example, ...more, policy },
    files: ["a"],
  });
  return { keep, releasing, jobOf, at, store, key: memorySigner() };
}

function memoryBlobs(): Blobs {
  const files = new Map<string, Uint8Array>();
  return {
    read: async (path) => files.get(path),
    write: async (path, bytes) => void files.set(path, bytes),
    delete: async (path) => void files.delete(path),
    list: async (prefix) => [...files.keys()].filter((path) => path.startsWith(prefix)).sort(),
    local: async (path) => path,
  };
}
