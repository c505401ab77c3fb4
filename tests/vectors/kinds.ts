/** What must hold for each kind of vector file. A check throws where it does not. */
import { strictEqual } from "node:assert/strict";
import { treeOf } from "../../functions/disclosure/axes.ts";
import {
  epsilonAt,
  lossOfAxis,
  lossOfLattice,
  muOfPoints,
  varianceOf,
} from "../../functions/disclosure/gaussian-dp.ts";
import { COUNT_GRID } from "../../functions/disclosure/grid.ts";
import { noiseLattice, type Pairs, pairsAt } from "../../functions/disclosure/lattice.ts";
import { normalQuantile } from "../../functions/disclosure/normal.ts";
import type { PlannedField } from "../../functions/disclosure/release-plan.ts";
import { markOf, meanOf } from "../../functions/disclosure/reliability.ts";
import { covariance, unionFactor } from "../../functions/disclosure/union-variance.ts";
import {
  drawsFrom,
  hmac,
  message,
  topBits,
  uniform,
} from "../../functions/release/protect/noise.ts";
import { Exact, Protected } from "../../functions/release/protect/protect.ts";
import type { CodeTree } from "../../schemas/words.ts";
import type { Check, Json } from "./check.ts";
import { crossOfSubjects } from "./subjects.ts";
import { tokenKinds } from "./tokens.ts";

const near = (actual: number, expected: number, tolerance: number, what: string) => {
  if (!(Math.abs(actual - expected) <= tolerance))
    throw new Error(`${what}: ${actual}, expected ${expected}`);
};
const relative = (actual: number, expected: number, tolerance: number, what: string) =>
  near(actual, expected, tolerance * Math.max(Math.abs(expected), 1e-300), what);
const keyOf = (pairs: Iterable<readonly [string, string]>) =>
  JSON.stringify([...pairs].sort(([a], [b]) => (a < b ? -1 : 1)));

/** A flat axis of vectors written with `levels`: codes are positions. */
const flat = (levels: readonly number[]) =>
  levels.map((size, axis) =>
    treeOf({ id: String(axis), codes: Array.from({ length: size }, (_, code) => String(code)) }),
  );
const trees = (axes: readonly { id: string; tree: CodeTree }[]) =>
  axes.map(({ id, tree }) => treeOf({ id, codes: tree }));

/** Nested arrays of a marginal, spelt out as [positions, value]. */
function* spread(value: Json, at: readonly number[] = []): Generator<[readonly number[], number]> {
  if (typeof value === "number") yield [at, value];
  else for (const [position, inner] of value.entries()) yield* spread(inner, [...at, position]);
}
const flatCells = (rows: readonly Json[], field: string) =>
  rows.flatMap((row: Json) =>
    [...spread(row[field])].map(([at, value]) => ({
      pairs: row.dimensions.map(
        (axis: number, k: number) => [String(axis), String(at[k])] as const,
      ),
      value,
    })),
  );

function latticeNoise(c: Json): void {
  const [axes, normals, expected] = c.levels
    ? [flat(c.levels), flatCells(c.normals, "z"), flatCells(c.expect.noise, "eta")]
    : [
        trees(c.axes),
        c.normals.map(({ pairs, z }: Json) => ({ pairs, value: z })),
        c.expect.noise.map(({ cell, eta }: Json) => ({ pairs: Object.entries(cell), value: eta })),
      ];
  const given = new Map(normals.map(({ pairs, value }: Json) => [keyOf(pairs), value as number]));
  const lattice = noiseLattice(axes, c.order, c.V, (pairs) => given.get(keyOf(pairs)) as number);
  const made = new Map<string, number>();
  for (const marginal of lattice.marginals.values())
    for (const [at, value] of marginal.values.entries())
      made.set(keyOf(pairsAt(lattice, marginal, at)), value);
  for (const { pairs, value } of expected)
    near(made.get(keyOf(pairs))!, value, 1e-8, `noise at ${keyOf(pairs)}`);
  const mu2 = lossOfLattice(axes.map(lossOfAxis), c.order) / c.V;
  near(mu2, c.expect.mu2 ?? 2 * c.expect.rho, 1e-8, "mu2");
}

function noiseDraw(c: Json): void {
  const pairs = c.pairs as Pairs;
  const bytes = message(c.release, c.field, pairs);
  strictEqual(bytes.toString("hex"), c.expect.message);
  const digest = hmac(Buffer.from(c.secret, "hex")).digest(bytes);
  strictEqual(digest.toString("hex"), c.expect.digest);
  strictEqual(topBits(digest), Number(c.expect.k));
  strictEqual(uniform(topBits(digest)), c.expect.uniform);
  near(
    drawsFrom(Buffer.from(c.secret, "hex"), c.release).draw(c.field, pairs),
    c.expect.normal,
    1e-12,
    "normal",
  );
}

