/** Whether the table answers, on AWS: of hub and node alike. */
import { type Probe, storeProbe } from "../../functions/edge/status.ts";
import { tableStore } from "./clients.ts";
import { type Env, readEnv, StatusEnv } from "./env.ts";

export const status = (env: Env): Probe =>
  storeProbe(tableStore(readEnv(StatusEnv, env).TAVOLO_TABLE));
