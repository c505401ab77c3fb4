/**
 * Real shape at real size: 25,000 households of a synthetic European survey, nine regions as members. What the engine counts
 * exactly is held against sums made row by row here; what is released lies within the noise that it states.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { askHub } from "../../adapters/client/asking.ts";
import { releaseDeps } from "../../adapters/local/private-side.ts";
import { planRelease } from "../../functions/disclosure/release-plan.ts";
import { units } from "../../functions/disclosure/reliability.ts";
import { crossRequest, currentVersion } from "../../functions/release/release.ts";
import { rowsAt } from "../../functions/release/rows.ts";
import { peek } from "../../functions/signing/jws.ts";
import type { Cross } from "../../schemas/ports.ts";
import { type Figure, Statement } from "../../schemas/query.ts";
import { makeWorld, member, purposeId, type World } from "../world/machine.ts";
import { bytes } from "../world/small.ts";
import { byRegion, CEILING, population, support, YOUNGEST } from "./silc-data.ts";

interface Totals {
  any: number;
  housing: number;
  family: number;
  /** Cents above the midpoint, over the households with a family allowance. */
  paid: number;
}
type Household = Record<"youngest" | "hy050n" | "hy070n", number> & { readonly hid: string };

/** Households one by one, from the text of a region: no engine, no descriptor. */
function households(lines: readonly string[], at: (column: string) => number): Household[] {
  const found = new Map<string, Household>();
  for (const line of lines) {
    const cells = line.replaceAll('"', "").split(",");
    const [hid, age, hy050n, hy070n] = [
      cells[at("hid")]!,
      ...["age", "hy050n", "hy070n"].map((column) => Number(cells[at(column)])),
    ] as [string, number, number, number];
    const before = found.get(hid) ?? { hid, youngest: age, hy050n, hy070n };
    found.set(hid, {
      hid,
      youngest: Math.min(before.youngest, age),
      hy050n: Math.max(before.hy050n, hy050n),
      hy070n: Math.max(before.hy070n, hy070n),
    });
  }
  return [...found.values()];
}
const totalsOf = (list: readonly Household[]): Totals => {
  const family = list.filter(({ hy050n }) => hy050n > 0);
  const cents = (euro: number) => Math.round(Math.min(euro, CEILING) * 100) - (CEILING / 2) * 100;
  return {
    any: list.length,
    housing: list.filter(({ hy070n }) => hy070n > 0).length,
    family: family.length,
    paid: family.reduce((sum, { hy050n }) => sum + cents(hy050n), 0),
  };
};
const classOf = ({ youngest }: Household) =>
  YOUNGEST.findLast((band) => Number.parseInt(band, 10) <= Math.max(0, youngest))!;
const crossTotals = (rows: Cross["rows"]): Totals => {
  const [any, housing, family, paid] = [0, 1, 2, 3].map((field) =>
    rows.reduce((sum, { values }) => sum + values[field]!, 0),
  );
  return { any: any!, housing: housing!, family: family!, paid: paid! };
};

describe.skipIf(population === undefined)("nine regions compare what households receive", () => {
  let world: World;
  let regions: { readonly id: string; readonly list: Household[] }[];
  let statement: Statement;

  beforeAll(async () => {
    const { header, regions: groups, at } = await byRegion(population!);
    regions = [...groups].map(([id, own]) => ({ id, list: households(own, at) }));
    world = await makeWorld(
      regions.map(({ id }) => member(id)),
      "2026-07-01",
    );
    for (const [id, own] of groups)
      await world.publish(id, support, bytes([header, ...own, ""].join("\n")));
    const [consumer, ...providers] = regions.map(({ id }) => id) as [string, ...string[]];
    await world.start(providers.map((provider) => ({ consumer, provider, dataset: "sostegni" })));
    const question = {
      purposeId,
      members: regions.map(({ id }) => id),
      dataset: "sostegni",
      period: "2025",
      where: {},
    };
    const measures = [{ count: "any" }, { count: "housing" }, { mean: "paid", of: "family" }];
    statement = peek(
      await askHub(await world.asker(consumer), { ...question, measures, by: ["youngest"] }),
      Statement,
    );
  });
  afterAll(() => world?.close());

  test("nobody is lost: nine regions, 25,000 households", () => {
    expect(regions).toHaveLength(9);
    expect(regions.reduce((sum, { list }) => sum + list.length, 0)).toBe(25_000);
    expect(statement.outcomes.map(({ outcome }) => outcome)).toEqual(regions.map(() => "answered"));
    expect(statement.table.cells).toHaveLength(9 * YOUNGEST.length);
  });

  test("the exact cross is what adding up household by household gives, in all and by the age of the youngest", async () => {
    const plan = planRelease(support, "2025");
    expect(plan.fields.map(({ released }) => released.id)).toEqual([
      "any",
      "housing",
      "family",
      "paid",
    ]);
    for (const { id, list } of regions) {
      const deps = await releaseDeps(world.at, id, await world.store(id), world.clock);
      const { path } = await currentVersion(deps.store, "sostegni");
      const { rows } = await deps.engine.cross(
        crossRequest(plan, await rowsAt(deps.privateBlobs, { path }), []),
      );
      expect(crossTotals(rows), id).toEqual(totalsOf(list));
      for (const band of YOUNGEST)
        expect(crossTotals(rows.filter(({ codes }) => codes[1] === band)), `${id} ${band}`).toEqual(
          totalsOf(list.filter((one) => classOf(one) === band)),
        );
    }
  });

  test("each released figure lies within five of its standard deviations, and so do the totals", () => {
    const within = (figures: readonly Figure[], list: readonly Household[]) => {
      const exact = totalsOf(list);
      for (const figure of figures) {
        const truth = "count" in figure ? exact[figure.count as keyof Totals] : exact.paid / 100;
        expect(figure.sd).toBeGreaterThan(0);
        expect(Math.abs(units(figure) - truth)).toBeLessThan(5 * figure.sd);
      }
    };
    for (const { member: id, by, figures } of statement.table.cells)
      within(
        figures,
        regions
          .find((region) => region.id === id)!
          .list.filter((one) => classOf(one) === by.youngest),
      );
    const all = regions.flatMap(({ list }) => list);
    for (const { by, figures } of statement.table.totals)
      within(
        figures,
        all.filter((one) => classOf(one) === by.youngest),
      );
    expect(statement.table.totals.map(({ by }) => by.youngest)).toEqual(YOUNGEST);
  });
});
