/**
 * A node that is thrown away after each trial, behind servers that stay: the hub, the node's address and a second member's,
 * all over real HTTP. Each trial has a dataset, an account and a store of its own; nothing is shared but keys of signatures.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { diskBlobs } from "../../adapters/blobs/disk.ts";
import { type Asker, askHub, takeRelease } from "../../adapters/client/asking.ts";
import { duckDbEngine } from "../../adapters/engine/duckdb.ts";
import { createMember, entryOf, keyOf } from "../../adapters/local/members.ts";
import { consentDeps, keepDeps, releaseDeps } from "../../adapters/local/private-side.ts";
import { portsFor } from "../../adapters/local/serving/free-ports.ts";
import { type Handler, listen, serverFor } from "../../adapters/local/serving/http-server.ts";
import { type LocalMember, openStores, type Paths, paths } from "../../adapters/local/state.ts";
import { httpPeer } from "../../adapters/peer/http.ts";
import { edge as tokenEdge } from "../../functions/access/handler.ts";
import { draftAgreement, signAgreement } from "../../functions/agreements/agreements.ts";
import { hubAgreements } from "../../functions/agreements/hub-agreements.ts";
import { storeAtHub } from "../../functions/agreements/receive.ts";
import { storeAtNode } from "../../functions/answer/agreements.ts";
import type { AnswerDeps } from "../../functions/answer/answer.ts";
import { edge as nodeEdge } from "../../functions/answer/handler.ts";
import { releases } from "../../functions/answer/releases.ts";
import { offers } from "../../functions/catalogue/offers.ts";
import { type Cube, loadCube } from "../../functions/disclosure/cube.ts";
import { withdraw } from "../../functions/keep/consent/withdraw.ts";
import { ingest } from "../../functions/keep/ingest/ingest.ts";
import { storeLog } from "../../functions/log/append.ts";
import { directory, register } from "../../functions/members/directory.ts";
import { edge as queryEdge } from "../../functions/query/handler.ts";
import { type ReleaseDeps, release } from "../../functions/release/release.ts";
import { peek } from "../../functions/signing/jws.ts";
import type { Descriptor } from "../../schemas/descriptor.ts";
import type { DirectoryEntry } from "../../schemas/member.ts";
import type { Signer, Store } from "../../schemas/ports.ts";
import { type Question, Statement } from "../../schemas/query.ts";
import type { Manifest } from "../../schemas/release.ts";
import { routes } from "../../schemas/routes.ts";
import { releaseUnprotected } from "../world/release.ts";
import { PERIOD } from "./data.ts";
import { tenant } from "./tenant.ts";

export const HUB = "hub";
export const CITY = "IT-000001";
export const OTHER = "IT-000002";
export const CONSUMERS = ["IT-000003", "IT-000004", "IT-000005"] as const;
export const PURPOSE = {
  id: "5b7c2f0e-3c1d-4a57-8f10-2d1f9a3e0001",
  name: { it: "Prova", en: "Test" },
  dpv: ["dpv:ServiceMonitoring" as const],
};

/** Rows that were ingested once; every trial releases them anew. */
export interface Rows {
  readonly descriptor: Descriptor;
  readonly file: string;
  readonly pointer: Record<string, unknown>;
}
export interface Wanted {
  readonly member?: string;
  /** A dataset id that another node has; a fresh one unless given. */
  readonly dataset?: string;
  readonly consumers?: readonly string[];
  /** Takes the file in again under the node's own keys, so that a person can be found for a withdrawal. */
  readonly ingest?: boolean;
}
/** One throwaway node, as the attacker meets it and as its owner does. */
export interface Node {
  readonly member: string;
  readonly dataset: string;
  readonly store: Store;
  readonly releasing: ReleaseDeps;
  readonly answering: AnswerDeps;
  /** Makes the release that is due; with protection off where `guarded` is false. */
  release(guarded: boolean): Promise<Manifest>;
}
export interface Arena {
  readonly at: Paths;
  readonly entries: ReadonlyMap<string, DirectoryEntry>;
  readonly url: (member: string) => string;
  /** Noon of this day, in seconds, and time running from there. */
  day: string;
  clock(): number;
  key(member: string, use: "member" | "hub"): Promise<Signer>;
  ingest(descriptor: Descriptor, file: string, member?: string): Promise<Rows>;
  /** A fresh node over rows, with agreements for its consumers, at its member's address. */
  node(rows: Rows, wanted?: Wanted): Promise<Node>;
  /** What answers at a member's address: a node's edge, or a variant of it. */
  serve(member: string, handler: Handler): void;
  /** A release over HTTP, with token and proof. */
  take(
    manifest: Pick<Manifest, "id" | "iss">,
    consumer?: string,
    format?: "parquet" | "csv",
  ): Promise<Uint8Array>;
  cube(manifest: Manifest): Promise<Cube>;
  ask(question: Omit<Question, "purposeId" | "period">, consumer?: string): Promise<Statement>;
  withdraw(node: Node, identifiers: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

const memberOf = (id: string, node: boolean): LocalMember => ({
  id,
  name: { it: id, en: id },
  roles: ["provider", "consumer"],
  node,
});
const members: readonly LocalMember[] = [
  { ...memberOf(HUB, false), roles: ["operator"] },
  memberOf(CITY, true),
  memberOf(OTHER, true),
  ...CONSUMERS.map((id) => memberOf(id, false)),
];
const nodeRoutes = routes.filter(({ at }) => at === "node");

export async function openArena(): Promise<Arena> {
  const at = paths(await mkdtemp(join(tmpdir(), "tavolo-attack-")));
  for (const member of members) await createMember(at, member);
  const stores = await openStores(at);
  const began = Date.now();
  let day = "2026-07-01";
  const clock = () =>
    Date.parse(`${day}T12:00:00Z`) / 1000 + Math.floor((Date.now() - began) / 1000);
  const hubStore = await stores.store(HUB);
  const handlers = new Map<string, Handler>();
  const servers: Server[] = [];
  const urls = new Map<string, string>();
  const entries = new Map<string, DirectoryEntry>();

  const open = async (name: string, server: Server, port = 0) => {
    servers.push(server);
    urls.set(name, `http://127.0.0.1:${await listen(server, port)}`);
  };
  for (const member of members) {
    if (member.node)
      await open(
        member.id,
        serverFor(nodeRoutes, { answer: (event) => handlers.get(member.id)!(event) }),
      );
    // of the beginning of the suite's year, so that its days can be lived through
    const { entry, jws } = await entryOf(
      at,
      member,
      Date.parse("2026-01-01") / 1000,
      urls.get(member.id),
    );
    entries.set(member.id, entry);
    await register(hubStore, jws, { local: true });
  }
  const known = directory(hubStore);
  const peer = httpPeer();
  const [hubPort] = await portsFor(0, 1);
  const shared = {
    origin: `http://127.0.0.1:${hubPort}`,
    hub: HUB,
    store: hubStore,
    clock,
    directory: known,
    signer: await keyOf(at, HUB, "hub"),
    log: storeLog(hubStore, HUB),
  };
  const query = queryEdge({
    ...shared,
    peer,
    offers: offers(peer),
    agreements: hubAgreements(hubStore),
  });
  const hubRoutes = routes.filter((route) => route.at === "hub");
  await open(HUB, serverFor(hubRoutes, { token: tokenEdge(shared), query }), hubPort);
  const asker = async (member: string): Promise<Asker> => ({
    hub: { id: HUB, url: urls.get(HUB)! },
    member,
    signer: await keyOf(at, member, "member"),
    clock,
  });

  const agreed: { readonly dataset: string; readonly id: string }[] = [];
  /** A hub looks through all that a consumer ever agreed to: what is thrown away goes, or thousands of trials slow it down. */
  async function forget(dataset: string): Promise<void> {
    const gone = agreed.filter((one) => one.dataset !== dataset);
    for (const one of gone) {
      await hubStore.delete("hub#agreement", one.id);
      agreed.splice(agreed.indexOf(one), 1);
    }
  }
  async function agree(
    store: Store,
    provider: string,
    dataset: string,
    consumers: readonly string[],
  ): Promise<void> {
    for (const consumer of consumers) {
      const parties = {
        consumer: entries.get(consumer)!,
        provider: entries.get(provider)!,
        number: 1,
      };
      const terms = {
        dataset,
        purpose: PURPOSE,
        from: 0,
        until: clock() + 10 ** 8,
        callsADay: 1_000_000,
      };
      const draft = draftAgreement({ ...terms, ...parties }, consumer, clock());
      const once = await signAgreement(await keyOf(at, consumer, "member"), draft);
      const jws = await signAgreement(await keyOf(at, provider, "member"), once);
      await storeAtNode(store, provider, jws, (id) => entries.get(id)?.keys ?? [], clock());
      agreed.push({
        dataset,
        id: (await storeAtHub(hubStore, jws, [...entries.values()], clock())).id,
      });
    }
  }
  async function take(
    store: Store,
    member: string,
    descriptor: Descriptor,
    file: string,
  ): Promise<void> {
    const path = join(at.root, `${descriptor.id}.csv`);
    await writeFile(path, file);
    await ingest(keepDeps(at, member, store, clock), { member, descriptor, files: [path] });
    await rm(path);
  }
  const download: Arena["take"] = async (manifest, consumer = CONSUMERS[0], format = "parquet") =>
    takeRelease(await asker(consumer), urls.get(manifest.iss)!, manifest.id, PURPOSE.id, format);
  let made = 0;
  const base = new Map<string, ReleaseDeps>();
  for (const member of [CITY, OTHER])
    base.set(member, {
      ...(await releaseDeps(at, member, await stores.store(member), clock)),
      engine: duckDbEngine({ threads: 1 }),
    });
  const answerKeys = new Map<string, Signer>();
  for (const member of [CITY, OTHER]) answerKeys.set(member, await keyOf(at, member, "answer"));

  return {
    at,
    entries,
    url: (member) => urls.get(member)!,
    get day() {
      return day;
    },
    set day(value) {
      day = value;
    },
    clock,
    key: (member, use) => keyOf(at, member, use),
    async ingest(descriptor, file, member = CITY) {
      const id = `rows-${made++}`;
      const store = await stores.store(member);
      await take(store, member, { ...descriptor, id }, file);
      const pointer = (await store.get("release#version", id))!.body as Record<string, unknown>;
      return { descriptor, file, pointer };
    },
    async node(
      rows,
      {
        member = CITY,
        consumers = CONSUMERS.slice(0, 1),
        dataset = `${rows.descriptor.id}-${made++}`,
        ...wanted
      } = {},
    ) {
      const store = tenant(await stores.store(member), dataset);
      const descriptor = { ...rows.descriptor, id: dataset };
      const body = { ...rows.pointer, descriptor };
      if (wanted.ingest) await take(store, member, descriptor, rows.file);
      else await store.put({ pk: "release#version", sk: dataset, body, revision: 1 });
      await forget(dataset);
      await agree(store, member, dataset, consumers);
      const releasing: ReleaseDeps = { ...base.get(member)!, store, log: storeLog(store, member) };
      const self = entries.get(member)!;
      const answering: AnswerDeps = {
        trust: { self, hub: entries.get(HUB)! },
        store,
        releases: releases(store, diskBlobs(at.published(member)), self),
        signer: answerKeys.get(member)!,
        log: storeLog(store, member),
        clock,
      };
      handlers.set(member, nodeEdge(answering));
      const job = { dataset, period: PERIOD };
      const make = (guarded: boolean) =>
        guarded ? release(releasing, job) : releaseUnprotected(releasing, job);
      return { member, dataset, store, releasing, answering, release: make };
    },
    serve: (member, handler) => void handlers.set(member, handler),
    take: download,
    cube: async (manifest) => loadCube(await download(manifest), manifest),
    async ask(question, consumer = CONSUMERS[0]) {
      const whole: Question = { ...question, period: PERIOD, purposeId: PURPOSE.id };
      return peek(await askHub(await asker(consumer), whole), Statement);
    },
    async withdraw({ member, dataset, store }, identifiers) {
      await withdraw(await consentDeps(at, member, store, clock), {
        dataset,
        identifiers: [identifiers],
      });
    },
    async close() {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((done) => server.close(done));
      }
      await stores.close();
      await rm(at.root, { recursive: true, force: true });
    },
  };
}
