/**
 * How large what a descriptor asks for will be, known before any of it is laid out: an accepted descriptor can always be released.
 * Pure.
 */
import type { Descriptor } from "../../schemas/descriptor.ts";
import { found } from "../../schemas/found.ts";
import { yearOf } from "../../schemas/period.ts";
import { codesOf, overSets } from "./axes.ts";
import { signedAxis } from "./code-lists.ts";
import { axesOf, fieldsOf, measureColumns } from "./fields.ts";
import { readingOf } from "./methods/reading.ts";
import { numeral } from "./number-format.ts";
import { planRelease, type ReleasePlan } from "./release-plan.ts";

/**
 * Figures of one release. A release of 966,306 figures of five dimensions has a peak of 782 MB, one of 973,360 of three 806 MB
 * (docs/benchmarks.md); the role that makes releases has 3,008 MB, which the rows take their part of.
 */
export const MOST_FIGURES = 1_000_000;

/**
 * DynamoDB keeps at most 400 KB (409,600 bytes) in an item, and `split.ts` divides none of these. A signed item holds four bytes
 * for three, so that a manifest of 290,000 bytes takes 387,000 of them.
 */
export const MOST_BYTES = {
  /** The descriptor, in the pointer to the version in force. */
  descriptor: 380_000,
  /** The manifest, in the draft and in the pointer to the release. */
  manifest: 290_000,
  /** All releases of one year of one dataset, in the account of that year. */
  year: 60_000,
  /** The account of a year, over all datasets. */
  account: 280_000,
} as const;

const utf8 = new TextEncoder();
/** As it is stored: JSON in UTF-8. */
export const bytesOf = (value: unknown): number => utf8.encode(JSON.stringify(value)).length;

const say = (value: number) => numeral(value, 0, "en");

/** Why a release of this would be too large, and what to leave out; undefined where it is not. Throws what `planRelease` does. */
export function tooLarge(d: Descriptor): string | undefined {
  return tooManyFigures(d) ?? tooManyBytes(d);
}

/** Before anything else of a descriptor is looked at: all later work grows with it. */
export function tooLong(d: Descriptor): string | undefined {
  const lists = { dimensions: d.dimensions.map(({ id }) => id), measures: measureColumns(d) };
  const bytes = bytesOf(d) + bytesOf(lists);
  if (bytes <= MOST_BYTES.descriptor) return undefined;
  return `the descriptor has ${say(bytes)} bytes with the names of its columns, and is stored with at most ${say(MOST_BYTES.descriptor)}${longest(d)}`;
}

/** Σ over fields, over sets of at most as many dimensions as the field's order, of the product of their codes at every level. */
const figuresOf = (sizes: readonly number[], orders: readonly number[]): number =>
  orders.reduce((sum, order) => sum + overSets(sizes, order), 0);

export const figuresIn = (d: Descriptor): number =>
  figuresOf(
    axesOf(d).map(({ codes }) => codesOf(codes).length),
    fieldsOf(d).map(({ order }) => order),
  );

function tooManyFigures(d: Descriptor): string | undefined {
  const axes = axesOf(d).map(({ id, codes }) => ({ id, size: codesOf(codes).length }));
  const orders = fieldsOf(d).map(({ order }) => order);
  const sizes = axes.map(({ size }) => size);
  const figures = figuresOf(sizes, orders);
  if (figures <= MOST_FIGURES) return undefined;
  const fits = (left: readonly number[], order: number) => {
    const lower = orders.map((own) => Math.min(own, order));
    return figuresOf(left, lower) <= MOST_FIGURES ? figuresOf(left, lower) : undefined;
  };
  const highest = Math.max(...orders);
  const widest = [...axes].sort((a, b) => b.size - a.size);
  const advice: string[] = [];
  for (let n = 1; n <= widest.length && advice.length === 0; n++) {
    const left = fits(
      widest.slice(n).map(({ size }) => size),
      highest,
    );
    const names = widest.slice(0, n).map(({ id }) => id);
    if (left !== undefined) advice.push(`leave out ${names.join(" and ")} (${say(left)} are left)`);
  }
  for (let order = highest - 1; order >= 0 && advice.length < 2; order--) {
    const left = fits(sizes, order);
    if (left !== undefined)
      advice.push(`give every field an order of at most ${order} (${say(left)})`);
  }
  const multiplied = axes.map(({ id, size }) => `${id} (${say(size)})`).join(" × ");
  return `a release would have ${say(figures)} figures, and at most ${say(MOST_FIGURES)} can be made: the codes of ${multiplied} multiply in tables of up to ${highest} at once, for ${say(orders.length)} fields; ${advice.join(", or ")}, or list fewer codes, or fewer fields`;
}

