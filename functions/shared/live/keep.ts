/** The keep role of a node on AWS: its table and the private bucket, where versions, and the keys of pseudonyms, lie. */
import { randomBytes } from "node:crypto";
import { systemClock } from "../../../adapters/clock/clock.ts";
import { fileSource } from "../../../adapters/source/source.ts";
import { duckdbVersions } from "../../../adapters/version/duckdb.ts";
import type { WithdrawDeps } from "../../consent/withdraw.ts";
import type { IngestDeps } from "../../ingest/ingest.ts";
import { storeLog } from "../log.ts";
import { bucketBlobs, tableStore } from "./clients.ts";
import { type Env, KeepEnv, readEnv } from "./env.ts";

export type KeepDeps = IngestDeps & WithdrawDeps & { readonly member: string };

/** `scratch` will hold rows: a folder that goes when the run ends. */
export function keep(env: Env, scratch: string): KeepDeps {
  const { TAVOLO_MEMBER: member, TAVOLO_TABLE, TAVOLO_PRIVATE } = readEnv(KeepEnv, env);
  const store = tableStore(TAVOLO_TABLE);
  const privateLog = storeLog(store, member, "keep#log");
  return {
    member,
    source: fileSource,
    writer: duckdbVersions,
    store,
    blobs: bucketBlobs(TAVOLO_PRIVATE, scratch),
    clock: systemClock,
    random: (bytes) => randomBytes(bytes),
    log: async (kind, facts) => {
      await privateLog.append(kind, facts, systemClock());
    },
  };
}
