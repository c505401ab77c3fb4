/** From a release to the cells of an answer: marginals, filters, unions of codes with their exact variance. Pure. */
import { found } from "../../schemas/found.ts";
import { hasNoFigure, type NoFigureStatus } from "../../schemas/obs-status.ts";
import type { Cell, Figure, NoFigure } from "../../schemas/query.ts";
import type { ReleasedField } from "../../schemas/release.ts";
import { type Cube, everywhere, type Released } from "./cube.ts";
import type { AxisCodes, Plan } from "./figure-plan.ts";
import { readingOf } from "./methods/reading.ts";
import type { Marked } from "./reliability.ts";
import { noneOf, saidOfAll } from "./said.ts";
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
    const missing: NoFigure[] = [];
    // counts first: a sum carries the mark of its count
    for (const field of [...plan.figures].sort((a, b) => a.kind.localeCompare(b.kind))) {
      const parts = places.map((codes) => cube.at(field, codes));
      const none = noneIn(parts);
      const revised = parts.some((part) => part.revised) ? ({ revised: true } as const) : {};
      if (none !== undefined) {
        missing.push({ field: field.id, status: none, ...revised });
        continue;
      }
      const value = parts.reduce((sum, { steps = 0 }) => sum + steps, 0);
      const figure = figureOf(field, value, factor, (of, sd) => mark(of, sd, smallest), figures);
      const said = saidOfAll(
        parts.flatMap(({ status }) => (hasNoFigure(status) ? [] : { status })),
      );
      figures.set(field.id, { ...figure, ...said, ...revised });
    }
    return {
      by: Object.fromEntries(plan.by.map(({ id }, k) => [id, found(taken[k])])),
      figures: plan.figures.flatMap(({ id }) => figures.get(id) ?? []),
      ...(missing.length > 0 ? { none: missing } : {}),
    };
  });
}

/** Why several codes together have no figure: what is not applicable in one of them adds nothing, and nothing else may be left out. */
function noneIn(parts: readonly Released[]): NoFigureStatus | undefined {
  const none = parts.flatMap(({ status }) => (hasNoFigure(status) ? status : []));
  const left = none.filter((status) => status !== "M");
  return none.length === parts.length ? noneOf(none) : noneOf(left);
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
