/**
 * Whether what is shown as a point holds what it promises: releases drawn again and again over exact tables, by the lattice's own noise,
 * and read by the reader's own rule. Of 100 points at least 94 hold the truth in the 95 % interval beside them, 93.5 over the tables
 * of a survey, by kind of figure and by how many dimensions a table has; a choice made by the noisy value itself costs the rest.
 * TAVOLO_COVERAGE_DRAWS sets how many releases are drawn; then one point of sampling error is allowed. With the few of every day three
 * standard errors are allowed beside it.
 */
import { describe, expect, test } from "vitest";
import { cityOf } from "../../docs/demo/cities.ts";
import { prestazioni } from "../../docs/demo/datasets.ts";
import { generate } from "../../docs/demo/generate.ts";
import { bell, random } from "../../docs/demo/random.ts";
import { addLeaf, emptyLattice, noiseLattice, rollUp } from "../../functions/disclosure/lattice.ts";
import { planRelease } from "../../functions/disclosure/release-plan.ts";
import { interval95 } from "../../functions/disclosure/reliability.ts";
import { readMeasure } from "../../functions/indicators/compare/measure.ts";
import type { Descriptor } from "../../schemas/descriptor.ts";
import { found } from "../../schemas/found.ts";
import type { Figure, Measure } from "../../schemas/query.ts";
import { byRegion, population, support } from "../e2e/silc-data.ts";
import { readSubjects } from "../reference/rows.ts";

const FULL = process.env.TAVOLO_COVERAGE_DRAWS;
/** Binomial; twice as wide as that, since the figures of one release move together. */
const errorOf = (points: number): number =>
  FULL === undefined ? 2 * 3 * Math.sqrt((0.94 * 0.06) / points) : 0;

/** The exact tables of one file, and the plan that they are released by. */
function exactOf(descriptor: Descriptor, csv: string, period: string) {
  const plan = planRelease(descriptor, period);
  const { subjects } = readSubjects(descriptor, csv, period);
  const exact = plan.fields.map(({ released: { id, order } }) => {
    const lattice = emptyLattice(plan.trees, order);
    for (const { dims, adds } of subjects) {
      const amount = adds[id];
      const leaves = plan.trees.map((tree) => found(tree.index.get(found(dims[tree.id]))));
      if (amount !== undefined) addLeaf(lattice, leaves, amount);
    }
    rollUp(lattice);
    return lattice;
  });
  return { plan, exact };
}
type Exact = ReturnType<typeof exactOf>;

interface Tally {
  points: number;
  inside: number;
}

/** Draws releases, reads every count, sum, mean and share of every cell, and counts the points that hold the truth. */
function covered(shapes: readonly Exact[], draws: number, seed: string): Map<string, Tally> {
  const draw = random(seed);
  const tallies = new Map<string, Tally>();
  for (const { plan, exact } of shapes) {
    const fields = plan.fields.map(({ released }) => released);
    const origin = { smallest: 1, fields };
    for (let time = 0; time < draws; time++) {
      const noise = fields.map(({ order, variance }) =>
        noiseLattice(plan.trees, order, variance, () => bell(draw)),
      );
      /** A figure of a cell with its noise, and without any. */
      const at = (field: number, table: string, cell: number): [Figure, Figure] | undefined => {
        const values = exact[field]?.marginals.get(table)?.values;
        const drawn = noise[field]?.marginals.get(table)?.values;
        const planned = plan.fields[field];
        if (!values || !drawn || !planned) return undefined;
        const { id, kind, grid, of, mid, variance } = planned.released;
        const steps = planned.scale / Math.sqrt(variance);
        const figure = (value: number, sd: number): Figure =>
          kind === "count"
            ? { count: id, value, grid, sd, mark: "shown" }
            : { sum: id, of: found(of), value, grid, sd, mid: found(mid), mark: "shown" };
        const value = found(values[cell]);
        return [
          figure(value + Math.round(steps * found(drawn[cell])), planned.scale * grid),
          figure(value, 0),
        ];
      };
      const judge = (name: string, measure: Measure, parts: (readonly [Figure, Figure])[]) => {
        const read = readMeasure(measure, { figures: parts.map(([noisy]) => noisy) }, origin);
        if (read.state !== "shown") return;
        const truth = readMeasure(measure, { figures: parts.map(([, plain]) => plain) }, origin);
        const [low, high] = interval95(read.value, read.sd);
        const tally = tallies.get(name) ?? { points: 0, inside: 0 };
        tallies.set(name, tally);
        tally.points += 1;
        if (truth.state === "shown" && low <= truth.value && truth.value <= high) tally.inside += 1;
      };
      const any = fields.findIndex(({ id }) => id === "any");
      for (const [field, { id, kind, of }] of fields.entries())
        for (const [table, { axes, values }] of found(exact[field]).marginals)
          for (let cell = 0; cell < values.length; cell++) {
            const order = `of order ${axes.length}`;
            const own = found(at(field, table, cell));
            if (kind === "count") {
              judge(`counts ${order}`, { count: id }, [own]);
              const whole = field === any ? undefined : at(any, table, cell);
              if (whole) judge(`shares ${order}`, { share: id, over: "any" }, [own, whole]);
            } else {
              const count = at(
                fields.findIndex((one) => one.id === of),
                table,
                cell,
              );
              if (count === undefined) continue;
              judge(`sums ${order}`, { sum: id }, [own, count]);
              judge(`means ${order}`, { mean: id }, [own, count]);
            }
          }
    }
  }
  return tallies;
}

/** What is too seldom a point to say anything of is left out: with few draws a city's own totals. */
const FEWEST = 100;
function holds(tallies: ReadonlyMap<string, Tally>, least: number): void {
  const judged = [...tallies].filter(([, { points }]) => points >= FEWEST);
  if (FULL !== undefined)
    for (const [name, { points, inside }] of [...tallies].sort(([a], [b]) => (a < b ? -1 : 1)))
      console.info(`${name}: ${((100 * inside) / points).toFixed(2)} of 100 in ${points} points`);
  expect(new Set([...tallies.keys()].map((name) => name.split(" ")[0]))).toEqual(
    new Set(["counts", "sums", "means", "shares"]),
  );
  for (const [name, { points, inside }] of judged)
    expect(inside / points, name).toBeGreaterThan(least - 0.01 - errorOf(points));
}

describe("points hold the truth", () => {
  test("on the demonstration", () => {
    const shapes = ["IT-028060", "IT-029041"].map((id) => {
      const city = cityOf(id);
      const encoding = city.writing.encoding === "latin-1" ? "latin1" : city.writing.encoding;
      const csv = new TextDecoder(encoding).decode(generate(city)["prestazioni-2022.csv"]);
      return exactOf(prestazioni(city), csv, "2022");
    });
    const tallies = covered(shapes, Number(FULL ?? 3), "coverage of the demonstration");
    holds(tallies, 0.94);
    // a rule that shows nothing would hold as well
    const shown = (name: string) => tallies.get(name)?.points ?? 0;
    expect(shown("counts of order 2")).toBeGreaterThan(500);
    expect(shown("means of order 1")).toBeGreaterThan(50);
  }, 600_000);

  test.skipIf(population === undefined)(
    "on the households of a survey",
    async () => {
      const { header, regions } = await byRegion(population ?? "");
      const shapes = [...regions.values()].map((lines) =>
        exactOf(support, [header, ...lines].join("\n"), "2025"),
      );
      holds(covered(shapes, Number(FULL ?? 12), "coverage of a survey"), 0.935);
    },
    600_000,
  );
});
