/** What every command needs: the state, its members, the clock, and one way to fail. */

import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import type { Clock } from "../../../schemas/ports.ts";
import { Refused } from "../../../schemas/refusal.ts";
import type { Language, Names } from "../../../schemas/words.ts";
import { clockOffset, fileClock } from "../../clock/clock.ts";
import {
  type LocalMember,
  localMembers,
  openStores,
  type Paths,
  paths,
  type Stores,
  stateRoot,
} from "../../local/state.ts";

export interface Context {
  readonly at: Paths;
  readonly clock: Clock;
  readonly members: readonly LocalMember[];
  readonly names: Names;
}

export async function context(folder?: string): Promise<Context> {
  const at = paths(stateRoot(folder));
  const members = await localMembers(at);
  return {
    at,
    members,
    clock: fileClock(at.clock),
    names: new Map(members.map(({ id, name }) => [id, name])),
  };
}

/** A member of this state by id; the only one where none is named. Throws `Refused` unknown-member, naming those there are. */
export function memberOf({ members }: Context, id?: string): LocalMember {
  const member = members.find((one) => (id === undefined ? members.length === 1 : one.id === id));
  if (member !== undefined) return member;
  if (members.length === 0)
    throw new Refused(
      "unknown-member",
      "nothing is set up here yet: npm start, or npx tavolo member new",
    );
  const there = `there are ${members.map((one) => one.id).join(", ")}`;
  throw new Refused(
    "unknown-member",
    id === undefined ? `say who acts with --as; ${there}` : there,
  );
}

/** The member that acts where none is named: the only one of a state, and nobody where there are several. */
export async function onlyMember(folder?: string): Promise<string | undefined> {
  const [only, ...others] = await localMembers(paths(stateRoot(folder)));
  return others.length === 0 ? only?.id : undefined;
}

/** Opens the stores for as long as `work` takes. */
export async function withStores<T>(
  { at }: Context,
  work: (stores: Stores) => Promise<T>,
): Promise<T> {
  const stores = await openStores(at);
  try {
    return await work(stores);
  } finally {
    await stores.close();
  }
}

/** JSON from a file, or from standard input where the name is `-`. */
export async function readJson(file: string): Promise<unknown> {
  const bytes = await readInput(file);
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    throw new Refused("file-unreadable", `${file} is not JSON`);
  }
}
export async function readInput(file: string): Promise<Buffer> {
  if (file === "-") {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  }
  const bytes = await readFile(file).catch(() => {
    throw new Refused("file-unreadable", `${file} cannot be opened`);
  });
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}

export const language = (wanted?: string): Language =>
  wanted === "it" || wanted === "en"
    ? wanted
    : (process.env.LANG ?? "").startsWith("it")
      ? "it"
      : "en";

/** The day to which a local clock is set. */
export function dateOf(text: string): Date {
  const date = new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T12:00:00Z` : text);
  if (Number.isNaN(date.getTime()))
    throw new Refused("body-invalid", `--at takes a date like 2023-07-01, not ${text}`);
  return date;
}

/** The local clock, said where it is not the machine's. */
export function clockNote({ at, clock }: Context): string | undefined {
  return clockOffset(at.clock) === 0
    ? undefined
    : `local clock: ${new Date(clock() * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