function accounting(c: Json): void {
  const mu = muOfPoints(c.points);
  relative(mu, c.expect.mu, 1e-8, "mu");
  relative(mu / Math.sqrt(c.releases), c.expect.muPerRelease, 1e-8, "mu of a release");
  const h = c.axes.map(({ path }: Json) =>
    path.reduce((sum: number, siblings: number) => sum + (siblings - 1) / (siblings + 1), 0),
  );
  for (const [at, field] of c.fields.entries()) {
    const expected = c.expect.fields[at];
    const loss = lossOfLattice(h, field.order);
    relative(loss, expected.L, 1e-8, "L");
    const variance = varianceOf(loss, field.units, field.share, mu ** 2 / c.releases);
    relative(variance, expected.V, 1e-8, "V");
    relative((field.halfRange ?? 1) * Math.sqrt(variance), expected.sd, 1e-8, "sd");
  }
  for (const [at, delta] of c.deltas.entries())
    relative(epsilonAt(mu, delta), c.expect.epsilon[at], 1e-8, `epsilon at ${delta}`);
}

function unionVariance(c: Json): void {
  const axes = trees(c.axes);
  const factor = c.product
    ? axes.reduce(
        (product, tree) =>
          product * (c.product[tree.id] ? unionFactor(tree, c.product[tree.id]) : 1),
        1,
      )
    : c.cells.reduce(
        (sum: number, a: Json) =>
          sum +
          c.cells.reduce(
            (inner: number, b: Json) =>
              inner + axes.reduce((p, tree) => p * covariance(tree, a[tree.id], b[tree.id]), 1),
            0,
          ),
        0,
      );
  relative(c.V * factor, c.expect.variance, 1e-9, "variance");
}

/** From subject rows to the whole cube: families bounded, sums clipped and centred, noise on the grid. */
async function releaseTable(c: Json): Promise<void> {
  const axes = trees(c.axes);
  const cross = await crossOfSubjects(c);
  const { draw } = drawsFrom(Buffer.from(c.secret, "hex"), c.release);
  for (const [position, field] of c.fields.entries()) {
    const [low, high] = field.measure === "sum" ? c.range[field.code] : [0, 0];
    const sum = field.measure === "sum";
    const planned = {
      released: {
        id: field.id,
        order: field.order,
        variance: field.V,
        grid: sum ? 0.01 : COUNT_GRID,
      },
      steps: sum ? 1 : 1000,
      scale: sum ? ((high - low) / 2) * Math.sqrt(field.V) : 1000 * Math.sqrt(field.V),
    } as PlannedField;
    const { lattice } = Protected.protect(
      "lattice",
      Exact.of(cross, axes, field.order, position),
      planned,
      draw,
    );
    const made = new Map<string, number>();
    for (const marginal of lattice.marginals.values())
      for (const [at, value] of marginal.values.entries())
        made.set(keyOf(pairsAt(lattice, marginal, at)), value);
    const expected = c.expect.find((one: Json) => one.field === field.id);
    strictEqual(made.size, expected.cells.length, `${field.id}: as many cells`);
    for (const { cell, released } of expected.cells)
      near(
        made.get(keyOf(Object.entries(cell)))! / (sum ? 1 : 1000),
        released,
        sum ? 0 : 1e-9,
        `${field.id} at ${JSON.stringify(cell)}`,
      );
  }
}

function displayedCount(c: Json): void {
  const { mark, letter } = markOf(c.value, c.sd, c.k);
  strictEqual(mark === "shown", c.expect.shown);
  if (c.expect.reason) strictEqual(mark, c.expect.reason);
  if (c.expect.letter) strictEqual(letter, c.expect.letter);
  if (c.expect.cv) relative(c.sd / c.value, c.expect.cv, 1e-9, "cv");
}
function displayedMean(c: Json): void {
  const figure = { grid: 0.001, mark: "shown" } as const;
  const count = { ...figure, count: "n", value: Math.round(c.n * 1000), sd: c.sdN };
  const { value, sd, mark, letter } = meanOf(
    { ...figure, sum: "d", of: "n", value: Math.round(c.d * 1000), sd: c.sdD, mid: c.mid },
    count,
    c.k,
  );
  strictEqual(mark === "shown", c.expect.shown);
  if (c.expect.reason) strictEqual(mark, c.expect.reason);
  if (c.expect.letter) strictEqual(letter, c.expect.letter);
  if (c.expect.mean) relative(value, c.expect.mean, 1e-9, "mean");
  if (c.expect.sd) relative(sd, c.expect.sd, 1e-9, "sd");
}

const cases = (check: (c: Json) => void | Promise<void>) => (file: Json) =>
  (file.cases as Json[]).map((c, at) => ({ name: `case ${at + 1}`, run: () => check(c) }));

/** Checks by kind. A kind that is not here is skipped by name, never passed. */
export const kinds: Readonly<Record<string, (file: Json) => Check[]>> = {
  ...tokenKinds,
  "lattice-noise": cases(latticeNoise),
  "noise-draws": (file) => [
    ...cases(noiseDraw)(file),
    ...file.inverseNormal.map((c: Json, at: number) => ({
      name: `inverse normal ${at + 1}`,
      run: () => near(normalQuantile(c.uniform), c.normal, 1e-12, "quantile"),
    })),
  ],
  "gdp-accounting": cases(accounting),
  "union-variance": cases(unionVariance),
  "release-table": cases(releaseTable),
  "display-quality": (file) => [
    ...file.counts.map((c: Json, at: number) => ({
      name: `count ${at + 1}`,
      run: () => displayedCount(c),
    })),
    ...file.means.map((c: Json, at: number) => ({
      name: `mean ${at + 1}`,
      run: () => displayedMean(c),
    })),
  ],
};
