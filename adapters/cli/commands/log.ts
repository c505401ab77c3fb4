/** Logs, as anybody may check them: `tavolo log verify` asks over HTTP alone; `tavolo log show` reads this machine's own. */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import Table from "cli-table3";
import * as z from "zod";
import { privateFaults } from "../../../functions/keep/private-log.ts";
import {
  type Claim,
  claimsIn,
  faultsOf,
  faultsOfClaim,
  faultsSince,
} from "../../../functions/log/audit.ts";
import { leavesIn, readHead } from "../../../functions/log/tree.ts";
import { peek, verifyCompact } from "../../../functions/signing/jws.ts";
import { queryItems } from "../../../functions/store/stored.ts";
import { ifAbsent } from "../../../schemas/caught.ts";
import type { TreePrefix } from "../../../schemas/items/log.ts";
import { pointer } from "../../../schemas/items/release.ts";
import { ENTRIES_AT_MOST, Inclusion, LogEntries, LogHead, TreeHead } from "../../../schemas/log.ts";
import type { DirectoryEntry } from "../../../schemas/member.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { SignedManifest } from "../../../schemas/release.ts";
import { directoryFor, statementsIn } from "./ask.ts";
import { type Context, clockNote, context, memberOf, readInput, withStores } from "./context.ts";
import { fetchJson, hubUrl } from "./list.ts";

export interface LogVerifyOptions {
  readonly state?: string;
  readonly at?: string;
  readonly hub?: string;
  readonly directory?: string;
  readonly receipt?: string[];
  readonly since?: string;
  readonly save?: string;
}

interface Place {
  readonly id: string;
  readonly url: string;
  readonly trust: { readonly keys: DirectoryEntry["keys"]; readonly use: "hub" | "answer" };
}

/** Whose log, where it answers, and which of its keys signs heads. */
async function placeOf(ctx: Context, options: LogVerifyOptions): Promise<Place> {
  const entries = await directoryFor(ctx, options);
  const operator = entries.find(({ roles }) => roles.includes("operator"))?.id;
  const id = options.at === undefined || options.at === "hub" ? operator : options.at;
  const entry = entries.find((one) => one.id === id);
  if (entry === undefined)
    throw new Refused(
      "unknown-member",
      `the directory has ${entries.map((one) => one.id).join(", ")}`,
    );
  if (entry.id === operator)
    return {
      id: entry.id,
      url: await hubUrl(ctx, options.hub),
      trust: { keys: entry.keys, use: "hub" },
    };
  if (entry.url === undefined)
    throw new Refused("unknown-member", `${entry.id} runs no node, so it has no log`);
  return { id: entry.id, url: entry.url, trust: { keys: entry.keys, use: "answer" } };
}

/** A head that the log's own key signed, over this log. Throws `Refused` log-invalid. */
async function headIn(jws: string, { id, trust }: Place, now: number): Promise<TreeHead> {
  const { kid: _, ...head } = await verifyCompact(jws, "tavolo-head+jws", TreeHead, {
    ...trust,
    now,
    lasting: true,
  }).catch((error: unknown) => {
    if (!(error instanceof Refused)) throw error;
    throw new Refused("log-invalid", `${id}: the head is not signed by the log's own key`);
  });
  if (head.iss !== id || head.log !== id)
    throw new Refused("log-invalid", `the head is that of ${head.log}, not of ${id}`);
  return head;
}

/** Every hash that the log shows, up to its head. */
async function entriesOf({ url }: Place, size: number): Promise<LogEntries["entries"]> {
  const entries: LogEntries["entries"] = [];
  while (entries.length < size) {
    const to = Math.min(size, entries.length + ENTRIES_AT_MOST);
    const page = LogEntries.parse(
      await fetchJson(`${url}/v1/log/entries?from=${entries.length}&to=${to}`),
    );
    if (page.entries.length === 0) break;
    entries.push(...page.entries);
  }
  return entries;
}

/** The proof for a receipt; undefined where the log knows no such entry, or cannot prove it any more. */
async function proofOf(
  { url }: Place,
  { receipt: { leaf, entry } }: Claim,
  size: number,
): Promise<Inclusion | undefined> {
  const asked = new URLSearchParams({ leaf, entry, size: String(size) });
  const response = await fetch(`${url}/v1/log/inclusion?${asked}`, {
    redirect: "error",
    signal: AbortSignal.timeout(15_000),
  }).catch(() => {
    throw new Refused("unreachable", `${url} does not answer`);
  });
  return response.ok ? Inclusion.parse(await response.json()) : undefined;
}

const keptHead = (ctx: Context, id: string) => join(ctx.at.root, "heads", `${id}.jws`);

/** The head to compare with: from a file, or what this state kept when it last looked. */
async function earlierHead(
  ctx: Context,
  place: Place,
  since: string | undefined,
): Promise<TreeHead | undefined> {
  const jws = since
    ? (await readInput(since)).toString("utf8").trim()
    : await readFile(keptHead(ctx, place.id), "utf8").catch(ifAbsent(undefined));
  return jws === undefined ? undefined : headIn(jws, place, ctx.clock());
}

