/** `tavolo node`: one member's node, in a process of its own: its stores, and what answers behind the wall. */

import { rm } from "node:fs/promises";
import { peek } from "../../../functions/signing/jws.ts";
import { ifRefused } from "../../../schemas/caught.ts";
import { OidcConfig } from "../../../schemas/desk.ts";
import { found } from "../../../schemas/found.ts";
import { DirectoryEntry } from "../../../schemas/member.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { addDesk, startDesk } from "../../local/desk-process.ts";
import { chainOf, currentEntry } from "../../local/entries.ts";
import { followHub, keepJoined, tell, tellNodes } from "../../local/joining.ts";
import { startNodes } from "../../local/node-process.ts";
import { startOwner } from "../../local/owner.ts";
import { doneLine, startSchedule } from "../../local/schedule.ts";
import { portsFor } from "../../local/serving/free-ports.ts";
import { announce, openStores, running } from "../../local/state.ts";
import { context, memberOf, readJson } from "./context.ts";
import { joinedOf } from "./member.ts";

export interface NodeOptions {
  readonly state?: string;
  readonly as?: string;
  readonly port?: string;
  readonly url?: string;
  readonly ownerPort?: string;
  readonly ownerUrl?: string;
  /** A file: with which OpenID provider people sign in (schemas/desk.ts). */
  readonly oidc?: string;
}

export async function nodeCommand(options: NodeOptions): Promise<void> {
  const ctx = await context(options.state);
  const { at } = ctx;
  let member = memberOf(ctx, options.as);
  if (!member.node)
    throw new Refused("unknown-member", `${member.id} provides nothing, so it needs no node`);
  const other = await running(at);
  if (other) throw new Error(`the node of ${member.id} is running already (process ${other.pid})`);
  const joined = await followHub(await joinedOf(ctx));
  await keepJoined(at, joined);
  const oidc = options.oidc === undefined ? undefined : await oidcIn(options.oidc);
  if (oidc !== undefined) member = await addDesk(at, member);
  const before = peek(found((await chainOf(at, member.id)).at(-1)), DirectoryEntry);
  const url =
    options.url ??
    (options.port && isHere(before.url) ? `http://127.0.0.1:${options.port}` : before.url);
  const port = Number(
    options.port ?? (url !== undefined && isHere(url) ? new URL(url).port : 8080),
  );
  await portsFor(port, 1);
  const free = await portsFor(
    Number(options.ownerPort ?? 0),
    options.ownerPort === undefined ? 2 : 1,
  );
  // nothing listens at the node's own port yet, so that it counts as free
  const ownerPort = free.find((one) => one !== port);
  if (ownerPort === undefined)
    throw new Error(`${port} is the node's own port: --owner-port is another`);
  const { entry } = await currentEntry(at, member, ctx.clock(), url);
  const stores = await openStores(at);
  try {
    const hub = peek(found(joined.entries.at(-1)), DirectoryEntry);
    const pages = {
      hub: `${joined.url}/`,
      own: `${(options.ownerUrl ?? `http://127.0.0.1:${ownerPort}`).replace(/\/+$/, "")}/`,
    };
    const desk =
      oidc && (await startDesk(at, stores, { self: entry, hub, pages, oidc, ...clientSecret() }));
    const answering = await startNodes(at, stores, {
      hub,
      nodes: [{ self: entry, port, ...(desk ? { desk: desk.url } : {}) }],
    });
    const owner = await startOwner(at, stores, {
      self: entry,
      port: ownerPort,
      hub: joined.url,
      ...(options.ownerUrl ? { publicUrl: options.ownerUrl } : {}),
    });
    await announce(at, {
      pid: process.pid,
      hub: joined.url,
      owners: { [member.id]: owner.url },
      stores: stores.access,
    });
    await tell(joined.url, await chainOf(at, member.id)).catch((error: unknown) =>
      console.error(
        `The hub at ${joined.url} was not told (${error instanceof Refused ? error.reason : "internal"}).`,
      ),
    );
    if (oidc) await tellOfDesk(joined.url, member.id, await chainOf(at, member.id));
    console.log(`node   ${url}  ${member.name.it} (${member.id}), hub ${joined.url}`);
    if (oidc)
      console.log(
        `desk   ${url}/desk  (people sign in with ${oidc.issuer}; register ${url}/desk/callback there)`,
      );
    console.log(
      `owner  ${options.ownerUrl ?? owner.url}  (its own page; tavolo signin --owner gives the link)\nStop with Ctrl-C.`,
    );
    const schedule = startSchedule(at, stores, [member.id], ctx.clock, (done) =>
      console.log(doneLine(done)),
    );
    const stopped = new Promise<"stopped">((done) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const)
        process.once(signal, () => done("stopped"));
    });
    const processes = [answering, ...(desk ? [desk] : [])];
    const ended = await Promise.race([
      stopped,
      ...processes.map(({ gone }) => gone.then(() => "gone" as const)),
    ]);
    await rm(at.run, { force: true });
    await schedule.stop();
    await owner.close();
    for (const one of processes) await one.close();
    if (ended === "gone") throw new Error("what answers ended; start the node again");
  } finally {
    await stores.close();
  }
}

const isHere = (url?: string): boolean =>
  url !== undefined && new URL(url).hostname === "127.0.0.1";

async function oidcIn(file: string): Promise<OidcConfig> {
  const read = OidcConfig.safeParse(await readJson(file));
  if (read.success) return read.data;
  throw new Refused(
    "body-invalid",
    `${file}: ${read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ")}`,
  );
}

/** Not in the file, which may be shown around; nor among the arguments, which everybody on the machine can read. */
function clientSecret(): { readonly secret?: string } {
  const secret = process.env.OIDC_CLIENT_SECRET;
  return secret ? { secret } : {};
}

/** Nodes that have not heard of the session key refuse the questions of who signs in. */
async function tellOfDesk(hub: string, id: string, chain: readonly string[]): Promise<void> {
  const missed = (await tellNodes(hub, id, false, chain).catch(ifRefused([]))).filter(
    (told) => told.reason !== undefined && told.member !== id,
  );
  if (missed.length > 0)
    console.error(
      `Not told of the session key: ${missed.map((told) => `${told.member} (${told.reason})`).join(", ")}. npx tavolo member tell`,
    );
}
