/**
 * The attacker's statistics: what each record adds to each figure, and the exact covariance of the noise, by brute force.
 * Everything here follows from the published descriptor and manifest and uses no code of the release but the policy's variance.
 *
 * The figures of a field are linear in one another (codes add up), so those over every code but the last of its siblings say
 * all: over them the covariance is of full rank. Cov(η(x), η(y)) = V·Π K(x_a, y_a) over the dimensions, with K(root, root) = 1,
 * K(child, z) = K(parent, z)/c where z lies no deeper and is no sibling, K(i, j) = K(p, p)/c² + (1 + 1/c)([i = j] − 1/c) for siblings i, j of c under p.
 */

import { type Tree, treeOf } from "../../functions/disclosure/axes.ts";
import type { Cube } from "../../functions/disclosure/cube.ts";
import { axesOf } from "../../functions/disclosure/fields.ts";
import { planRelease } from "../../functions/disclosure/release-plan.ts";
import type { Descriptor } from "../../schemas/descriptor.ts";
import type { ReleasedField } from "../../schemas/release.ts";
import { PERIOD, type Person } from "./data.ts";
import { inverse, type Matrix, times } from "./matrix.ts";

export interface FieldModel {
  readonly released: ReleasedField;
  /** Standard deviation of one figure, in grid steps. */
  readonly scale: number;
  /** The figures that say all: one code a dimension, `_T` where summed over. */
  readonly cells: readonly (readonly string[])[];
  /** Covariance over them, with V = 1 and in grid steps of h = 1. */
  readonly covariance: Matrix;
  readonly precision: Matrix;
}
export interface Model {
  readonly descriptor: Descriptor;
  readonly trees: readonly Tree[];
  readonly fields: readonly FieldModel[];
}
/** Numbers over all cells of all fields, field by field, in grid steps. */
export type Vector = readonly (readonly number[])[];

/** K of one dimension, over all its nodes: always by the parent of the deeper of two. */
function kernel({ nodes }: Tree): Matrix {
  const depth = (at: number): number => (at === 0 ? 0 : 1 + depth(nodes[at]!.parent));
  const k = (i: number, j: number): number => {
    if (depth(i) < depth(j)) return k(j, i);
    const { parent, siblings: c } = nodes[i]!;
    if (parent < 0) return 1;
    if (nodes[j]!.parent !== parent) return k(parent, j) / c;
    return k(parent, parent) / (c * c) + (1 + 1 / c) * ((i === j ? 1 : 0) - 1 / c);
  };
  return nodes.map((_, i) => nodes.map((_, j) => k(i, j)));
}

/** The root and every node but the last of its siblings. */
const free = ({ nodes }: Tree): number[] =>
  nodes.flatMap(({ parent }, at) =>
    parent >= 0 && nodes[parent]!.children.at(-1) === at ? [] : [at],
  );

export function modelOf(descriptor: Descriptor): Model {
  const trees = axesOf(descriptor).map(treeOf);
  const kernels = trees.map(kernel);
  const fields = planRelease(descriptor, PERIOD).fields.map(({ released, scale }): FieldModel => {
    const places = trees
      .map(free)
      .reduce<number[][]>(
        (all, nodes) => all.flatMap((place) => nodes.map((node) => [...place, node])),
        [[]],
      )
      .filter((place) => place.filter((node) => node > 0).length <= released.order);
    const covariance = places.map((x) =>
      places.map((y) => kernels.reduce((product, k, axis) => product * k[x[axis]!]![y[axis]!]!, 1)),
    );
    const cells = places.map((place) => place.map((node, axis) => trees[axis]!.nodes[node]!.code));
    return { released, scale, cells, covariance, precision: inverse(covariance) };
  });
  return { descriptor, trees, fields };
}

/** The codes that hold a leaf, the total among them. */
function above({ nodes, index }: Tree, leaf: string): string[] {
  const codes: string[] = [];
  for (let at = index.get(leaf)!; at >= 0; at = nodes[at]!.parent) codes.push(nodes[at]!.code);
  return codes;
}

/** What a person adds to a field wherever they are counted, in grid steps. */
export function addedBy(
  { services }: Person,
  field: ReleasedField,
  { family }: Descriptor,
): number {
  const persons = Math.round(1 / field.grid);
  if (field.kind === "sum") {
    const [low, high] = field.bounds!.map((bound) => Math.round(bound * persons)) as [
      number,
      number,
    ];
    const sum = services.reduce(
      (total, service) => total + service[field.id as "hours" | "cost"],
      0,
    );
    return Math.min(Math.max(sum, low), high) - (low + high) / 2;
  }
  if (family === undefined || field.id === "any") return persons;
  const held = family.codes
    .map(({ code }) => code)
    .filter((code) => services.some((service) => service.code === code));
  return held.slice(0, family.atMost).includes(field.id) ? persons : 0;
}

/** Whether a person is counted in the figure of one code a dimension. */
export const isIn = ({ trees }: Model, person: Person, cell: readonly string[]): boolean =>
  trees.every((tree, axis) => above(tree, person.codes[axis]!).includes(cell[axis]!));

/** The exact figure over some persons, in grid steps. */
export const exact = (
  model: Model,
  persons: readonly Person[],
  field: ReleasedField,
  cell: readonly string[],
): number =>
  persons.reduce(
    (sum, person) =>
      sum + (isIn(model, person, cell) ? addedBy(person, field, model.descriptor) : 0),
    0,
  );

/** The exact figures over some persons. */
export const figuresOf = (model: Model, persons: readonly Person[]): Vector =>
  model.fields.map(({ released, cells }) =>
    cells.map((cell) => exact(model, persons, released, cell)),
  );

/** The released figures of a cube that was downloaded. */
export const figuresIn = (model: Model, cube: Cube): Vector =>
  model.fields.map(({ released, cells }) => cells.map((cell) => cube.value(released, cell)));

export const minus = (a: Vector, b: Vector): Vector =>
  a.map((part, at) => part.map((value, k) => value - b[at]![k]!));

/** aᵀ Σ⁻¹ b, Σ the covariance of the noise of one release. */
export const inner = (model: Model, a: Vector, b: Vector): number =>
  model.fields.reduce((sum, { scale, precision }, at) => {
    const weighed = times(precision, b[at]!);
    return sum + a[at]!.reduce((part, value, k) => part + value * weighed[k]!, 0) / scale ** 2;
  }, 0);

/** How far apart two worlds are in the metric of the noise: the mu of telling them apart. */
export const distance = (model: Model, a: Vector, b: Vector): number =>
  Math.sqrt(inner(model, minus(a, b), minus(a, b)));

/** The best guess between some worlds at even odds: the likeliest, given every released figure (Neyman and Pearson 1933). */
export function likeliest(model: Model, seen: Vector, worlds: readonly Vector[]): number {
  const scores = worlds.map((world) => -inner(model, minus(seen, world), minus(seen, world)));
  return scores.indexOf(Math.max(...scores));
}
