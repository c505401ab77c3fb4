import { describe, expect, test } from "vitest";
import { cities } from "../../docs/demo/cities.ts";
import { solidarieta } from "../../docs/demo/datasets.ts";
import { changedCodes, foodAid, placeNames, provinces } from "../../docs/demo/public-tables.ts";
import { treeOf } from "../shared/axes.ts";
import { type Changed, levelOf, levelsOf, type Province, territory } from "./territory.ts";

const places = territory(provinces() as unknown as Province[], changedCodes() as unknown as Changed[]);

test("a code says its level; a member that is no place has none", () => {
  expect(["IT", "03", "016", "IT-016024", "inps"].map(levelOf)).toEqual(["nation", "region", "province", "municipality", undefined]);
  expect(levelsOf(["IT-016024", "inps", "IT-028060"])).toEqual(["municipality"]);
  expect(levelsOf(["IT-016024", "03"])).toHaveLength(2);
});

test("from a municipality up to the nation, with the NUTS codes of 2021", () => {
  const way = (code: string): string[] => [code, ...(places.parentOf(code) ? way(places.parentOf(code)!) : [])];
  expect(way("IT-108033")).toEqual(["IT-108033", "108", "03", "IT"]);
  // NUTS 3 of the cities' provinces, as ISTAT lists them
  expect(cities.map(({ id }) => places.nutsOf(places.parentOf(id)!))).toEqual([
    "ITC46",
    "ITC42",
    "ITC4D",
    "ITC15",
    "ITH36",
    "ITH52",
    "ITH53",
    "ITH37",
  ]);
  expect(places.nutsOf("03")).toBe("ITC4");
  expect(places.parentOf("999")).toBeUndefined();
});

test("codes that changed lead to the one in force, and mergers to their end", () => {
  expect(places.now("IT-015149")).toEqual({ code: "IT-108033" });
  expect(places.now("IT-108033")).toEqual({ code: "IT-108033" });
  // Alice Superiore, merged on 1 January 2019
  expect(places.now("IT-001005")).toEqual({ ended: "2018-12-31" });
});

describe("the food aid of 2020", () => {
  const rows = foodAid();
  test("is all of the 400 million, over the 7,904 municipalities that were listed", () => {
    const euro = rows.reduce((sum, { quota_a, quota_b }) => sum + Number(quota_a) + Number(quota_b), 0);
    // the source rounds each contribution by itself: its totals are 5 cents more than its parts
    expect(euro).toBeCloseTo(399_999_999.71, 2);
    expect(rows.reduce((sum, { elencati }) => sum + Number(elencati), 0)).toBe(7904);
  });

  test("has every municipality once, under its province, region and nation", () => {
    const { codes } = solidarieta().dimensions[0]!;
    const tree = treeOf({ id: "territory", codes: codes as Exclude<typeof codes, string> });
    const parent = (code: string) => tree.nodes[tree.nodes[tree.index.get(code)!]!.parent]!.code;
    for (const { codice } of rows) expect(parent(codice!)).toBe(places.parentOf(codice!));
    expect(tree.nodes[1]!.code).toBe("IT");
    expect(tree.nodes[1]!.children).toHaveLength(20);
    expect(tree.nodes.filter(({ code }) => levelOf(code) === "province")).toHaveLength(107);
    expect(tree.nodes.filter(({ code }) => levelOf(code) === "municipality")).toHaveLength(rows.length);
    const names = placeNames();
    expect(tree.nodes.slice(1).every(({ code }) => names.has(code))).toBe(true);
  });
});
