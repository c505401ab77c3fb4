/** Starts the desk of a node on this machine. */

import { access, mkdir, writeFile } from "node:fs/promises";
import { ifAbsent } from "../../schemas/caught.ts";
import type { DeskPages, OidcConfig } from "../../schemas/desk.ts";
import { found } from "../../schemas/found.ts";
import type { DirectoryEntry } from "../../schemas/member.ts";
import { clockOffset } from "../clock/clock.ts";
import { createKeyFile } from "../keys/file.ts";
import type { DeskConfig } from "./desk.ts";
import { keyOf } from "./members.ts";
import { type AnsweringProcess, bundleProcess, processOf, spawnProcess } from "./node-process.ts";
import { portsFor } from "./serving/free-ports.ts";
import { tableOf } from "./serving/stores.ts";
import type { LocalMember, Paths, Stores } from "./state.ts";

/** Gives a member a session key, and notes that it has one: it is in its entries from the next one on, and changed with the others. */
export async function addDesk(at: Paths, member: LocalMember): Promise<LocalMember> {
  const withDesk = { ...member, desk: true };
  await mkdir(at.desk, { recursive: true, mode: 0o700 });
  await keyOf(at, member.id, "session");
  await writeFile(at.member(member.id), JSON.stringify(withDesk, null, 2));
  return withDesk;
}

/** As those of the answering process: see `wallFlags`. */
export const deskFlags = (at: Paths): string[] => [
  "--permission",
  "--no-experimental-sqlite",
  `--allow-fs-read=${at.desk}/*`,
];

interface DeskOptions {
  /** The node's own entry, with its address. */
  readonly self: DirectoryEntry;
  readonly hub: DirectoryEntry;
  readonly pages: DeskPages;
  readonly oidc: OidcConfig;
  /** What the provider gave, where the desk proves by a secret who it is. */
  readonly secret?: string;
}

/** The stores are open already, and stay open. Throws where the configuration asks for what is not there. */
export async function startDesk(
  at: Paths,
  stores: Stores,
  options: DeskOptions,
): Promise<AnsweringProcess & { readonly url: string }> {
  const { self, hub, pages, oidc, secret } = options;
  const clientKey = at.deskKey(self.id, "client");
  await mkdir(at.desk, { recursive: true, mode: 0o700 });
  if (oidc.auth === "key")
    if (!(await access(clientKey).then(() => true, ifAbsent(false))))
      await createKeyFile(clientKey);
  await bundleProcess("desk.ts", at.deskBundle);
  await stores.store(self.id);
  const [port] = await portsFor(0, 1);
  const config: DeskConfig = {
    ...{ store: stores.access.public, table: tableOf(self.id), offset: clockOffset(at.clock) },
    ...{ member: self.id, hub: hub.id, origin: found(self.url).replace(/\/+$/, ""), pages, oidc },
    ...{ port: found(port), key: at.deskKey(self.id, "session") },
    ...(oidc.auth === "key" ? { clientKey } : {}),
    ...(secret === undefined ? {} : { secret }),
  };
  return {
    ...processOf(await spawnProcess(deskFlags(at), at.deskBundle, config)),
    url: `http://127.0.0.1:${port}`,
  };
}
