/** Two tables as one: on a single machine, what only the private roles may see lies in a store of its own. */
import type { Store } from "../../schemas/ports.ts";

const privatePrefixes = ["keep#", "release#", "own#"];

/** Routes `keep#…`, `release#…` and `own#…` to the private side, everything else to the public one. */
export function splitStore(privateSide: Store, publicSide: Store): Store {
  const side = (pk: string) =>
    privatePrefixes.some((prefix) => pk.startsWith(prefix)) ? privateSide : publicSide;
  return {
    get: (pk, sk) => side(pk).get(pk, sk),
    getMany: (pk, sks) => side(pk).getMany(pk, sks),
    put: (item, condition) => side(item.pk).put(item, condition),
    delete: (pk, sk) => side(pk).delete(pk, sk),
    query: (pk, options) => side(pk).query(pk, options),
  };
}
