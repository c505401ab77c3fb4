/** A member's own commands: to be made, to join, to change keys, to hand them over, to leave. Roles hold keys, not persons. */
import { found } from "../../../schemas/found.ts";
import { EntryFile, type KeyUse, KeyUse as Use } from "../../../schemas/member.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { MemberId } from "../../../schemas/words.ts";
import { setClock } from "../../clock/clock.ts";
import { chainOf, currentEntry, rotate, signNext } from "../../local/entries.ts";
import { joinedHub, keepJoined, meetHub, type Told, tell, tellNodes } from "../../local/joining.ts";
import { createMember, usesOf } from "../../local/members.ts";
import { portsFor } from "../../local/serving/free-ports.ts";
import type { LocalMember } from "../../local/state.ts";
import { type Context, context, dateOf, memberOf, readJson } from "./context.ts";
import { hubUrl } from "./list.ts";

interface Shared {
  readonly as?: string;
  readonly state?: string;
}

export interface JoinOptions extends Shared {
  readonly invitation: string;
  /** The public address of the member's node. */
  readonly url?: string;
  /** Port of 127.0.0.1 for a node on the machine of a hub that is local. */
  readonly port?: string;
}

export interface NewOptions extends Partial<JoinOptions> {
  readonly name: string;
  readonly nameEn?: string;
  readonly role?: ("provider" | "consumer")[];
  readonly hub?: string;
  readonly at?: string;
}

export async function newCommand(id: string, options: NewOptions): Promise<void> {
  const ctx = await context(options.state);
  if (!MemberId.safeParse(id).success)
    throw new Refused(
      "body-invalid",
      `${id} is no id of a member: IT- and the ISTAT code of a municipality (six digits), or a lower-case slug`,
    );
  const [there] = ctx.members;
  if (there !== undefined)
    throw new Refused(
      "conflict",
      `${ctx.at.root} is the state of ${there.id}; name another with --state`,
    );
  if ((options.hub === undefined) !== (options.invitation === undefined))
    throw new Refused("body-invalid", "--hub and --invitation go together");
  if (options.at) await setClock(ctx.at.clock, dateOf(options.at));
  const roles = options.role ?? ["provider", "consumer"];
  const name = { it: options.name, en: options.nameEn ?? options.name };
  await createMember(ctx.at, { id, name, roles, node: roles.includes("provider") });
  console.log(
    `${id}: new keys in ${ctx.at.root}. Who has this folder acts as ${id}: keep it where only the office can read it.`,
  );
  if (options.hub === undefined || options.invitation === undefined)
    return void console.log("Next: npx tavolo member join HUB_URL --invitation INVITATION");
  await joinCommand(options.hub, { ...options, as: id, invitation: options.invitation });
}

export async function joinCommand(hub: string, options: JoinOptions): Promise<void> {
  const ctx = await context(options.state);
  const member = memberOf(ctx, options.as);
  const [code, thumbprint] = options.invitation.split(".");
  if (!code || !thumbprint)
    throw new Refused("invitation-invalid", "copy the whole invitation, with the dot in it");
  const joined = await meetHub(hub, thumbprint);
  const url = member.node ? await nodeUrl(joined.url, options) : undefined;
  await currentEntry(ctx.at, member, ctx.clock(), url);
  await returned(ctx, member);
  await tell(joined.url, await chainOf(ctx.at, member.id), code);
  await keepJoined(ctx.at, joined);
  console.log(`${member.id} is a member at ${joined.url} (${joined.id}, key ${thumbprint}).`);
  if (member.node) console.log(`Its node is to answer at ${url}. Next: npx tavolo node`);
}

/** Where the node will answer: as said, or, where the hub itself is on this machine, at a port of it. */
async function nodeUrl(hub: string, { url, port }: JoinOptions): Promise<string> {
  if (url !== undefined) return url;
  if (new URL(hub).hostname !== "127.0.0.1")
    throw new Refused(
      "body-invalid",
      "say with --url at which public address (https) the node will answer",
    );
  const [free] = await portsFor(Number(port ?? 0), 1);
  return `http://127.0.0.1:${free}`;
}

/** One that had left comes back by saying so. */
async function returned({ at, clock }: Context, { id }: LocalMember): Promise<void> {
  await signNext(at, id, clock(), ({ left, ...entry }) => {
    if (left === undefined) throw unchanged;
    return entry;
  }).catch((error: unknown) => {
    if (error !== unchanged) throw error;
  });
}
const unchanged = new Error("unchanged");

export interface RotateOptions extends Shared {
  readonly use?: string[];
  readonly now?: boolean;
  /** Days for which the former key stays good. */
  readonly overlap: string;
}

