/** Who is a member: what the hub keeps of everybody, and what a node keeps of those with whom it has to do. */
import * as z from "zod";
import { CompactJws, Digest, MemberId, Seconds } from "../words.ts";
import { item } from "./item.ts";

const Entry = z.strictObject({ entry: CompactJws });
/** The last word on who is shut out; one that was taken back stays, since each must be later than the last. */
const Word = z.strictObject({ at: Seconds, suspended: z.boolean() });
const BY_NEWER = "by a newer entry that a key of the former signed";

export const member = item({
  at: ["hub"],
  pk: "hub#member",
  sk: "{member}",
  body: Entry,
  reads: ["token", "query", "catalogue", "statements", "indicators", "agreements"],
  writes: ["members"],
  removes: [],
  byHand: "the operator's set-up",
  example: ["hub#member", "IT-028060"],
  about: "`entry`: the directory entry as the member signed it",
  condition: `absent; then revision as read, ${BY_NEWER}`,
  ends: "replaced",
});
export const formerEntry = item({
  at: ["hub"],
  pk: "hub#history",
  sk: "{member}#{revision:6}",
  body: Entry,
  reads: ["catalogue"],
  writes: ["members"],
  removes: [],
  example: ["hub#history", "IT-028060#000001"],
  about: "`entry`: an entry that was replaced, by the revision that it had",
  condition: "absent",
  ends: "never",
});
export const invitation = item({
  at: ["hub"],
  pk: "hub#invitation",
  sk: "{digest}",
  body: z.strictObject({ member: MemberId, usedBy: Digest.optional() }),
  reads: [],
  writes: ["members"],
  removes: [],
  byHand: "the operator",
  example: ["hub#invitation", "47DEQpj8…"],
  about:
    "`member` who is invited, and `usedBy`: digest of the entry that came with it, which may come again where an answer got lost. The key is the SHA-256 of the code, which is nowhere",
  condition: "absent; then revision 1",
  ends: "after 7 days",
});
export const suspended = item({
  at: ["hub"],
  pk: "hub#suspended",
  sk: "{member}",
  body: Word,
  reads: ["token", "query", "catalogue", "statements", "indicators", "agreements"],
  writes: [],
  removes: [],
  byHand: "the operator",
  example: ["hub#suspended", "IT-028060"],
  about:
    "`at`, `suspended`: the operator's last word on whether the member is shut out; each is at least a second later than the one before",
  condition: "absent; then revision as read",
  ends: "never",
});

const pinned = {
  at: ["node"],
  pk: "answer#member",
  reads: ["answer", "owner"],
  writes: ["answer"],
  removes: [],
  condition: "absent; then revision as read",
  ends: "never",
} as const;
export const pinnedEntries = item({
  ...pinned,
  sk: "{member}",
  body: z.strictObject({ entries: z.array(CompactJws) }),
  example: ["answer#member", "IT-028060"],
  about:
    "`entries`: directory entries of a party, the hub or the member itself that follow from a pinned key, oldest first",
});
export const heardSuspension = item({
  ...pinned,
  sk: "suspended#{member}",
  body: Word,
  example: ["answer#member", "suspended#IT-028060"],
  about: "`at`, `suspended`: the hub's newest word on a member",
});
