/**
 * Statements that the hub keeps under a link, because the asker wished it: whoever has the link can read it, for thirty days or
 * until the asker takes it back, and no longer than an agreement behind it lets answers be kept. The link is 128 random bits and not the question's digest, which every node that answered knows.
 */

import { promisify } from "node:util";
import { brotliCompress, brotliDecompress, constants } from "node:zlib";
import { keyOf } from "../../schemas/items/item.ts";
import { statementUnderLink } from "../../schemas/items/statements.ts";
import type { Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { after, dayAt, daysOf } from "../disclosure/duration.ts";
import { freshId } from "../signing/jws.ts";
import { getItem, putNew } from "../store/stored.ts";
import { compact, restore } from "./compact.ts";

const DAY = 86_400;
/** Seconds for which a statement is kept at the most. */
export const LINK_LIFE = 30 * DAY;
/** An item has 400 KB (400 × 1024 bytes) with its keys and the names of its attributes. */
const LIMIT = 380 * 1024;

const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);
// the text is short, and whoever asked waits
const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };

/**
 * When a link that is made now ends: after thirty days, or with the day on which answers under one of the agreements behind it may
 * be kept no longer. `retentions`: what those agreements say (ISO 8601).
 */
export const endOfLink = (now: number, retentions: readonly string[]): number =>
  Math.min(
    now + LINK_LIFE,
    ...retentions.map((retention) => daysOf(after(dayAt(Math.floor(now / DAY)), retention)) * DAY),
  );

/** Keeps a statement until then; resolves with its id. Throws `Refused` statement-too-large. */
export async function storeStatement(
  store: Store,
  member: string,
  jws: string,
  until: number,
): Promise<string> {
  const packed = (await compress(compact(jws), QUALITY)).toString("base64");
  if (packed.length > LIMIT)
    throw new Refused(
      "statement-too-large",
      "ask again without keep, or of fewer members or codes at once",
    );
  const id = freshId();
  await putNew(store, {
    ...keyOf(statementUnderLink, { id }),
    body: { member, packed },
    expiresAt: until,
  });
  return id;
}

/** Throws `Refused` not-found: there is none, it has ended, or it was taken back. */
export async function storedStatement(
  store: Store,
  id: string,
  now: number,
): Promise<{ readonly member: string; readonly jws: string }> {
  const item = await getItem(store, statementUnderLink, { id });
  if (item === undefined || (item.expiresAt ?? 0) <= now)
    throw new Refused("not-found", "there is no such link, or no longer");
  const { member, packed } = item.body;
  return {
    member,
    jws: restore((await decompress(Buffer.from(packed, "base64"))).toString("utf8")),
  };
}

/** Takes a link back: nobody reads it from then on. Throws `Refused` not-found, also where it is another member's. */
export async function dropStatement(
  store: Store,
  id: string,
  member: string,
  now: number,
): Promise<void> {
  const found = await storedStatement(store, id, now);
  if (found.member !== member)
    throw new Refused("not-found", "there is no such link of yours, or no longer");
  await store.delete(statementUnderLink.pk, id);
}
