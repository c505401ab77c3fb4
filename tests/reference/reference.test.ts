/** The second implementation against the shared vectors: without this, agreement with the product would prove little. */
import { describe, expect, test } from "vitest";
import type { CodeTree } from "../../schemas/words.ts";
import { epsilon, loss, muOfPoints, variance } from "./account.ts";
import { type Cell, draw, latticeNoise, type Pair, sumVariance } from "./noise.ts";
import { inverseNormal } from "./normal.ts";
import { type Plan, releaseCube } from "./release.ts";
import { PERSON, type Subject } from "./rows.ts";
import { axisLoss, splitLoss, type Tree, tree } from "./tree.ts";
import { hasVectors, vectors } from "./vectors.ts";

type AxisVector = { id: string; tree: CodeTree };
type Nested = number | Nested[];
const axesOf = (axes: readonly AxisVector[]) => axes.map((axis) => tree(axis.id, axis.tree));
const bytes = (hex: string) => Buffer.from(hex, "hex");
/** Within a share of the figure itself. */
const near = (found: number, wanted: number, relative: number) =>
  expect(Math.abs(found - wanted), `${found} for ${wanted}`).toBeLessThanOrEqual(
    relative * Math.abs(wanted),
  );
const within = (found: number, wanted: number, absolute: number) =>
  expect(Math.abs(found - wanted), `${found} for ${wanted}`).toBeLessThanOrEqual(absolute);

/** Normals by their set of pairs, whatever the order. */
function tableOfNormals(entries: Iterable<readonly [readonly Pair[], number]>) {
  const key = (pairs: readonly Pair[]) =>
    JSON.stringify(pairs.map(([axis, code]) => `${axis}=${code}`).toSorted());
  const table = new Map([...entries].map(([pairs, z]) => [key(pairs), z]));
  return (pairs: readonly Pair[]) =>
    table.get(key(pairs)) ?? expect.fail(`no normal for ${key(pairs)}`);
}

/** `[[1, 2], [3, 4]]` over axes 0 and 1, as pairs of axis and code. */
function* flatten(
  dimensions: readonly number[],
  values: Nested,
  taken: readonly Pair[] = [],
): Generator<[Pair[], number]> {
  if (typeof values === "number") yield [[...taken], values];
  else
    for (const [code, value] of values.entries())
      yield* flatten(dimensions, value, [...taken, [`d${dimensions[taken.length]}`, `${code}`]]);
}

