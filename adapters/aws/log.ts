/** The log on AWS, of a hub or of a node: its table, and the key that signs heads. */

import type { LogDeps } from "../../functions/log/handler.ts";
import { publicLogDeps, sequencer } from "../../functions/log/sequence.ts";
import { systemClock } from "../clock/clock.ts";
import { keySigner, tableStore } from "./clients.ts";
import { type Env, HubEnv, readEnv } from "./env.ts";

export async function log(env: Env): Promise<LogDeps> {
  // a node's function of the log is told no more than a hub's
  const { TAVOLO_MEMBER: member, TAVOLO_TABLE, TAVOLO_KEY } = readEnv(HubEnv, env);
  const store = tableStore(TAVOLO_TABLE);
  return {
    store,
    sequence: sequencer(publicLogDeps(store, member, await keySigner(TAVOLO_KEY), systemClock)),
  };
}
