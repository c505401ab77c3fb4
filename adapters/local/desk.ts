/**
 * The desk of a node on one machine, in a process of its own: behind the permission model with an empty environment, it can read its
 * bundle, the session key and its key as a client, and nothing else. What it must know, the client's secret too, comes in one line of
 * JSON on standard input. Browsers reach it by way of the node's own address.
 */
import { once } from "node:events";
import { createInterface } from "node:readline";
import * as z from "zod";
import { storeLog } from "../../functions/log/append.ts";
import { callbackOf, edge } from "../../functions/signin/handler.ts";
import { DeskPages, OidcConfig } from "../../schemas/desk.ts";
import { routes } from "../../schemas/routes.ts";
import { MemberId } from "../../schemas/words.ts";
import { fileSigner } from "../keys/file.ts";
import { followingSigner } from "../keys/following.ts";
import { openidProvider } from "../oidc/provider.ts";
import { dynamoStore } from "../store/dynamo.ts";
import { listen, serverFor } from "./serving/http-server.ts";
import { localClient } from "./serving/stores.ts";

export const DeskConfig = z.strictObject({
  store: z.strictObject({ url: z.string(), accessKeyId: z.string() }),
  table: z.string(),
  /** Seconds by which the local clock is ahead. */
  offset: z.number(),
  ...{ member: MemberId, hub: MemberId, origin: z.url(), pages: DeskPages, oidc: OidcConfig },
  ...{
    port: z.number(),
    key: z.string(),
    clientKey: z.string().optional(),
    secret: z.string().optional(),
  },
});
export type DeskConfig = z.infer<typeof DeskConfig>;

const [line] = (await once(createInterface({ input: process.stdin }), "line")) as [string];
try {
  const {
    store: door,
    table,
    offset,
    member,
    hub,
    origin,
    pages,
    oidc,
    port,
    ...keys
  } = DeskConfig.parse(JSON.parse(line));
  const store = dynamoStore(localClient(door.url, door.accessKeyId), table);
  const client = keys.clientKey === undefined ? undefined : await fileSigner(keys.clientKey);
  const provider = openidProvider(oidc, {
    redirect: callbackOf(origin),
    // a provider without TLS is for a node without: both on this machine, to try it out
    local: !origin.startsWith("https:"),
    ...(keys.secret === undefined ? {} : { secret: keys.secret }),
    ...(client === undefined ? {} : { signer: client }),
  });
  const desk = edge({
    ...{ member, hub, origin, pages, provider, store, roles: oidc.roles },
    signer: await followingSigner(keys.key),
    log: storeLog(store, member, "desk#log"),
    clock: () => Math.floor(Date.now() / 1000) + offset,
    ...(client === undefined ? {} : { clientKey: client.jwk }),
  });
  const server = serverFor(
    routes.filter(({ serves }) => serves === "desk"),
    { desk },
  );
  process.stdout.write(`${JSON.stringify({ ready: true, port: await listen(server, port) })}\n`);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ ready: false, error: (error as Error).message })}\n`);
  process.exit(1);
}
// when whoever started this is gone, so is standard input
process.stdin.on("close", () => process.exit(0));
