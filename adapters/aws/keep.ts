/** The keep role of a node on AWS: its table and the private bucket, where versions, and the keys of pseudonyms, lie. */
import { randomBytes } from "node:crypto";
import type { WithdrawDeps } from "../../functions/keep/consent/withdraw.ts";
import type { IngestDeps } from "../../functions/keep/ingest/ingest.ts";
import { privateLog } from "../../functions/keep/private-log.ts";
import { systemClock } from "../clock/clock.ts";
import { fileSource } from "../source/source.ts";
import { duckdbVersions } from "../version/duckdb.ts";
import { bucketBlobs, keySigner, tableStore } from "./clients.ts";
import { ConsentEnv, type Env, KeepEnv, readEnv } from "./env.ts";

type KeepDeps = IngestDeps & { readonly member: string };

/** `scratch` will hold rows: a folder that goes when the run ends. */
export function keep(env: Env, scratch: string): KeepDeps {
  const { TAVOLO_MEMBER: member, TAVOLO_TABLE, TAVOLO_PRIVATE } = readEnv(KeepEnv, env);
  const store = tableStore(TAVOLO_TABLE);
  return {
    member,
    source: fileSource,
    writer: duckdbVersions,
    store,
    blobs: bucketBlobs(TAVOLO_PRIVATE, scratch),
    clock: systemClock,
    random: (bytes) => randomBytes(bytes),
    log: privateLog(store, member, systemClock),
  };
}

/** The same, with the key that receipts are signed with. */
export async function consent(env: Env, scratch: string): Promise<WithdrawDeps> {
  const { TAVOLO_KEY } = readEnv(ConsentEnv, env);
  return { ...keep(env, scratch), signer: await keySigner(TAVOLO_KEY) };
}
