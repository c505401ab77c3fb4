/** What a release says of the private log: the commitment that keep left for it, bound to this release. */
import * as z from "zod";
import type { Store } from "../../schemas/ports.ts";
import { Digest } from "../../schemas/words.ts";
import { boundTo, COMMITMENT } from "../log/append.ts";

const Stored = z.strictObject({ digest: Digest });

/** Nothing where nothing was ever logged privately. */
export async function privateHead(
  store: Store,
  release: string,
): Promise<{ readonly privateLog?: string }> {
  const item = await store.get(COMMITMENT.pk, COMMITMENT.sk);
  return item === undefined ? {} : { privateLog: boundTo(release, Stored.parse(item.body).digest) };
}
