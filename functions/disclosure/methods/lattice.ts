/** Gaussian noise over the lattice of marginals (../lattice.ts), charged as Gaussian differential privacy (../gaussian-dp.ts). */
import type { Descriptor, Field, Policy } from "../../../schemas/descriptor.ts";
import { found } from "../../../schemas/found.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { lossOfLattice, muOfPoints, varianceOf } from "../gaussian-dp.ts";
import { COUNT_GRID, onGrid } from "../grid.ts";
import { rulesOfKind } from "../kinds.ts";
import type { LaidOutField } from "../laid-out.ts";
import type { Method, MethodPlan } from "./method.ts";

/** Share of a release's loss that all sums together take, unless the descriptor says otherwise. */
const SUMS_SHARE = 0.1;
/** The most that it may say: more would let a known person's amount be guessed beyond p. */
export const MOST_SUMS = 0.25;

export const lattice: Method = {
  unfit: (kind) =>
    rulesOfKind(kind).per === "subject"
      ? undefined
      : "method lattice protects subjects; statistics and registers have none",
  bans,
  standardOrder: (field) => (field === "sum" ? 1 : 2),
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
  const shares = sharesOf(groupsOf(h, fields));
  return {
    mu2: mu2 * [...shares.values()].reduce((sum, share) => sum + share, 0),
    fields: fields.map(({ group, order, units }) => {
      const share = shares.get(group) ?? 0;
      return { share, variance: varianceOf(lossOfLattice(h, order), units, share, mu2) };
    }),
  };
}

/** Fields that are charged together: one field, or all codes of a family, or all bands of a field. */
interface Group {
  readonly name: string;
  readonly isSum: boolean;
  /** As the descriptor says. */
  readonly share: number | undefined;
  readonly weight: number;
}

/**
 * A field of a group with share s has the variance units·L/(s·mu²). The variances of all fields together are least where groups
 * share by √(units · number of fields · L) (Lagrange).
 */
const groupsOf = (h: readonly number[], fields: readonly LaidOutField[]): Group[] =>
  [...Map.groupBy(fields, ({ group }) => group)].map(([name, members]) => {
    const { field, share, units, order } = found(members[0]);
    const weight = Math.sqrt(units * members.length * lossOfLattice(h, order));
    return { name, isSum: field.kind === "sum", share, weight };
  });

/** The share of a release's loss that each group takes. What the descriptor says counts; sums take a tenth, counts the rest. */
function sharesOf(groups: readonly Group[]): Map<string, number> {
  const sums = groups.filter(({ isSum }) => isSum);
  const left = 1 - given(groups);
  const forSums = sums.every(({ share }) => share !== undefined)
    ? 0
    : Math.min(SUMS_SHARE - given(sums), left);
  return new Map([
    ...divided(sums, forSums),
    ...divided(
      groups.filter(({ isSum }) => !isSum),
      left - forSums,
    ),
  ]);
}

const given = (groups: readonly Group[]): number =>
  groups.reduce((sum, { share }) => sum + (share ?? 0), 0);

/** Each group with its own share, or with its part of what is left for those that have none. */
function divided(groups: readonly Group[], left: number): [string, number][] {
  const open = groups.filter(({ share }) => share === undefined);
  if (open.length > 0 && left <= 0)
    throw new Refused(
      "descriptor-invalid",
      `the shares given leave nothing for ${open.map(({ name }) => name).join(", ")}`,
    );
  const whole = open.reduce((sum, { weight }) => sum + weight, 0);
  return groups.map(({ name, share, weight }) => [name, share ?? (left * weight) / whole]);
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
  if (shares((field) => field.kind === "sum") > MOST_SUMS + 1e-9)
    yield `all sums together may take at most ${MOST_SUMS} of the loss`;
  if (shares(() => true) > 1 + 1e-9) yield "the shares of the fields add up to more than one";
}
