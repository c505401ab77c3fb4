/** Whom the hub trusts to issue tokens besides itself: PDND. For the operator, who has the hub's state. */
import Table from "cli-table3";
import * as z from "zod";
import { dropIssuer, issuersAt, storeIssuer } from "../../../functions/access/modi/issuers.ts";
import { Issuer } from "../../../schemas/pdnd.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { type Context, context, readJson, withStores } from "./context.ts";

interface Options {
  readonly state?: string;
  readonly keys?: string;
  readonly json?: boolean;
}

/** The hub of this state: the member whose role it is to operate. */
function hubOf({ members }: Context): string {
  const hub = members.find(({ roles }) => roles.includes("operator"));
  if (hub === undefined)
    throw new Refused(
      "unknown-member",
      "no hub is run from this state: this is for who operates one",
    );
  return hub.id;
}

export async function trustCommand(file: string, options: Options): Promise<void> {
  const ctx = await context(options.state);
  const config = z.looseObject({}).parse(await readJson(file));
  const keys = options.keys === undefined ? {} : { keys: await keysFrom(options.keys) };
  const read = Issuer.safeParse({ ...config, ...keys });
  if (!read.success) {
    const errors = read.error.issues.map(({ path, message }) => ({
      pointer: `/${path.join("/")}`,
      detail: message,
    }));
    throw new Refused("body-invalid", {
      detail: `${file} is not in the form of docs/how-to/trust-pdnd.md`,
      errors,
    });
  }
  await withStores(ctx, async (stores) => storeIssuer(await stores.store(hubOf(ctx)), read.data));
  const { issuer, keys: held, clients } = read.data;
  console.log(
    `Vouchers of ${issuer} are taken from now on: ${held.length} key(s), ${Object.keys(clients).length} client(s).`,
  );
}

/** A key set (RFC 7517) in a file or at an https address, fetched now and not again: what it has that is no RSA key for signing is left out. */
async function keysFrom(place: string): Promise<unknown[]> {
  const set = /^https:\/\//.test(place) ? await fetched(place) : await readJson(place);
  const { keys } = z
    .object({
      keys: z.array(z.looseObject({ kty: z.string(), use: z.string().optional() })).max(200),
    })
    .parse(set);
  return keys.filter(({ kty, use }) => kty === "RSA" && use !== "enc");
}

async function fetched(url: string): Promise<unknown> {
  const response = await fetch(url, {
    redirect: "error",
    signal: AbortSignal.timeout(10_000),
  }).catch(() => undefined);
  const text = response?.ok ? await response.text().catch(() => "") : "";
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused("unreachable", `${url} gave no key set`);
  }
}

export async function dropCommand(issuer: string, options: Options): Promise<void> {
  const ctx = await context(options.state);
  await withStores(ctx, async (stores) => dropIssuer(await stores.store(hubOf(ctx)), issuer));
  console.log(`Vouchers of ${issuer} are not taken any more, those already given included.`);
}

export async function listCommand(options: Options): Promise<void> {
  const ctx = await context(options.state);
  const issuers = await withStores(ctx, async (stores) =>
    issuersAt(await stores.store(hubOf(ctx))),
  );
  if (options.json) return void console.log(JSON.stringify(issuers, null, 2));
  if (issuers.length === 0) return void console.log("No issuer is trusted but the hub itself.");
  const table = new Table({
    head: ["issuer", "audiences", "keys", "clients", "demands"],
    style: { head: [], border: [] },
    wordWrap: true,
  });
  for (const { issuer, audiences, keys, clients, demands } of issuers)
    table.push([
      issuer,
      audiences.join("\n"),
      keys.map(({ kid }) => kid).join("\n"),
      Object.entries(clients)
        .map(([client, { member }]) => `${client} = ${member}`)
        .join("\n"),
      (["dpop", "integrity", "tracking"] as const).filter((name) => demands[name]).join(", ") ||
        "–",
    ]);
  console.log(table.toString());
}
