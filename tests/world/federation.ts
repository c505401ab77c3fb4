/** A small federation for tests: real keys and signatures, a frozen clock, a store in memory, nodes without a network. */

import { generateKeyPairSync, sign } from "node:crypto";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { draftAgreement, signAgreement } from "../../functions/agreements/agreements.ts";
import { hubAgreements } from "../../functions/agreements/hub-agreements.ts";
import { storeAtHub } from "../../functions/agreements/receive.ts";
import { offers } from "../../functions/catalogue/offers.ts";
import { isLong, signedAxis } from "../../functions/disclosure/code-lists.ts";
import { cellsOf, type Plan, planFor } from "../../functions/disclosure/figure-plan.ts";
import { markOf } from "../../functions/disclosure/reliability.ts";
import type { Facts } from "../../functions/log/append.ts";
import { directory, register } from "../../functions/members/directory.ts";
import type { AskDeps } from "../../functions/query/ask.ts";
import type { OpenDeps } from "../../functions/query/open.ts";
import { freshId, peek, sha256, signCompact } from "../../functions/signing/jws.ts";
import type { DirectoryEntry, KeyUse } from "../../schemas/member.ts";
import type { Item, Peer, Signer, Store } from "../../schemas/ports.ts";
import { Ask, type Cell, type Partial, Query } from "../../schemas/query.ts";
import { Refused } from "../../schemas/refusal.ts";
import type { Account, Manifest, ReleasedField, SignedManifest } from "../../schemas/release.ts";
import type { AccessToken } from "../../schemas/token.ts";
import { PublicJwk } from "../../schemas/words.ts";

export const NOW = 1_795_600_000;
export const HUB = "tavolo-hub";
/** A deadline that no busy machine comes near. */
const PATIENT = 600_000;
export const PURPOSE = "5b7c2f0e-3c1d-4a57-8f10-2d1f9a3e0001";
const BOTH = (text: string) => ({ it: text, en: text });

export function memorySigner(): Signer {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwk = PublicJwk.parse(publicKey.export({ format: "jwk" }));
  const kid = sha256(JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y }));
  return {
    kid,
    jwk,
    sign: async (bytes) =>
      new Uint8Array(sign("sha256", bytes, { key: privateKey, dsaEncoding: "ieee-p1363" })),
  };
}

export function memoryStore(): Store & { readonly items: Map<string, Item> } {
  const items = new Map<string, Item>();
  const nameOf = (pk: string, sk: string) => `${pk}\n${sk}`;
  return {
    items,
    get: async (pk, sk) => items.get(nameOf(pk, sk)),
    getMany: async (pk, sks) => sks.flatMap((sk) => items.get(nameOf(pk, sk)) ?? []),
    async put(item, condition) {
      const held = items.get(nameOf(item.pk, item.sk));
      const holds =
        condition === undefined ||
        (held === undefined && condition.kind !== "revision") ||
        (condition.kind === "absent-or-expired" &&
          held?.expiresAt !== undefined &&
          held.expiresAt <= condition.now) ||
        (condition.kind === "revision" && held?.revision === condition.is) ||
        (condition.kind === "revision-below" &&
          held !== undefined &&
          held.revision < condition.than);
      if (holds) items.set(nameOf(item.pk, item.sk), JSON.parse(JSON.stringify(item)));
      return holds;
    },
    async delete(pk, sk) {
      items.delete(nameOf(pk, sk));
    },
    async *query(pk, { prefix = "", limit = Number.POSITIVE_INFINITY } = {}) {
      const found = [...items.values()].filter(
        (item) => item.pk === pk && item.sk.startsWith(prefix),
      );
      yield* found.sort((a, b) => (a.sk < b.sk ? -1 : 1)).slice(0, limit);
    },
  };
}

export interface Member {
  readonly entry: DirectoryEntry;
  readonly jws: string;
  readonly keys: Readonly<Record<KeyUse, Signer>>;
}
export async function makeMember(
  id: string,
  change: { url?: string; roles?: DirectoryEntry["roles"] } = {},
): Promise<Member> {
  const keys = {
    member: memorySigner(),
    release: memorySigner(),
    answer: memorySigner(),
    hub: memorySigner(),
    session: memorySigner(),
  };
  const listed = Object.entries(keys).map(([use, { kid, jwk }]) => ({
    kid,
    use: use as KeyUse,
    jwk,
    from: NOW - 86_400,
  }));
  const entry: DirectoryEntry = {
    v: 1,
    iss: id,
    iat: NOW - 3600,
    id,
    name: BOTH(id),
    roles: change.roles ?? ["provider", "consumer"],
    keys: listed,
    ...(change.url === undefined ? {} : { url: change.url }),
  };
  return { entry, jws: await signCompact(keys.member, "tavolo-member+jws", entry), keys };
}

