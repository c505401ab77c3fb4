/** What is remembered of calls, so that none is taken twice and nobody makes too many. */
import * as z from "zod";
import { item, type Rights } from "./item.ts";

const used = z.strictObject({});
const once = { body: used, condition: "absent, or expired" } as const;

const atHub = {
  at: ["hub"],
  pk: "hub#replay",
  reads: [],
  writes: ["token", "query", "statements"],
  removes: [],
} as const;
export const assertionUsed = item({
  ...atHub,
  ...once,
  sk: "assertion#{member}#{jti}",
  example: ["hub#replay", "assertion#IT-028060#p1Ya…"],
  about: "empty: the client assertion was used, at the token endpoint",
  ends: "its `exp` + 61 s",
});
export const queryUsed = item({
  ...atHub,
  ...once,
  sk: "query#{member}#{jti}",
  example: ["hub#replay", "query#IT-028060#0f0f9c1e-…"],
  about: "empty: the question was used",
  ends: "its `exp` + 61 s",
});

const atNode = {
  at: ["node"],
  pk: "answer#replay",
  reads: [],
  writes: ["answer"],
  removes: [],
} as const;
export const envelopeUsed = item({
  ...atNode,
  ...once,
  sk: "{jti}",
  example: ["answer#replay", "4mJx…"],
  about: "empty: the envelope was used",
  ends: "its `exp` + 60 s",
});

const proof = <const Pk extends string>(pk: Pk, rights: Rights, of: string) =>
  item({
    ...rights,
    ...once,
    pk,
    sk: "proof#{thumbprint}#{jti}",
    example: [pk, "proof#2J_X…#9kd0…"],
    about: `empty: the DPoP proof of ${of} was used`,
    ends: "its `iat` + 121 s",
  });
/** DPoP proofs that were used, by whose call it was. */
export const proofUsed = {
  hub: proof("hub#replay", atHub, "a question or of a call about a link"),
  answer: proof("answer#replay", atNode, "a download"),
  own: proof(
    "own#replay",
    { at: ["node"], reads: [], writes: ["owner"], removes: [] },
    "one of the owner's calls",
  ),
};
export type ProofKeeper = keyof typeof proofUsed;

export const rate = item({
  at: ["hub"],
  pk: "hub#rate",
  sk: "{client}",
  body: z.strictObject({ minute: z.number().int(), taken: z.number().int() }),
  reads: [],
  writes: ["token", "query"],
  removes: [],
  example: ["hub#rate", "IT-028060"],
  about: "`taken`: calls of that `minute` that instances have taken off a client's quota",
  condition: "absent; then revision as read",
  ends: "never",
});

export const probe = item({
  at: ["node", "hub"],
  pk: "status",
  sk: "probe",
  body: z.never(),
  reads: ["status"],
  writes: [],
  removes: [],
  example: ["status", "probe"],
  about: "never there: `/status` looks for it, to see whether the table answers",
  condition: "never written",
  ends: "never there",
});
