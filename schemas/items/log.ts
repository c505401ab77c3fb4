/**
 * The logs of a member: the public one, and at a node the private one, whose dates may not show. What happened waits in an inbox
 * until the sequencer gives it its place in the tree. The private log has four inboxes: its own, and those that the roles of
 * release, owner and desk fill.
 */
import * as z from "zod";
import { BLOCK, TILE } from "../log.ts";
import { CompactJws, Digest } from "../words.ts";
import { item, type Rights, type Role } from "./item.ts";

/** An entry as it is stored, in the inbox and in its place. `entry` is JSON text: its very bytes are hashed. */
export const Logged = z.strictObject({
  /** The receipt's name of it: seconds, and 128 random bits that only the receipt and the store know. */
  id: z.string(),
  entry: z.string(),
  /** 128 random bits, base64url: without it nobody can try out what an entry may say. */
  salt: z.string(),
  leaf: Digest,
});
export type Logged = Readonly<z.infer<typeof Logged>>;

const inbox = <const Pk extends string>(pk: Pk, rights: Rights, example: string, about: string) =>
  item({
    ...rights,
    pk,
    sk: "{seconds:12}#{id}",
    body: Logged,
    example: [pk, example],
    about: `waits for its place in ${about}`,
    condition: "absent",
    ends: "removed once a head covers it",
  });
/** At the hub and at a node other roles record. */
const recording = {
  node: ["release", "answer"],
  hub: ["token", "query", "agreements", "statements", "indicators", "members"],
} as const satisfies Record<string, readonly Role[]>;
const forKeep = { at: ["node"], reads: ["keep"], removes: ["keep"] } as const;

/** By what the partitions of a log begin with. */
export const inboxes = {
  log: inbox(
    "log#inbox",
    {
      at: ["node", "hub"],
      reads: ["log"],
      writes: [...recording.node, ...recording.hub],
      removes: ["log"],
    },
    "001795569442#Zk2p…",
    "the member's log: `id`, `entry`, `salt`, `leaf`. Kinds at a node: `release`, `raise`, `report`, `answer`, `download`, `refusal`; at the hub: `token`, `query`, `refusal`, `link`, `unlink`, `agreement`, `member`",
  ),
  "keep#log": inbox(
    "keep#log#inbox",
    { ...forKeep, writes: ["keep"] },
    "001795569442#q83v…",
    "the private log. Kinds: `ingest`, `ingest-failed`, `withdrawal`, `consent`, `erasure`, `failed-release`",
  ),
  "release#log": inbox(
    "release#log#inbox",
    { ...forKeep, writes: ["release"] },
    "001795569442#Kd0e…",
    "the private log, where keep puts it: what the release role leaves to it. Kinds: `failed-release`",
  ),
  "own#log": inbox(
    "own#log#inbox",
    { ...forKeep, writes: ["owner"] },
    "001795569442#d1Rb…",
    "the private log, where keep puts it. Kinds: `owner` (one a token), `owner-refused`",
  ),
  "desk#log": inbox(
    "desk#log#inbox",
    { ...forKeep, writes: ["desk"] },
    "001795569442#Zk2p…",
    "the private log, where keep puts it. Kinds: `signin`, `signin-refused`",
  ),
};
export type LogPrefix = keyof typeof inboxes;

const once = { condition: "absent", ends: "never" } as const;
/** `leaf` is asked for by many leaves at once, and so must be readable for whoever gives places. */
const tree = <const Prefix extends string>(
  prefix: Prefix,
  at: Rights["at"],
  { writer, reads, note }: { writer: Role; reads: readonly Role[]; note: string },
) => {
  const rights = { at, reads, writes: [writer], removes: [] };
  return {
    entry: item({
      ...rights,
      ...once,
      pk: `${prefix}#entry`,
      sk: "{block:12}#{place:12}",
      body: z.strictObject({ from: z.number().int(), entries: z.array(Logged).min(1).max(BLOCK) }),
      example: [`${prefix}#entry`, "000000000000#000000000042"],
      about: `\`from\`, \`entries\`: what was placed together, from that place on; no batch crosses a block of ${BLOCK} places`,
    }),
    leaf: item({
      ...rights,
      ...once,
      reads: [writer],
      pk: `${prefix}#leaf`,
      sk: "{leaf}",
      body: z.strictObject({ index: z.number().int() }),
      example: [`${prefix}#leaf`, "9pR1…"],
      about: "`index`: the place of the entry with this hash",
    }),
    tile: item({
      ...rights,
      ...once,
      pk: `${prefix}#tile`,
      sk: "{level}#{tile:12}",
      body: z.strictObject({ hashes: z.array(Digest).length(TILE) }),
      example: [`${prefix}#tile`, "0#000000000002"],
      about: "`hashes`: a full subtree of sixteen nodes of level 4 × LEVEL",
    }),
    head: item({
      ...rights,
      pk: `${prefix}#head`,
      sk: "head",
      body: z.strictObject({
        size: z.number().int(),
        root: Digest,
        edge: z.array(z.array(Digest)),
        /** When it was signed, and the signature: absent in a private log, whose head nobody is shown. */
        at: z.number().optional(),
        jws: CompactJws.optional(),
      }),
      example: [`${prefix}#head`, "head"],
      about: note,
      condition: "absent; then revision as read",
      ends: "replaced",
    }),
  };
};
const HEAD = "`size`, `root`, `edge` (by level, the nodes that fill no tile yet)";
export const trees = {
  log: tree("log", ["node", "hub"], {
    writer: "log",
    reads: ["log", "owner"],
    note: `${HEAD}, \`at\`, \`jws\` (\`tavolo-head+jws\`)`,
  }),
  "keep#log": tree("keep#log", ["node"], {
    writer: "keep",
    reads: ["owner"],
    note: `${HEAD}; it is not signed`,
  }),
};
export type TreePrefix = keyof typeof trees;

export const opening = item({
  at: ["node"],
  pk: "keep#log#opening",
  sk: "{digest}",
  body: z.strictObject({ nonce: z.string(), size: z.number().int(), root: Digest }),
  reads: [],
  writes: ["keep"],
  removes: [],
  example: ["keep#log#opening", "nq2L…"],
  about: "`nonce`, `size`, `root`: what opens a commitment",
  ...once,
});
/** Where keep leaves a commitment to the head of the private log, for the release role to publish. */
export const commitment = item({
  at: ["node"],
  pk: "release#log#commitment",
  sk: "head",
  body: z.strictObject({ digest: Digest }),
  reads: ["release"],
  writes: ["keep"],
  removes: [],
  example: ["release#log#commitment", "head"],
  about: "`digest`: the commitment to the private log's head that the next release carries",
  condition: "revision below the head's",
  ends: "replaced",
});
