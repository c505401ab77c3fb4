/** What a release leaves in the table, on its way out and once it is there. */
import * as z from "zod";
import {
  AccountEntry,
  Correction,
  Draft,
  FixedEntry,
  NextRelease,
  PlannedRelease,
  Pointer,
  Raise,
} from "../release.ts";
import { CompactJws } from "../words.ts";
import { item } from "./item.ts";

export const account = item({
  at: ["node"],
  pk: "release#account#{year}",
  sk: "account",
  body: z.strictObject({
    /** Follows from the raises, and stands here for whoever looks at the item. */
    ceiling: z.number(),
    raises: z.array(Raise).default([]),
    fixed: z.array(FixedEntry).default([]),
    corrections: z.array(Correction).default([]),
    entries: z.array(AccountEntry),
  }),
  reads: ["owner"],
  writes: ["release"],
  removes: [],
  example: ["release#account#2022", "account"],
  about:
    "`ceiling` in points, `raises` of it, `fixed` policies and `corrections` of periods, `entries`: every reservation with its μ² and variances",
  condition: "absent; then revision as read",
  ends: "never",
});
export const draft = item({
  at: ["node"],
  pk: "release#draft#{dataset}",
  sk: "{period}#{number}",
  body: Draft,
  reads: [],
  writes: ["release"],
  removes: [],
  example: ["release#draft#prestazioni", "2022#1"],
  about:
    "`drawing` with the attempt; `sealed` with cube's digest, manifest and the state of the `rows`; then `publishing`: these bytes and no others",
  condition: "absent; then revision as read",
  ends: "never",
});
export const pointer = item({
  at: ["node"],
  pk: "answer#pointer",
  sk: "{dataset}#{period}",
  body: Pointer,
  reads: ["answer", "owner"],
  writes: ["release"],
  removes: [],
  example: ["answer#pointer", "prestazioni#2022"],
  about: "the release that answers: `id`, `number`, `cube`, `manifest` (JWS), `member`",
  condition: "revision below its number",
  ends: "replaced",
});
export const plannedRelease = item({
  at: ["node"],
  pk: "release#planned",
  sk: "{dataset}",
  body: PlannedRelease,
  reads: ["keep"],
  writes: ["release"],
  removes: ["release"],
  example: ["release#planned", "pensioni"],
  about:
    "a public table that is held back: `id`, `period`, `at`, `number`, `revision`, and the digest of the `version` that is to be released",
  condition: "absent; then revision as read",
  ends: "once it is out, or taken back",
});
export const nextRelease = item({
  at: ["node"],
  pk: "answer#next",
  sk: "{dataset}",
  body: NextRelease,
  reads: ["answer"],
  writes: ["release"],
  removes: ["release"],
  example: ["answer#next", "pensioni"],
  about: "that a release comes, and when: `period`, `at`. Nothing of its figures",
  condition: "none",
  ends: "once it is out, or taken back",
});
/** Public tables alone: of figures with noise only the current release is kept. */
export const formerRelease = item({
  at: ["node"],
  pk: "answer#former",
  sk: "{dataset}#{period}#{number}",
  body: Pointer,
  reads: ["answer"],
  writes: ["release"],
  removes: [],
  example: ["answer#former", "pensioni#2024#1"],
  about: "a release that a revision replaced, as its pointer was: it stays at its address",
  condition: "none: the same each time",
  ends: "never",
});
export const publishedAccount = item({
  at: ["node"],
  pk: "answer#account",
  sk: "{year}",
  body: z.strictObject({ jws: CompactJws }),
  reads: ["answer"],
  writes: ["release"],
  removes: [],
  example: ["answer#account", "2022"],
  about: "the year's account, signed (JWS), as anybody may read it",
  condition: "revision below its number of entries, raises, fixed policies and corrections",
  ends: "replaced",
});
