/**
 * What a policy does, before anything is published: computed from the plan's variances and a made stand-in, never from rows.
 * Shares of figures are expectations over the noise, so that the same policy always shows the same picture.
 */
import { found } from "../../schemas/found.ts";
import type { Bilingual } from "../../schemas/words.ts";
import { type Reach, reachOf } from "../disclosure/disclosure-risk.ts";
import { DELTA, epsilonAt, muOfPoints, pointsOfMu2 } from "../disclosure/gaussian-dp.ts";
import { addLeaf, emptyLattice, type Lattice, rollUp } from "../disclosure/lattice.ts";
import { MOST_SUMS } from "../disclosure/methods/lattice.ts";
import { normalCdf, normalQuantile } from "../disclosure/normal.ts";
import type { PlannedField, ReleasePlan } from "../disclosure/release-plan.ts";
import { POINT_VARIATION } from "../disclosure/reliability.ts";
import { presenceDistance } from "./distance.ts";
import { type Focus, type FocusChoice, focus, sdOf, Z95 } from "./focus.ts";
import { crossOf, type StandIn } from "./synthetic-data.ts";

interface FieldNoise {
  readonly id: string;
  readonly title: Bilingual;
  readonly kind: "count" | "sum";
  readonly unit: Bilingual;
  readonly order: number;
  /** Standard deviation of a figure, and half its 95 % interval, in units: persons, hours, euro. */
  readonly sd: number;
  readonly margin: number;
  /** A sum: half the 95 % interval of the mean over all of the stand-in, in units. */
  readonly meanMargin?: number;
}
export interface OrderShare {
  readonly order: number;
  /** Counts of the stand-in that are not zero, over all fields and tables of this order. */
  readonly figures: number;
  /** Shares of them, from 0 to 1, as readers are given them: with a number; as an interval alone; kept away by a smallest count that somebody wrote down. */
  readonly points: number;
  readonly intervals: number;
  readonly withheld: number;
  /** Half of these figures are off by less than this part of themselves. */
  readonly medianError: number;
}
interface Fit {
  /** mu² that one release, and all of the period's year, would spend; what other datasets of the year have spent; the ceiling in points. */
  readonly release: number;
  readonly period: number;
  readonly others: number;
  readonly ceiling: number;
  readonly points: number;
  readonly releasePoints: number;
  readonly epsilon: number;
  readonly fits: boolean;
  /** Points that a period of this dataset could have. */
  readonly room: number;
}
export interface Preview {
  readonly subjects: number;
  readonly advantage: number;
  readonly releases: number;
  readonly fields: readonly FieldNoise[];
  /** All sums together, where there are some: their share of the loss, and how many times wider they are than with the most that it may be. */
  readonly sums?: { readonly share: number; readonly wider: number };
  readonly orders: readonly OrderShare[];
  readonly focus: Focus;
  readonly reach: Reach;
  readonly fit: Fit;
}

/** What the account of the year says of the other datasets. */
export interface Others {
  readonly spent: number;
  readonly ceiling: number;
}

/** Everything about one policy. */
export function preview(
  plan: ReleasePlan,
  people: StandIn,
  others: Others,
  choice: FocusChoice,
): Preview {
  const cross = crossOf(people, plan);
  const rows = cross.rows.map(({ codes, values }) => ({
    leaves: codes.map((code, axis) => found(plan.trees[axis]?.index.get(code))),
    values,
  }));
  const exact = plan.fields.map(({ released }, position) => {
    const lattice = emptyLattice(plan.trees, released.order);
    for (const { leaves, values } of rows) {
      const value = found(values[position]);
      if (value !== 0) addLeaf(lattice, leaves, value);
    }
    rollUp(lattice);
    return lattice;
  });
  const ofSums = sumsOf(plan);
  const total = (position: number) => found(exact[position]?.marginals.get("")?.values[0]);
  return {
    subjects: people.subjects.length,
    advantage: plan.descriptor.policy.advantage,
    releases: plan.releases,
    fields: plan.fields.map((field) => fieldNoise(field, plan, total)),
    ...(ofSums ? { sums: ofSums } : {}),
    orders: ordersOf(plan, exact),
    focus: focus(plan, exact, choice),
    reach: reachOf(presenceDistance(plan), plan.releases * periodsIn(plan)),
    fit: fitOf(plan, others),
  };
}

