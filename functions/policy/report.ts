/**
 * The leak report: what somebody who attacks a dataset's releases could learn at the very most, and what its readers lose. Made of
 * the policy's variances and of made subjects alone: a report on the real rows would be one more release, and is not made.
 */
import * as z from "zod";
import { found } from "../../schemas/found.ts";
import {
  Bilingual,
  Digest,
  type Language,
  Name,
  Period,
  ReleaseId,
  Slug,
  signed,
} from "../../schemas/words.ts";
import { type Reach, reachOf } from "../disclosure/disclosure-risk.ts";
import type { YearLoss } from "../disclosure/fixed-policy.ts";
import { DELTA, epsilonAt, muOfPoints } from "../disclosure/gaussian-dp.ts";
import type { PlannedField, ReleasePlan } from "../disclosure/release-plan.ts";
import { amountDistance, attributeDistance, presenceDistance } from "./distance.ts";
import type { Preview } from "./preview.ts";
import { bandsOf, choiceDistance, conditionDistance, recordDistance } from "./record.ts";

const Percent = z.number().min(50).max(100);
const Share = z.number().min(0).max(1);

/** A line of the attack suite's own report, as far as it is repeated here. Percent right. */
export const AttackLine = z.looseObject({
  name: Bilingual,
  trials: z.number().int().min(1),
  success: z.number(),
  bound: z.number().optional(),
  unprotected: z.number().optional(),
});
export type AttackLine = z.infer<typeof AttackLine>;

const order = { order: z.number().int(), figures: z.number().int(), medianError: z.number() };
const Today = z.strictObject({
  ...signed,
  v: z.literal(2),
  dataset: Slug,
  period: Period,
  /** The release beside which it lies; absent where none is out yet. */
  release: ReleaseId.optional(),
  title: Bilingual,
  unit: Bilingual,
  origin: z.enum(["real", "made"]),
  /** Points and releases of the period's year, and the smallest count that readers are shown. */
  advantage: z.number(),
  releases: z.number().int(),
  smallest: z.number().int(),
  epsilon: z.number(),
  /**
   * What could be learnt at the very most: squared distance in the noise, and percent right from even odds. `period`: after all releases
   * of the period's year, of the other periods in it too.
   */
  reach: z.array(
    z.strictObject({
      id: z.enum(["presence", "attribute", "choice", "band", "condition", "amount", "record"]),
      what: Bilingual,
      d2: z.number().min(0),
      release: Percent,
      period: Percent,
      twoYears: Percent,
      fiveYears: Percent,
      twoCities: Percent,
    }),
  ),
  fields: z.array(
    z.strictObject({
      id: Name,
      title: Bilingual,
      kind: z.enum(["count", "sum"]),
      unit: Bilingual,
      order: z.number().int(),
      sd: z.number(),
      margin: z.number(),
      meanMargin: z.number().optional(),
    }),
  ),
  orders: z.array(z.strictObject({ ...order, points: Share, intervals: Share, withheld: Share })),
  /** What the shares above were computed on: made subjects, and where their totals come from. */
  standIn: z.strictObject({
    made: z.literal(true),
    subjects: z.number().int(),
    source: Bilingual.optional(),
  }),
  /** What the attacks of this version did learn on made data; `not-run` where nobody ran them. */
  attacks: z.union([z.literal("not-run"), z.array(AttackLine)]),
  /** SHA-256 of the two pages. */
  pages: z.strictObject({ it: Digest, en: Digest }),
});
/** In `v` 1 figures were shown, some of them flagged as uncertain, or hidden. */
const Former = Today.extend({
  v: z.literal(1),
  orders: z.array(z.strictObject({ ...order, shown: Share, flagged: Share, hidden: Share })),
});
export const Report = z.discriminatedUnion("v", [Former, Today]);
/** As it is written now. */
export type Report = z.infer<typeof Today>;
export type Finding = Report["reach"][number];
/** A report before its pages are drawn and it is signed. */
export type Draft = Omit<Report, "pages" | "v" | "iss" | "iat">;

/** What the account says of all releases of the period's year, and mu² of the year before where it says so. */
interface Accounted {
  readonly year: YearLoss;
  readonly former?: number | undefined;
}

