/** From a descriptor's policy to everything that a release of one period will do. Pure; fixed before any row is read. */

import type { Descriptor } from "../../schemas/descriptor.ts";
import { found } from "../../schemas/found.ts";
import type { CrossField } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import type { ReleasedField } from "../../schemas/release.ts";
import { type Tree, treeOf } from "./axes.ts";
import { axesOf, fieldsOf } from "./fields.ts";
import { policyFor, type Turn, type YearLoss, yearOfPolicy } from "./fixed-policy.ts";
import { lossOfAxis } from "./gaussian-dp.ts";
import { onGrid } from "./grid.ts";
import type { Band, LaidOutField } from "./laid-out.ts";
import type { MethodPlan } from "./methods/method.ts";
import { methodOf } from "./methods/methods.ts";

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
  /** Releases of the calendar. */
  readonly releases: number;
  /** What all releases of the period's year may spend, by the descriptor. */
  readonly year: YearLoss;
  /** What this one may spend: `points`, through so many releases. */
  readonly spends: Pick<Turn, "points" | "releases">;
}

/** The descriptor of the plan has the policy of its period. Throws `Refused`: unknown-period where the policy's calendar has no such period, descriptor-invalid for an unknown method. */
export function planRelease(given: Descriptor, period: string, turn?: Turn): ReleasePlan {
  const releases = given.policy.calendar[period]?.length;
  if (releases === undefined)
    throw new Refused("unknown-period", `the calendar of ${given.id} has no period ${period}`);
  const descriptor = { ...given, policy: policyFor(given.policy, period) };
  const { policy } = descriptor;
  const spends = {
    points: turn?.points ?? policy.advantage,
    releases: turn?.releases ?? releases,
  };
  const trees = axesOf(descriptor).map(treeOf);
  const h = trees.map(lossOfAxis);
  const laidOut = fieldsOf(descriptor);
  const method = methodOf(descriptor.policy.method);
  const { mu2, fields: each } = method.plan(
    { ...policy, advantage: spends.points },
    spends.releases,
    h,
    laidOut,
  );
  const fields = laidOut.map((field, at) => plannedField(descriptor, field, found(each[at])));
  const year = yearOfPolicy(given.policy, period);
  return { descriptor, period, trees, fields, mu2, releases, year, spends };
}

function plannedField(
  descriptor: Descriptor,
  laidOut: LaidOutField,
  { variance, share }: MethodPlan["fields"][number],
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
    const grid = methodOf(descriptor.policy.method).countGrid;
    const rule = countRule(laidOut);
    const steps = Math.round(1 / grid);
    const released = {
      ...common,
      kind: "count" as const,
      grid,
      unit: counted,
      ...(field.kind === "band" ? { band: bandOf(field) } : {}),
      ...(field.kind === "known" ? { of: field.of } : {}),
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
    case "known":
      return { id, kind: "known", measure: field.column, of: field.of };
    case "count":
      return { id, kind: "count", measure: field.column };
    case "sum":
      throw new TypeError("a sum is no count");
  }
}
