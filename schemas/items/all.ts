/** Every kind of stored item: what rights, the store's own check and the page of what is stored are made from. */
import * as access from "./access.ts";
import * as agreements from "./agreements.ts";
import * as indicators from "./indicators.ts";
import type { StoredItem } from "./item.ts";
import * as keep from "./keep.ts";
import * as log from "./log.ts";
import * as members from "./members.ts";
import * as modi from "./modi.ts";
import * as release from "./release.ts";
import * as signin from "./signin.ts";
import * as statements from "./statements.ts";

const isItem = (value: object): value is StoredItem =>
  "pk" in value && "sk" in value && "body" in value;
/** Items of a file; those that differ by a prefix alone stand together in one object. */
const within = (value: unknown): StoredItem[] =>
  typeof value !== "object" || value === null || "_zod" in value
    ? []
    : isItem(value)
      ? [value]
      : Object.values(value).flatMap(within);

/** In the order of their keys. */
export const storedItems: readonly StoredItem[] = [
  ...[keep, release, agreements, members, access, signin, statements, modi, indicators, log],
]
  .flatMap((file) => within({ ...file }))
  .sort((a, b) => (`${a.pk} ${a.sk}` < `${b.pk} ${b.sk}` ? -1 : 1));