const field = (id: string, change: object = {}): ReleasedField => ({
  ...{
    id,
    title: BOTH(id),
    kind: "count",
    order: 2,
    grid: 0.001,
    unit: BOTH("persons"),
    variance: 4,
    units: 1,
    share: 0.25,
  },
  ...change,
});
export function makeManifest(member: string, change: object = {}): Manifest {
  const made: Manifest = {
    ...{
      v: 1,
      iss: member,
      iat: NOW - 600,
      id: `${member}/prestazioni/2022/1`,
      dataset: "prestazioni",
      period: "2022",
      number: 1,
    },
    ...{
      kind: "records",
      title: BOTH("Prestazioni"),
      description: BOTH("Prestazioni"),
      origin: "made",
      source: "generator",
      licence: "CC0",
    },
    ...{
      level: "municipality",
      legalBasis: { basis: "public-task", reference: "law" },
      unit: BOTH("person"),
      cube: sha256(member),
    },
    axes: [
      { id: "sex", title: BOTH("sex"), codes: ["F", "M"] },
      {
        id: "age",
        title: BOTH("age"),
        codes: [["young", ["0-17", "18-34"]], "35-64", ["old", ["65-74", "75-84", "85+"]]],
      },
      { id: "zone", title: BOTH("zone"), codes: ["north", "south", "hills"] },
    ],
    fields: [
      field("any", { order: 3 }),
      field("A2.07"),
      field("A2.08"),
      field("hours", { kind: "sum", order: 1, grid: 0.01, of: "A2.07", bounds: [0, 30], mid: 15 }),
    ],
    policy: {
      method: "lattice",
      advantage: 10,
      releases: 1,
      smallest: 5,
      calendar: ["2023-06-30"],
      graceDays: 30,
    },
  };
  return { ...made, ...change };
}

/** A manifest as its node signs it. */
export function signedAs(manifest: Manifest): SignedManifest {
  const axes = manifest.axes.map(signedAxis);
  return { ...manifest, axes, v: manifest.axes.some(isLong) ? 2 : manifest.v };
}

const signedManifests = new WeakMap<Manifest, Promise<string>>();
/** Signed once, as a node does: a manifest that is named by its digest is the very one that is listed. */
function signManifest({ keys }: Member, manifest: Manifest): Promise<string> {
  const known =
    signedManifests.get(manifest) ??
    signCompact(keys.release, "tavolo-release+jws", signedAs(manifest));
  signedManifests.set(manifest, known);
  return known;
}

/** Figures as a node would give them: invented, the same for the same member, cell and field. */
export function inventedCells(plan: Plan, { iss, policy }: Manifest): Cell[] {
  return cellsOf(plan).map((by) => {
    const figureOf = (id: string) =>
      Buffer.from(sha256(JSON.stringify([iss, by, id]))).readUInt16BE() * 10;
    return {
      by,
      figures: plan.figures.map(({ id, kind, grid, variance, of, mid, bounds }) => {
        const inverse = Math.round(1 / grid);
        const sd = Math.sqrt(variance);
        if (kind === "count")
          return {
            count: id,
            value: figureOf(id),
            grid,
            sd,
            ...markOf(figureOf(id) / inverse, sd, policy.smallest),
          };
        const { mark } = markOf(figureOf(of!) * 0.001, sd, policy.smallest);
        return {
          sum: id,
          of: of!,
          value: figureOf(id) - 100_000,
          grid,
          sd: (sd * (bounds![1] - bounds![0])) / 2,
          mid: mid!,
          mark,
        };
      }),
    };
  });
}

export interface FakeNode {
  readonly member: Member;
  readonly manifests: readonly Manifest[];
  readonly account?: Account;
  /** What an attacker, or a fault, does to the partial before it is signed. */
  readonly twist?: (partial: Partial) => Partial;
  readonly signer?: Signer;
  readonly cells?: (plan: Plan, manifest: Manifest) => Cell[];
  readonly reply?: (signal: AbortSignal) => Promise<string>;
}

/** A node with one release of `prestazioni`, and what is wrong with it. */
export const makeNode = (
  member: Member,
  change: Omit<{ readonly [K in keyof FakeNode]?: FakeNode[K] }, "member"> = {},
): FakeNode => ({
  member,
  manifests: [makeManifest(member.entry.id)],
  ...change,
});

/** The node's own checks are not played here: that is the answering side's to test. */
export async function partialOf(node: FakeNode, queryJws: string, now = NOW): Promise<string> {
  const query = peek(queryJws, Query);
  const { entry, keys } = node.member;
  const manifest = node.manifests.find(
    ({ dataset, period }) => dataset === query.dataset && period === query.period,
  )!;
  const agreement =
    query.iss === entry.id
      ? "own"
      : manifest.kind === "records"
        ? `${query.iss}/${entry.id}/${query.dataset}/1`
        : "public";
  const cells = (node.cells ?? inventedCells)(planFor(query, manifest), manifest);
  const manifestJws = await signManifest(node.member, manifest);
  const byDigest = manifest.axes.some(isLong);
  const partial: Partial = {
    v: byDigest ? 2 : 1,
    ...{
      iss: entry.id,
      iat: now,
      query: sha256(queryJws),
      agreement,
      release: manifest.id,
      cube: manifest.cube,
    },
    ...{ manifest: byDigest ? sha256(manifestJws) : manifestJws, cells },
  };
  return signCompact(
    node.signer ?? keys.answer,
    "tavolo-partial+jws",
    (node.twist ?? ((same) => same))(partial),
  );
}

