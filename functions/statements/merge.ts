/** Puts the answers side by side and adds up what can be added. Pure: whoever has the partials gets the same table. */
import { found } from "../../schemas/found.ts";
import {
  byOf,
  type Cell,
  type CountFigure,
  type Figure,
  type MergedTable,
  type Partial,
  type Question,
  type SumFigure,
} from "../../schemas/query.ts";
import type { Manifest } from "../../schemas/release.ts";
import { markOf, units } from "../disclosure/reliability.ts";
import { saidOfAll } from "../disclosure/said.ts";

interface Answered {
  readonly member: string;
  readonly partial: Partial;
  readonly manifest: Pick<Manifest, "policy">;
}

/**
 * Cells in the order of the question's members; a total for each combination of codes that every answering member has,
 * over the figures that all of them have. Marks of totals are found again from `k`, by default the largest that any of the
 * releases has. Expects partials that were checked: looks at no signature.
 */
export function merge(
  question: Pick<Question, "members" | "by">,
  answered: readonly Answered[],
  k = largestK(answered),
): MergedTable {
  const inOrder = question.members.flatMap((member) =>
    answered.filter((answer) => answer.member === member),
  );
  const cells = inOrder.flatMap(({ member, partial }) =>
    partial.cells.map((cell) => ({ member, ...cell })),
  );
  const tables = inOrder.map(
    ({ partial }) => new Map(partial.cells.map((cell) => [nameOf(cell, question.by), cell])),
  );
  const [first] = tables;
  const totals = [...(first?.keys() ?? [])].flatMap((name) => {
    const same = tables.flatMap((table) => table.get(name) ?? []);
    return same.length === tables.length ? total(same, k) : [];
  });
  return { cells, totals };
}

const largestK = (answered: readonly Answered[]): number =>
  Math.max(1, ...answered.map(({ partial, manifest }) => smallestOf(partial, manifest)));

/** The k that an answer was marked with: its release's, or more where the agreement asks for more. */
export const smallestOf = (
  { smallest = 1 }: Partial,
  { policy }: Pick<Manifest, "policy">,
): number => Math.max(smallest, policy.smallest);

const nameOf = ({ by }: Cell, dimensions: readonly string[]) =>
  JSON.stringify(dimensions.map((id) => by[byOf(id).id]));

function total(cells: readonly Cell[], k: number): Cell[] {
  const figures: Figure[] = [];
  const first = found(cells[0]);
  for (const figure of first.figures) {
    if ("count" in figure) {
      const counts = cells.flatMap((cell) => countIn(cell, figure.count) ?? []);
      if (counts.length === cells.length) figures.push(...sound(totalCount(counts, k)));
    } else {
      const pairs = cells.flatMap((cell) => pairIn(cell, figure) ?? []);
      if (pairs.length === cells.length) figures.push(...sound(totalSum(pairs, k)));
    }
  }
  return figures.length === 0 ? [] : [{ by: first.by, figures }];
}

/** A member that answers with absurd numbers costs a total, not the statement, which could not be written with them in it. */
function sound<F extends Figure>(figure: F): F[] {
  const cov = "cov" in figure ? figure.cov : 0;
  return Number.isSafeInteger(figure.value) && [figure.sd, figure.grid, cov].every(Number.isFinite)
    ? [figure]
    : [];
}

const countIn = ({ figures }: Cell, id: string) =>
  figures.find((figure): figure is CountFigure => "count" in figure && figure.count === id);
function pairIn(
  cell: Cell,
  { sum: id, of }: SumFigure,
): { sum: SumFigure; count: CountFigure } | undefined {
  const sum = cell.figures.find(
    (figure): figure is SumFigure => "sum" in figure && figure.sum === id && figure.of === of,
  );
  const count = sum && countIn(cell, of);
  return count && { sum, count };
}

const inverseOf = ({ grid }: Figure) => Math.round(1 / grid);
const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));

/** Adds integers of different grids as integers of one that holds them all: 0.5 and 0.2 add up on 0.1. Nothing is rounded. */
function addUp(figures: readonly Figure[]): { value: number; inverse: number } {
  const inverse = figures.map(inverseOf).reduce((a, b) => (a / divisor(a, b)) * b);
  return {
    value: added(figures.map((figure) => figure.value * (inverse / inverseOf(figure)))),
    inverse,
  };
}

const added = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);

/** Noise of different members is independent: variances add. */
function totalCount(counts: readonly CountFigure[], k: number): CountFigure {
  const { value, inverse } = addUp(counts);
  const sd = Math.sqrt(added(counts.map((count) => count.sd ** 2)));
  return {
    count: found(counts[0]).count,
    value,
    grid: 1 / inverse,
    sd,
    ...markOf(value / inverse, sd, k),
    ...saidOfAll(counts),
  };
}

/**
 * Members may have centred at different points. All are moved to the first member's, m0: Σ(Dᵢ + (midᵢ − m0)·nᵢ). What was
 * moved carries the noise of its count along, so the total is correlated with the total count: Σ(midᵢ − m0)·Var nᵢ.
 */
function totalSum(
  pairs: readonly { readonly sum: SumFigure; readonly count: CountFigure }[],
  k: number,
): SumFigure {
  const { sum, of, mid } = found(pairs[0]).sum;
  const { value, inverse } = addUp(pairs.map((pair) => pair.sum));
  const moved = added(pairs.map((pair) => (pair.sum.mid - mid) * units(pair.count)));
  const variance = added(
    pairs.map((pair) => pair.sum.sd ** 2 + (pair.sum.mid - mid) ** 2 * pair.count.sd ** 2),
  );
  const cov = added(pairs.map((pair) => (pair.sum.mid - mid) * pair.count.sd ** 2));
  const counts = pairs.map((pair) => pair.count);
  const { mark } = totalCount(counts, k);
  // counts have a finer grid than sums may have, so the shift alone is rounded, to half a step at most
  const shifted = value + Math.round(moved * inverse);
  return {
    sum,
    of,
    value: shifted,
    grid: 1 / inverse,
    sd: Math.sqrt(variance),
    mark,
    mid,
    ...(cov === 0 ? {} : { cov }),
    ...saidOfAll(pairs.map((pair) => pair.sum)),
  };
}
