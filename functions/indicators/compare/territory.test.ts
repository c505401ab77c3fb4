import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { cities } from "../../../docs/demo/cities.ts";
import { solidarieta } from "../../../docs/demo/datasets.ts";
import { changedCodes, foodAid, placeNames, provinces } from "../../../docs/demo/public-tables.ts";
import { shared } from "../../../tests/setup/shared.ts";
import { treeOf } from "../../disclosure/axes.ts";
import { levelOf, levelsOf, territory } from "./territory.ts";

const places = territory(provinces(), changedCodes());

test("a code says its level; a member that is no place has none", () => {
  expect(["IT", "03", "016", "IT-016024", "inps"].map(levelOf)).toEqual([
    "nation",
    "region",
    "province",
    "municipality",
    undefined,
  ]);
  expect(levelsOf(["IT-016024", "inps", "IT-028060"])).toEqual(["municipality"]);
  expect(levelsOf(["IT-016024", "03"])).toHaveLength(2);
});

test("from a municipality up to the nation, with the NUTS codes of 2021", () => {
  const way = (code: string): string[] => [
    code,
    ...(places.parentOf(code) ? way(places.parentOf(code)!) : []),
  ];
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
  expect(places.nutsOf("04")).toBeUndefined();
  expect(places.parentOf("999")).toBeUndefined();
});

test("a place is read as people write it: ISTAT's digits, NUTS, our own codes", () => {
  expect(
    ["108033", "IT-108033", "ITC4D", "itc4", "IT", "03", "016"].map((text) => places.read(text)),
  ).toEqual([...["IT-108033", "IT-108033", "108", "03", "IT", "03", "016"]]);
  // Trento and Bolzano are a region each in NUTS, and one in ISTAT's codes
  expect(["ITH1", "ITH2", "ITH10"].map((text) => places.read(text))).toEqual(["021", "022", "021"]);
  expect(["Monza", "ITZ9", "1080", ""].map((text) => places.read(text))).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test("codes that changed lead to the one in force, and mergers to their end", () => {
  expect(places.now("IT-015149")).toEqual({ code: "IT-108033" });
  expect(places.now("IT-108033")).toEqual({ code: "IT-108033" });
  // Alice Superiore, merged on 1 January 2019
  expect(places.now("IT-001005")).toEqual({ ended: "2018-12-31" });
});

describe("the food aid of 2020", () => {
  const rows = foodAid();
  const cents = (text: string) => Math.round(Number(text || "0") * 100);
  type Sums = { residents: number; a: number; b: number; places: number };
  const summed = <T>(all: readonly T[], key: (row: T) => string, of: (row: T) => Sums) =>
    all.reduce((sums, row) => {
      const [held, one] = [sums.get(key(row)), of(row)];
      const { residents, a, b, places } = held ?? { residents: 0, a: 0, b: 0, places: 0 };
      return sums.set(key(row), {
        residents: residents + one.residents,
        a: a + one.a,
        b: b + one.b,
        places: places + one.places,
      });
    }, new Map<string, Sums>());
  const ours = (row: (typeof rows)[number]): Sums => ({
    residents: Number(row.residenti),
    a: cents(row.quota_a!),
    b: cents(row.quota_b!),
    places: 1,
  });

  test("is all of the 400 million, over 7,904 municipalities", () => {
    // the source rounds each contribution by itself: its totals are 5 cents more than its parts
    expect(summed(rows, () => "IT", ours).get("IT")).toEqual({
      residents: 60_359_546,
      a: 31_999_999_983,
      b: 7_999_999_988,
      places: 7904,
    });
  });

  test("municipalities of one name are each in their own region", () => {
    const quota = (code: string) => rows.find(({ codice }) => codice === code)!.quota_a;
    // Samone, Calliano and Livo, in Piemonte and Lombardia and again in Trentino
    expect(["IT-001235", "IT-022165"].map(quota)).toEqual(["8381.77", "2899.96"]);
    expect(["IT-005014", "IT-022035"].map(quota)).toEqual(["6775.40", "10316.84"]);
    expect(["IT-013130", "IT-022106"].map(quota)).toEqual(["906.57", "4262.46"]);
  });

  const source = shared("data/municipal-funds/solidarieta_alimentare_2020.csv");
  test.runIf(source)("every region has to the cent what the source gives it by name", () => {
    const plain = (name: string) =>
      name
        .split("/")[0]!
        .toUpperCase()
        .replace(/[^A-Z]/g, "");
    const regionNames = new Map(
      provinces().map(({ codice, regione }) => [codice!, plain(regione!)]),
    );
    const here = summed(rows, ({ codice }) => regionNames.get(codice!.slice(3, 6))!, ours);
    const listed = parse(readFileSync(source!), { columns: true, bom: true }) as Record<
      string,
      string
    >[];
    const there = summed(
      listed,
      ({ REGIONE }) => plain(REGIONE!),
      (row) => ({
        residents: Number(row.POP),
        a: cents(row["Quota a)"]!),
        b: cents(row["Quota b)"]!),
        places: 1,
      }),
    );
    expect(there.size).toBe(20);
    expect(Object.fromEntries(here)).toEqual(Object.fromEntries(there));
  });

  test("has every municipality once, under its province, region and nation", () => {
    const { codes } = solidarieta().dimensions[0]!;
    const tree = treeOf({ id: "territory", codes: codes as Exclude<typeof codes, string> });
    const parent = (code: string) => tree.nodes[tree.nodes[tree.index.get(code)!]!.parent]!.code;
    for (const { codice } of rows) expect(parent(codice!)).toBe(places.parentOf(codice!));
    expect(tree.nodes[1]!.code).toBe("IT");
    expect(tree.nodes[1]!.children).toHaveLength(20);
    expect(tree.nodes.filter(({ code }) => levelOf(code) === "province")).toHaveLength(107);
    expect(tree.nodes.filter(({ code }) => levelOf(code) === "municipality")).toHaveLength(
      rows.length,
    );
    const names = placeNames();
    expect(tree.nodes.slice(1).every(({ code }) => names.has(code))).toBe(true);
  });
});
