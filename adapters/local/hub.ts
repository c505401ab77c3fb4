/** The hub on one machine: its functions over its store, behind one server. `handlersOf` is where a function is added. */

import { edge as tokenEdge } from "../../functions/access/handler.ts";
import { vouchers } from "../../functions/access/modi/voucher.ts";
import { edge as agreementsEdge } from "../../functions/agreements/handler.ts";
import { cachedAgreements, hubAgreements } from "../../functions/agreements/hub-agreements.ts";
import { edge as catalogueEdge } from "../../functions/catalogue/handler.ts";
import { offers } from "../../functions/catalogue/offers.ts";
import { edge as pageEdge } from "../../functions/dashboard/handler.ts";
import { lazily } from "../../functions/edge/http.ts";
import { meter } from "../../functions/edge/quota.ts";
import { edge as statusEdge, storeProbe } from "../../functions/edge/status.ts";
import { edge as indicatorsEdge } from "../../functions/indicators/handler.ts";
import { storeLog } from "../../functions/log/append.ts";
import { type LogDeps, edge as logEdge } from "../../functions/log/handler.ts";
import { cachedDirectory } from "../../functions/members/cached-directory.ts";
import { directory } from "../../functions/members/directory.ts";
import { edge as membersEdge } from "../../functions/members/handler.ts";
import { edge as queryEdge } from "../../functions/query/handler.ts";
import { edge as statementsEdge } from "../../functions/statements/handler.ts";
import type { Peer, Signer, Store } from "../../schemas/ports.ts";
import { type Route, routes } from "../../schemas/routes.ts";
import { fileClock } from "../clock/clock.ts";
import { followingSigner } from "../keys/following.ts";
import { builtPage } from "../page/build.ts";
import { guardedFetch } from "../peer/guarded.ts";
import { httpPeer } from "../peer/http.ts";
import { keyPath } from "./members.ts";
import { portsFor } from "./serving/free-ports.ts";
import { type Handler, listen, serverFor } from "./serving/http-server.ts";
import { sequencing } from "./serving/sequencing.ts";
import type { Paths, Stores } from "./state.ts";

export interface Serving {
  readonly url: string;
  close(): Promise<void>;
}

interface HubParts {
  readonly hub: string;
  readonly store: Store;
  readonly signer: Signer;
  readonly clock: () => number;
  /** The hub's line to the nodes. */
  readonly peer: Peer;
  readonly book: LogDeps;
  /** Where it answers, as others call it: DPoP proofs are made for it. */
  readonly origin: string;
  /** Of one client, tokens and questions together. */
  readonly callsAMinute: number;
  /** Whether nodes may be at private addresses and without TLS. */
  readonly local: boolean;
}

/** Every function of the hub, by the name that schemas/routes.ts gives it. */
function handlersOf({
  hub,
  store,
  clock,
  peer,
  book,
  local,
  ...parts
}: HubParts): Partial<Record<Route["serves"], Handler>> {
  const members = directory(store);
  const log = storeLog(store, hub);
  const { signer, origin } = parts;
  const shared = {
    hub,
    store,
    vouchers: vouchers(store),
    clock,
    directory: members,
    signer,
    log,
    origin,
    meter: meter(store, parts.callsAMinute),
  };
  const offered = offers(peer);
  const agreements = hubAgreements(store);
  return {
    token: tokenEdge(shared),
    query: queryEdge({
      ...shared,
      directory: cachedDirectory(members),
      peer,
      offers: offered,
      agreements: cachedAgreements(agreements),
    }),
    catalogue: catalogueEdge({ directory: members, offers: offered, clock, origin }),
    statements: statementsEdge(shared),
    indicators: indicatorsEdge(shared),
    log: logEdge(book),
    members: membersEdge({ ...shared, local }),
    agreements: agreementsEdge(shared),
    status: statusEdge(storeProbe(store)),
    dashboard: lazily(async () => pageEdge(await builtPage())),
  };
}

interface HubOptions {
  readonly hub: string;
  readonly port: number;
  /** HTTP unless given. */
  readonly peer?: Peer;
  /** The address by which others reach it, where something with TLS stands before it; then nodes must have one too. */
  readonly publicUrl?: string;
  /** Of one client; 30,000 unless given. */
  readonly callsAMinute?: number;
}

/** Starts a hub alone. The stores are open already, and stay open when it closes. */
export async function startHub(
  at: Paths,
  stores: Stores,
  {
    hub,
    port,
    publicUrl,
    peer = httpPeer(publicUrl === undefined ? fetch : guardedFetch()),
    callsAMinute = 30_000,
  }: HubOptions,
): Promise<Serving> {
  const [store, signer, clock] = [
    await stores.store(hub),
    await followingSigner(keyPath(at, hub, "hub")),
    fileClock(at.clock),
  ];
  const book = sequencing(store, hub, signer, clock);
  const [free = port] = port === 0 ? await portsFor(0, 1) : [];
  const url = `http://127.0.0.1:${free}`;
  const origin = publicUrl?.replace(/\/+$/, "") ?? url;
  const server = serverFor(
    routes.filter((route) => route.at === "hub"),
    handlersOf({
      hub,
      store,
      signer,
      clock,
      peer,
      book,
      origin,
      callsAMinute,
      local: publicUrl === undefined,
    }),
  );
  await listen(server, free);
  return {
    url,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await book.stop();
      signer.close();
    },
  };
}
