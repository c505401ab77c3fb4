/** A federation on one machine: the embedded stores, the answering process behind its wall, and the hub. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import { hubAgreements, keepAtHub, keepAtNode } from "../../functions/agreements/agreements.ts";
import { edge as catalogueEdge } from "../../functions/catalogue/handler.ts";
import { offers } from "../../functions/catalogue/offers.ts";
import { edge as queryEdge } from "../../functions/query/handler.ts";
import { directory, register } from "../../functions/shared/directory.ts";
import { peek } from "../../functions/shared/jws.ts";
import { storeLog } from "../../functions/shared/log.ts";
import { edge as statusEdge } from "../../functions/status/handler.ts";
import { edge as tokenEdge } from "../../functions/token/handler.ts";
import type { GeneralJws } from "../../schemas/agreement.ts";
import { DirectoryEntry } from "../../schemas/member.ts";
import type { Peer } from "../../schemas/ports.ts";
import { routes } from "../../schemas/routes.ts";
import { clockOffset, fileClock } from "../clock/clock.ts";
import { httpPeer } from "../peer/http.ts";
import type { AnsweringConfig } from "./answering.ts";
import { listen, serverFor } from "./http-server.ts";
import { entryOf, keyOf } from "./members.ts";
import { announce, type LocalMember, localMembers, type Paths, type Stores } from "./state.ts";
import { tableOf } from "./stores.ts";

export interface Federation {
  readonly hub: string;
  readonly nodes: readonly { readonly member: string; readonly url: string }[];
  close(): Promise<void>;
}

/** A free port of 127.0.0.1, for whoever must know it before it listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server, 0);
  await new Promise((done) => server.close(done));
  return port;
}

/** Fails at once, and by name, where a port is taken: before anything is set up. */
export async function portsFor(port: number, count: number): Promise<number[]> {
  if (port === 0) return Promise.all(Array.from({ length: count }, freePort));
  const wanted = Array.from({ length: count }, (_, at) => port + at);
  for (const one of wanted) {
    const probe = createServer();
    await listen(probe, one);
    await new Promise((done) => probe.close(done));
  }
  return wanted;
}

/** A member's entry as it was signed last, or signed anew where its address changed. */
async function currentEntry(at: Paths, member: LocalMember, now: number, url?: string): Promise<{ entry: DirectoryEntry; jws: string }> {
  const path = at.entry(member.id);
  const before = await readFile(path, "utf8").catch(() => undefined);
  const former = before === undefined ? undefined : peek(before, DirectoryEntry);
  if (before !== undefined && former !== undefined && former.url === url) return { entry: former, jws: before };
  const made = await entryOf(at, member, Math.max(now, (former?.iat ?? 0) + 1), url);
  await writeFile(path, made.jws);
  return made;
}

/** Bundles the answering process into one file: all that it may read of the code. */
async function bundleAnswering(at: Paths): Promise<void> {
  await mkdir(at.answering, { recursive: true, mode: 0o700 });
  await build({
    entryPoints: [`${import.meta.dirname}/answering.ts`],
    outfile: at.bundle,
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

async function startAnswering(at: Paths, config: AnsweringConfig): Promise<ChildProcess> {
  const child = spawn(process.execPath, [...wallFlags(at), at.bundle], { env: {}, stdio: ["pipe", "pipe", "inherit"], cwd: at.answering });
  child.stdin!.write(`${JSON.stringify(config)}\n`);
  const exited = once(child, "exit").then(() => undefined);
  const line = await Promise.race([once(createInterface({ input: child.stdout! }), "line"), exited]);
  const said = line === undefined ? { ready: false, error: "it stopped before it was ready" } : JSON.parse(String(line[0]));
  if (!said.ready) throw new Error(`the answering process did not start: ${said.error}`);
  return child;
}

export interface StartOptions {
  readonly hub: string;
  readonly port: number;
  /** Agreements to be kept at the hub and at their nodes. */
  readonly agreements: (entries: ReadonlyMap<string, DirectoryEntry>) => Promise<readonly GeneralJws[]>;
  /** The hub's line to the nodes; HTTP unless given. */
  readonly peer?: Peer;
}

/** Starts everything that answers. The stores are open already; `close` closes all but them. */
export async function startFederation(at: Paths, stores: Stores, options: StartOptions): Promise<Federation> {
  const clock = fileClock(at.clock);
  const members = await localMembers(at);
  const serving = members.filter(({ node }) => node);
  const [hubPort, ...ports] = await portsFor(options.port, serving.length + 1);
  const hubStore = await stores.store(options.hub);
  const entries = new Map<string, DirectoryEntry>();
  for (const member of members) {
    const port = ports[serving.indexOf(member)];
    const { entry, jws } = await currentEntry(at, member, clock(), port === undefined ? undefined : `http://127.0.0.1:${port}`);
    await register(hubStore, jws, { local: true });
    entries.set(member.id, entry);
  }
  for (const jws of await options.agreements(entries)) {
    const agreement = await keepAtHub(hubStore, jws, [...entries.values()], clock());
    const node = await stores.store(agreement.provider.id);
    await keepAtNode(node, agreement.provider.id, jws, (id) => entries.get(id)?.keys ?? [], clock());
  }
  await bundleAnswering(at);
  const hubEntry = entries.get(options.hub)!;
  for (const { id } of serving) await mkdir(at.published(id), { recursive: true });
  const child = await startAnswering(at, {
    store: stores.access.public,
    offset: clockOffset(at.clock),
    hub: hubEntry,
    nodes: serving.map(({ id }, k) => ({
      self: entries.get(id)!,
      port: ports[k]!,
      table: tableOf(id),
      published: at.published(id),
      key: at.answeringKey(id),
    })),
  });
  const server = await startHub(at, stores, options.hub, hubPort!, options.peer ?? httpPeer());
  const hub = `http://127.0.0.1:${hubPort}`;
  await announce(at, { pid: process.pid, hub, stores: stores.access });
  return {
    hub,
    nodes: serving.map(({ id }, k) => ({ member: id, url: `http://127.0.0.1:${ports[k]}` })),
    async close() {
      await rm(at.run, { force: true });
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      const gone = child.exitCode === null ? once(child, "exit") : undefined;
      child.kill();
      await gone;
    },
  };
}

async function startHub(at: Paths, stores: Stores, hub: string, port: number, peer: Peer) {
  const clock = fileClock(at.clock);
  const store = await stores.store(hub);
  const members = directory(store);
  const shared = { hub, store, clock, directory: members, signer: await keyOf(at, hub, "hub"), log: storeLog(store, hub) };
  const offered = offers(peer);
  const agreements = hubAgreements(store);
  const server = serverFor(
    routes.filter((route) => route.at === "hub"),
    {
      token: tokenEdge(shared),
      query: queryEdge({ ...shared, peer, offers: offered, agreements }),
      catalogue: catalogueEdge({ directory: members, offers: offered, agreements, clock }),
      status: statusEdge(),
    },
  );
  await listen(server, port);
  return server;
}
