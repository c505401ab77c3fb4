/**
 * One run of the private side in a process of its own, told what to do by one line of JSON on standard input. It can be made to
 * kill itself (SIGKILL, so that nothing is tidied up) right before or right after any call to the world outside.
 */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { consentDeps, releaseDeps } from "../../adapters/local/private-side.ts";
import { openStores, paths } from "../../adapters/local/state.ts";
import { withdraw } from "../../functions/keep/consent/withdraw.ts";
import { ingest } from "../../functions/keep/ingest/ingest.ts";
import { release } from "../../functions/release/release.ts";
import { Refused } from "../../schemas/refusal.ts";

export type Work =
  | { readonly do: "ingest"; readonly descriptor: unknown; readonly files: readonly string[] }
  | { readonly do: "release"; readonly dataset: string; readonly period: string }
  | {
      readonly do: "withdraw";
      readonly dataset: string;
      readonly identifiers: readonly (readonly string[])[];
    };
export interface Job {
  readonly root: string;
  readonly member: string;
  readonly now: number;
  readonly work: Work;
  /** `during`: as soon as the call has put something on the disk. */
  readonly kill?: { readonly call: number; readonly when: "before" | "during" | "after" };
}
export interface Outcome {
  /** What the run gave back, or the reason of its refusal. */
  readonly done?: unknown;
  readonly refused?: string;
  readonly detail?: string;
  readonly failed?: string;
  /** The calls that it made, in their order. */
  readonly calls: readonly string[];
}

function counter(kill: Job["kill"], folders: readonly string[]) {
  const calls: string[] = [];
  const die = () => process.kill(process.pid, "SIGKILL");
  const begin = (name: string): (() => void) => {
    const number = calls.push(name);
    if (kill?.call === number && kill.when === "before") die();
    if (kill?.call === number && kill.when === "during") onceChanged(folders, die);
    return () => kill?.call === number && die();
  };
  /** The same adapter with every call counted; `name` is what the list of calls shows. */
  const wrap = <T extends object>(target: T, name: string): T =>
    new Proxy(target, {
      get(object, key) {
        const member = Reflect.get(object, key) as unknown;
        if (typeof member !== "function") return member;
        return (...given: unknown[]) => {
          const end = begin(`${name}.${String(key)}`);
          const result = Reflect.apply(member, object, given) as
            | Promise<unknown>
            | AsyncIterable<unknown>;
          return Symbol.asyncIterator in result ? iterated(result, end) : result.finally(end);
        };
      },
    });
  return { calls, wrap };
}

/** Looks again and again, for nothing tells of a file as early. Of folders only a scratch one counts: what is in it comes and goes. */
function onceChanged(folders: readonly string[], then: () => void): void {
  const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size;
  const look = () =>
    folders
      .filter((folder) => existsSync(folder))
      .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile() || entry.name.startsWith("cube-"))
      .map(
        (entry) =>
          `${entry.name} ${entry.isFile() ? sizeOf(join(entry.parentPath, entry.name)) : ""}`,
      )
      .join();
  const before = look();
  const again = () => (look() === before ? setImmediate(again) : then());
  setImmediate(again);
}

async function* iterated(found: AsyncIterable<unknown>, end: () => void) {
  yield* found;
  end();
}

async function run(
  { root, member, now, work }: Job,
  calls: ReturnType<typeof counter>,
): Promise<unknown> {
  const at = paths(root);
  const stores = await openStores(at);
  try {
    const store = calls.wrap(await stores.store(member), "store");
    if (work.do === "release") {
      const deps = await releaseDeps(at, member, store, () => now);
      return await release(
        {
          ...deps,
          privateBlobs: calls.wrap(deps.privateBlobs, "private"),
          publicBlobs: calls.wrap(deps.publicBlobs, "public"),
          engine: calls.wrap(deps.engine, "engine"),
          cubes: calls.wrap(deps.cubes, "cubes"),
        },
        work,
      );
    }
    const plain = await consentDeps(at, member, store, () => now);
    const deps = {
      ...plain,
      blobs: calls.wrap(plain.blobs, "private"),
      writer: calls.wrap(plain.writer, "writer"),
    };
    return work.do === "ingest"
      ? await ingest(deps, { member, ...work })
      : await withdraw(deps, work);
  } finally {
    await stores.close();
  }
}

// a parent that is ready before it says go can let several begin at once
process.stdout.write("ready\n");
for await (const line of createInterface({ input: process.stdin })) {
  const job = JSON.parse(line) as Job;
  const counted = counter(job.kill, [
    paths(job.root).private(job.member),
    paths(job.root).published(job.member),
  ]);
  const outcome = await run(job, counted).then(
    (done) => ({ done }),
    (error: Error) =>
      error instanceof Refused
        ? { refused: error.reason, detail: error.hint.detail }
        : { failed: error.stack },
  );
  process.stdout.write(`${JSON.stringify({ ...outcome, calls: counted.calls })}\n`);
  process.exit(0);
}
