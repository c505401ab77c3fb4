/** Two tables as one: on a single machine, what only the private roles may touch lies in a store of its own. */
import { storedItems } from "../../schemas/items/all.ts";
import { roles, type StoredItem } from "../../schemas/items/item.ts";
import type { Store } from "../../schemas/ports.ts";

/** `keep#` of `keep#consent#{dataset}`. */
const beginningOf = (pk: string): string => pk.replace(/#.*/s, "#");
const isPrivate = ({ reads, writes, removes }: StoredItem): boolean =>
  [...reads, ...writes, ...removes].every((role) => roles[role].side === "private");

const privateBeginnings = new Set(storedItems.filter(isPrivate).map(({ pk }) => beginningOf(pk)));

/** Routes what begins as a declared private item does to the private side, everything else to the public one. */
export function splitStore(privateSide: Store, publicSide: Store): Store {
  const side = (pk: string) => (privateBeginnings.has(beginningOf(pk)) ? privateSide : publicSide);
  return {
    get: (pk, sk) => side(pk).get(pk, sk),
    getMany: (pk, sks) => side(pk).getMany(pk, sks),
    put: (item, condition) => side(item.pk).put(item, condition),
    delete: (pk, sk) => side(pk).delete(pk, sk),
    query: (pk, options) => side(pk).query(pk, options),
  };
}
