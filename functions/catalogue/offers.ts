/** What each member offers: its manifests as its node publishes them, verified, kept in memory for half a minute. */

import type { DirectoryEntry } from "../../schemas/member.ts";
import { inOrder } from "../../schemas/period.ts";
import type { Peer } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { Account, type Announced, type Manifest, SignedManifest } from "../../schemas/release.ts";
import type { CodeTree } from "../../schemas/words.ts";
import { type CodeLists, digestOfCodes, missingFrom, withLists } from "../disclosure/code-lists.ts";
import { type BoundedCache, boundedCache } from "../signing/bounded-cache.ts";
import { sha256, verifyCompact } from "../signing/jws.ts";

const KEPT_SECONDS = 30;
/** Members whose offers are kept: every municipality of Italy, and some. */
const KEPT_MEMBERS = 10_000;
/** Code lists that go by their digest are kept by it: the same list of places stands in many releases. */
const KEPT_LISTS = 200;

/** A manifest as its node signed it, and the code lists that it names by their digest. */
interface SignedOffer {
  readonly jws: string;
  readonly lists: CodeLists;
  readonly manifest: Manifest;
}

/** The current releases of one member. Throws `Refused`: unreachable, too-slow, answer-invalid, unknown-dataset (it runs no node). */
export interface Offers {
  of(member: DirectoryEntry, now: number): Promise<readonly Manifest[]>;
  /** Releases that it announces, and that are not out yet. Throws as `of` does. */
  next(member: DirectoryEntry, now: number): Promise<readonly Announced[]>;
  /** The account of one year, from the node each time. Throws not-found too. */
  account(member: DirectoryEntry, year: string, now: number): Promise<Account>;
  /** The release of one dataset and period: a miss asks the node again, since it may be new. Throws unknown-dataset or unknown-period too. */
  release(member: DirectoryEntry, dataset: string, period: string, now: number): Promise<Manifest>;
  /** The signed manifest of a digest; undefined where the node has no current one of it. A miss asks the node again. */
  signed(member: DirectoryEntry, digest: string, now: number): Promise<SignedOffer | undefined>;
}

/** The account of a year as the node signed it. Throws as `of` does, and not-found where there is none. */
async function accountOf(
  peer: Peer,
  member: DirectoryEntry,
  year: string,
  deadlineMs: number,
  now: number,
): Promise<Account> {
  if (member.url === undefined) throw new Refused("unknown-dataset", `${member.id} runs no node`);
  const jws = await peer.account(member.url, year, AbortSignal.timeout(deadlineMs));
  const trust = {
    keys: member.keys,
    use: "release",
    now,
    lasting: true,
    reason: "answer-invalid",
  } as const;
  const { kid: _, ...account } = await verifyCompact(jws, "tavolo-account+jws", Account, trust);
  if (account.iss !== member.id || account.year !== year) throw new Refused("answer-invalid");
  return account;
}

export function offers(peer: Peer, deadlineMs = 4000): Offers {
  const kept = boundedCache<{ at: number; offered: Promise<Offered> }>(KEPT_MEMBERS);
  const lists = boundedCache<Promise<CodeTree>>(KEPT_LISTS);

  const fetched = (member: DirectoryEntry, name: string, now: number): Promise<Offered> => {
    const offered = ask({ peer, lists, deadlineMs }, member, now);
    const entry = { at: now, offered };
    kept.set(name, entry);
    // a failure is not kept
    offered.catch(() => kept.get(name) === entry && kept.delete(name));
    return offered;
  };
  const all = (member: DirectoryEntry, now: number, again = false): Promise<Offered> => {
    const name = nameOf(member);
    const known = kept.get(name);
    return known && !again && now - known.at < KEPT_SECONDS
      ? known.offered
      : fetched(member, name, now);
  };
  const of = async (member: DirectoryEntry, now: number, again = false) =>
    (await all(member, now, again)).offers.map(({ manifest }) => manifest);
  return {
    of: (member, now) => of(member, now),
    next: async (member, now) => (await all(member, now)).next.filter(({ at }) => now < at),
    async signed(member, digest, now) {
      const named = ({ offers }: Offered) => offers.find(({ jws }) => sha256(jws) === digest);
      return named(await all(member, now)) ?? named(await all(member, now, true));
    },
    account: (member, year, now) => accountOf(peer, member, year, deadlineMs, now),
    async release(member, dataset, period, now) {
      const before = kept.get(nameOf(member))?.offered;
      let manifests = await of(member, now);
      const asBefore = before !== undefined && kept.get(nameOf(member))?.offered === before;
      if (newest(manifests, dataset, period) === undefined && asBefore)
        manifests = await of(member, now, true);
      return newest(manifests, dataset, period) ?? missing(manifests, dataset, period);
    },
  };
}

