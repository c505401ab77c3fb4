/** What the operator's view is made of: what anybody may ask of a hub. The directory and the head of the log are verified here. */

import type * as z from "zod";
import { muOfPoints, pointsOfMu2 } from "../../../functions/disclosure/gaussian-dp.ts";
import { verifyCompact } from "../../../functions/signing/jws.ts";
import { Register, type Registered } from "../../../schemas/agreement.ts";
import type { Offers } from "../../../schemas/catalogue.ts";
import { Accounts } from "../../../schemas/catalogue.ts";
import { LogHead, TreeHead } from "../../../schemas/log.ts";
import type { DirectoryEntry } from "../../../schemas/member.ts";
import { connect } from "../../client/client.ts";

type Account = z.infer<typeof Accounts>["accounts"][number];

export interface MemberLine {
  readonly entry: DirectoryEntry;
  /** Thumbprints of its own keys that are good now, and the day on which the first of them ends. */
  readonly keys: readonly string[];
  readonly until?: number;
  /** `answers`; why it does not; `none` where it runs no node. */
  readonly node: string;
  readonly releases: number;
}
export interface AccountLine {
  readonly member: string;
  readonly year?: string;
  readonly points?: number;
  readonly ceiling?: number;
  /** Of the room that the ceiling leaves, from 0 to 1. */
  readonly share?: number;
  readonly discrepancies: readonly string[];
  readonly outcome?: string;
}
export interface Federation {
  readonly at: number;
  readonly hub: DirectoryEntry | undefined;
  readonly well: boolean;
  /** Entries of the hub's log and when its head was signed; undefined where that does not verify. */
  readonly log: { readonly size: number; readonly signed: number } | undefined;
  readonly members: readonly MemberLine[];
  readonly accounts: readonly AccountLine[];
  readonly agreements: readonly Registered[];
}

async function read<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const reply = await fetch(path, { headers: { accept: "application/json" } });
  if (!reply.ok) throw new Error(`${path}: ${reply.status}`);
  return schema.parse(await reply.json());
}

export async function openFederation(): Promise<Federation> {
  const client = await connect({ hub: location.origin });
  const [members, offers, { accounts }, { agreements }, well] = await Promise.all([
    client.members(),
    client.datasets(),
    read("/v1/accounts", Accounts),
    read("/v1/agreements", Register),
    fetch("/status").then(
      ({ ok }) => ok,
      () => false,
    ),
  ]);
  const at = Math.floor(Date.now() / 1000);
  const hub = members.find(({ roles }) => roles.includes("operator"));
  return {
    at,
    hub,
    well,
    log: await logOf(hub),
    members: members.map((entry) => memberLine(entry, offers)),
    accounts: accounts.map(accountLine),
    agreements,
  };
}

/** By the hub's clock: in a demonstration it may be set, and its own words are of that time. */
async function logOf(hub: DirectoryEntry | undefined): Promise<Federation["log"]> {
  try {
    const { head } = await read("/v1/log/head", LogHead);
    const far = Number.MAX_SAFE_INTEGER;
    const { size, iat } = await verifyCompact(head, "tavolo-head+jws", TreeHead, {
      keys: hub?.keys ?? [],
      use: "hub",
      now: far,
      lasting: true,
    });
    return { size, signed: iat };
  } catch {
    return undefined;
  }
}

/** Pure. */
function memberLine(entry: DirectoryEntry, offers: readonly Offers[]): MemberLine {
  const own = offers.find(({ member }) => member === entry.id);
  // the last entry of each use is the newest: what is listed with an end that has passed is for what was signed before
  const keys = entry.keys.filter(({ use }) => use === "member");
  const ends = keys.flatMap(({ until }) => until ?? []);
  return {
    entry,
    keys: keys
      .filter(({ until }) => until === undefined || until === Math.max(...ends))
      .map(({ kid }) => kid),
    ...(ends.length === 0 || ends.length < keys.length ? {} : { until: Math.min(...ends) }),
    node: entry.url === undefined ? "none" : (own?.outcome ?? "answers"),
    releases: own?.datasets.length ?? 0,
  };
}

/** Pure. */
function accountLine({
  member,
  year,
  ceiling,
  mu2,
  discrepancies = [],
  outcome,
}: Account): AccountLine {
  const spent =
    mu2 === undefined || ceiling === undefined
      ? {}
      : { points: pointsOfMu2(mu2), ceiling, share: mu2 / muOfPoints(ceiling) ** 2 };
  return {
    member,
    ...(year === undefined ? {} : { year }),
    ...spent,
    discrepancies,
    ...(outcome === undefined ? {} : { outcome }),
  };
}
