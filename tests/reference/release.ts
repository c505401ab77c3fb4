/** From subjects to the whole released cube: exact cells, the plan of variances, noise, rounding on the grid. */
import { Descriptor } from "../../schemas/descriptor.ts";
import { TOTAL } from "../../schemas/words.ts";
import { loss, muOfPoints, variance } from "./account.ts";
import { type Cell, draw, latticeNoise } from "./noise.ts";
import { PERSON, readSubjects, type Subject, sumBounds } from "./rows.ts";
import { axisLoss, type Tree, tree, upwards } from "./tree.ts";

/** A field as it is released: `half` is h in grid steps (a count: 1000, one person), `grid` the size of a step. */
export type PlannedField = { id: string; order: number; V: number; half: number; grid: number };
export type Plan = { axes: readonly Tree[]; fields: readonly PlannedField[] };
export type Figure = { field: string; cell: Cell; exact: number; value: number };
export type ReferenceCell = {
  field: string;
  codes: Record<string, string>;
  exactGrid: number;
  valueGrid: number;
  sd: number;
};

/** Sums get a tenth of a release's mu² together and counts the rest, or all; within, each field by the square root of what it costs for all of its group. */
export function planOf(descriptor: Descriptor, period: string): Plan {
  const axes = descriptor.dimensions.map(({ id, codes }) => {
    if (codes === "from-data") throw new Error("code lists never come from the data");
    return tree(id, codes);
  });
  const { family, policy } = descriptor;
  const releases = policy.calendar[period]?.length ?? 0;
  if (releases === 0) throw new Error(`the calendar has no release for ${period}`);
  const mu2 = muOfPoints(policy.advantage) ** 2 / releases;
  const h = axes.map(axisLoss);

  const sums = descriptor.fields.filter((field) => field.kind === "sum");
  const counts = descriptor.fields.filter((field) => field.kind !== "sum");
  const orderOf = (declared: number | undefined, standard: number) =>
    Math.min(declared ?? standard, axes.length);
  const costOf = (order: number, units = 1) => units * loss(h, order);
  const root = ({ order }: { order?: number | undefined }, standard: number) =>
    Math.sqrt(costOf(orderOf(order, standard)));
  const ofFamily = family
    ? Math.sqrt(family.codes.length * costOf(orderOf(family.order, 2), family.atMost))
    : 0;
  const added = (roots: readonly number[]) => roots.reduce((sum, one) => sum + one, 0);
  const allCounts = ofFamily + added(counts.map((field) => root(field, 2)));
  const allSums = added(sums.map((field) => root(field, 1)));
  const forSums = sums.length === 0 ? 0 : 0.1;
  const planned = (
    id: string,
    { order: declared }: { order?: number | undefined },
    kind: "count" | "sum" | "code",
    half: number,
    grid: number,
  ): PlannedField => {
    const order = orderOf(declared, kind === "sum" ? 1 : 2);
    const share =
      kind === "sum"
        ? (forSums * root({ order }, 1)) / allSums
        : ((1 - forSums) * (kind === "code" ? ofFamily : root({ order }, 2))) / allCounts;
    const units = kind === "code" ? (family?.atMost ?? 1) : 1;
    return {
      id,
      order,
      V: policy.method === "none" ? 0 : variance(units, loss(h, order), share, mu2),
      half,
      grid,
    };
  };
  return {
    axes,
    fields: [
      ...counts.map((field) => planned(field.id, field, "count", PERSON, 1 / PERSON)),
      ...(family?.codes ?? []).map(({ code }) =>
        planned(code, family ?? {}, "code", PERSON, 1 / PERSON),
      ),
      ...sums.map((field) => {
        const { low, high } = sumBounds(field);
        return planned(field.id, field, "sum", (high - low) / 2, field.grid);
      }),
    ],
  };
}

