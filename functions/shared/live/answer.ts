/** The answering side of a node on AWS: its table, the published bucket, its own key. No engine, and nothing of the private side. */
import { tmpdir } from "node:os";
import { systemClock } from "../../../adapters/clock/clock.ts";
import type { DirectoryEntry } from "../../../schemas/member.ts";
import { DirectoryFile } from "../../../schemas/member.ts";
import type { Blobs } from "../../../schemas/ports.ts";
import type { AnswerDeps } from "../../answer/answer.ts";
import { releases } from "../../answer/releases.ts";
import { readDirectory } from "../directory.ts";
import { storeLog } from "../log.ts";
import { bucketBlobs, keySigner, tableStore } from "./clients.ts";
import { AnswerEnv, type Env, readEnv } from "./env.ts";

/**
 * Whom the node trusts, as a directory file in the published bucket: its own signed entry and its hub's. It cannot be in the
 * environment, because an entry names keys that exist only once the stack is deployed. An operator puts it there; none of the
 * node's three roles may write it. A new file is read by functions that start after it.
 */
export const TRUST = "trust/directory.json";

export async function answer(env: Env): Promise<AnswerDeps> {
  const { TAVOLO_MEMBER, TAVOLO_HUB, TAVOLO_TABLE, TAVOLO_KEY, TAVOLO_PUBLISHED } = readEnv(AnswerEnv, env);
  const store = tableStore(TAVOLO_TABLE);
  const published = bucketBlobs(TAVOLO_PUBLISHED, tmpdir());
  const [signer, entries] = await Promise.all([keySigner(TAVOLO_KEY), trusted(published)]);
  const trust = { self: entryOf(entries, TAVOLO_MEMBER), hub: entryOf(entries, TAVOLO_HUB) };
  const log = storeLog(store, TAVOLO_MEMBER);
  return { trust, store, releases: releases(store, published, trust.self), signer, log, clock: systemClock };
}

async function trusted(published: Blobs): Promise<DirectoryEntry[]> {
  const bytes = await published.read(TRUST);
  if (bytes === undefined)
    throw new Error(`There is no ${TRUST} in the published bucket: put the node's own signed entry and its hub's there`);
  return readDirectory(DirectoryFile.parse(JSON.parse(Buffer.from(bytes).toString("utf8"))));
}

function entryOf(entries: readonly DirectoryEntry[], id: string): DirectoryEntry {
  const entry = entries.find((candidate) => candidate.id === id);
  if (entry === undefined) throw new Error(`${TRUST} has no entry of ${id}`);
  return entry;
}
