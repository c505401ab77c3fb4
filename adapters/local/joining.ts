/** A member's side of joining: the hub that this state belongs to, and telling it and the nodes what is new. */

import { readFile, writeFile } from "node:fs/promises";
import * as z from "zod";
import { verifyChain } from "../../functions/members/chain.ts";
import { readDirectory } from "../../functions/members/directory-file.ts";
import { ifAbsent } from "../../schemas/caught.ts";
import { type DirectoryEntry, DirectoryFile, MemberHistory } from "../../schemas/member.ts";
import { Refused } from "../../schemas/refusal.ts";
import { CompactJws, MemberId } from "../../schemas/words.ts";
import { send } from "../client/http.ts";
import type { Paths } from "./state.ts";

/** The hub that a state has joined, with its entries as they were trusted first and followed since. */
const Joined = z.strictObject({
  v: z.literal(1),
  id: MemberId,
  url: z.url(),
  entries: z.array(CompactJws).min(1),
});
type Joined = z.infer<typeof Joined>;

export async function joinedHub(at: Paths): Promise<Joined | undefined> {
  const text = await readFile(at.joined, "utf8").catch(ifAbsent(undefined));
  return text === undefined ? undefined : Joined.parse(JSON.parse(text));
}
export const keepJoined = (at: Paths, joined: Joined): Promise<void> =>
  writeFile(at.joined, JSON.stringify(joined), { mode: 0o600 });

const trimmed = (url: string) => url.replace(/\/+$/, "");
const read = async <T>(url: string, schema: z.ZodType<T>): Promise<T> =>
  schema.parse(await (await send(url)).json());

/** An invitation as the operator hands it over: the code, and the thumbprint by which the newcomer knows the hub. */
export const invitationText = (code: string, hub: DirectoryEntry, now: number): string => {
  const key = hub.keys.find(
    ({ use, from, until }) =>
      use === "member" && from <= now && (until === undefined || until > now),
  );
  return `${code}.${key?.kid}`;
};

/** The hub at an address, known by the thumbprint in the invitation. Throws `Refused` signature-invalid where it is another. */
export async function meetHub(address: string, thumbprint: string): Promise<Joined> {
  const url = trimmed(address);
  const { entries } = await read(`${url}/v1/members`, DirectoryFile);
  const operators = (await readDirectory({ v: 1, entries })).filter(({ roles }) =>
    roles.includes("operator"),
  );
  for (const { id } of operators) {
    const history = await read(`${url}/v1/members/${id}/history`, MemberHistory);
    const { keys } = await verifyChain(history.entries);
    if (keys.some(({ kid, use }) => use === "member" && kid === thumbprint))
      return { v: 1, id, url, entries: history.entries };
  }
  throw new Refused("signature-invalid", `${url} is not the hub that made this invitation`);
}

/** The hub's entries as it has them now, where they go on from those that are trusted here; else what is trusted stays. */
export async function followHub(joined: Joined): Promise<Joined> {
  const answer = await read(`${joined.url}/v1/members/${joined.id}/history`, MemberHistory).catch(
    (error: unknown) => {
      if (error instanceof Refused) return undefined;
      throw error;
    },
  );
  if (answer === undefined) return joined;
  const [entries, former] = [answer.entries.slice(-1), answer.entries.slice(0, -1)];
  await readDirectory({ v: 1, entries, former }, [await verifyChain(joined.entries)]);
  return { ...joined, entries: answer.entries };
}

/** Entries that are told at once: more would be over the limit of a body. Whoever missed as many needs a new agreement. */
const RECENT = 8;

/** Tells a hub, or a node, what a member says of itself, the links before it included. Throws `Refused` as it answers. */
export async function tell(
  address: string,
  chain: readonly string[],
  invitation?: string,
): Promise<void> {
  const body = JSON.stringify({
    v: 1,
    entries: chain.slice(-RECENT),
    ...(invitation === undefined ? {} : { invitation }),
  });
  await send(`${trimmed(address)}/v1/members`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
}

const Register = z.looseObject({
  agreements: z.array(z.looseObject({ consumer: MemberId, provider: MemberId })),
});

export interface Told {
  readonly member: string;
  /** Why it could not be told; absent where it was. */
  readonly reason?: string;
}

interface Reached {
  readonly id: string;
  readonly url: string;
}

/** Everybody in the directory that runs a node. */
async function nodesOf(hub: string): Promise<Reached[]> {
  const entries = await readDirectory(await read(`${trimmed(hub)}/v1/members`, DirectoryFile));
  return entries.flatMap(({ id, url }) => (url === undefined ? [] : [{ id, url }]));
}

const toldTo = (
  nodes: readonly Reached[],
  call: (url: string) => Promise<unknown>,
): Promise<Told[]> =>
  Promise.all(
    nodes.map(({ id, url }) =>
      call(trimmed(url)).then(
        () => ({ member: id }),
        (error: unknown) => ({
          member: id,
          reason: error instanceof Refused ? error.reason : "unreachable",
        }),
      ),
    ),
  );

/** Tells every node that must know: the member's own, those with which it has agreements, and all of them where it is the hub. */
export async function tellNodes(
  hub: string,
  id: string,
  isHub: boolean,
  chain: readonly string[],
): Promise<Told[]> {
  const [nodes, { agreements }] = await Promise.all([
    nodesOf(hub),
    read(`${trimmed(hub)}/v1/agreements`, Register),
  ]);
  const pairs = agreements
    .map(({ consumer, provider }) => [consumer, provider])
    .filter((pair) => pair.includes(id));
  const partners = new Set([id, ...pairs.flat()]);
  const told = await toldTo(
    nodes.filter((node) => isHub || partners.has(node.id)),
    (url) => tell(url, chain),
  );
  // one that has pinned no key of this member relies on none
  return told.filter(({ reason }) => reason !== "unknown-member");
}

/** Tells every node that a member is shut out, or taken back. */
export async function tellSuspension(hub: string, jws: string): Promise<Told[]> {
  const init = { method: "POST", headers: { "content-type": "application/jose" }, body: jws };
  return toldTo(await nodesOf(hub), (url) => send(`${url}/v1/suspensions`, init));
}
