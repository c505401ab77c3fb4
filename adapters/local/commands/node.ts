/** `tavolo node`: one member's node, in a process of its own: its stores, and what answers behind the wall. */
import { rm } from "node:fs/promises";
import { peek } from "../../../functions/shared/jws.ts";
import { DirectoryEntry } from "../../../schemas/member.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { chainOf, currentEntry } from "../entries.ts";
import { followHub, keepJoined, tell } from "../joining.ts";
import { startNodes } from "../node-process.ts";
import { startOwner } from "../owner.ts";
import { portsFor } from "../ports.ts";
import { doneLine, startSchedule } from "../schedule.ts";
import { announce, openStores, running } from "../state.ts";
import { context, memberOf } from "./context.ts";
import { joinedOf } from "./member.ts";

export interface NodeOptions {
  readonly state?: string;
  readonly as?: string;
  readonly port?: string;
  readonly url?: string;
  readonly ownerPort?: string;
  readonly ownerUrl?: string;
}

export async function nodeCommand(options: NodeOptions): Promise<void> {
  const ctx = await context(options.state);
  const { at } = ctx;
  const member = memberOf(ctx, options.as);
  if (!member.node) throw new Refused("unknown-member", `${member.id} provides nothing, so it needs no node`);
  const other = await running(at);
  if (other) throw new Error(`the node of ${member.id} is running already (process ${other.pid})`);
  const joined = await followHub(await joinedOf(ctx));
  await keepJoined(at, joined);
  const before = peek((await chainOf(at, member.id)).at(-1)!, DirectoryEntry);
  const url = options.url ?? (options.port && isHere(before.url) ? `http://127.0.0.1:${options.port}` : before.url);
  const port = Number(options.port ?? (isHere(url) ? new URL(url!).port : 8080));
  await portsFor(port, 1);
  const [ownerPort] = await portsFor(Number(options.ownerPort ?? 0), 1);
  const { entry } = await currentEntry(at, member, ctx.clock(), url);
  const stores = await openStores(at);
  try {
    const hub = peek(joined.entries.at(-1)!, DirectoryEntry);
    const answering = await startNodes(at, stores, { hub, nodes: [{ self: entry, port }] });
    const owner = await startOwner(at, stores, {
      self: entry,
      port: ownerPort!,
      ...(options.ownerUrl ? { publicUrl: options.ownerUrl } : {}),
    });
    await announce(at, { pid: process.pid, hub: joined.url, owners: { [member.id]: owner.url }, stores: stores.access });
    await tell(joined.url, await chainOf(at, member.id)).catch((error: unknown) =>
      console.error(`The hub at ${joined.url} was not told (${error instanceof Refused ? error.reason : "unreachable"}).`),
    );
    console.log(`node   ${url}  ${member.name.it} (${member.id}), hub ${joined.url}`);
    console.log(`owner  ${options.ownerUrl ?? owner.url}  (its own page; tavolo signin --owner gives the link)\nStop with Ctrl-C.`);
    const schedule = startSchedule(at, stores, [member.id], ctx.clock, (done) => console.log(doneLine(done)));
    const stopped = new Promise<"stopped">((done) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => done("stopped"));
    });
    const ended = await Promise.race([stopped, answering.gone.then(() => "gone" as const)]);
    await rm(at.run, { force: true });
    await schedule.stop();
    await owner.close();
    await answering.close();
    if (ended === "gone") throw new Error("the answering process ended; start the node again");
  } finally {
    await stores.close();
  }
}

const isHere = (url?: string): boolean => url !== undefined && new URL(url).hostname === "127.0.0.1";
