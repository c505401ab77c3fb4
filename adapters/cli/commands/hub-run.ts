/** `tavolo hub`: the coordinator alone, in a process of its own. */
import { rm } from "node:fs/promises";
import { registerChain } from "../../../functions/members/directory.ts";
import { found } from "../../../schemas/found.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { MemberId } from "../../../schemas/words.ts";
import { setClock } from "../../clock/clock.ts";
import { chainOf, currentEntry } from "../../local/entries.ts";
import { startHub } from "../../local/hub.ts";
import { createMember } from "../../local/members.ts";
import { portsFor } from "../../local/serving/free-ports.ts";
import { announce, openStores, running } from "../../local/state.ts";
import { context, dateOf } from "./context.ts";
import { operatorIn } from "./hub.ts";

export interface HubOptions {
  readonly state?: string;
  readonly id: string;
  readonly name?: string;
  readonly port?: string;
  readonly url?: string;
  readonly at?: string;
}

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
  let operator = operatorIn(ctx);
  if (operator === undefined) {
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
    operator = found(operatorIn(ctx));
  }
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
