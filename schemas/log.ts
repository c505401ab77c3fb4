/** A member's log, as it is read from outside: hashes to everybody, an entry itself to whoever holds its receipt. */
import * as z from "zod";
import { CompactJws, Digest, MemberId, signed } from "./words.ts";

const Size = z.number().int().min(0);

/** Entries lie in the store in batches, as they were placed together. None crosses a block of so many places, so that one query reads a block. */
export const BLOCK = 64;
/** Hashes of a tile: nodes of one level, of a full subtree. */
export const TILE = 16;

/** What a log was at a time (RFC 9162, 4.10), `tavolo-head+jws`: signed by the hub's key, or by the answering key of a node. */
export const TreeHead = z.strictObject({ ...signed, log: MemberId, size: Size, root: Digest });
export type TreeHead = z.infer<typeof TreeHead>;

/** `GET /v1/log/head` */
export const LogHead = z.strictObject({ v: z.literal(1), head: CompactJws });

/** Entries of one reply. */
export const ENTRIES_AT_MOST = 500;
/**
 * `GET /v1/log/entries`: from the place `from` on. `stored` is hashed anew from the entry as it lies in the store, null where
 * none is there; `leaf` is what the tree holds. The two are equal unless the store was tampered with.
 */
export const LogEntries = z.strictObject({
  v: z.literal(1),
  from: Size,
  entries: z.array(z.strictObject({ stored: Digest.nullable(), leaf: Digest.nullable() })),
});
export type LogEntries = z.infer<typeof LogEntries>;

/** `GET /v1/log/inclusion`: the audit path of a leaf in the tree of `size`; the entry and its salt for who names it as its receipt does. */
export const Inclusion = z.strictObject({
  v: z.literal(1),
  leaf: Digest,
  index: Size,
  size: Size,
  path: z.array(Digest),
  entry: z.string().optional(),
  salt: z.string().optional(),
});
export type Inclusion = z.infer<typeof Inclusion>;

/** `GET /v1/log/consistency`: that the tree of `to` leaves begins with the one of `from`. */
export const Consistency = z.strictObject({
  v: z.literal(1),
  from: Size,
  to: Size,
  path: z.array(Digest),
});
export type Consistency = z.infer<typeof Consistency>;
