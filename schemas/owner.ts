/**
 * What a node tells its own member, and nobody else: datasets and releases, the account, who left, the private log. Every call is
 * made with the member's own key; the hub has no part in it.
 */
import * as z from "zod";
import { AgreementId, AgreementState, GeneralJws } from "./agreement.ts";
import { Leave, Pseudonym } from "./consent.ts";
import { SessionJws } from "./session.ts";
import {
  Bilingual,
  CompactJws,
  DatasetKind,
  Day,
  Digest,
  Jti,
  MemberId,
  MethodName,
  Name,
  Period,
  ReleaseId,
  Seconds,
  Slug,
  Year,
} from "./words.ts";

/** Seconds that a token of the owner's may hold. */
export const OWN_TOKEN_LIFE = 600;

/**
 * A token that the member makes for its own node (`own+jwt`): signed with the member's own key, for nobody else, and bound to that very
 * key. No hub gives it, so that none can. A person at the page signs with a key of the browser, under a session that the member gave it.
 */
export const OwnToken = z.strictObject({
  iss: MemberId,
  sub: MemberId,
  aud: MemberId,
  iat: Seconds,
  exp: Seconds,
  jti: Jti,
  cnf: z.strictObject({ jkt: z.string().length(43) }),
  session: SessionJws.optional(),
});
export type OwnToken = z.infer<typeof OwnToken>;

const Loss = z.number().min(0);
const Points = z.number().min(0).max(50);

/** One release as the account has it. `spent`: out. `reserved`: charged, not out yet. `planned`: the calendar will charge it. */
export const OwnCharge = z.strictObject({
  release: ReleaseId,
  dataset: Slug,
  state: z.enum(["spent", "reserved", "planned"]),
  /** mu², which adds; and the same in points, which do not. */
  mu2: Loss,
  points: Points,
  /** When it was charged, or is due. */
  day: Day,
});
export type OwnCharge = z.infer<typeof OwnCharge>;

/** The account of one year over all datasets. Sums are of mu²; `whole` is that of the ceiling. */
export const OwnAccount = z.strictObject({
  year: Year,
  ceiling: Points,
  whole: Loss,
  spent: Loss,
  reserved: Loss,
  planned: Loss,
  /** Points that all of these make together, and those of one more release that would fit beside them. */
  points: Points,
  room: Points,
  charges: z.array(OwnCharge),
  /** Periods whose policy is fixed: since when, whether their year had begun, and the points that they may spend in all. */
  fixed: z.array(
    z.strictObject({ dataset: Slug, period: Period, day: Day, late: z.boolean(), points: Points }),
  ),
  /** Releases off the calendar that the member signed for. */
  corrections: z.array(
    z.strictObject({ dataset: Slug, period: Period, day: Day, points: Points, reason: z.string() }),
  ),
});
export type OwnAccount = z.infer<typeof OwnAccount>;

const OwnRelease = z.strictObject({
  id: ReleaseId,
  period: Period,
  number: z.number().int().min(1),
  at: Seconds,
  mu2: Loss,
  points: Points,
});

/**
 * `waiting`: released, and nothing is due. `first`: nothing is out yet, and the owner may make the first release. `due`: its day has come,
 * and it is made by itself. `overdue`: its day passed by more than the days of grace, and answers have stopped. `empty`: released once,
 * and no rows are stored.
 */
const OwnState = z.enum(["waiting", "first", "due", "overdue", "empty"]);

export const OwnDataset = z.strictObject({
  id: Slug,
  title: Bilingual,
  kind: DatasetKind,
  origin: z.enum(["real", "made"]),
  basis: z.string(),
  reference: z.string(),
  unit: Bilingual.optional(),
  method: MethodName,
  /** Points a period, releases a period, and the smallest count that readers are shown. */
  advantage: Points.optional(),
  releases: z.number().int().min(1),
  smallest: z.number().int().min(1),
  /** How often the stored rows were written anew, and the periods that they are of; absent where none are stored. */
  version: z.strictObject({ number: z.number().int().min(1), periods: z.array(Period) }).optional(),
  /** The latest release of each period. */
  released: z.array(OwnRelease),
  next: z.strictObject({ day: Day, period: Period, number: z.number().int().min(1) }).optional(),
  state: OwnState,
});
export type OwnDataset = z.infer<typeof OwnDataset>;