export function fakePeer(
  nodes: readonly FakeNode[],
): Peer & { readonly asked: string[]; readonly listed: string[] } {
  const [asked, listed] = [[] as string[], [] as string[]];
  const at = (url: string) => nodes.find(({ member }) => member.entry.url === url)!;
  return {
    asked,
    listed,
    async ask(url, envelope, signal) {
      asked.push(url);
      const node = at(url);
      return node.reply ? node.reply(signal) : partialOf(node, peek(envelope, Ask).query);
    },
    async catalogue(url) {
      listed.push(url);
      const { member, manifests } = at(url);
      const signed = manifests.map((manifest) => signManifest(member, manifest));
      return { manifests: await Promise.all(signed), next: [] };
    },
    async codes(url, release) {
      const manifest = at(url).manifests.find(({ id }) => id === release)!;
      return manifest.axes.filter(isLong).map(({ codes }) => codes);
    },
    async account(url) {
      const { member, account } = at(url);
      if (account === undefined) throw new Refused("not-found");
      return signCompact(member.keys.release, "tavolo-account+jws", account);
    },
  };
}

export interface World {
  readonly deps: OpenDeps;
  readonly store: ReturnType<typeof memoryStore>;
  readonly peer: ReturnType<typeof fakePeer>;
  readonly hub: Member;
  readonly logged: (Facts & { readonly kind: string })[];
  query(change?: object): Query;
  sign(query: object, signer?: Signer): Promise<string>;
  token(change?: object, signer?: Signer): Promise<string>;
}

/** A hub whose members are those of the nodes; the first of them asks. It has agreements on `prestazioni` with `agreedWith`. */
export async function makeWorld(
  nodes: readonly FakeNode[],
  agreedWith: readonly Member[] = [],
  until = NOW + 86_400,
): Promise<World> {
  const hub = await makeMember(HUB, { roles: ["operator"] });
  const store = memoryStore();
  for (const { jws } of [hub, ...nodes.map(({ member }) => member)]) await register(store, jws);
  const consumer = nodes[0]!.member;
  for (const provider of agreedWith) {
    const purpose = { id: PURPOSE, name: BOTH("compare"), dpv: ["dpv:ServiceMonitoring" as const] };
    const terms = { dataset: "prestazioni", purpose, from: NOW - 1000, until, number: 1 };
    const draft = draftAgreement(
      { ...terms, consumer: consumer.entry, provider: provider.entry },
      consumer.entry.id,
      NOW - 1000,
    );
    const jws = await signAgreement(
      provider.keys.member,
      await signAgreement(consumer.keys.member, draft),
    );
    await storeAtHub(store, jws, [consumer.entry, provider.entry], NOW - 900);
  }
  const peer = fakePeer(nodes);
  const logged: World["logged"] = [];
  const begin: AskDeps["log"]["begin"] = (kind, facts, at) => {
    logged.push({ kind, ...facts });
    return {
      receipt: { log: HUB, entry: `${at}#${logged.length}`, leaf: sha256(JSON.stringify(facts)) },
      written: Promise.resolve(),
    };
  };
  const log: AskDeps["log"] = { begin, append: async (...entry) => begin(...entry).receipt };
  const books = {
    store,
    directory: directory(store),
    agreements: hubAgreements(store),
    offers: offers(peer, PATIENT),
  };
  const deps: OpenDeps = {
    hub: HUB,
    signer: hub.keys.hub,
    peer,
    log,
    clock: () => NOW,
    deadlineMs: PATIENT,
    ...books,
  };
  const { id } = consumer.entry;
  const members = nodes.map(({ member }) => member.entry.id);
  const claims = {
    iss: HUB,
    sub: id,
    client_id: id,
    aud: HUB,
    iat: NOW,
    exp: NOW + 600,
    purposeId: PURPOSE,
  };
  return {
    ...{ deps, store, peer, hub, logged },
    query: (change = {}) => ({
      ...{
        v: 1,
        iss: id,
        aud: HUB,
        iat: NOW,
        exp: NOW + 300,
        jti: freshId(),
        purposeId: PURPOSE,
        members,
        dataset: "prestazioni",
      },
      ...{
        period: "2022",
        measures: [{ count: "any" }, { mean: "hours", of: "A2.07" }],
        by: ["sex"],
        where: {},
      },
      ...change,
    }),
    sign: (query, signer = consumer.keys.member) => signCompact(signer, "tavolo-query+jws", query),
    token: (change = {}, signer = hub.keys.hub) =>
      signCompact(signer, "at+jwt", {
        ...claims,
        jti: freshId(),
        cnf: { jkt: consumer.keys.member.kid },
        ...change,
      } satisfies AccessToken),
  };
}

/** An event as API Gateway has it, as far as handlers look. */
export const eventOf = (
  routeKey: string,
  headers: Record<string, string> = {},
  body?: string,
): APIGatewayProxyEventV2 =>
  ({
    routeKey,
    headers,
    body,
    isBase64Encoded: false,
    rawPath: routeKey.split(" ")[1],
  }) as unknown as APIGatewayProxyEventV2;
