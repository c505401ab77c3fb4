/** The hub's functions on AWS. Each gets what its own flow names; only `token` and `query` sign. */

import type { TokenEdgeDeps } from "../../functions/access/handler.ts";
import { vouchers } from "../../functions/access/modi/voucher.ts";
import { cachedAgreements, hubAgreements } from "../../functions/agreements/hub-agreements.ts";
import type { AgreementsDeps } from "../../functions/agreements/receive.ts";
import type { CatalogueDeps } from "../../functions/catalogue/handler.ts";
import { offers } from "../../functions/catalogue/offers.ts";
import { meter } from "../../functions/edge/quota.ts";
import type { IndicatorsDeps } from "../../functions/indicators/handler.ts";
import { storeLog } from "../../functions/log/append.ts";
import { cachedDirectory } from "../../functions/members/cached-directory.ts";
import { directory } from "../../functions/members/directory.ts";
import type { MembersDeps } from "../../functions/members/members.ts";
import type { QueryEdgeDeps } from "../../functions/query/handler.ts";
import type { StatementsDeps } from "../../functions/statements/handler.ts";
import { systemClock } from "../clock/clock.ts";
import { guardedFetch } from "../peer/guarded.ts";
import { httpPeer } from "../peer/http.ts";
import { keySigner, tableStore } from "./clients.ts";
import { type Env, HubEnv, HubReaderEnv, readEnv } from "./env.ts";

/** Of one client, tokens and questions together: below what the gateway lets through of everybody's (infra/http.ts). */
const CALLS_A_MINUTE = 1200;

export async function token(env: Env): Promise<TokenEdgeDeps> {
  const { TAVOLO_MEMBER: hub, TAVOLO_TABLE, TAVOLO_KEY } = readEnv(HubEnv, env);
  const store = tableStore(TAVOLO_TABLE);
  const shared = {
    hub,
    store,
    directory: directory(store),
    clock: systemClock,
    log: storeLog(store, hub),
  };
  return {
    ...shared,
    signer: await keySigner(TAVOLO_KEY),
    origin: undefined,
    meter: meter(store, CALLS_A_MINUTE),
  };
}

export async function query(env: Env): Promise<QueryEdgeDeps> {
  const { TAVOLO_MEMBER: hub, TAVOLO_TABLE, TAVOLO_KEY } = readEnv(HubEnv, env);
  const store = tableStore(TAVOLO_TABLE);
  const peer = httpPeer(guardedFetch());
  return {
    hub,
    store,
    signer: await keySigner(TAVOLO_KEY),
    directory: cachedDirectory(directory(store)),
    offers: offers(peer),
    agreements: cachedAgreements(hubAgreements(store)),
    peer,
    clock: systemClock,
    log: storeLog(store, hub),
    origin: undefined,
    meter: meter(store, CALLS_A_MINUTE),
    vouchers: vouchers(store),
  };
}

export async function statements(env: Env): Promise<StatementsDeps> {
  const { TAVOLO_MEMBER: hub, TAVOLO_TABLE } = readEnv(HubReaderEnv, env);
  const store = tableStore(TAVOLO_TABLE);
  return {
    hub,
    store,
    directory: directory(store),
    clock: systemClock,
    log: storeLog(store, hub),
    origin: undefined,
  };
}

export async function catalogue(env: Env): Promise<CatalogueDeps> {
  const store = tableStore(readEnv(HubReaderEnv, env).TAVOLO_TABLE);
  return {
    directory: directory(store),
    offers: offers(httpPeer(guardedFetch())),
    clock: systemClock,
    origin: undefined,
  };
}

export async function agreements(env: Env): Promise<AgreementsDeps> {
  const { TAVOLO_MEMBER: hub, TAVOLO_TABLE } = readEnv(HubReaderEnv, env);
  const store = tableStore(TAVOLO_TABLE);
  return { store, directory: directory(store), clock: systemClock, log: storeLog(store, hub) };
}

export async function indicators(env: Env): Promise<IndicatorsDeps> {
  const { TAVOLO_MEMBER: hub, TAVOLO_TABLE } = readEnv(HubReaderEnv, env);
  const store = tableStore(TAVOLO_TABLE);
  return { store, directory: directory(store), clock: systemClock, log: storeLog(store, hub) };
}

/** Deployed, a node is at a public name and has TLS. */
export async function members(env: Env): Promise<MembersDeps> {
  const { TAVOLO_MEMBER: hub, TAVOLO_TABLE } = readEnv(HubReaderEnv, env);
  const store = tableStore(TAVOLO_TABLE);
  return { hub, store, clock: systemClock, log: storeLog(store, hub), local: false };
}
