/** Whom a hub trusts to issue tokens besides itself: one item an issuer, read at each call, so that a change bites at once. */

import { Issuer } from "../../../schemas/pdnd.ts";
import type { Store } from "../../../schemas/ports.ts";
import { Refused } from "../../../schemas/refusal.ts";

const PK = "hub#issuer";

export async function issuerOf(
  store: Pick<Store, "get">,
  issuer: string,
): Promise<Issuer | undefined> {
  // what no issuer can be called is not looked up: the name comes from a token that nobody has verified yet
  if (!Issuer.shape.issuer.safeParse(issuer).success) return undefined;
  const item = await store.get(PK, issuer);
  return item && Issuer.parse(item.body);
}

/** Trusts an issuer, or trusts it otherwise than before. The operator's alone: no address on the network does it. Throws `Refused` conflict. */
export async function storeIssuer(store: Store, issuer: Issuer): Promise<void> {
  const before = await store.get(PK, issuer.issuer);
  const item = { pk: PK, sk: issuer.issuer, body: issuer, revision: (before?.revision ?? 0) + 1 };
  if (
    !(await store.put(
      item,
      before ? { kind: "revision", is: before.revision } : { kind: "absent" },
    ))
  )
    throw new Refused("conflict");
}

export const dropIssuer = (store: Store, issuer: string): Promise<void> => store.delete(PK, issuer);

export async function issuersAt(store: Store): Promise<Issuer[]> {
  const issuers: Issuer[] = [];
  for await (const { body } of store.query(PK)) issuers.push(Issuer.parse(body));
  return issuers;
}
