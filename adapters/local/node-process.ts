/** The answering process of one machine: one bundle, behind Node's permission model, for one node or for several. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import type { DirectoryEntry } from "../../schemas/member.ts";
import { clockOffset } from "../clock/clock.ts";
import type { AnsweringConfig } from "./answering.ts";
import { tableOf } from "./serving/stores.ts";
import type { Paths, Stores } from "./state.ts";

/** Bundles a process into one file, in a folder that is there: all that it may read of the code. */
export async function bundleProcess(
  entry: "answering.ts" | "desk.ts",
  outfile: string,
): Promise<void> {
  await build({
    entryPoints: [`${import.meta.dirname}/${entry}`],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    mainFields: ["module", "main"],
    logLevel: "error",
  });
}

/**
 * Flags of the answering process: Node's permission model, reading only its bundle, its keys and what is published. The model
 * does not hold network or signals; `node:sqlite` would pass the fence, and is switched off.
 */
export const wallFlags = (at: Paths): string[] => [
  "--permission",
  "--no-experimental-sqlite",
  `--allow-fs-read=${at.answering}/*`,
  `--allow-fs-read=${at.publishedAll}/*`,
];

/** Starts a bundle behind the permission model, in its own folder and with an empty environment. What it must know comes in one line. */
export async function spawnProcess(
  flags: readonly string[],
  bundle: string,
  config: object,
): Promise<ChildProcess> {
  const child = spawn(process.execPath, [...flags, bundle], {
    env: {},
    stdio: ["pipe", "pipe", "inherit"],
    cwd: dirname(bundle),
  });
  child.stdin.write(`${JSON.stringify(config)}\n`);
  const exited = once(child, "exit").then(() => undefined);
  const line = await Promise.race([once(createInterface({ input: child.stdout }), "line"), exited]);
  const said =
    line === undefined
      ? { ready: false, error: "it stopped before it was ready" }
      : JSON.parse(String(line[0]));
  if (!said.ready) throw new Error(`${basename(bundle)} did not start: ${said.error}`);
  return child;
}

interface NodesOptions {
  /** The hub that these nodes trust, as they know it. */
  readonly hub: DirectoryEntry;
  /** `desk`: where its desk answers on this machine, if it has one. */
  readonly nodes: readonly {
    readonly self: DirectoryEntry;
    readonly port: number;
    readonly desk?: string;
  }[];
}

export interface AnsweringProcess {
  /** Resolves when the process is gone, whoever ended it. */
  readonly gone: Promise<void>;
  close(): Promise<void>;
}

/** Starts what answers for one node or several, in a process of its own. The stores are open already, and stay open. */
export async function startNodes(
  at: Paths,
  stores: Stores,
  { hub, nodes }: NodesOptions,
): Promise<AnsweringProcess> {
  await mkdir(at.answering, { recursive: true, mode: 0o700 });
  await bundleProcess("answering.ts", at.bundle);
  for (const { self } of nodes) {
    await mkdir(at.published(self.id), { recursive: true });
    // the answering process makes no table, and one that has published nothing yet keeps its log all the same
    await stores.store(self.id);
  }
  const config: AnsweringConfig = {
    store: stores.access.public,
    offset: clockOffset(at.clock),
    hub,
    nodes: nodes.map(({ self, port, desk }) => ({
      ...(desk === undefined ? {} : { desk }),
      self,
      port,
      table: tableOf(self.id),
      published: at.published(self.id),
      key: at.answeringKey(self.id),
    })),
  };
  return processOf(await spawnProcess(wallFlags(at), at.bundle, config));
}

export function processOf(child: ChildProcess): AnsweringProcess {
  const gone = child.exitCode === null ? once(child, "exit").then(() => {}) : Promise.resolve();
  return {
    gone,
    async close() {
      child.kill();
      await gone;
    },
  };
}
