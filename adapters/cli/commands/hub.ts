/** What only the operator of a hub may do: invite, suspend, readmit. */
import { storeLog } from "../../../functions/log/append.ts";
import { heldEntry, readmit, suspend } from "../../../functions/members/directory.ts";
import { INVITATION_LIFE, invite } from "../../../functions/members/invitation.ts";
import { peek, SKEW, signCompact } from "../../../functions/signing/jws.ts";
import { ifRefused } from "../../../schemas/caught.ts";
import { found } from "../../../schemas/found.ts";
import { DirectoryEntry, type Suspension } from "../../../schemas/member.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { TOKEN_LIFE } from "../../../schemas/token.ts";
import { MemberId } from "../../../schemas/words.ts";
import { chainOf } from "../../local/entries.ts";
import { invitationText, tellSuspension } from "../../local/joining.ts";
import { keyOf } from "../../local/members.ts";
import type { LocalMember } from "../../local/state.ts";
import { type Context, context, withStores } from "./context.ts";
import { hubUrl } from "./list.ts";

export const operatorIn = ({ members }: Context): LocalMember | undefined =>
  members.find(({ roles }) => roles.includes("operator"));

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
      const entry = peek(found((await chainOf(ctx.at, operator.id)).at(-1)), DirectoryEntry);
      const url = await hubUrl(ctx).catch(ifRefused("HUB_URL"));
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
        const told = await tellSuspension(await hubUrl(ctx), jws).catch(ifRefused(undefined));
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
