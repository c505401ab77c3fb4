/** What the keep role notes: of rows, of the keys of their pseudonyms, and of the persons behind them. */
import * as z from "zod";
import { ConsentEvent, Pending, StoredReceipt, Withdrawn } from "../consent.ts";
import { Descriptor } from "../descriptor.ts";
import { FixedPolicy } from "../release.ts";
import { Day, Digest, Period, Seconds } from "../words.ts";
import { item } from "./item.ts";

/** The pointer to a dataset's version in force. */
export const VersionPointer = z.strictObject({
  digest: Digest,
  path: z.string().min(1),
  descriptor: Descriptor,
  columns: z.strictObject({
    dimensions: z.array(z.string()),
    family: z.boolean(),
    measures: z.array(z.string()),
  }),
  /** Periods of which there are rows, in order. */
  periods: z.array(Period),
  /** Of the pseudonyms in it. */
  epoch: z.number().int().min(0).default(0),
  /** The first day on which some of the rows have run out: nothing is computed from then on until they are gone. */
  until: Day.optional(),
  /** The same for consents that end. */
  consentUntil: Day.optional(),
  /** What descriptors fixed of the policy of each period; only added to. Absent in versions of before that was held. */
  fixed: z.record(Period, FixedPolicy).optional(),
});
export type VersionPointer = z.infer<typeof VersionPointer>;

export const version = item({
  at: ["node"],
  pk: "release#version",
  sk: "{dataset}",
  body: VersionPointer,
  reads: ["keep", "release", "owner"],
  writes: ["keep"],
  removes: [],
  example: ["release#version", "prestazioni"],
  about:
    "the version in force: `digest`, `path`, `descriptor`, `columns`, `periods`; `epoch` of its pseudonyms; `until`, `consentUntil`: when some rows run out; `fixed`: the policy of each period, for good",
  condition: "absent; then revision as read",
  ends: "replaced",
});

/**
 * Where the keys of a dataset lie is one item, so that of several first runs at once all go on with the key of the one that came
 * first: rows under a key that was lost could never be found again for a withdrawal.
 */
export const StoredKeys = z.union([
  /**
   * `moving`: what is stored is being brought under the newest key. `first`: epoch of the first key in the file, where former ones were
   * let go; `forgetting`: that is under way, and no name may be given meanwhile.
   */
  z.strictObject({
    path: z.string().min(1),
    moving: z.literal(true).optional(),
    first: z.number().int().min(1).optional(),
    forgetting: z.literal(true).optional(),
  }),
  z.strictObject({ destroyed: Seconds }),
]);
export type StoredKeys = z.infer<typeof StoredKeys>;

export const pseudonymKey = item({
  at: ["node"],
  pk: "keep#key",
  sk: "{dataset}",
  body: StoredKeys,
  reads: [],
  writes: ["keep"],
  removes: [],
  example: ["keep#key", "prestazioni"],
  about:
    "`path` of the keys of the dataset's pseudonyms, `first`: epoch of the first of them; `moving` or `forgetting` while they change; or `destroyed`: when",
  condition: "absent; then revision as read",
  ends: "never",
});

/** Who is erased leaves nothing behind, and under a new key everybody has another name: so these are removed. */
const aboutPersons = {
  at: ["node"],
  reads: ["keep"],
  writes: ["keep"],
  removes: ["keep"],
  condition: "absent",
} as const;
export const consentEvent = item({
  ...aboutPersons,
  pk: "keep#consent#{dataset}",
  sk: "{pseudonym}#{seconds:12}#{id}",
  body: ConsentEvent,
  example: ["keep#consent#doposcuola", "xbZpSMYefvMaS8VGhk8f3g#001795569442#file"],
  about:
    "one event of one person's consent: `state`, `at`, `noted`, `epoch`, `until`, `by`; never changed",
  ends: "erasure",
});
export const receipt = item({
  ...aboutPersons,
  pk: "keep#receipt#{dataset}",
  sk: "{pseudonym}#{seconds:12}#{id}",
  body: StoredReceipt,
  example: ["keep#receipt#prestazioni", "-#001795569442#b7Qe…"],
  about: "a receipt as it was given: `jws`, `epoch`; `-` for the pseudonym where it names nobody",
  ends: "erasure; without a name never",
});

const leaving = {
  at: ["node"],
  reads: ["keep", "release", "owner"],
  writes: ["keep"],
  removes: ["keep"],
} as const;
export const withdrawal = item({
  ...leaving,
  pk: "release#withdrawal#{dataset}",
  sk: "{pseudonym}",
  body: Withdrawn,
  example: ["release#withdrawal#prestazioni", "xbZpSMYefvMaS8VGhk8f3g"],
  about:
    "who is left out of whatever is ingested: `at` (first), `kind`, `epoch`; `ended` once let in again. A change of keys gives it another name",
  condition: "absent; then revision as read",
  ends: "never",
});
export const pendingWithdrawal = item({
  ...leaving,
  pk: "release#withdrawal#{dataset}#pending",
  sk: "{seconds:12}#{id}",
  body: Pending,
  example: ["release#withdrawal#prestazioni#pending", "001795569442#Zk2p…"],
  about:
    "persons who left and whose rows may still be stored, up to 4,000: `at`, `kind`, `epoch`, `subjects`",
  condition: "absent",
  ends: "once they are out of the version in force",
});
