/** The directory: one entry a member, signed by that member's own key. */
import * as z from "zod";
import { Bilingual, MemberId, PublicJwk, Seconds, signed } from "./words.ts";

/** What a key may sign. A function that is broken into can only do what its own key is for. */
export const KeyUse = z.enum([
  /** The organisation itself: directory entry, agreements, client assertions, questions. */
  "member",
  /** The release step of a node: manifests and accounts. */
  "release",
  /** The answering step of a node: partials. */
  "answer",
  /** The hub: tokens, envelopes, statements. */
  "hub",
]);
export type KeyUse = z.infer<typeof KeyUse>;

export const MemberKey = z.strictObject({
  kid: z.string().length(43),
  use: KeyUse,
  jwk: PublicJwk,
  from: Seconds,
  until: Seconds.optional(),
});
export type MemberKey = z.infer<typeof MemberKey>;

export const DirectoryEntry = z.strictObject({
  ...signed,
  id: MemberId,
  name: Bilingual,
  roles: z.array(z.enum(["provider", "consumer", "operator"])).min(1),
  keys: z.array(MemberKey).min(1).max(20),
  /** Where the member's node answers; absent where it runs none. */
  url: z.url({ protocol: /^https?$/ }).optional(),
});
export type DirectoryEntry = z.infer<typeof DirectoryEntry>;

/** A directory as `verify` takes it along: the signed entries themselves. */
export const DirectoryFile = z.strictObject({ v: z.literal(1), entries: z.array(z.string()) });
