/** Reading what is stored, parsed as it is declared (schemas/items), and the one way to write what must not race. */
import type * as z from "zod";
import {
  type KeyIn,
  keyOf,
  partitionOf,
  type StoredItem,
  type ValuesOf,
} from "../../schemas/items/item.ts";
import type { Item, Store } from "../../schemas/ports.ts";

/** An item whose body is what its declaration says. */
export interface Held<Body> extends Item {
  readonly body: Body;
}

const parsed = <Body extends z.ZodType>(
  { body }: { readonly body: Body },
  item: Item,
): Held<z.output<Body>> => ({ ...item, body: body.parse(item.body) });

/** The item under a key. Throws where its body is not what was declared. */
export async function getItem<Pk extends string, Sk extends string, Body extends z.ZodType>(
  store: Pick<Store, "get">,
  kind: StoredItem<Pk, Sk, Body>,
  at: KeyIn<Pk, Sk>,
): Promise<Held<z.output<Body>> | undefined> {
  const { pk, sk } = keyOf(kind, at);
  const item = await store.get(pk, sk);
  return item && parsed(kind, item);
}

/** Those of some items of one partition that are there, in one call. */
export async function getItems<Pk extends string, Sk extends string, Body extends z.ZodType>(
  store: Pick<Store, "getMany">,
  kind: StoredItem<Pk, Sk, Body>,
  at: readonly KeyIn<Pk, Sk>[],
): Promise<Held<z.output<Body>>[]> {
  const [first] = at;
  if (first === undefined) return [];
  const { pk } = keyOf(kind, first);
  const items = await store.getMany(
    pk,
    at.map((one) => keyOf(kind, one).sk),
  );
  return items.map((item) => parsed(kind, item));
}

/** All items of a partition that holds one kind alone, in the order of their `sk`. */
export async function* queryItems<Pk extends string, Body extends z.ZodType>(
  store: Pick<Store, "query">,
  kind: StoredItem<Pk, string, Body>,
  of: ValuesOf<Pk>,
  options: { readonly prefix?: string } = {},
): AsyncGenerator<Held<z.output<Body>>> {
  for await (const item of store.query(partitionOf(kind, of), options)) yield parsed(kind, item);
}

/** The same, all at once. */
export const allItems = <Pk extends string, Body extends z.ZodType>(
  store: Pick<Store, "query">,
  kind: StoredItem<Pk, string, Body>,
  of: ValuesOf<Pk>,
  options: { readonly prefix?: string } = {},
): Promise<Held<z.output<Body>>[]> => Array.fromAsync(queryItems(store, kind, of, options));

/** An item that was never there. */
export const putNew = (store: Pick<Store, "put">, item: Omit<Item, "revision">): Promise<boolean> =>
  store.put({ ...item, revision: 1 }, { kind: "absent" });

/** The next revision of what was read, or the first where nothing was. False where somebody else wrote in between. */
export const putNext = (
  store: Pick<Store, "put">,
  before: Pick<Item, "revision"> | undefined,
  item: Omit<Item, "revision">,
): Promise<boolean> =>
  before === undefined
    ? putNew(store, item)
    : store.put(
        { ...item, revision: before.revision + 1 },
        { kind: "revision", is: before.revision },
      );
