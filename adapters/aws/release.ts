/** The release role of a node on AWS: reads versions, writes what is published, signs with its own key. */

import { type Log, storeLog } from "../../functions/log/append.ts";
import type { ReleaseDeps } from "../../functions/release/release.ts";
import { systemClock } from "../clock/clock.ts";
import { duckDbCubes } from "../cube/duckdb.ts";
import { engine } from "../engine/engine.ts";
import { bucketBlobs, keySigner, tableStore } from "./clients.ts";
import { type Env, ReleaseEnv, readEnv } from "./env.ts";

/** `scratch` will hold rows and exact cells: a folder that goes when the run ends. */
export async function release(
  env: Env,
  scratch: string,
): Promise<ReleaseDeps & { readonly privateLog: Log }> {
  const {
    TAVOLO_MEMBER: member,
    TAVOLO_TABLE,
    TAVOLO_KEY,
    TAVOLO_PRIVATE,
    TAVOLO_PUBLISHED,
  } = readEnv(ReleaseEnv, env);
  const store = tableStore(TAVOLO_TABLE);
  return {
    member,
    store,
    privateBlobs: bucketBlobs(TAVOLO_PRIVATE, scratch),
    publicBlobs: bucketBlobs(TAVOLO_PUBLISHED, scratch),
    engine,
    cubes: duckDbCubes(scratch),
    signer: await keySigner(TAVOLO_KEY),
    log: storeLog(store, member),
    privateLog: storeLog(store, member, "release#log"),
    clock: systemClock,
  };
}