describe.runIf(hasVectors)("the shared vectors", () => {
  test("noise over flat axes", () => {
    type Case = {
      levels: number[];
      order: number;
      V: number;
      normals: { dimensions: number[]; z: Nested }[];
      expect: { rho: number; noise: { dimensions: number[]; eta: Nested }[] };
    };
    for (const { levels, order, V, normals, expect: wanted } of vectors<{ cases: Case[] }>(
      "lattice_noise",
    ).cases) {
      const axes = levels.map((size, at) =>
        tree(
          `d${at}`,
          Array.from({ length: size }, (_, code) => `${code}`),
        ),
      );
      const normal = tableOfNormals(
        normals.flatMap(({ dimensions, z }) => [...flatten(dimensions, z)]),
      );
      const noise = latticeNoise({ axes, V, normal });
      for (const { dimensions, eta } of wanted.noise)
        for (const [pairs, value] of flatten(dimensions, eta))
          within(noise(Object.fromEntries(pairs)), value, 1e-8);
      near(loss(axes.map(axisLoss), order) / V / 2, wanted.rho, 1e-8);
    }
  });

  test("noise over trees", () => {
    type Case = {
      axes: AxisVector[];
      order: number;
      V: number;
      normals: { pairs: Pair[]; z: number }[];
      expect: { mu2: number; L: number; noise: { cell: Cell; eta: number }[] };
    };
    for (const { axes: given, order, V, normals, expect: wanted } of vectors<{ cases: Case[] }>(
      "lattice_noise_hierarchy",
    ).cases) {
      const axes = axesOf(given);
      const noise = latticeNoise({
        axes,
        V,
        normal: tableOfNormals(normals.map(({ pairs, z }) => [pairs, z])),
      });
      for (const { cell, eta } of wanted.noise) within(noise(cell), eta, 1e-8);
      near(loss(axes.map(axisLoss), order), wanted.L, 1e-8);
      near(loss(axes.map(axisLoss), order) / V, wanted.mu2, 1e-8);
    }
  });

  test("draws, from the bytes of the message to the normal", () => {
    type Wanted = { message: string; digest: string; k: string; uniform: number; normal: number };
    type Case = { secret: string; release: string; field: string; pairs: Pair[]; expect: Wanted };
    const file = vectors<{ cases: Case[]; inverseNormal: { uniform: number; normal: number }[] }>(
      "noise_draws",
    );
    for (const { secret, release, field, pairs, expect: wanted } of file.cases) {
      const { message, digest, k, uniform, normal } = draw(bytes(secret), release, field, pairs);
      const { normal: z, ...exactly } = wanted;
      expect({
        message: message.toString("hex"),
        digest: digest.toString("hex"),
        k: `${k}`,
        uniform,
      }).toEqual(exactly);
      within(normal, z, 1e-12);
    }
    for (const { uniform, normal } of file.inverseNormal)
      within(inverseNormal(uniform), normal, 1e-12);
  });

  test("from points to variances", () => {
    type FieldVector = {
      id: string;
      units: number;
      order: number;
      share: number;
      halfRange?: number;
    };
    type Case = {
      axes: { id: string; path: number[] }[];
      points: number;
      releases: number;
      fields: FieldVector[];
      deltas: number[];
      expect: {
        mu: number;
        muPerRelease: number;
        rho: number;
        fields: { L: number; V: number; sd: number }[];
        epsilon: number[];
      };
    };
    for (const { axes, points, releases, fields, deltas, expect: wanted } of vectors<{
      cases: Case[];
    }>("gdp_accounting").cases) {
      const mu = muOfPoints(points);
      const h = axes.map(({ path }) =>
        path.reduce((sum, siblings) => sum + splitLoss(siblings), 0),
      );
      near(mu, wanted.mu, 1e-8);
      near(mu / Math.sqrt(releases), wanted.muPerRelease, 1e-8);
      near(mu ** 2 / 2, wanted.rho, 1e-8);
      for (const [at, { units, order, share, halfRange = 1 }] of fields.entries()) {
        const L = loss(h, order);
        const V = variance(units, L, share, mu ** 2 / releases);
        near(L, wanted.fields[at]!.L, 1e-8);
        near(V, wanted.fields[at]!.V, 1e-8);
        near(halfRange * Math.sqrt(V), wanted.fields[at]!.sd, 1e-8);
      }
      for (const [at, delta] of deltas.entries())
        near(epsilon(mu, delta), wanted.epsilon[at]!, 1e-8);
    }
  });

  test("variances of unions of cells", () => {
    type Case = {
      axes: AxisVector[];
      V: number;
      product?: Record<string, string[]>;
      cells?: Cell[];
      expect: { variance: number; sd: number };
    };
    const cross = (product: Record<string, string[]>): Cell[] =>
      Object.entries(product).reduce<Cell[]>(
        (cells, [id, codes]) =>
          cells.flatMap((cell) => codes.map((code) => ({ ...cell, [id]: code }))),
        [{}],
      );
    for (const { axes, V, product = {}, cells = cross(product), expect: wanted } of vectors<{
      cases: Case[];
    }>("union_variance").cases) {
      const found = sumVariance(axesOf(axes), V, cells);
      near(found, wanted.variance, 1e-9);
      near(Math.sqrt(found), wanted.sd, 1e-9);
    }
  });

  test("a whole cube, figure by figure", () => {
    type FieldVector = {
      id: string;
      measure: "any" | "code" | "sum";
      code?: string;
      order: number;
      V: number;
    };
    type Case = {
      secret: string;
      release: string;
      axes: AxisVector[];
      maxCodes: number;
      priority: string[];
      range: Record<string, [number, number]>;
      fields: FieldVector[];
      subjects: { dims: Record<string, string>; items: Record<string, number> }[];
      expect: { field: string; cells: { cell: Cell; exact: number; released: number }[] }[];
    };
    for (const given of vectors<{ cases: Case[] }>("release_table").cases) {
      const rangeOf = ({ id, measure }: FieldVector) =>
        measure === "sum" ? given.range[id.split(":")[1]!]! : undefined;
      const axes: Tree[] = axesOf(given.axes);
      const plan: Plan = {
        axes,
        fields: given.fields.map((field) => {
          const [low, high] = rangeOf(field) ?? [0, 2 * PERSON];
          return { id: field.id, order: field.order, V: field.V, half: (high - low) / 2, grid: 1 };
        }),
      };
      const subjects = given.subjects.map(({ dims, items }): Subject => {
        const kept = given.priority.filter((code) => code in items).slice(0, given.maxCodes);
        const adds: Record<string, number> = {};
        for (const field of given.fields) {
          const code = field.id.split(":")[1]!;
          const range = rangeOf(field);
          if (field.measure === "any" ? Object.keys(items).length === 0 : !kept.includes(code))
            continue;
          adds[field.id] = range
            ? Math.min(Math.max(items[code]!, range[0]), range[1]) - (range[0] + range[1]) / 2
            : PERSON;
        }
        return { dims, adds };
      });
      const inGrid = (field: string, figure: number) =>
        field.startsWith("s:") ? figure : Math.round(figure * PERSON);
      const wanted = given.expect.flatMap(({ field, cells }) =>
        cells.map(({ cell, exact, released }) => ({
          field,
          cell,
          exact: inGrid(field, exact),
          value: inGrid(field, released),
        })),
      );
      const found = releaseCube(plan, subjects, bytes(given.secret), given.release);
      const sorted = (figures: typeof found) =>
        figures
          .map((figure) => [
            `${figure.field} ${JSON.stringify(Object.entries(figure.cell).toSorted())}`,
            figure.exact,
            figure.value,
          ])
          .toSorted();
      expect(sorted(found)).toEqual(sorted(wanted));
    }
  });
});
