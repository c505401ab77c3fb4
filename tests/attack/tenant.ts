/** One store as many: a throwaway node's items lie under a name of their own, so that its account begins at nothing. */
import type { Item, Store } from "../../schemas/ports.ts";

export function tenant(store: Store, name: string): Store {
  const inner = (pk: string) => {
    const [role = "", ...rest] = pk.split("#");
    // the role stays in front: by it a machine's two stores are told apart
    return [role, name, ...rest].join("#");
  };
  const outer = (item: Item): Item => ({ ...item, pk: item.pk.replace(`#${name}`, "") });
  return {
    async get(pk, sk) {
      const item = await store.get(inner(pk), sk);
      return item && outer(item);
    },
    getMany: async (pk, sks) => (await store.getMany(inner(pk), sks)).map(outer),
    put: (item, condition) => store.put({ ...item, pk: inner(item.pk) }, condition),
    delete: (pk, sk) => store.delete(inner(pk), sk),
    async *query(pk, options) {
      for await (const item of store.query(inner(pk), options)) yield outer(item);
    },
  };
}
