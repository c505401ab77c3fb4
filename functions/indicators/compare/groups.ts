/**
 * Which figures differ, and which cannot be told apart: pairs with a correction for their number, and groups in place of places.
 * Pure.
 */
import type { Comparison, Told } from "../../../schemas/comparison.ts";
import { found } from "../../../schemas/found.ts";
import { normalCdf } from "../../disclosure/normal.ts";
import { differenceLimits, type Limits, Z95 } from "./intervals.ts";

export interface Valued {
  readonly member: string;
  readonly value: number;
  readonly limits: Limits;
  /** Standard deviation of noise and chance together. */
  readonly sd: number;
}
interface Compared {
  readonly a: string;
  readonly b: string;
  readonly difference: { readonly value: number; readonly low: number; readonly high: number };
  /** After Holm's correction. */
  readonly p: number;
  readonly apart: boolean;
}

/** What a set of tests says: that some two differ, that none do, or nothing, because there was no test. */
export const toldOf = (pairs: readonly Pick<Compared, "apart">[]): Told =>
  pairs.length === 0 ? "not-tested" : pairs.some(({ apart }) => apart) ? "apart" : "not-apart";

/** Whether two members' figures of a comparison differ. `not-tested` where one of them was compared with nothing. */
export function toldApart(
  { groupings }: Pick<Comparison, "groupings">,
  { period, group }: { readonly period: string; readonly group?: string | undefined },
  a: string,
  b: string,
): Told {
  const grouping = groupings.find((one) => one.period === period && one.group === group);
  return toldOf(
    (grouping?.pairs ?? []).filter((pair) =>
      [pair.a, pair.b].every((one) => one === a || one === b),
    ),
  );
}

/** The chance of falsely telling any two apart, over all pairs of a comparison. */
const FAMILY_ERROR = 0.05;

/**
 * p values made larger for their number, so that all pairs together err at most as one would (Holm 1979, Scandinavian Journal of
 * Statistics 6, 65-70). In the order given.
 */
export function holm(values: readonly number[]): number[] {
  const order = [...values.entries()].sort(([, a], [, b]) => a - b);
  const adjusted = Array<number>(values.length);
  let largest = 0;
  for (const [rank, [at, value]] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (values.length - rank) * value));
    adjusted[at] = largest;
  }
  return adjusted;
}

/**
 * Every two figures, by a two-sided normal test of their difference. The interval shown is of one difference, uncorrected. Figures that
 * read alike with the `decimals` that are shown are never apart, however exact they are.
 */
export function pairsOf(figures: readonly Valued[], decimals = 12): Compared[] {
  const pairs = figures.flatMap((a, at) => figures.slice(at + 1).map((b) => ({ a, b })));
  const raw = pairs.map(({ a, b }) => {
    const sd = Math.hypot(a.sd, b.sd);
    if (a.value.toFixed(decimals) === b.value.toFixed(decimals)) return 1;
    if (sd === 0) return 0;
    return 2 * normalCdf(-Math.abs(a.value - b.value) / sd);
  });
  const adjusted = holm(raw);
  return pairs.map(({ a, b }, at) => {
    const [low, high] = differenceLimits(a.value, a.limits, b.value, b.limits);
    const p = found(adjusted[at]);
    return {
      a: a.member,
      b: b.member,
      difference: { value: a.value - b.value, low, high },
      p,
      apart: p < FAMILY_ERROR,
    };
  });
}

/**
 * Groups none of whose figures can be told from another's; a figure may be in several. Insert and absorb (Piepho 2004, Journal of
 * Computational and Graphical Statistics 13, 456-466): each pair that is apart splits the groups that hold both. Groups, and
 * members inside, in the order given: an order of values would be a league table again.
 */
export function groupsOf(figures: readonly Valued[], pairs: readonly Compared[]): string[][] {
  let groups: Set<string>[] = [new Set(figures.map(({ member }) => member))];
  for (const { a, b } of pairs.filter(({ apart }) => apart)) {
    const split = groups.flatMap((group) =>
      group.has(a) && group.has(b) ? [without(group, a), without(group, b)] : [group],
    );
    groups = split.filter(
      (group, at) =>
        !split.some(
          (other, k) => k !== at && within(group, other) && (group.size < other.size || k < at),
        ),
    );
  }
  const inOrder = (group: ReadonlySet<string>) =>
    figures.flatMap(({ member }) => (group.has(member) ? [member] : []));
  const first = (group: readonly string[]) =>
    figures.findIndex(({ member }) => member === group[0]);
  return figures.length === 0 ? [] : groups.map(inOrder).sort((a, b) => first(a) - first(b));
}
const within = (group: ReadonlySet<string>, other: ReadonlySet<string>): boolean =>
  [...group].every((member) => other.has(member));
const without = (group: ReadonlySet<string>, member: string): Set<string> =>
  new Set([...group].filter((one) => one !== member));

/**
 * Half-width, in standard deviations, of bars that overlap, over the average pair, with the chance at which a 95 % test finds no
 * difference: the mean of 1.96·√(s²+t²)/(s+t) over pairs of deviations s and t; 1.39 where all are equal (Goldstein and Healy 1995,
 * Journal of the Royal Statistical Society A 158, 175-177).
 */
export function overlapFactor(deviations: readonly number[]): number {
  const factors = deviations.flatMap((s, at) =>
    deviations.slice(at + 1).flatMap((t) => (s + t === 0 ? [] : [Math.hypot(s, t) / (s + t)])),
  );
  if (factors.length === 0) return Z95;
  return (Z95 * factors.reduce((sum, factor) => sum + factor, 0)) / factors.length;
}
