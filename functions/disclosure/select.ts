/** From a release to the cells of an answer: marginals, filters, unions of codes with their exact variance. Pure. */
import { found } from "../../schemas/found.ts";
import type { Cell, Figure } from "../../schemas/query.ts";
import type { ReleasedField } from "../../schemas/release.ts";
import { type Cube, everywhere } from "./cube.ts";
import type { AxisCodes, Plan } from "./figure-plan.ts";
import { readingOf } from "./methods/reading.ts";
import type { Marked } from "./reliability.ts";
import { unionFactor } from "./union-variance.ts";

/** All ways to take one code of each axis, in order. */
const combinations = (axes: readonly AxisCodes[]): string[][] =>
  axes.reduce<string[][]>(
    (all, { codes }) => all.flatMap((taken) => codes.map((code) => [...taken, code])),
    [[]],
  );

/** `smallest` is the k below which a count is marked. One cell for each combination of the plan's `by` codes, with every figure raw and marked. */
export function select(plan: Plan, cube: Cube, smallest: number): Cell[] {
  const { mark } = readingOf(cube.manifest.policy.method);
  const axisOf = new Map(cube.trees.map(({ id }, at) => [id, at]));
  const treeOf = new Map(cube.trees.map((tree) => [tree.id, tree]));
  const place = (axes: readonly AxisCodes[], taken: readonly string[], codes: string[]) => {
    for (const [k, { id }] of axes.entries()) codes[found(axisOf.get(id))] = found(taken[k]);
    return codes;
  };
  const unions = combinations(plan.filter);
  const factor = plan.filter.reduce(
    (product, { id, codes }) => product * unionFactor(found(treeOf.get(id)), codes),
    1,
  );
  return combinations(plan.by).map((taken) => {
    const places = unions.map((union) =>
      place(plan.filter, union, place(plan.by, taken, everywhere(cube.trees))),
    );
    const figures = new Map<string, Figure>();
    // counts first: a sum carries the mark of its count
    for (const field of [...plan.figures].sort((a, b) => a.kind.localeCompare(b.kind))) {
      const value = places.reduce((sum, codes) => sum + cube.value(field, codes), 0);
      const figure = figureOf(field, value, factor, (of, sd) => mark(of, sd, smallest), figures);
      const revised = places.some((codes) => cube.revised(field, codes));
      figures.set(field.id, revised ? { ...figure, revised } : figure);
    }
    return {
      by: Object.fromEntries(plan.by.map(({ id }, k) => [id, found(taken[k])])),
      figures: plan.figures.map(({ id }) => found(figures.get(id))),
    };
  });
}

/** Standard deviation of a field's noise in one cell, in units: √V persons; √V·(u−l)/2 for a sum. */
const deviation = ({ kind, variance, bounds }: ReleasedField): number =>
  kind === "count" || bounds === undefined
    ? Math.sqrt(variance)
    : (Math.sqrt(variance) * (bounds[1] - bounds[0])) / 2;

function figureOf(
  field: ReleasedField,
  value: number,
  factor: number,
  mark: (value: number, sd: number) => Marked,
  counts: ReadonlyMap<string, Figure>,
): Figure {
  const sd = deviation(field) * Math.sqrt(factor);
  if (field.kind === "sum") {
    const of = found(field.of);
    return {
      sum: field.id,
      of,
      value,
      grid: field.grid,
      sd,
      mid: found(field.mid),
      mark: counts.get(of)?.mark ?? "shown",
    };
  }
  return {
    count: field.id,
    value,
    grid: field.grid,
    sd,
    ...mark(value / Math.round(1 / field.grid), sd),
  };
}
