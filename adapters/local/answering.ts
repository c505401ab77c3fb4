/**
 * The answering process of one machine: every node's public edge, behind the wall. It is bundled into one file and started
 * under Node's permission model with an empty environment; it can read its own bundle, the published folder and the answering
 * keys. What it must know comes in one line of JSON on standard input.
 */
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import { edge } from "../../functions/answer/handler.ts";
import { releases } from "../../functions/answer/releases.ts";
import { edge as statusEdge, storeProbe } from "../../functions/edge/status.ts";
import { storeLog } from "../../functions/log/append.ts";
import { edge as logEdge } from "../../functions/log/handler.ts";
import { DirectoryEntry } from "../../schemas/member.ts";
import { routes } from "../../schemas/routes.ts";
import { diskBlobs } from "../blobs/disk.ts";
import { followingSigner } from "../keys/following.ts";
import { dynamoStore } from "../store/dynamo.ts";
import { forwardedTo, listen, serverFor } from "./serving/http-server.ts";
import { sequencing } from "./serving/sequencing.ts";
import { localClient } from "./serving/stores.ts";

export const AnsweringConfig = z.strictObject({
  store: z.strictObject({ url: z.string(), accessKeyId: z.string() }),
  /** Seconds by which the local clock is ahead. */
  offset: z.number(),
  hub: DirectoryEntry,
  nodes: z.array(
    z.strictObject({
      ...{
        self: DirectoryEntry,
        port: z.number(),
        table: z.string(),
        published: z.string(),
        key: z.string(),
      },
      /** Where the node's desk answers, on this machine: a process of its own, whose key this one cannot read. */
      desk: z.url().optional(),
    }),
  ),
});
export type AnsweringConfig = z.infer<typeof AnsweringConfig>;

async function serveNode(
  client: DynamoDBClient,
  config: AnsweringConfig,
  node: AnsweringConfig["nodes"][number],
): Promise<number> {
  const store = dynamoStore(client, node.table);
  const deps = {
    trust: { self: node.self, hub: config.hub },
    store,
    releases: releases(store, diskBlobs(node.published), node.self),
    signer: await followingSigner(node.key),
    log: storeLog(store, node.self.id),
    clock: () => Math.floor(Date.now() / 1000) + config.offset,
  };
  const server = serverFor(
    routes.filter(({ at }) => at === "node"),
    {
      answer: edge(deps),
      log: logEdge(sequencing(store, node.self.id, deps.signer, deps.clock)),
      status: statusEdge(storeProbe(store)),
      ...(node.desk === undefined ? {} : { desk: forwardedTo(node.desk) }),
    },
  );
  return listen(server, node.port);
}

const [line] = (await once(createInterface({ input: process.stdin }), "line")) as [string];
const config = AnsweringConfig.parse(JSON.parse(line));
const client = localClient(config.store.url, config.store.accessKeyId);
try {
  const ports = await Promise.all(config.nodes.map((node) => serveNode(client, config, node)));
  process.stdout.write(`${JSON.stringify({ ready: true, ports })}\n`);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ ready: false, error: (error as Error).message })}\n`);
  process.exit(1);
}
// when whoever started this is gone, so is standard input
process.stdin.on("close", () => process.exit(0));
