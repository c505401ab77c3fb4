/** Whom a hub trusts to issue tokens besides itself: one item an issuer, read at each call, so that a change bites at once. */
import { keyOf } from "../../../schemas/items/item.ts";
import { issuer as issuerItem } from "../../../schemas/items/modi.ts";
import { Issuer } from "../../../schemas/pdnd.ts";
import type { Store } from "../../../schemas/ports.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { getItem, putNext, queryItems } from "../../store/stored.ts";

export async function issuerOf(
  store: Pick<Store, "get">,
  issuer: string,
): Promise<Issuer | undefined> {
  // what no issuer can be called is not looked up: the name comes from a token that nobody has verified yet
  if (!Issuer.shape.issuer.safeParse(issuer).success) return undefined;
  return (await getItem(store, issuerItem, { issuer }))?.body;
}

/** Trusts an issuer, or trusts it otherwise than before. The operator's alone: no address on the network does it. Throws `Refused` conflict. */
export async function storeIssuer(store: Store, issuer: Issuer): Promise<void> {
  const before = await getItem(store, issuerItem, issuer);
  if (!(await putNext(store, before, { ...keyOf(issuerItem, issuer), body: issuer })))
    throw new Refused("conflict");
}

export const dropIssuer = (store: Store, issuer: string): Promise<void> =>
  store.delete(issuerItem.pk, issuer);

export async function issuersAt(store: Store): Promise<Issuer[]> {
  const issuers: Issuer[] = [];
  for await (const { body } of queryItems(store, issuerItem, {})) issuers.push(body);
  return issuers;
}