/** A day to come. `fixed`: the last day on which the policies of the year after can be fixed before it begins. */
export const OwnDate = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("release"),
    day: Day,
    dataset: Slug,
    period: Period,
    number: z.number().int().min(1),
  }),
  z.strictObject({ kind: z.literal("closed"), day: Day, until: Day, reason: z.string() }),
  z.strictObject({ kind: z.literal("fixed"), day: Day, year: Year }),
  z.strictObject({ kind: z.literal("key"), day: Day, use: z.string() }),
]);
export type OwnDate = z.infer<typeof OwnDate>;

export const OwnOverview = z.strictObject({
  v: z.literal(1),
  member: MemberId,
  name: Bilingual,
  at: Seconds,
  datasets: z.array(OwnDataset),
  accounts: z.array(OwnAccount),
  calendar: z.array(OwnDate),
});
export type OwnOverview = z.infer<typeof OwnOverview>;

/** Who left since the latest release, so that what is out counts them still. The rows are gone already. */
export const OwnLeft = z.strictObject({
  dataset: Slug,
  title: Bilingual,
  persons: z.number().int().min(0),
  kinds: z.strictObject({
    withdrawal: z.number().int().min(0),
    objection: z.number().int().min(0),
    restriction: z.number().int().min(0),
    erasure: z.number().int().min(0),
  }),
  /** The day from which no figure counts them; null where no date is set. */
  countedNoLongerFrom: Day.nullable(),
});
export type OwnLeft = z.infer<typeof OwnLeft>;
export const OwnWithdrawals = z.strictObject({
  v: z.literal(1),
  at: Seconds,
  datasets: z.array(OwnLeft),
});
export type OwnWithdrawals = z.infer<typeof OwnWithdrawals>;

/** How many persons one call may name: what its body holds. */
export const PERSONS_AT_MOST = 1000;

/** Persons who leave, by the pseudonym of a receipt or by their identifiers in the order of the dataset's columns. */
export const OwnWithdrawal = z.strictObject({
  v: z.literal(1),
  dataset: Slug,
  kind: Leave.exclude(["erasure"]).optional(),
  pseudonyms: z.array(Pseudonym).max(PERSONS_AT_MOST).optional(),
  epoch: z.number().int().min(0).optional(),
  identifiers: z
    .array(z.array(z.string().min(1).max(200)).min(1).max(10))
    .max(PERSONS_AT_MOST)
    .optional(),
});
export type OwnWithdrawal = z.infer<typeof OwnWithdrawal>;
/** Each a `tavolo-receipt+jws`: for the person. In the order pseudonyms, then identifiers. */
export const OwnReceipts = z.strictObject({ v: z.literal(1), receipts: z.array(CompactJws) });
export type OwnReceipts = z.infer<typeof OwnReceipts>;

const Share = z.number().min(0).max(1);
const Percent = z.number().min(50).max(100);

/** One policy as its readers would feel it: on made subjects, never on rows. Shares from 0 to 1, margins in units at 95 %. */
export const OwnPolicy = z.strictObject({
  key: z.enum(["today", "fewer-fields", "lower-order", "fewer-dimensions", "contract", "open"]),
  title: Bilingual,
  note: Bilingual,
  advantage: Points,
  /** What a reader would see of one count: a number in the middle of its interval, the interval alone, or nothing. */
  codes: z.array(
    z.strictObject({
      code: Name,
      value: z.number(),
      low: z.number(),
      high: z.number(),
      shownAs: z.enum(["point", "interval", "withheld"]),
    }),
  ),
  pairs: z.strictObject({ apart: z.number().int().min(0), all: z.number().int().min(0) }),
  orders: z.array(
    z.strictObject({
      order: z.number().int().min(0),
      figures: z.number().int().min(0),
      points: Share,
      intervals: Share,
      withheld: Share,
    }),
  ),
  /** All sums together: their share of the loss, and how many times a quarter's margin that makes. */
  sums: z.strictObject({ share: Share, wider: z.number().min(0) }).optional(),
  /** Of the count that is drawn, then of each sum. */
  margins: z.array(
    z.strictObject({ title: Bilingual, unit: Bilingual, margin: z.number().min(0) }),
  ),
  /** How often the best informed attacker is right, of a hundred: after a year of releases, and after five. */
  reach: z.strictObject({ period: Percent, fiveYears: Percent }),
  fit: z.strictObject({ points: Points, fits: z.boolean(), room: Points, ceiling: Points }),
});
export type OwnPolicy = z.infer<typeof OwnPolicy>;
export const OwnPreview = z.strictObject({
  v: z.literal(1),
  dataset: Slug,
  title: Bilingual,
  unit: Bilingual.optional(),
  period: Period,
  /** Made subjects that the shares were computed on. */
  subjects: z.number().int().min(1),
  made: z.literal(true),
  focus: z.strictObject({ title: Bilingual, unit: Bilingual, axis: Bilingual.optional() }),
  policies: z.array(OwnPolicy).min(1).max(4),
});
export type OwnPreview = z.infer<typeof OwnPreview>;