export async function logVerifyCommand(options: LogVerifyOptions): Promise<void> {
  const ctx = await context(options.state);
  const place = await placeOf(ctx, options);
  const { head: jws } = LogHead.parse(await fetchJson(`${place.url}/v1/log/head`));
  const head = await headIn(jws, place, ctx.clock());
  const earlier = await earlierHead(ctx, place, options.since);
  const entries = await entriesOf(place, head.size);
  const faults = [
    ...faultsOf(head, entries),
    ...(earlier === undefined ? [] : faultsSince(earlier, head, entries)),
  ];
  let receipts = 0;
  for (const file of options.receipt ?? [])
    for (const claim of await claimsOf(file, place.id)) {
      receipts++;
      faults.push(...faultsOfClaim(claim, head, await proofOf(place, claim, head.size)));
    }
  if (faults.length > 0) throw new Refused("log-invalid", told(place.id, faults));
  // only a log that stood is what later ones are compared with
  await keep(keptHead(ctx, place.id), jws);
  if (options.save) await keep(options.save, jws);
  console.log(
    `The log of ${place.id} holds: ${head.size} entries, head ${head.root}, signed ${new Date(head.iat * 1000).toISOString().slice(0, 19)}Z`,
  );
  console.log("  ✓ the head is signed by the log's own key");
  console.log("  ✓ every entry is there, as it was logged");
  if (earlier !== undefined)
    console.log(`  ✓ it begins with the ${earlier.size} entries of the head seen before`);
  if (receipts > 0)
    console.log(
      `  ✓ ${receipts} receipt${receipts === 1 ? "" : "s"}: each for an entry that is in it, and says what it is for`,
    );
}

async function keep(path: string, jws: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, jws);
}

/** The receipts of this log in a file of statements. */
async function claimsOf(file: string, log: string): Promise<Claim[]> {
  const claims = Object.values(statementsIn((await readInput(file)).toString("utf8")))
    .flatMap(claimsIn)
    .filter(({ receipt }) => receipt.log === log);
  if (claims.length === 0)
    throw new Refused("log-invalid", `${file} has no receipt of the log of ${log}`);
  return claims;
}

function told(id: string, faults: readonly string[]): string {
  const more = faults.length > 5 ? `; and ${faults.length - 5} more` : "";
  return `${id}: ${faults.slice(0, 5).join("; ")}${more}`;
}

export interface LogShowOptions {
  readonly state?: string;
  readonly as: string;
  readonly private?: boolean;
  readonly last?: string;
  readonly json?: boolean;
}

const Shown = z.looseObject({ v: z.literal(1), kind: z.string(), iat: z.number() });

/** The entries of this machine's own log: who has the store may read them. */
export async function logShowCommand(options: LogShowOptions): Promise<void> {
  const ctx = await context(options.state);
  const { id } = memberOf(ctx, options.as);
  const prefix: TreePrefix = options.private ? "keep#log" : "log";
  const last = Number(options.last ?? 50);
  if (!Number.isInteger(last) || last < 1)
    throw new Refused("body-invalid", "--last takes a whole number");
  await withStores(ctx, async (stores) => {
    const store = await stores.store(id);
    const head = await readHead(store, prefix);
    const read = await leavesIn(store, prefix, head, {
      from: Math.max(0, head.size - last),
      to: head.size,
    });
    const entries = read.map(({ index, entry }) => ({
      index,
      ...(entry ? Shown.parse(JSON.parse(entry.entry)) : undefined),
    }));
    if (options.json)
      return void console.log(
        JSON.stringify({ v: 1, log: id, size: head.size, root: head.root, entries }, null, 2),
      );
    const table = new Table({
      head: ["", "when", "what", "facts"],
      style: { head: [], border: [] },
      wordWrap: true,
      colWidths: [8, 22, 16, 90],
    });
    for (const { index, v: _, kind = "(missing)", iat, ...facts } of entries)
      table.push([
        index,
        iat === undefined ? "" : new Date(iat * 1000).toISOString().slice(0, 19),
        kind,
        factsText(facts),
      ]);
    console.log(table.toString());
    console.log(`${head.size} entries, head ${head.root}`);
    if (options.private) await showPrivate(store);
    const note = clockNote(ctx);
    if (note) console.log(note);
  });
}
const factsText = (facts: object) =>
  Object.entries(facts)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");

/** Whether the private log is what the current releases committed to. Throws `Refused` log-invalid. */
async function showPrivate(store: Parameters<typeof privateFaults>[0]): Promise<void> {
  const releases: SignedManifest[] = [];
  for await (const { body } of queryItems(store, pointer, {}))
    releases.push(peek(body.manifest, SignedManifest));
  const { faults } = await privateFaults(store, releases);
  if (faults.length > 0) throw new Refused("log-invalid", faults.join("; "));
  const bound = releases.filter(({ privateLog }) => privateLog !== undefined).length;
  console.log(
    `✓ every entry is there, and what ${bound} current release${bound === 1 ? "" : "s"} committed to is its beginning`,
  );
}
