/** A store that is read through to another, and keeps what is written to itself: what would be done is tried, and nothing comes of it. */
import type { Item, Store } from "../../schemas/ports.ts";

export function storeBeside(store?: Store): Store {
  const written = new Map<string, Item>();
  return {
    get: async (pk, sk) => written.get(`${pk} ${sk}`) ?? (await store?.get(pk, sk)),
    getMany: async (pk, sks) => (await store?.getMany(pk, sks)) ?? [],
    async *query(pk, options) {
      if (store !== undefined) yield* store.query(pk, options);
    },
    delete: async () => {},
    put: async (item) => {
      written.set(`${item.pk} ${item.sk}`, item);
      return true;
    },
  };
}