/** All cells with a code on at most `order` axes: those of the code lists, whether anybody is in them or not. */
export function allCells(axes: readonly Tree[], order: number): Cell[] {
  const [first, ...rest] = axes;
  if (first === undefined) return [{}];
  const without = allCells(rest, order);
  if (order === 0) return without;
  const below = allCells(rest, order - 1);
  return [
    ...without,
    ...[...first.nodes.keys()].flatMap((code) =>
      below.map((cell) => ({ [first.id]: code, ...cell })),
    ),
  ];
}

const keyOf = (axes: readonly Tree[], cell: Cell) =>
  axes.map(({ id }) => cell[id] ?? TOTAL).join("|");

/** All cells that a subject is in, up to an order: on each axis the total, its leaf, and what that lies in. */
function cellsOf(axes: readonly Tree[], dims: Cell, order: number): Cell[] {
  const [first, ...rest] = axes;
  if (first === undefined) return [{}];
  const without = cellsOf(rest, dims, order);
  if (order === 0) return without;
  const below = cellsOf(rest, dims, order - 1);
  return [
    ...without,
    ...upwards(first, dims[first.id]!).flatMap(({ code }) =>
      below.map((cell) => ({ [first.id]: code, ...cell })),
    ),
  ];
}

/** What the subjects add up to in each cell of one field. */
function exactCells(
  { axes }: Plan,
  field: PlannedField,
  subjects: readonly Subject[],
): Map<string, number> {
  const leaves = new Map<string, { dims: Cell; sum: number }>();
  for (const { dims, adds } of subjects) {
    const amount = adds[field.id];
    if (amount === undefined) continue;
    const key = keyOf(axes, dims);
    leaves.set(key, { dims, sum: (leaves.get(key)?.sum ?? 0) + amount });
  }
  const cells = new Map<string, number>();
  for (const { dims, sum } of leaves.values())
    for (const cell of cellsOf(axes, dims, field.order))
      cells.set(keyOf(axes, cell), (cells.get(keyOf(axes, cell)) ?? 0) + sum);
  return cells;
}

/** Every figure of the cube. The noise alone is rounded, floor(x + ½), and added to the exact figure, both in grid steps. */
export function releaseCube(
  plan: Plan,
  subjects: readonly Subject[],
  key: Uint8Array,
  releaseId: string,
): Figure[] {
  return plan.fields.flatMap((field) => {
    const normal = (pairs: Parameters<typeof draw>[3]) =>
      draw(key, releaseId, field.id, pairs).normal;
    const noise = latticeNoise({ axes: plan.axes, V: field.V, normal });
    const exact = exactCells(plan, field, subjects);
    return allCells(plan.axes, field.order).map((cell) => {
      const sum = exact.get(keyOf(plan.axes, cell)) ?? 0;
      return {
        field: field.id,
        cell,
        exact: sum,
        value: sum + Math.floor(field.half * noise(cell) + 0.5),
      };
    });
  });
}

export type ReferenceInput = {
  descriptor: unknown;
  csv: string;
  period: string;
  key: Uint8Array;
  releaseId: string;
};

/** The whole cube of a file of records: in each cell a code for every dimension, `_T` where it is summed over. `sd` is in units. */
export function referenceCube(input: ReferenceInput): { cells: ReferenceCell[] } {
  const descriptor = Descriptor.parse(input.descriptor);
  if (descriptor.kind !== "records") throw new Error("the reference is for records");
  if (input.key.length !== 32) throw new Error("a key has 32 bytes");
  const plan = planOf(descriptor, input.period);
  const { subjects } = readSubjects(descriptor, input.csv, input.period);
  const sd = new Map(plan.fields.map(({ id, half, grid, V }) => [id, half * grid * Math.sqrt(V)]));
  const cells = releaseCube(plan, subjects, input.key, input.releaseId).map(
    ({ field, cell, exact, value }) => ({
      field,
      codes: Object.fromEntries(plan.axes.map(({ id }) => [id, cell[id] ?? TOTAL])),
      exactGrid: exact,
      valueGrid: value,
      sd: sd.get(field)!,
    }),
  );
  return { cells };
}
