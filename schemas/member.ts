/** The directory: one entry a member, signed by that member's own key. */
import * as z from "zod";
import { Ipa, Responsibility } from "./organisation.ts";
import { Bilingual, CompactJws, MemberId, PublicJwk, Seconds, signed } from "./words.ts";

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
  /** The desk of a node: sessions, by which a browser's key asks questions for the member. */
  "session",
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

/**
 * Whom to write to, by role and never by a person's name: a mailbox or a page of an office; and where the member's own pages are.
 * `agreements` reads proposals, `practice` answers other members on how a service is run.
 */
export const RoleAddress = z.strictObject({
  role: z.enum([
    ...(["social-services", "practice", "agreements", "statistics"] as const),
    ...(["data-protection", "technical", "owner-page", "sign-in"] as const),
  ]),
  address: z
    .url({ protocol: /^(https|mailto)$/, error: "an address that begins with https: or mailto:" })
    .max(400),
});
export type RoleAddress = z.infer<typeof RoleAddress>;

export const DirectoryEntry = z.strictObject({
  ...signed,
  /** 2 where it has `addresses` or `responsibility`. */
  v: z.union([z.literal(1), z.literal(2)]),
  id: MemberId,
  name: Bilingual,
  roles: z.array(z.enum(["provider", "consumer", "operator"])).min(1),
  keys: z.array(MemberKey).min(1).max(20),
  /** Where the member's node answers; absent where it runs none. */
  url: z.url({ protocol: /^https?$/ }).optional(),
  /** Its code in the index of public administrations (IPA), where it is one: catalogues name publishers by it. */
  ipa: Ipa.optional(),
  /** From `v` 2. */
  addresses: z.array(RoleAddress).max(20).optional(),
  /** Who answers for its rows about persons, unless a dataset's descriptor says otherwise. From `v` 2. */
  responsibility: Responsibility.optional(),
  /** When the member left. Its entries stay, so that what it signed before still verifies. */
  left: Seconds.optional(),
});
export type DirectoryEntry = z.infer<typeof DirectoryEntry>;

/** What a member says of itself besides its name and keys, as `tavolo member update FILE` reads it. */
export const EntryFile = z.strictObject({
  ...DirectoryEntry.pick({ ipa: true, addresses: true, responsibility: true }).shape,
});

/**
 * A directory as `verify` takes it along: the signed entries themselves. `entries` are those in force; `former` those that they
 * replaced, oldest first, and the last ones of members that are not in any more.
 */
export const DirectoryFile = z.strictObject({
  v: z.literal(1),
  entries: z.array(z.string()),
  former: z.array(z.string()).optional(),
});
export type DirectoryFile = z.infer<typeof DirectoryFile>;

/** Every entry of one member, oldest first. */
export const MemberHistory = z.strictObject({
  v: z.literal(1),
  entries: z.array(CompactJws).min(1),
});
export type MemberHistory = z.infer<typeof MemberHistory>;

/** 128 bits, base64url: made by the operator for one member, good once. */
export const InvitationCode = z.string().regex(/^[A-Za-z0-9_-]{22}$/, "an invitation's code");

/** Body of `POST /v1/members`: a member's newer entries, oldest first; a newcomer's with its invitation. */
export const MemberPost = z.strictObject({
  v: z.literal(1),
  entries: z.array(CompactJws).min(1).max(50),
  invitation: InvitationCode.optional(),
});
export type MemberPost = z.infer<typeof MemberPost>;

/** The operator's word that a member is shut out, or taken back; signed with the hub's key (`tavolo-suspension+jws`). */
export const Suspension = z.strictObject({ ...signed, member: MemberId, suspended: z.boolean() });
export type Suspension = z.infer<typeof Suspension>;