function fieldNoise(
  field: PlannedField,
  { fields }: ReleasePlan,
  total: (position: number) => number,
): FieldNoise {
  const { id, title, kind, unit, order } = field.released;
  const sd = sdOf(field);
  const noise = { id, title, kind, unit, order, sd, margin: Z95 * sd };
  const of = fields.findIndex(({ released }) => released.id === field.released.of);
  if (kind === "count" || of < 0 || total(of) <= 0) return noise;
  const n = total(of);
  // the delta method: the noise of the sum, and that of the count by how far the mean lies from the midpoint
  const centred = total(fields.indexOf(field)) / Math.round(1 / field.released.grid) / n;
  return { ...noise, meanMargin: (Z95 * Math.hypot(sd, centred * sdOf(found(fields[of])))) / n };
}

function sumsOf({ fields }: ReleasePlan): Preview["sums"] {
  const sums = fields.filter(({ released }) => released.kind === "sum");
  const share = sums.reduce((all, { released }) => all + released.share, 0);
  return share === 0 ? undefined : { share, wider: Math.sqrt(MOST_SUMS / share) };
}

/** Chances that a count with this noise is given as a point, and is kept away: readers go by the released figure itself (`shownAs`). */
function chances(
  value: number,
  sd: number,
  smallest: number,
): { points: number; withheld: number } {
  const above = (limit: number) => normalCdf((value - limit) / sd);
  const certain = sd / POINT_VARIATION;
  if (smallest === 1) return { points: above(certain), withheld: 0 };
  return { points: above(Math.max(smallest, certain)), withheld: 1 - above(smallest) };
}

function ordersOf({ fields, descriptor }: ReleasePlan, exact: readonly Lattice[]): OrderShare[] {
  const { smallest } = descriptor.policy;
  const sums = new Map<
    number,
    { figures: number; points: number; withheld: number; errors: number[] }
  >();
  for (const [at, field] of fields.entries()) {
    const sd = sdOf(field);
    if (field.released.kind !== "count" || sd === 0) continue;
    for (const { axes, values } of found(exact[at]).marginals.values()) {
      const sum = sums.get(axes.length) ?? { figures: 0, points: 0, withheld: 0, errors: [] };
      sums.set(axes.length, sum);
      for (const value of values) {
        if (value === 0) continue;
        const { points, withheld } = chances(value, sd, smallest);
        sum.figures += 1;
        sum.points += points;
        sum.withheld += withheld;
        sum.errors.push((normalQuantile(0.75) * sd) / value);
      }
    }
  }
  return [...sums].map(([order, { figures, points, withheld, errors }]) => ({
    order,
    figures,
    points: points / figures,
    intervals: Math.max(0, 1 - (points + withheld) / figures),
    withheld: withheld / figures,
    medianError: found(errors.sort((a, b) => a - b)[Math.floor(errors.length / 2)]),
  }));
}

/** How many periods like this one the loss of its year makes: four quarters, say. */
const periodsIn = ({ descriptor, year }: ReleasePlan): number =>
  year.mu2 / muOfPoints(descriptor.policy.advantage) ** 2;

function fitOf(plan: ReleasePlan, { spent, ceiling }: Others): Fit {
  const { mu2, releases } = plan;
  const period = mu2 * releases * periodsIn(plan);
  const room = Math.max(0, muOfPoints(ceiling) ** 2 - spent);
  return {
    release: mu2,
    period,
    others: spent,
    ceiling,
    points: pointsOfMu2(period),
    releasePoints: pointsOfMu2(mu2),
    epsilon: epsilonAt(Math.sqrt(period), DELTA),
    fits: period <= room + 1e-12,
    room: pointsOfMu2(room),
  };
}