/** An entry as it was logged: codes and ids. `whole`: it hashes to what the tree has there. */
export const OwnEntry = z.strictObject({
  index: z.number().int().min(0),
  at: Seconds,
  kind: z.string().max(40),
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
  whole: z.boolean(),
});
export type OwnEntry = z.infer<typeof OwnEntry>;
const OwnBook = z.strictObject({
  size: z.number().int().min(0),
  root: Digest.optional(),
  /** When its head was signed; absent in the private log. */
  signed: Seconds.optional(),
  /** The latest ones, newest first. */
  entries: z.array(OwnEntry),
});
export const OwnLog = z.strictObject({
  v: z.literal(1),
  at: Seconds,
  public: OwnBook,
  private: OwnBook,
});
export type OwnLog = z.infer<typeof OwnLog>;

/** What the node did in the last 24 hours, by its own log. */
export const OwnHealth = z.strictObject({
  v: z.literal(1),
  at: Seconds,
  /** 24 hours, the oldest first; each begins a whole number of hours before `at`. */
  hours: z
    .array(
      z.strictObject({
        from: Seconds,
        answers: z.number().int().min(0),
        refusals: z.number().int().min(0),
      }),
    )
    .length(24),
  answers: z.number().int().min(0),
  refusals: z.array(z.strictObject({ reason: z.string().max(40), times: z.number().int().min(1) })),
  /** The last question that it answered or refused. */
  last: Seconds.optional(),
  /** There is more than was looked at: figures are at least these. */
  partial: z.boolean(),
  keys: z.array(z.strictObject({ use: z.string(), kid: z.string(), until: Seconds.optional() })),
  signed: Seconds.optional(),
});
export type OwnHealth = z.infer<typeof OwnHealth>;

const Titled = z.array(z.strictObject({ id: Name, title: Bilingual })).max(500);

/** An agreement to which the member is a party. What is to be signed comes whole, with the bytes that a signature is over. */
export const OwnAgreement = z.strictObject({
  id: AgreementId,
  consumer: z.strictObject({ id: MemberId, name: Bilingual }),
  provider: z.strictObject({ id: MemberId, name: Bilingual }),
  dataset: Slug,
  state: AgreementState,
  /** Whose signature is missing. */
  awaits: z.enum(["us", "them", "nobody"]),
  /** Answers that the hub counted, today and in all, and how many the terms allow a day. */
  answers: z.strictObject({
    today: z.number().int().min(0),
    total: z.number().int().min(0),
    aDay: z.number().int().min(1),
  }),
  until: Seconds,
  /** Where our signature is missing. */
  proposal: z
    .strictObject({
      agreement: GeneralJws,
      events: z.array(CompactJws).max(200),
      /** What the provider publishes of the dataset, where the provider is this member: titles for what may be asked. */
      offered: z
        .strictObject({
          title: Bilingual,
          smallest: z.number().int().min(1),
          fields: Titled,
          axes: Titled,
        })
        .optional(),
      /** Why it should not be signed as it is: its keys are not those of its parties, or a signature does not hold. */
      fault: z.string().max(60).optional(),
    })
    .optional(),
});
export type OwnAgreement = z.infer<typeof OwnAgreement>;
export const OwnAgreements = z.strictObject({
  v: z.literal(1),
  at: Seconds,
  agreements: z.array(OwnAgreement).max(5000),
});
export type OwnAgreements = z.infer<typeof OwnAgreements>;

/** What the owner signed in the browser, to be handed on: a signature, or a word on the agreement. */
export const OwnSigned = z.strictObject({
  v: z.literal(1),
  agreement: GeneralJws,
  events: z.array(CompactJws).max(200).default([]),
});
export type OwnSigned = z.infer<typeof OwnSigned>;
/** `node`: whether the provider's node has heard of it; it need not before both have signed. */
export const OwnAgreed = z.strictObject({
  v: z.literal(1),
  id: AgreementId,
  state: AgreementState,
  node: z.enum(["told", "not-told", "not-needed"]),
});
export type OwnAgreed = z.infer<typeof OwnAgreed>;
