/**
 * One part of a figure, read from an answer: a number with the variance of its noise and, so that parts of one release can be
 * divided by each other, what it is made of. Pure.
 */
import type { Problem } from "../../../schemas/comparison.ts";
import { found } from "../../../schemas/found.ts";
import type { IndicatorPart } from "../../../schemas/indicator.ts";
import type { Cell, Measure, Said, Statement } from "../../../schemas/query.ts";
import type { Manifest } from "../../../schemas/release.ts";
import { type Bilingual, TOTAL } from "../../../schemas/words.ts";
import { treeOf } from "../../disclosure/axes.ts";
import {
  type Bounds,
  type CountRead,
  interval95,
  type ShownAs,
  shownAs,
} from "../../disclosure/reliability.ts";
import { saidOf, saidOfAll } from "../../disclosure/said.ts";
import { unionCovariance } from "../../disclosure/union-variance.ts";
import { type NoPoint, rawMeasure } from "./measure.ts";
import { isProblem } from "./problems.ts";
import { manifestsOf, originOf } from "./sheet.ts";

/** A field of a release in some cells, times a coefficient: what noise is made of. `scale` is persons to units of the field. */
interface Term {
  readonly release: string;
  readonly field: string;
  readonly coefficient: number;
  readonly variance: number;
  readonly scale: number;
  readonly codes: Readonly<Record<string, readonly string[]>>;
}
export interface Amount {
  readonly state: "read";
  readonly value: number;
  readonly variance: number;
  /** How it is shown by itself, and the interval that it is shown as where it is no point. */
  readonly as: ShownAs;
  readonly why: NoPoint;
  readonly bounds: Bounds;
  /** u − l of what a sum adds up; 0 of everything else. */
  readonly range: number;
  /** Empty for what was formed already (a mean, a median): its noise is then taken as independent of every other. */
  readonly terms: readonly Term[];
  readonly manifest: Manifest;
  readonly smallest: number;
  /** Whether it counts subjects, so that a small one may be withheld. */
  readonly counts: boolean;
  /** What it may be added to and divided by: the subjects of a count (none, of a public table), the unit of a sum. */
  readonly unit: Bilingual | undefined;
  /** What a reader is told that it is counted or measured in. */
  readonly label: Bilingual | undefined;
  /** By its source, or since it was corrected. */
  readonly said: Said;
}
export type Read = Amount | { readonly state: "withheld" | "absent"; readonly why: Problem };

export interface Answer {
  readonly statement: Statement;
  readonly manifests: ReadonlyMap<string, Manifest>;
}
export const answerOf = (statement: Statement): Answer => ({
  statement,
  manifests: manifestsOf(statement),
});

/** Outcomes that say: not between these two, or not this. */
const NOT_AGREED: ReadonlySet<string> = new Set([
  ...[
    "no-agreement",
    "purpose-denied",
    "beyond-agreement",
    "agreement-suspended",
    "agreement-revoked",
  ],
]);
const absent = (why: Problem): Read => ({ state: "absent", why });

/** The part for one member and, where the question was split, one code of the split. */
export function readPart(
  part: IndicatorPart,
  { statement, manifests }: Answer,
  member: string,
  split?: { dimension: string; code: string },
): Read {
  const cell = statement.table.cells.find(
    ({ by, member: answering }) =>
      (part.territory === undefined ? answering === member : by[part.territory] === member) &&
      (split === undefined || by[split.dimension] === split.code),
  );
  if (cell === undefined) {
    const asked = statement.outcomes.find((one) => one.member === (part.member ?? member));
    if (asked?.outcome !== "answered")
      return absent(NOT_AGREED.has(asked?.outcome ?? "") ? "no-agreement" : "not-answered");
    return absent(part.territory === undefined ? "unknown-group" : "unknown-territory");
  }
  const manifest = manifests.get(cell.member);
  if (manifest === undefined) return absent("not-answered");
  const measures = [part.measure, ...part.plus];
  const codes = codesOf(part, cell.by);
  const amounts: Amount[] = [];
  for (const measure of measures) {
    const one = amountOf(measure, cell, manifest, codes);
    if (one.state !== "read") return one;
    amounts.push(one);
  }
  const first = found(amounts[0]);
  if (amounts.length === 1) return first;
  return amounts.some((one) => unitClash(one, first)) ? absent("mixed-units") : added(amounts);
}

/** Parts of one release added up; shown as a count is, or for sums as the sum of their subjects. */
export function added(amounts: readonly Amount[]): Amount {
  const first = found(amounts[0]);
  const terms = amounts.flatMap(({ terms }) => terms);
  const value = amounts.reduce((sum, one) => sum + one.value, 0);
  const variance = covarianceOf(terms, terms, first.manifest);
  const sd = Math.sqrt(Math.max(0, variance));
  const worst = (["withheld", "interval"] as const).find((as) =>
    amounts.some((one) => one.as === as),
  );
  const as = first.counts
    ? shownAs({ kind: "count", value, sd, smallest: first.smallest })
    : (worst ?? "point");
  const [low, high] = interval95(value, sd);
  const bounds: Bounds = first.counts ? [Math.max(0, low), Math.max(0, high)] : [low, high];
  const said = saidOfAll(amounts.map((one) => one.said));
  return { ...first, value, variance, terms, as, bounds, said };
}