/** Every line of what could be learnt at most, by the account; before there is one, by the policy. */
export function findings(plan: ReleasePlan, accounted?: Accounted): Finding[] {
  const { descriptor, fields, releases } = plan;
  const one = muOfPoints(descriptor.policy.advantage) ** 2 / releases;
  const times = (accounted ?? plan).year.mu2 / one;
  const former = accounted?.former === undefined ? times : accounted.former / one;
  const at = (id: Finding["id"], what: Bilingual, d2: number): Finding => ({
    id,
    what,
    ...rounded(reachOf(d2, times, former)),
  });
  const codes = fields.filter(({ rule }) => rule.kind === "code");
  const { family } = descriptor;
  return [
    at(
      "presence",
      { it: "se una persona c’è o non c’è", en: "whether a person is in it or not" },
      presenceDistance(plan),
    ),
    ...descriptor.dimensions.map(({ title }, axis) =>
      at("attribute", quoted(title), attributeDistance(plan, axis)),
    ),
    ...(family && codes.length > 1
      ? [at("choice", quoted(family.title), choiceDistance(plan, codes))]
      : []),
    ...bandsOf(plan).map((bands) =>
      at("band", quoted(bandTitle(plan, bands)), choiceDistance(plan, bands)),
    ),
    ...conditions(plan).map((field) =>
      at("condition", quoted(field.released.title), conditionDistance(plan, field)),
    ),
    ...storiesOf(fields).map(([of, title]) => at("amount", title, amountDistance(plan, of))),
    at(
      "record",
      {
        it: "l’intera scheda: quale di due del tutto diverse",
        en: "the whole record: which of two entirely different ones",
      },
      recordDistance(plan),
    ),
  ];
}

const rounded = (reach: Reach): Reach => ({ ...reach, d2: Math.round(reach.d2 * 1e9) / 1e9 });

const quoted = ({ it, en }: Bilingual): Bilingual => ({
  it: `«${it}»: quale di due valori`,
  en: `“${en}”: which of two values`,
});

const bandTitle = ({ descriptor }: ReleasePlan, bands: readonly PlannedField[]): Bilingual =>
  found(descriptor.fields.find(({ id }) => id === bands[0]?.released.band?.of)).title;

/** The condition that gives itself away most, where there are any. */
function conditions(plan: ReleasePlan): PlannedField[] {
  const all = plan.fields.filter(
    ({ rule, released }) =>
      (rule.kind === "when" || rule.kind === "known") && released.variance > 0,
  );
  return all.sort((a, b) => conditionDistance(plan, b) - conditionDistance(plan, a)).slice(0, 1);
}

/** Sums over the same subjects tell one story, and are guessed together. */
function storiesOf(fields: readonly PlannedField[]): [string, Bilingual][] {
  const sums = fields.filter(({ released }) => released.kind === "sum" && released.variance > 0);
  const stories = Map.groupBy(sums, ({ released }) => found(released.of));
  return [...stories].map(([of, own]) => {
    const names = (language: Language, open: string, close: string) =>
      own.map(({ released: { title } }) => `${open}${title[language]}${close}`).join(", ");
    return [
      of,
      {
        it: `${names("it", "«", "»")}: il minimo o il massimo`,
        en: `${names("en", "“", "”")}: the least or the most`,
      },
    ];
  });
}

interface ReportInput {
  readonly plan: ReleasePlan;
  readonly preview: Preview;
  readonly source?: Bilingual | undefined;
  readonly release?: string | undefined;
  readonly attacks?: readonly AttackLine[] | undefined;
  readonly accounted?: Accounted | undefined;
}

export function draftReport(input: ReportInput): Draft {
  const { plan, preview, source, release, attacks, accounted } = input;
  const { descriptor, period } = plan;
  const { advantage, releases } = (accounted ?? plan).year;
  return {
    dataset: descriptor.id,
    period,
    ...(release === undefined ? {} : { release }),
    title: descriptor.title,
    unit: descriptor.subject?.unit ?? descriptor.title,
    origin: descriptor.origin,
    advantage,
    releases,
    smallest: descriptor.policy.smallest,
    epsilon: accounted ? epsilonAt(Math.sqrt(accounted.year.mu2), DELTA) : preview.fit.epsilon,
    reach: findings(plan, accounted),
    fields: [...preview.fields],
    orders: [...preview.orders],
    standIn: {
      made: true,
      subjects: preview.subjects,
      ...(source === undefined ? {} : { source }),
    },
    attacks: attacks === undefined ? "not-run" : [...attacks],
  };
}
