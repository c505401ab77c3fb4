/**
 * One part of a figure, read from an answer: a number with the variance of its noise and, so that parts of one release can be
 * divided by each other, what it is made of. Pure.
 */
import type { Problem } from "../../../schemas/comparison.ts";
import { found } from "../../../schemas/found.ts";
import type { IndicatorPart } from "../../../schemas/indicator.ts";
import type {
  CountFigure,
  Figure,
  Mark,
  Measure,
  Statement,
  SumFigure,
} from "../../../schemas/query.ts";
import type { Manifest } from "../../../schemas/release.ts";
import { type Bilingual, TOTAL } from "../../../schemas/words.ts";
import { treeOf } from "../../disclosure/axes.ts";
import { readingOf } from "../../disclosure/methods/reading.ts";
import { units } from "../../disclosure/reliability.ts";
import { unionCovariance } from "../../disclosure/union-variance.ts";
import { readMeasure } from "./measure.ts";
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
  readonly state: "shown";
  readonly value: number;
  readonly variance: number;
  /** Empty for what was formed already (a mean, a median): its noise is then taken as independent of every other. */
  readonly terms: readonly Term[];
  readonly manifest: Manifest;
  readonly smallest: number;
  /** Whether it counts subjects, so that a small one is hidden. */
  readonly counts: boolean;
  /** What it may be added to and divided by: the subjects of a count (none, of a public table), the unit of a sum. */
  readonly unit: Bilingual | undefined;
  /** What a reader is told that it is counted or measured in. */
  readonly label: Bilingual | undefined;
}
export type Read = Amount | { readonly state: "hidden" | "absent"; readonly why: Problem };

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
    const one = amountOf(measure, cell.figures, manifest, codes);
    if (one.state !== "shown") return one;
    amounts.push(one);
  }
  const first = found(amounts[0]);
  if (amounts.length === 1) return first;
  return amounts.some((one) => unitClash(one, first)) ? absent("mixed-units") : added(amounts);
}

/** Parts of one release added up. */
export function added(amounts: readonly Amount[]): Amount {
  const terms = amounts.flatMap(({ terms }) => terms);
  const first = found(amounts[0]);
  return {
    ...first,
    value: amounts.reduce((sum, { value }) => sum + value, 0),
    variance: covarianceOf(terms, terms, first.manifest),
    terms,
  };
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
  figures: readonly Figure[],
  manifest: Manifest,
  codes: Term["codes"],
): Read {
  const { smallest } = manifest.policy;
  const count = (id: string) =>
    figures.find((figure): figure is CountFigure => "count" in figure && figure.count === id);
  const shown = { state: "shown", manifest, smallest } as const;
  if ("count" in measure) {
    const figure = count(measure.count);
    if (figure === undefined) return absent("unknown-field");
    const terms = [termOf(manifest, measure.count, 1, codes)];
    return {
      ...shown,
      value: units(figure),
      variance: figure.sd ** 2,
      terms,
      counts: true,
      unit: manifest.unit,
      label: unitOf(manifest, measure.count),
    };
  }
  if ("sum" in measure) {
    const sum = figures.find(
      (figure): figure is SumFigure => "sum" in figure && figure.sum === measure.sum,
    );
    const of = sum && count(sum.of);
    if (sum === undefined || of === undefined) return absent("unknown-field");
    if (sum.mark !== "shown") return { state: "hidden", why: sum.mark };
    const terms = [termOf(manifest, sum.sum, 1, codes), termOf(manifest, sum.of, sum.mid, codes)];
    const variance = sum.sd ** 2 + sum.mid ** 2 * of.sd ** 2;
    const unit = unitOf(manifest, sum.sum);
    return {
      ...shown,
      value: sum.mid * units(of) + units(sum),
      variance,
      terms,
      counts: false,
      unit,
      label: unit,
    };
  }
  const formed = readMeasure(measure, figures, originOf([manifest]));
  if (formed.state === "absent") return absent("unknown-field");
  if (formed.state === "hidden") return { state: "hidden", why: formed.why };
  const unit = "mean" in measure ? unitOf(manifest, measure.mean) : undefined;
  return {
    ...shown,
    value: formed.value,
    variance: formed.sd ** 2,
    terms: [],
    counts: false,
    unit,
    label: unit,
  };
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

/** Whether a count may be shown, by its mark; what is no count has been judged where it was formed. */
export function hiddenCount({
  manifest,
  value,
  variance,
  smallest,
  counts,
}: Amount): Exclude<Mark, "shown"> | undefined {
  if (!counts) return undefined;
  const { mark } = readingOf(manifest.policy.method).mark(value, Math.sqrt(variance), smallest);
  return mark === "shown" ? undefined : mark;
}

/** Whether something may be divided by it: the rules of means and shares (functions/disclosure/reliability.ts). */
export function badDivisor(amount: Amount): Problem | undefined {
  if (amount.value === 0 && amount.variance === 0) return "nothing-to-divide-by";
  if (amount.variance === 0) return amount.value > 0 ? undefined : "nothing-to-divide-by";
  const hidden = hiddenCount(amount);
  if (hidden === "below-k") return hidden;
  if (amount.counts && amount.value < 2 * amount.smallest) return "below-2k";
  return hidden === "unreliable" || amount.value <= 0 ? "count-unreliable" : undefined;
}
