/** What each member offers: its manifests as its node publishes them, verified, kept in memory for half a minute. */

import type { DirectoryEntry } from "../../schemas/member.ts";
import { inOrder } from "../../schemas/period.ts";
import type { Peer } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { Account, Manifest } from "../../schemas/release.ts";
import { boundedCache } from "../signing/bounded-cache.ts";
import { verifyCompact } from "../signing/jws.ts";

const KEPT_SECONDS = 30;
/** Members whose offers are kept: every municipality of Italy, and some. */
const KEPT_MEMBERS = 10_000;

/** The current releases of one member. Throws `Refused`: unreachable, too-slow, answer-invalid, unknown-dataset (it runs no node). */
export interface Offers {
  of(member: DirectoryEntry, now: number): Promise<readonly Manifest[]>;
  /** The account of one year, from the node each time. Throws not-found too. */
  account(member: DirectoryEntry, year: string, now: number): Promise<Account>;
  /** The release of one dataset and period: a miss asks the node again, since it may be new. Throws unknown-dataset or unknown-period too. */
  release(member: DirectoryEntry, dataset: string, period: string, now: number): Promise<Manifest>;
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
  const kept = boundedCache<{ at: number; manifests: Promise<readonly Manifest[]> }>(KEPT_MEMBERS);

  const fetched = (
    member: DirectoryEntry,
    name: string,
    now: number,
  ): Promise<readonly Manifest[]> => {
    const manifests = ask(peer, member, deadlineMs, now);
    const entry = { at: now, manifests };
    kept.set(name, entry);
    // a failure is not kept
    manifests.catch(() => kept.get(name) === entry && kept.delete(name));
    return manifests;
  };
  const of = (member: DirectoryEntry, now: number, again = false): Promise<readonly Manifest[]> => {
    const name = nameOf(member);
    const known = kept.get(name);
    return known && !again && now - known.at < KEPT_SECONDS
      ? known.manifests
      : fetched(member, name, now);
  };
  return {
    of: (member, now) => of(member, now),
    account: (member, year, now) => accountOf(peer, member, year, deadlineMs, now),
    async release(member, dataset, period, now) {
      const before = kept.get(nameOf(member))?.manifests;
      const first = of(member, now);
      let manifests = await first;
      if (newest(manifests, dataset, period) === undefined && first === before)
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

async function ask(
  peer: Peer,
  member: DirectoryEntry,
  deadlineMs: number,
  now: number,
): Promise<readonly Manifest[]> {
  if (member.url === undefined) throw new Refused("unknown-dataset", `${member.id} runs no node`);
  const signed = await peer
    .catalogue(member.url, AbortSignal.timeout(deadlineMs))
    .catch((error: unknown) => {
      // the reason goes on, and nothing that the other side may have written beside it
      throw error instanceof Refused ? new Refused(error.reason) : error;
    });
  return Promise.all(signed.map((jws) => manifestOf(jws, member, now)));
}

/** One that does not verify makes the whole catalogue invalid: leaving it out would hide the fault. */
async function manifestOf(jws: string, member: DirectoryEntry, now: number): Promise<Manifest> {
  const trust = {
    keys: member.keys,
    use: "release",
    now,
    lasting: true,
    reason: "answer-invalid",
  } as const;
  const { kid: _, ...manifest } = await verifyCompact(jws, "tavolo-release+jws", Manifest, trust);
  const { id, iss, dataset, period, number } = manifest;
  if (iss !== member.id || id !== `${iss}/${dataset}/${period}/${number}`)
    throw new Refused("answer-invalid");
  return manifest;
}
