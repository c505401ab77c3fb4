/** A node whose rows are one, whose cubes are JSON, and whose policy, account, noise and manifests are real: for what binds an owner. */
import type { IngestJob } from "../../functions/keep/ingest/ingest.ts";
import { storeLog } from "../../functions/log/append.ts";
import type { ReleaseDeps } from "../../functions/release/release.ts";
import type { Blobs, Store } from "../../schemas/ports.ts";
import { memoryStore } from "./federation.ts";
import { arraySource, example, goodRow, keep as keepOf } from "./keep.ts";

/** After `left` more calls of the store it stops, before or after the last of them takes effect. */
interface Crash {
  left: number;
  when: "before" | "after";
}
const STOPPED = "the machine stopped";
export const isStopped = (error: unknown): boolean =>
  error instanceof Error && error.message === STOPPED;

function crashing(store: Store, crash: Crash): Store {
  const through = async <T>(call: () => Promise<T>): Promise<T> => {
    crash.left -= 1;
    if (crash.left === 0 && crash.when === "before") throw new Error(STOPPED);
    const given = await call();
    if (crash.left === 0) throw new Error(STOPPED);
    return given;
  };
  return {
    get: (pk, sk) => through(() => store.get(pk, sk)),
    getMany: (pk, sks) => through(() => store.getMany(pk, sks)),
    put: (item, condition) => through(() => store.put(item, condition)),
    delete: (pk, sk) => through(() => store.delete(pk, sk)),
    query: (pk, options) => store.query(pk, options),
  };
}

export async function node() {
  const at = { now: Date.UTC(2024, 1, 15, 12) / 1000 };
  const crash: Crash = { left: Number.POSITIVE_INFINITY, when: "before" };
  const bare = memoryStore();
  const store = crashing(bare, crash);
  const clock = () => at.now;
  const made = await keepOf();
  const keep = { ...made, source: arraySource({ a: [goodRow] }), store, clock };
  const releasing: ReleaseDeps = {
    ...{
      member: made.member,
      store,
      clock,
      signer: made.signer,
      log: storeLog(store, made.member),
    },
    ...{ privateBlobs: memoryBlobs(), publicBlobs: memoryBlobs() },
    engine: { cross: async () => ({ rows: [] }) },
    cubes: { write: async ({ value }) => new TextEncoder().encode(JSON.stringify(value)) },
  };
  const jobOf = (policy: object, more: object = {}): IngestJob => ({
    member: made.member,
    descriptor: { ...example, ...more, policy },
    files: ["a"],
  });
  /** `store` never fails: what is looked at afterwards. */
  return { keep, releasing, jobOf, at, crash, store: bare };
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
