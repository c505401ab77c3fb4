/** `tavolo hub`: the coordinator alone, in a process of its own; and what only its operator may do. */
import { rm } from "node:fs/promises";
import { storeLog } from "../../../functions/log/append.ts";
import {
  heldEntry,
  readmit,
  registerChain,
  suspend,
} from "../../../functions/members/directory.ts";
import { INVITATION_LIFE, invite } from "../../../functions/members/invitation.ts";
import { peek, SKEW, signCompact } from "../../../functions/signing/jws.ts";
import { DirectoryEntry, type Suspension } from "../../../schemas/member.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { TOKEN_LIFE } from "../../../schemas/token.ts";
import { MemberId } from "../../../schemas/words.ts";
import { setClock } from "../../clock/clock.ts";
import { chainOf, currentEntry } from "../../local/entries.ts";
import { startHub } from "../../local/hub.ts";
import { invitationText, tellSuspension } from "../../local/joining.ts";
import { createMember, keyOf } from "../../local/members.ts";
import { portsFor } from "../../local/serving/free-ports.ts";
import { announce, type LocalMember, openStores, running } from "../../local/state.ts";
import { type Context, context, dateOf, withStores } from "./context.ts";
import { hubUrl } from "./list.ts";

export interface HubOptions {
  readonly state?: string;
  readonly id: string;
  readonly name?: string;
  readonly port?: string;
  readonly url?: string;
  readonly at?: string;
}

const operatorIn = ({ members }: Context): LocalMember | undefined =>
  members.find(({ roles }) => roles.includes("operator"));

export async function hubCommand(options: HubOptions): Promise<void> {
  let ctx = await context(options.state);
  const other = await running(ctx.at);
  if (other)
    throw new Error(
      `a hub is running on this state already, at ${other.hub} (process ${other.pid})`,
    );
  const port = Number(options.port ?? process.env.PORT ?? 8080);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port takes a number up to 65535, not ${options.port}`);
  if (port !== 0) await portsFor(port, 1);
  if (options.at) await setClock(ctx.at.clock, dateOf(options.at));
  if (operatorIn(ctx) === undefined) {
    if (!MemberId.safeParse(options.id).success)
      throw new Refused("body-invalid", "--id takes a lower-case slug");
    const name = options.name ?? options.id;
    await createMember(ctx.at, {
      id: options.id,
      name: { it: name, en: name },
      roles: ["operator"],
      node: false,
    });
    ctx = await context(options.state);
  }
  const operator = operatorIn(ctx)!;
  await currentEntry(ctx.at, operator, ctx.clock());
  const stores = await openStores(ctx.at);
  try {
    await registerChain(await stores.store(operator.id), await chainOf(ctx.at, operator.id));
    const hub = await startHub(ctx.at, stores, {
      hub: operator.id,
      port,
      ...(options.url ? { publicUrl: options.url } : {}),
    });
    const url = options.url ?? hub.url;
    await announce(ctx.at, { pid: process.pid, hub: url, stores: stores.access });
    console.log(
      `hub    ${url}  ${operator.name.it} (${operator.id})\nInvite a member: npx tavolo hub invite MEMBER. Stop with Ctrl-C.`,
    );
    await new Promise((done) => {
      process.once("SIGINT", done);
      process.once("SIGTERM", done);
    });
    await rm(ctx.at.run, { force: true });
    await hub.close();
  } finally {
    await stores.close();
  }
}

/** The operator of this state, at work on the hub's store for as long as it takes. */
async function atHub(
  state: string | undefined,
  id: string,
  work: (ctx: Context, operator: LocalMember) => Promise<void>,
): Promise<void> {
  const ctx = await context(state);
  const operator = operatorIn(ctx);
  if (operator === undefined)
    throw new Refused("unknown-member", "there is no hub on this state: npx tavolo hub");
  if (!MemberId.safeParse(id).success)
    throw new Refused("body-invalid", `${id} is no id of a member`);
  await work(ctx, operator);
}

export const inviteCommand = (id: string, { state }: { state?: string }): Promise<void> =>
  atHub(state, id, (ctx, operator) =>
    withStores(ctx, async (stores) => {
      const now = ctx.clock();
      const code = await invite(await stores.store(operator.id), id, now);
      const entry = peek((await chainOf(ctx.at, operator.id)).at(-1)!, DirectoryEntry);
      const url = await hubUrl(ctx).catch(() => "HUB_URL");
      console.log(
        [
          `Invitation for ${id}, good once, for ${INVITATION_LIFE / 86_400} days. Hand it over by a way that you trust:`,
          invitationText(code, entry, now),
          `To be used as: npx tavolo member join ${url} --invitation …`,
        ].join("\n"),
      );
    }),
  );

const shutOut = (state: string | undefined, id: string, out: boolean): Promise<void> =>
  atHub(state, id, (ctx, operator) =>
    withStores(ctx, async (stores) => {
      const store = await stores.store(operator.id);
      if ((await heldEntry(store, id)) === undefined) throw new Refused("unknown-member", id);
      if (id === operator.id) throw new Refused("conflict", "the hub cannot suspend itself");
      await storeLog(store, operator.id).append(
        "member",
        { member: id, state: out ? "suspended" : "readmitted" },
        ctx.clock(),
      );
      /** Keeps the word, and says it to every node. Gives those that did not hear it; undefined where the hub does not answer. */
      const say = async (): Promise<string[] | undefined> => {
        const said = await (out ? suspend : readmit)(store, id, ctx.clock());
        const word: Suspension = { v: 1, iss: operator.id, iat: said, member: id, suspended: out };
        const jws = await signCompact(
          await keyOf(ctx.at, operator.id, "hub"),
          "tavolo-suspension+jws",
          word,
        );
        const told = await tellSuspension(await hubUrl(ctx), jws).catch(() => undefined);
        return told?.filter(({ reason }) => reason !== undefined).map(({ member }) => member);
      };
      let missed = await say();
      console.log(
        out
          ? `${id} is suspended: refused from now on, with tokens that it has already.`
          : `${id} is a member again.`,
      );
      if (missed?.length === 0) return;
      if (!out || missed === undefined) {
        const until = out
          ? `there a token that ${id} has opens a download until it ends, in ten minutes at most`
          : `there ${id} is still shut out`;
        return console.log(
          `Not told: ${missed?.join(", ") ?? "any node"}; ${until}. Say it again once they answer.`,
        );
      }
      console.log(
        `Not told yet: ${missed.join(", ")}. There a token that ${id} has opens a download; they are told as soon as they answer, until the last such token has ended. Ctrl-C leaves it at that.`,
      );
      const end = ctx.clock() + TOKEN_LIFE + SKEW;
      while (missed !== undefined && missed.length > 0 && ctx.clock() < end) {
        // a word of each second: nodes go by the latest
        await new Promise((done) => setTimeout(done, 1000));
        missed = await say();
      }
      console.log(missed?.length === 0 ? "Every node is told." : "The last token has ended.");
    }),
  );
export const suspendCommand = (id: string, { state }: { state?: string }) =>
  shutOut(state, id, true);
export const readmitCommand = (id: string, { state }: { state?: string }) =>
  shutOut(state, id, false);
