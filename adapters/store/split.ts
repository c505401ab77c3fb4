/** Two tables as one: on a single machine, what only the private roles may touch lies in a store of its own. */
import { storedItems } from "../../schemas/items/all.ts";
import { roles, type StoredItem } from "../../schemas/items/item.ts";
import type { Store } from "../../schemas/ports.ts";

/** `keep#` of `keep#consent#{dataset}`. */
const beginningOf = (pk: string): string => pk.replace(/#.*/s, "#");
const isPrivate = ({ reads, writes, removes }: StoredItem): boolean =>
  [...reads, ...writes, ...removes].every((role) => roles[role].side === "private");

/** Whether each declared beginning is private. A beginning that has items of both sides is none of ours: a test holds that. */
const declared = new Map(storedItems.map((one) => [beginningOf(one.pk), isPrivate(one)]));

/**
 * Routes what begins as a declared private item does to the private side, and what begins as another to the public one. What
 * nobody declared is refused: it would lie where the process that answers can read it. Throws `TypeError`.
 */
export function splitStore(privateSide: Store, publicSide: Store): Store {
  const side = (pk: string): Store => {
    const lies = declared.get(beginningOf(pk));
    if (lies === undefined) throw new TypeError(`no stored item begins with ${beginningOf(pk)}`);
    return lies ? privateSide : publicSide;
  };
  return {
    get: (pk, sk) => side(pk).get(pk, sk),
    getMany: (pk, sks) => side(pk).getMany(pk, sks),
    put: (item, condition) => side(item.pk).put(item, condition),
    delete: (pk, sk) => side(pk).delete(pk, sk),
    query: (pk, options) => side(pk).query(pk, options),
  };
}