export async function rotateCommand(options: RotateOptions): Promise<void> {
  const ctx = await context(options.state);
  const member = memberOf(ctx, options.as);
  const uses = (options.use ?? ["member"]).map((use) => usable(member, use));
  const days = Number(options.overlap);
  if (!Number.isFinite(days) || days < 0 || days > 90)
    throw new Refused("body-invalid", "--overlap takes days, from 0 to 90");
  await rotate(ctx.at, member.id, uses, options.now ? 0 : Math.round(days * 86_400), ctx.clock());
  const until = options.now ? "are refused from now on" : `stay good for ${days} days`;
  console.log(
    `${member.id}: new keys for ${uses.join(", ")}; the former ones ${until}. What they signed still verifies.`,
  );
  await spread(ctx, member);
}

function usable(member: LocalMember, text: string): KeyUse {
  const use = Use.safeParse(text).data;
  if (use !== undefined && usesOf(member).includes(use)) return use;
  throw new Refused("body-invalid", `${member.id} has keys for ${usesOf(member).join(", ")}`);
}

/** New keys for everything, and the former ones end now: whoever held them before cannot act any more. */
export async function handoverCommand(options: Shared): Promise<void> {
  const ctx = await context(options.state);
  const member = memberOf(ctx, options.as);
  await rotate(ctx.at, member.id, usesOf(member), 0, ctx.clock());
  console.log(
    `${member.id}: every key is new, and the former ones are refused from now on. Hand over the folder ${ctx.at.root}, and nothing else: copies that were made of it before today open nothing.`,
  );
  await spread(ctx, member);
}

/** The next entry with what a file says of the member. Throws `Refused` body-invalid where the file has another form. */
export async function updateCommand(file: string, options: Shared): Promise<void> {
  const ctx = await context(options.state);
  const member = memberOf(ctx, options.as);
  const read = EntryFile.safeParse(await readJson(file));
  if (!read.success) {
    const { path, message } = found(read.error.issues[0]);
    throw new Refused("body-invalid", `${file}: /${path.map(String).join("/")}: ${message}`);
  }
  const said = read.data;
  await signNext(ctx.at, member.id, ctx.clock(), (entry) => {
    const { ipa: _, addresses: __, responsibility: ___, ...kept } = entry;
    return { ...kept, ...said, v: said.addresses || said.responsibility ? 2 : 1 };
  });
  const names = Object.keys(said).join(", ") || "nothing";
  console.log(`${member.id}: its entry now says ${names} of it, besides its name and keys.`);
  await spread(ctx, member);
}

export async function leaveCommand(options: Shared): Promise<void> {
  const ctx = await context(options.state);
  const member = memberOf(ctx, options.as);
  await signNext(ctx.at, member.id, ctx.clock(), (entry, iat) => ({ ...entry, left: iat }));
  console.log(
    `${member.id} has left: it is in no new answer. Statements with its figures still verify.`,
  );
  await spread(ctx, member);
}

/** Says again what was said last, to whoever did not hear it. */
export async function tellCommand(options: Shared): Promise<void> {
  const ctx = await context(options.state);
  await spread(ctx, memberOf(ctx, options.as));
}

/** Tells the hub and the nodes. What this machine signed stands, even where nobody could be told: it is told again later. */
async function spread(ctx: Context, { id, roles }: LocalMember): Promise<void> {
  const chain = await chainOf(ctx.at, id);
  const hub = await hubUrl(ctx);
  await tell(hub, chain).catch((error: unknown) => {
    if (error instanceof Refused && error.reason === "unreachable")
      throw new Refused(
        "unreachable",
        `it is signed here, but ${hub} does not answer; tell it later with npx tavolo member tell`,
      );
    throw error;
  });
  const told = await tellNodes(hub, id, roles.includes("operator"), chain);
  console.log(
    `Told: the hub${told
      .filter(({ reason }) => !reason)
      .map(({ member }) => `, ${member}`)
      .join("")}.`,
  );
  const missed = told.filter(({ reason }) => reason !== undefined);
  if (missed.length === 0) return;
  console.log(
    `Not told: ${missed.map(nameOf).join(", ")}. Until they are, they know the keys from before: npx tavolo member tell`,
  );
  process.exitCode = 1;
}
const nameOf = ({ member, reason }: Told) => `${member} (${reason})`;

/** The hub that this state has joined. Throws `Refused` unknown-member. */
export async function joinedOf({ at }: Context) {
  const joined = await joinedHub(at);
  if (joined !== undefined) return joined;
  throw new Refused(
    "unknown-member",
    "this member has joined no hub yet: npx tavolo member join HUB_URL --invitation INVITATION",
  );
}
