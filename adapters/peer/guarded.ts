/** Calls that leave for public addresses only: a member's public name that leads inside opens nothing there. */
import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { Refused } from "../../schemas/refusal.ts";

/** What is not on the public internet (RFC 6890 and its registries). A list each: a rule on IPv6 would be applied to mapped IPv4. */
const inside4 = listOf("ipv4", [
  ...([
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
  ] as const),
  ...([
    "192.0.2.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
  ] as const),
]);
// only 2000::/3 is public, and of it not what stands for other addresses or is for examples
const inside6 = listOf("ipv6", [
  "::/3",
  "4000::/2",
  "8000::/1",
  "2001::/23",
  "2001:db8::/32",
  "2002::/16",
]);

function listOf(family: "ipv4" | "ipv6", nets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const net of nets) {
    const [from = "", bits] = net.split("/");
    list.addSubnet(from, Number(bits), family);
  }
  return list;
}

/** Whether an address of the network is one that everybody can reach. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  return family === 4
    ? !inside4.check(address, "ipv4")
    : family === 6 && !inside6.check(address, "ipv6");
}

type Resolve = (host: string) => Promise<readonly { readonly address: string }[]>;
const resolve: Resolve = (host) => lookup(host, { all: true });

/**
 * A `fetch` that looks where a name leads before it goes there. Rejects with `Refused` unreachable where any of its addresses
 * is not public. A name that changes between the look and the call is not noticed: what is called must also have a certificate
 * for that name, which nobody inside has.
 */
export function guardedFetch(
  fetcher: typeof fetch = fetch,
  names: Resolve = resolve,
): typeof fetch {
  return async (input, init) => {
    const { protocol, hostname } = new URL(input instanceof Request ? input.url : input);
    const found = await names(hostname.replace(/^\[|\]$/g, ""));
    if (
      protocol !== "https:" ||
      found.length === 0 ||
      !found.every(({ address }) => isPublicAddress(address))
    )
      throw new Refused("unreachable");
    return fetcher(input, init);
  };
}