/** Several members may share one machine's address. */
const nameOf = ({ id, url }: DirectoryEntry) => `${id} ${url}`;

const newest = (
  manifests: readonly Manifest[],
  dataset: string,
  period: string,
): Manifest | undefined =>
  manifests
    .filter((offer) => offer.dataset === dataset && offer.period === period)
    .sort((a, b) => b.number - a.number)[0];

function missing(manifests: readonly Manifest[], dataset: string, period: string): never {
  const periods = manifests
    .filter((offer) => offer.dataset === dataset)
    .map((offer) => offer.period);
  if (periods.length === 0) throw new Refused("unknown-dataset", dataset);
  throw new Refused("unknown-period", `${period}; there is ${inOrder(periods).join(", ")}`);
}

/** What a node says that it has, and what it announces. */
interface Offered {
  readonly offers: readonly SignedOffer[];
  readonly next: readonly Announced[];
}
interface Asking {
  readonly peer: Peer;
  readonly lists: BoundedCache<Promise<CodeTree>>;
  readonly deadlineMs: number;
}
async function ask(asking: Asking, member: DirectoryEntry, now: number): Promise<Offered> {
  const { peer, deadlineMs } = asking;
  if (member.url === undefined) throw new Refused("unknown-dataset", `${member.id} runs no node`);
  const { manifests, next } = await peer
    .catalogue(member.url, AbortSignal.timeout(deadlineMs))
    .catch((error: unknown) => {
      // the reason goes on, and nothing that the other side may have written beside it
      throw error instanceof Refused ? new Refused(error.reason) : error;
    });
  const offers = await Promise.all(manifests.map((jws) => offerOf(asking, member, jws, now)));
  return { offers, next };
}

async function offerOf(
  asking: Asking,
  member: DirectoryEntry,
  jws: string,
  now: number,
): Promise<SignedOffer> {
  const signed = await manifestOf(jws, member, now);
  const named = missingFrom(new Map(), signed);
  const lists = new Map(
    await Promise.all(
      named.map(async (digest) => [digest, await listOf(asking, member, signed, digest)] as const),
    ),
  );
  return { jws, lists, manifest: withLists(signed, lists) };
}

/** One code list, from the node whose release names it, unless it is known. Throws `Refused` answer-invalid where it gives another. */
function listOf(
  { peer, lists, deadlineMs }: Asking,
  { url = "" }: DirectoryEntry,
  { id }: SignedManifest,
  digest: string,
): Promise<CodeTree> {
  const list = lists.of(digest, async () => {
    const given = await peer.codes(url, id, AbortSignal.timeout(deadlineMs));
    const one = given.find((codes) => digestOfCodes(codes) === digest);
    if (one === undefined) throw new Refused("answer-invalid");
    return one;
  });
  return list;
}

/** One that does not verify makes the whole catalogue invalid: leaving it out would hide the fault. */
async function manifestOf(
  jws: string,
  member: DirectoryEntry,
  now: number,
): Promise<SignedManifest> {
  const trust = {
    keys: member.keys,
    use: "release",
    now,
    lasting: true,
    reason: "answer-invalid",
  } as const;
  const { kid: _, ...manifest } = await verifyCompact(
    jws,
    "tavolo-release+jws",
    SignedManifest,
    trust,
  );
  const { id, iss, dataset, period, number } = manifest;
  if (iss !== member.id || id !== `${iss}/${dataset}/${period}/${number}`)
    throw new Refused("answer-invalid");
  return manifest;
}
