/** A member's own key, taken out of the state: into a file, or into the page of the demonstration. */
import { readFile, writeFile } from "node:fs/promises";
import { Refused } from "../../../schemas/refusal.ts";
import { PrivateJwk } from "../../../schemas/words.ts";
import { signinLink } from "../../client/signin.ts";
import { clockOffset } from "../../clock/clock.ts";
import { keyOf } from "../../local/members.ts";
import { running } from "../../local/state.ts";
import { type Context, context, memberOf } from "./context.ts";
import { hubUrl } from "./list.ts";

interface Options {
  readonly as: string;
  readonly state?: string;
}

async function privateKeyOf(
  ctx: Context,
  id: string,
): Promise<{ member: string; jwk: PrivateJwk }> {
  const member = memberOf(ctx, id).id;
  await keyOf(ctx.at, member, "member");
  return {
    member,
    jwk: PrivateJwk.parse(JSON.parse(await readFile(ctx.at.key(member, "member"), "utf8"))),
  };
}

/** Writes the key where its owner alone can read it. A file that is there is never touched. */
export async function keyExportCommand(options: Options & { readonly out: string }): Promise<void> {
  const { member, jwk } = await privateKeyOf(await context(options.state), options.as);
  await writeFile(options.out, `${JSON.stringify(jwk)}\n`, { mode: 0o600, flag: "wx" }).catch(
    (error: NodeJS.ErrnoException) => {
      throw new Refused(
        "conflict",
        error.code === "EEXIST"
          ? `${options.out} is there already`
          : `${options.out} cannot be written`,
      );
    },
  );
  console.log(`The private key of ${member} is in ${options.out}, readable by you alone.`);
  console.error(
    "Whoever has this file is this member: keep it as you would a seal. End it where it got out: rotate the member's key.",
  );
}

/** The address at which a browser is this member. */
export async function signinOf(ctx: Context, hub: string, id: string): Promise<string> {
  const { member, jwk } = await privateKeyOf(ctx, id);
  return signinLink(hub, { member, key: jwk, ahead: Math.round(clockOffset(ctx.at.clock)) });
}

/** Where the member reaches its own node, if that runs here. */
async function ownerUrl({ at }: Context, id: string): Promise<string> {
  const url = (await running(at))?.owners?.[id];
  if (url === undefined)
    throw new Refused(
      "unreachable",
      `no node of ${id} runs on this state; start it with tavolo node`,
    );
  return url;
}

/** Prints the link that signs a browser in to the federation running here: never to another, where the key would be given away. */
export async function signinCommand(
  options: Options & { readonly owner?: boolean },
): Promise<void> {
  const ctx = await context(options.state);
  const url = options.owner ? await ownerUrl(ctx, memberOf(ctx, options.as).id) : await hubUrl(ctx);
  if (new URL(url).hostname !== "127.0.0.1")
    throw new Refused("unreachable", `${url} is not on this machine`);
  console.log(await signinOf(ctx, url, options.as));
  console.error(
    "For the demonstration only: the link holds the private key. Nothing behind the # leaves the browser.",
  );
}
