/** What a release says of the private log: the commitment that keep left for it, bound to this release. */
import { commitment } from "../../schemas/items/log.ts";
import type { Store } from "../../schemas/ports.ts";
import { boundTo } from "../log/append.ts";
import { getItem } from "../store/stored.ts";

/** Nothing where nothing was ever logged privately. */
export async function privateHead(
  store: Store,
  release: string,
): Promise<{ readonly privateLog?: string }> {
  const item = await getItem(store, commitment, {});
  return item === undefined ? {} : { privateLog: boundTo(release, item.body.digest) };
}
