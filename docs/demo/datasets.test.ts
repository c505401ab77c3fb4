import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { accept } from "../../functions/disclosure/descriptor-rules.ts";
import { Descriptor } from "../../schemas/descriptor.ts";
import type { CodeTree } from "../../schemas/words.ts";
import { cities, cityOf } from "./cities.ts";
import { datasets, mappa, pensioni, prestazioni, residenti } from "./datasets.ts";
import { classes } from "./marginals.ts";
import { contexts, residentsBetween, thirdSectorBodies } from "./public-tables.ts";
import { areas, fundings, kinds, targets } from "./supply.ts";

const codes = (descriptor: Descriptor, id: string): CodeTree =>
  descriptor.dimensions.find((one) => one.id === id)!.codes as CodeTree;
const rows = (name: string): string[][] =>
  readFileSync(new URL(`public/${name}`, import.meta.url), "utf8")
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","));
const leaves = (tree: CodeTree): string[] =>
  tree.flatMap((entry) => (typeof entry === "string" ? [entry] : leaves(entry[1])));

describe("descriptors", () => {
  test.each(datasets())("$member $descriptor.id may be used", ({ descriptor }) => {
    expect(accept(descriptor)).toEqual(descriptor);
  });

  test.each(["prestazioni", "quartieri", "mappa", "residenti", "pensioni"])(
    "the template of %s is a descriptor by itself",
    (name) => {
      const text = readFileSync(new URL(`datasets/${name}.json`, import.meta.url), "utf8");
      expect(Descriptor.parse(JSON.parse(text)).id).toBe(name);
    },
  );

  test("residents have the classes of age of the benefits, over single years", () => {
    const classesOnly = (tree: CodeTree, depth: number): unknown[] =>
      tree.map((entry) =>
        typeof entry === "string"
          ? entry
          : depth === 0 || entry[0] === "85+"
            ? entry[0]
            : [entry[0], classesOnly(entry[1], depth - 1)],
      );
    expect(classesOnly(codes(residenti(), "age"), 1)).toEqual(
      codes(prestazioni(cities[0]!), "age"),
    );
    expect(leaves(codes(residenti(), "age"))).toEqual(
      Array.from({ length: 100 }, (_, age) => String(age)),
    );
  });

  test("the generator draws the classes that the descriptor has", () => {
    expect(classes.map(({ leaf }) => leaf)).toEqual(leaves(codes(prestazioni(cities[0]!), "age")));
  });

  test("the map's lists are those that its rows are drawn from", () => {
    const map = mappa(cities[0]!);
    expect([
      codes(map, "area"),
      codes(map, "target"),
      codes(map, "body"),
      codes(map, "funding"),
    ]).toEqual([areas, targets, kinds, fundings]);
  });

  test("every value of the public tables has a code", () => {
    const known = (descriptor: Descriptor, cells: string[][]) =>
      descriptor.dimensions.every(({ id, map }, column) =>
        cells.every((row) =>
          leaves(codes(descriptor, id)).includes(map?.[row[column]!] ?? row[column]!),
        ),
      );
    expect(known(pensioni(), rows("pensioni-2024.csv"))).toBe(true);
    expect(
      known(
        residenti(),
        rows("residenti-2022.csv").map((row) => [row[0]!, row[2]!]),
      ),
    ).toBe(true);
  });
});

describe("public figures", () => {
  // In all, 11-13, 65+, 75-84, 75+, as the cities' table has them.
  test.each([
    ["IT-016024", 119_415, 3_244, 29_634, 10_914, 16_391],
    ["IT-013075", 83_328, 2_159, 21_294, 7_884, 11_851],
    ["IT-108033", 121_939, 3_503, 30_309, 11_777, 17_073],
    ["IT-003106", 101_332, 2_692, 24_566, 8_484, 12_678],
    ["IT-028060", 206_563, 5_272, 54_557, 20_319, 30_434],
    ["IT-034027", 195_355, 5_442, 43_682, 16_251, 23_745],
    ["IT-035033", 169_863, 5_095, 35_889, 12_695, 18_679],
    ["IT-029041", 50_181, 1_295, 13_261, 4_345, 6_451],
  ])("residents of %s", (id, ...figures) => {
    const spans = [
      [0, 99],
      [11, 13],
      [65, 99],
      [75, 84],
      [75, 99],
    ] as const;
    expect(spans.map(([from, to]) => residentsBetween(id, from, to))).toEqual(figures);
    expect(cityOf(id).residents).toBe(figures[0]);
  });

  test("pensions that started in a quarter are of that quarter", () => {
    const { v, period, policy } = pensioni();
    expect([v, period, Object.keys(policy.calendar)]).toEqual([
      ...[2, { value: "2024-Q1" }, ["2024-Q1"]],
    ]);
  });

  test("pensions started add up to the source's total", () => {
    expect(rows("pensioni-2024.csv").reduce((sum, row) => sum + Number(row[4]), 0)).toBe(187_223);
  });

  test("contexts are there for all ten cities, and density is residents over area", () => {
    const all = contexts();
    expect(Object.keys(all)).toHaveLength(10);
    expect(
      Object.values(all).every((context) => Object.values(context).every(Number.isFinite)),
    ).toBe(true);
    // Monza: 33.09 km²
    expect(all["IT-108033"]!.density).toBeCloseTo(121_939 / 33.09, -1);
  });

  test("third-sector bodies", () => {
    expect(cities.map(({ id }) => thirdSectorBodies(id))).toEqual([
      242, 138, 154, 126, 396, 327, 236, 68,
    ]);
  });
});
