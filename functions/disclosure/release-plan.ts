/** From a descriptor's policy to everything that a release of one period will do. Pure; fixed before any row is read. */
import type { Descriptor } from "../../schemas/descriptor.ts";
import type { CrossField } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import type { ReleasedField } from "../../schemas/release.ts";
import { type Tree, treeOf } from "./axes.ts";
import { axesOf, type Band, fieldsOf, type LaidOutField } from "./fields.ts";
import { lossOfAxis, lossOfLattice, muOfPoints, varianceOf } from "./gaussian-dp.ts";
import { COUNT_GRID, onGrid } from "./grid.ts";

/** Share of a release's loss that all sums together may take: more would let a known person's amount be guessed beyond p. */
export const SUMS_SHARE = 0.25;

export interface PlannedField {
  readonly released: ReleasedField;
  /** What the engine computes for it. */
  readonly rule: CrossField;
  /** Grid steps in one of the engine's integers: 1,000 for a protected count, 1 for a sum. */
  readonly steps: number;
  /** Standard deviation of its noise, in grid steps. */
  readonly scale: number;
}
export interface ReleasePlan {
  readonly descriptor: Descriptor;
  readonly period: string;
  readonly trees: readonly Tree[];
  readonly fields: readonly PlannedField[];
  /** mu² that the whole release spends; 0 under method `none`. */
  readonly mu2: number;
  readonly releases: number;
}

/** Throws `Refused` unknown-period where the policy's calendar has no such period. */
export function planRelease(descriptor: Descriptor, period: string): ReleasePlan {
  const releases = descriptor.policy.calendar[period]?.length;
  if (releases === undefined)
    throw new Refused("unknown-period", `the calendar of ${descriptor.id} has no period ${period}`);
  const trees = axesOf(descriptor).map(treeOf);
  const h = trees.map(lossOfAxis);
  const laidOut = fieldsOf(descriptor);
  const lattice = descriptor.policy.method === "lattice";
  const mu2 = lattice ? muOfPoints(descriptor.policy.advantage) ** 2 / releases : 0;
  const shares = lattice ? sharesOf(laidOut) : new Map<string, number>();
  const fields = laidOut.map((field) => {
    const share = shares.get(field.group) ?? 0;
    const variance = lattice
      ? varianceOf(lossOfLattice(h, field.order), field.units, share, mu2)
      : 0;
    return plannedField(descriptor, field, variance, share);
  });
  const spent = mu2 * [...shares.values()].reduce((sum, share) => sum + share, 0);
  return { descriptor, period, trees, fields, mu2: spent, releases };
}

/**
 * The share of a release's loss that each group of fields takes: counts ¾ together and sums ¼, equal a unit within, unless
 * the descriptor says otherwise; where there are no sums, counts take all.
 */
function sharesOf(fields: readonly LaidOutField[]): Map<string, number> {
  const groups = new Map(fields.map((field) => [field.group, field]));
  const isSum = ({ field }: LaidOutField) => field.kind === "sum";
  const members = [...groups.values()];
  const anySum = members.some(isSum);
  const shares = new Map<string, number>();
  for (const [kind, whole] of [
    [false, anySum ? 1 - SUMS_SHARE : 1],
    [true, SUMS_SHARE],
  ] as const) {
    const own = members.filter((group) => isSum(group) === kind);
    const open = own.filter(({ share }) => share === undefined);
    const left = whole - own.reduce((sum, { share }) => sum + (share ?? 0), 0);
    if (open.length > 0 && left <= 0)
      throw new Refused(
        "descriptor-invalid",
        "the shares given leave nothing for the other fields",
      );
    const units = open.reduce((sum, group) => sum + group.units, 0);
    for (const group of own) shares.set(group.group, group.share ?? (left * group.units) / units);
  }
  return shares;
}

function plannedField(
  descriptor: Descriptor,
  laidOut: LaidOutField,
  variance: number,
  share: number,
): PlannedField {
  const { field, ...rest } = laidOut;
  const common = {
    id: rest.id,
    title: rest.title,
    order: rest.order,
    variance,
    units: rest.units,
    share,
  };
  // a table without subjects counts what its field says
  const counted = descriptor.subject?.unit ?? rest.title;
  if (field.kind !== "sum") {
    const grid = descriptor.policy.method === "lattice" ? COUNT_GRID : 1;
    const rule = countRule(laidOut);
    const steps = Math.round(1 / grid);
    const released = {
      ...common,
      kind: "count" as const,
      grid,
      unit: counted,
      ...(field.kind === "band" ? { band: bandOf(field) } : {}),
    };
    return { released, rule, steps, scale: steps * Math.sqrt(variance) };
  }
  const { grid, unit, of, bounds, combine, column } = field;
  const clip = bounds && {
    low: onGrid(bounds[0], grid),
    high: onGrid(bounds[1], grid),
    mid: (onGrid(bounds[0], grid) + onGrid(bounds[1], grid)) / 2,
  };
  const half = clip ? (clip.high - clip.low) / 2 : 0;
  return {
    released: {
      ...common,
      kind: "sum",
      grid,
      unit,
      of,
      ...(bounds ? { bounds } : {}),
      mid: bounds ? (bounds[0] + bounds[1]) / 2 : 0,
    },
    rule: { id: laidOut.id, kind: "sum", measure: column, combine, of, ...(clip ? { clip } : {}) },
    steps: 1,
    scale: half * Math.sqrt(variance),
  };
}

const bandOf = ({ of, from, below }: Band): NonNullable<ReleasedField["band"]> => ({
  of: of.id,
  ...(from === undefined ? {} : { from }),
  ...(below === undefined ? {} : { below }),
});

function countRule({ id, field }: LaidOutField): CrossField {
  switch (field.kind) {
    case "any":
      return { id, kind: "any" };
    case "code":
      return { id, kind: "code", code: field.code };
    case "both":
      return { id, kind: "both", of: field.of };
    case "when":
      return {
        id,
        kind: "when",
        measure: field.column,
        combine: field.combine,
        above: onGrid(field.above, field.grid),
      };
    case "band": {
      const { column, combine, grid } = field.of;
      const edge = (cut: number | undefined, name: "from" | "below") =>
        cut === undefined ? {} : { [name]: onGrid(cut, grid) };
      return {
        id,
        kind: "band",
        measure: column,
        combine,
        ...edge(field.from, "from"),
        ...edge(field.below, "below"),
      };
    }
    case "count":
      return { id, kind: "count", measure: field.column };
    case "sum":
      throw new TypeError("a sum is no count");
  }
}
