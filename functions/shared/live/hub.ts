/** The hub's functions on AWS. Each gets what its own flow names; only `token` and `query` sign. */
import { systemClock } from "../../../adapters/clock/clock.ts";
import { httpPeer } from "../../../adapters/peer/http.ts";
import { hubAgreements } from "../../agreements/agreements.ts";
import type { CatalogueDeps } from "../../catalogue/handler.ts";
import { offers } from "../../catalogue/offers.ts";
import type { AskDeps } from "../../query/ask.ts";
import type { TokenDeps } from "../../token/token.ts";
import { directory } from "../directory.ts";
import { storeLog } from "../log.ts";
import { keySigner, tableStore } from "./clients.ts";
import { type Env, HubEnv, HubReaderEnv, readEnv } from "./env.ts";

export async function token(env: Env): Promise<TokenDeps> {
  const { TAVOLO_MEMBER: hub, TAVOLO_TABLE, TAVOLO_KEY } = readEnv(HubEnv, env);
  const store = tableStore(TAVOLO_TABLE);
  return { hub, store, signer: await keySigner(TAVOLO_KEY), directory: directory(store), clock: systemClock, log: storeLog(store, hub) };
}

export async function query(env: Env): Promise<AskDeps> {
  const { TAVOLO_MEMBER: hub, TAVOLO_TABLE, TAVOLO_KEY } = readEnv(HubEnv, env);
  const store = tableStore(TAVOLO_TABLE);
  const peer = httpPeer();
  return {
    hub,
    store,
    signer: await keySigner(TAVOLO_KEY),
    directory: directory(store),
    offers: offers(peer),
    agreements: hubAgreements(store),
    peer,
    clock: systemClock,
    log: storeLog(store, hub),
  };
}

export async function catalogue(env: Env): Promise<CatalogueDeps> {
  const store = tableStore(readEnv(HubReaderEnv, env).TAVOLO_TABLE);
  return { directory: directory(store), offers: offers(httpPeer()), agreements: hubAgreements(store), clock: systemClock };
}