/** The bytes that a manifest has at most: what differs from release to release is taken at its longest. */
function manifestBytes({ descriptor: d, fields }: ReleasePlan): number {
  const { title, description, source, licence, legalBasis, subject } = d;
  const released = fields.map((field) => field.released);
  const said = { title, description, source, licence, legalBasis, subject, released };
  const revision = readingOf(d.policy.method).protects ? 0 : REASON + NAMED_BYTES;
  const signed = bytesOf({ ...said, axes: axesOf(d).map(signedAxis) });
  return signed + DIGITS * fields.length + REST + revision;
}
/** Why a public table is released again, in two languages. */
const REASON = 8000;
/** The cells that changed, as far as a manifest names them. */
export const NAMED_BYTES = 8000;
/** Of two numbers, share and variance, whose digits another period may write out longer. */
const DIGITS = 48;
/** Ids, digests, policy with twelve days, account with what was corrected, horizon. */
const REST = 8000;

/** The bytes that so many releases take at most in the account of a year. */
function yearBytes({ descriptor, fields }: ReleasePlan, releases: number): number {
  const entry = fields.map(({ released: { id, share, variance } }) => ({ id, share, variance }));
  // the release's id, which names dataset and member (41 letters at most), and five numbers
  const named = 300 + 2 * bytesOf(descriptor.id);
  return releases * (bytesOf(entry) + DIGITS * fields.length + named);
}

function tooManyBytes(d: Descriptor): string | undefined {
  const [period] = Object.keys(d.policy.calendar);
  if (period === undefined) return undefined;
  const plan = planRelease(d, period);
  const manifest = manifestBytes(plan);
  if (manifest > MOST_BYTES.manifest)
    return `a manifest would have up to ${say(manifest)} bytes, and at most ${say(MOST_BYTES.manifest)} can be stored${longest(d)}`;
  // the releases of all periods of a year are in one account
  const years = Map.groupBy(Object.entries(d.policy.calendar), ([one]) => yearOf(one));
  const counts = [...years].map(([year, all]) => ({
    year,
    releases: all.flatMap(([, days]) => days).length,
  }));
  const { year: of, releases } = found(counts.sort((a, b) => b.releases - a.releases)[0]);
  const year = yearBytes(plan, releases);
  if (year > MOST_BYTES.year)
    return `the account of ${of} would take up to ${say(year)} bytes for ${say(releases)} releases of ${say(plan.fields.length)} fields, and at most ${say(MOST_BYTES.year)} can be stored: release fewer fields, or less often`;
  return undefined;
}

/** Where bytes can be saved. */
function longest(d: Descriptor): string {
  const [one] = d.dimensions
    .map(({ id, codes }) => ({ id, codes: codes === "from-data" ? [] : codes }))
    .map(({ id, codes }) => ({ id, count: codesOf(codes).length, bytes: bytesOf(codes) }))
    .sort((a, b) => b.bytes - a.bytes);
  const codes = one
    ? `; the ${say(one.count)} codes of ${one.id} take ${say(one.bytes)}: list fewer, or shorter ones`
    : "";
  return `${codes}; every field repeats its title and unit: write them shorter, or release fewer fields`;
}
