/** Gaussian noise over the lattice of marginals (../lattice.ts), charged as Gaussian differential privacy (../gaussian-dp.ts). */
import type { Descriptor, Field, Policy } from "../../../schemas/descriptor.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { lossOfLattice, muOfPoints, varianceOf } from "../gaussian-dp.ts";
import { COUNT_GRID, onGrid } from "../grid.ts";
import { rulesOfKind } from "../kinds.ts";
import type { LaidOutField } from "../laid-out.ts";
import type { Method, MethodPlan } from "./method.ts";

/** Share of a release's loss that all sums together may take: more would let a known person's amount be guessed beyond p. */
const SUMS_SHARE = 0.25;

export const lattice: Method = {
  unfit: (kind) =>
    rulesOfKind(kind).per === "subject"
      ? undefined
      : "method lattice protects subjects; statistics and registers have none",
  bans,
  standardOrder: (field) => (field === "sum" ? 1 : 3),
  countGrid: COUNT_GRID,
  plan,
  stated: ({ advantage, smallest }) => ({ advantage, smallest }),
};

/** Throws `Refused` descriptor-invalid where the shares given leave nothing for the other fields. */
function plan(
  policy: Policy,
  releases: number,
  h: readonly number[],
  fields: readonly LaidOutField[],
): MethodPlan {
  const mu2 = muOfPoints(policy.advantage) ** 2 / releases;
  const shares = sharesOf(fields);
  return {
    mu2: mu2 * [...shares.values()].reduce((sum, share) => sum + share, 0),
    fields: fields.map(({ group, order, units }) => {
      const share = shares.get(group) ?? 0;
      return { share, variance: varianceOf(lossOfLattice(h, order), units, share, mu2) };
    }),
  };
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

/** What would void the promise. One sentence each. */
function* bans(d: Descriptor): Generator<string> {
  const meaning = (value: object) =>
    JSON.stringify({ ...value, id: 0, title: 0, share: 0, order: 0, source: 0 });
  for (const group of [d.fields, d.dimensions, d.derived]) {
    const twin = group.find(
      (one, at) => group.findIndex((other) => meaning(one) === meaning(other)) < at,
    );
    if (twin !== undefined) yield `${twin.id}: one number under two names could be averaged`;
  }
  for (const field of d.fields) {
    if (field.kind !== "sum" || field.bounds === undefined) continue;
    if ((onGrid(field.bounds[0], field.grid) + onGrid(field.bounds[1], field.grid)) % 2 !== 0)
      yield `field ${field.id}: the two bounds together must be even in grid steps, or the low bit of the sum gives the count away`;
  }
  const shares = (kind: (field: Field) => boolean) =>
    d.fields.filter(kind).reduce((sum, field) => sum + (field.share ?? 0), 0);
  if (shares((field) => field.kind === "sum") > SUMS_SHARE + 1e-9)
    yield `all sums together may take at most ${SUMS_SHARE} of the loss`;
  if (shares(() => true) > 1 + 1e-9) yield "the shares of the fields add up to more than one";
}