function codesOf(
  part: IndicatorPart,
  by: Readonly<Record<string, string>>,
): Record<string, readonly string[]> {
  const listed = Object.entries(by).map(([id, code]) => [id, [code]] as const);
  return { ...part.where, ...Object.fromEntries(listed) };
}

function amountOf(
  measure: Measure,
  cell: Pick<Cell, "figures" | "none">,
  manifest: Manifest,
  codes: Term["codes"],
): Read {
  const origin = originOf([manifest]);
  const raw = rawMeasure(measure, cell, origin);
  if (raw.state !== "raw")
    return { state: raw.state, why: isProblem(raw.why) ? raw.why : "unknown-field" };
  const { value, sd, as, why, bounds } = raw;
  const said = saidOf(raw);
  const read = { state: "read", value, as, why, bounds, range: 0, manifest, said } as const;
  const { smallest } = origin;
  if ("count" in measure) {
    const [terms, label] = [
      [termOf(manifest, measure.count, 1, codes)],
      unitOf(manifest, measure.count),
    ];
    const of = { terms, counts: true, unit: manifest.unit, label };
    return { ...read, smallest, variance: sd ** 2, ...of };
  }
  if ("sum" in measure) {
    const field = manifest.fields.find(({ id }) => id === measure.sum);
    const [of = "", mid = 0] = [field?.of, field?.mid];
    const terms = [termOf(manifest, measure.sum, 1, codes), termOf(manifest, of, mid, codes)];
    const unit = unitOf(manifest, measure.sum);
    const range = field?.bounds ? field.bounds[1] - field.bounds[0] : 0;
    const kind = { terms, counts: false, unit, label: unit };
    return { ...read, range, smallest, variance: sd ** 2, ...kind };
  }
  const unit = "mean" in measure ? unitOf(manifest, measure.mean) : undefined;
  const kind = { terms: [], counts: false, unit, label: unit };
  return { ...read, smallest, variance: sd ** 2, ...kind };
}

const unitOf = (manifest: Manifest, id: string): Bilingual | undefined =>
  manifest.fields.find((field) => field.id === id)?.unit;

/** Counts of different subjects (persons, households), or sums of different things (EUR, hours): neither can be added or compared. */
export const unitClash = (a: Amount, b: Amount): Problem | undefined =>
  a.counts === b.counts && a.unit !== undefined && b.unit !== undefined && a.unit.it !== b.unit.it
    ? "mixed-units"
    : undefined;

function termOf(manifest: Manifest, id: string, coefficient: number, codes: Term["codes"]): Term {
  const field = manifest.fields.find((one) => one.id === id);
  const scale = field?.kind === "sum" && field.bounds ? (field.bounds[1] - field.bounds[0]) / 2 : 1;
  return {
    release: manifest.id,
    field: id,
    coefficient,
    variance: field?.variance ?? 0,
    scale,
    codes,
  };
}

/** Covariance of two linear combinations of released figures. Fields of a release, and releases, have noise of their own. */
export function covarianceOf(
  left: readonly Term[],
  right: readonly Term[],
  manifest: Manifest,
): number {
  // exact tables have nothing to compute, and may have thousands of codes
  if (!left.some(({ variance }) => variance > 0)) return 0;
  const trees = manifest.axes.map(treeOf);
  const factor = (a: Term, b: Term) =>
    trees.reduce(
      (product, tree) =>
        product * unionCovariance(tree, a.codes[tree.id] ?? [TOTAL], b.codes[tree.id] ?? [TOTAL]),
      1,
    );
  let sum = 0;
  for (const a of left)
    for (const b of right)
      if (a.release === b.release && a.field === b.field && a.variance > 0)
        sum += a.coefficient * b.coefficient * a.variance * a.scale * b.scale * factor(a, b);
  return sum;
}

/** A count as the reader's rule looks at it. */
const countIn = ({ value, variance, smallest, counts }: Amount): CountRead => ({
  kind: "count",
  value,
  sd: Math.sqrt(variance),
  smallest: counts ? smallest : 1,
});

/** How a ratio of two parts is shown. Over an exact divisor it is in proportion to what is above, and shown as that is. */
export function ratioAs(a: Amount, b: Amount, sd: number): ShownAs {
  if (b.variance === 0) return a.as;
  // a share of subjects has the range of one; of sums it is what they add up, for each subject
  const range = a.counts ? 1 : a.range;
  const part = a.counts ? { part: countIn(a) } : {};
  return shownAs({ kind: "ratio", sd, range, divisor: countIn(b), ...part });
}

/** Why it is no point. */
export const ratioWhy = (a: Amount, b: Amount): NoPoint =>
  b.variance === 0 || shownAs(countIn(b)) === "point" ? a.why : "count-unreliable";
