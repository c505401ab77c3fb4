/**
 * The owner's interface of a node on this machine, and her page: in the process that keeps and releases, at an address of its own, so that
 * nothing private goes by way of what answers others.
 */

import { edge as pageEdge } from "../../functions/dashboard/handler.ts";
import { type Edge, http, lazily } from "../../functions/edge/http.ts";
import { carryOut } from "../../functions/keep/consent/handler.ts";
import { storeLog } from "../../functions/log/append.ts";
import { edge as ownerEdge } from "../../functions/owner/handler.ts";
import type { DirectoryEntry } from "../../schemas/member.ts";
import { Refused } from "../../schemas/refusal.ts";
import { routes } from "../../schemas/routes.ts";
import { deskOf } from "../client/desk.ts";
import { fileClock } from "../clock/clock.ts";
import { builtPage } from "../page/build.ts";
import { httpLine } from "../peer/line.ts";
import type { Serving } from "./hub.ts";
import { consentDeps } from "./private-side.ts";
import { listen, serverFor } from "./serving/http-server.ts";
import type { Paths, Stores } from "./state.ts";

const ADDRESSES = routes.filter(
  ({ at, serves, path }) =>
    at === "node" && (serves === "owner" || serves === "dashboard" || path === "/desk"),
);
/** Of all owners of this process: it is the same for each. */
const page = lazily(async () => pageEdge(await builtPage(), "owner.html"));

/** People sign in at the node's own address, which their provider knows. Who asks for nothing learns that there is a desk, and goes nowhere. */
const toDesk = (self: DirectoryEntry): Edge =>
  http(async ({ rawQueryString }) => {
    if (rawQueryString === "") throw new Refused("signin-invalid");
    return {
      statusCode: 307,
      headers: { location: `${self.url}/desk?${rawQueryString}` },
      body: "",
    };
  });

interface OwnerOptions {
  readonly self: DirectoryEntry;
  readonly port: number;
  /** Where the member's hub answers. */
  readonly hub: string;
  /** The address by which the owner reaches it, where something with TLS stands before it. */
  readonly publicUrl?: string;
}

/** The stores are open already, and stay open when it closes. */
export async function startOwner(
  at: Paths,
  stores: Stores,
  { self, port, hub, publicUrl }: OwnerOptions,
): Promise<Serving> {
  const store = await stores.store(self.id);
  const clock = fileClock(at.clock);
  const url = `http://127.0.0.1:${port}`;
  const owner = ownerEdge({
    ...{ self, store, clock, hub },
    line: httpLine(),
    log: storeLog(store, self.id, "own#log"),
    // the key that receipts are signed with may have been changed since
    takeOut: async ({ pseudonyms = [], identifiers = [], ...wanted }) => {
      const deps = await consentDeps(at, self.id, store, clock);
      const leaving = { do: "withdraw", ...wanted, pseudonyms, identifiers } as const;
      return (await carryOut(deps, leaving)).receipts ?? [];
    },
    origin: publicUrl?.replace(/\/+$/, "") ?? url,
  });
  const server = serverFor(ADDRESSES, {
    owner,
    dashboard: page,
    ...(deskOf(self, clock()) ? { desk: toDesk(self) } : {}),
  });
  await listen(server, port);
  return {
    url,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
