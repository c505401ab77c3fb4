/** What the page works out before it draws: addresses, numbers, hundreds, searching, one point more, places. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { problems } from "../../../functions/indicators/compare/problems.ts";
import type { Offers } from "../../../schemas/catalogue.ts";
import { obsStatuses } from "../../../schemas/obs-status.ts";
import type { CodeTree } from "../../../schemas/words.ts";
import { date, number, range } from "../parts/numbers.ts";
import { type Choice, choiceOf, oddIn, searchOf } from "./choice.ts";
import { inside, levelInside, wayTo } from "./places.ts";
import { pointOf } from "./point.ts";
import { emptyOf, SIGNS, shares } from "./rows.ts";
import { indexOf, search } from "./search.ts";

const arbitrary: fc.Arbitrary<Choice> = fc.record(
  {
    view: fc.constantFrom("indicator", "indicators", "practices", "places", "catalogue"),
    language: fc.constantFrom("it", "en"),
    indicator: fc.constantFrom("home-care-coverage", "known"),
    period: fc.constantFrom("2020", "2022", "2024-Q1", "2022-07"),
    peers: fc.constantFrom("all", "similar", "chosen"),
    members: fc.uniqueArray(fc.constantFrom("IT-028060", "IT-108033", "IT-016024")),
    order: fc.constantFrom("name", "residents", "similar", "value"),
    group: fc.record({
      dimension: fc.constantFrom("sex", "età & co"),
      code: fc.constantFrom("F", "75-84", "a:b"),
    }),
    place: fc.constantFrom("IT", "05", "028"),
    search: fc.string({ maxLength: 200 }),
  },
  { requiredKeys: ["view", "language", "peers", "members", "order", "place", "search"] },
) as fc.Arbitrary<Choice>;

describe("an address holds every choice", () => {
  test("written and read again it is the same", () => {
    fc.assert(
      fc.property(arbitrary, (choice) => {
        expect(choiceOf(searchOf(choice), "it")).toEqual(choice);
      }),
    );
  });
  test("what is odd in it is as if it were not there", () => {
    const odd =
      "?view=x&indicator=<script>&period=now&peers=best&members=IT-1,../x&order=rank&of=&place=ITALY&lang=de";
    expect(choiceOf(odd, "it")).toEqual(choiceOf("", "it"));
  });
});

describe("an address that is wrong says so", () => {
  test.each([
    ["?view=x", ["view"]],
    ["?lang=de&period=2022", ["lang"]],
    ["?period=now", ["period"]],
    ["?period=2024-Q5", ["period"]],
    ["?period=2024-1", ["period"]],
    ["?indicator=<script>", ["indicator"]],
    ["?members=IT-028060,../x", ["members"]],
    ["?order=rank&peers=best&place=ITALY&of=sex", ["order", "peers", "place", "of"]],
    ["?city=padova&period=2022", ["city"]],
    ["?toString=1", ["toString"]],
  ])("%s", (search, names) => {
    expect(oddIn(search).map(({ name }) => name)).toEqual(names);
  });
  test("a choice that the page itself wrote, or a standard one, is never odd", () => {
    for (const search of ["", "?lang=it", "?order=name&peers=all&view=indicator&place=IT&of=&q="])
      expect(oddIn(search)).toEqual([]);
    fc.assert(fc.property(arbitrary, (choice) => oddIn(searchOf(choice)).length === 0));
  });
});

describe("numbers", () => {
  test.each([
    [1240, "it", 0, "1.240"],
    [1240.5, "en", 1, "1,240.5"],
    [-0.04, "it", 1, "0,0"],
    [-2.5, "it", 1, "−2,5"],
  ] as const)("%d in %s with %d decimals", (value, language, decimals, text) =>
    expect(number(value, language, decimals)).toBe(text),
  );
  test("an interval has an en dash, a first of the month its sign", () => {
    expect(range(6.1, 7.1, "it", 1)).toBe("6,1–7,1");
    expect(date(new Date("2027-02-01T12:00:00Z"), "it")).toBe("1° febbraio 2027");
  });
  test("reached is a part of need, and the rest is what neither fills", () => {
    expect(shares(21, 6, 100).widths).toEqual({ reached: 6, otherwise: 15, rest: 79 });
    expect(shares(5, 7, 100).widths).toEqual({ reached: 7, otherwise: 0, rest: 93 });
  });
  test("the widths alone are made to fill a hundred; what is printed is as it was", () => {
    const amount = fc.integer({ min: 1, max: 100_000 });
    fc.assert(
      fc.property(amount, amount, amount, (need, reached, base) => {
        const { widths, ...printed } = shares(need, reached, base, 100, need - reached);
        expect(widths.reached + widths.otherwise + widths.rest).toBeCloseTo(100, 9);
        const of = (part: number) => (100 * part) / base;
        expect(printed).toEqual({ known: of(need), reached: of(reached), gap: of(need - reached) });
      }),
    );
    // Como: parts that were made to fill a hundred printed 17 for 17.6
    expect(number(shares(1056, 234, 6000).known, "it", 1)).toBe("17,6");
  });
});

test("one point more: persons, hours and money of one more of every hundred", () => {
  const point = pointOf({ base: 20_319, multiplier: 100, monthly: 9.1, yearly: 2364, share: 0.3 });
  // by hand: 203.19 persons, 203.19 · 9.1 · 12 = 22,188 hours, 203.19 · 2364 = 480,341 EUR, 203.19 of 6,096
  expect(point).toEqual({
    persons: 203,
    hours: 22_000,
    euro: 480_000,
    price: expect.closeTo(2364 / 109.2, 10),
    alone: 6100,
    ofAlone: expect.closeTo(3.333, 3),
  });
});

test.each([
  ["below-k", undefined, "few"],
  ["unreliable", undefined, "uncertain"],
  ["not-answered", "no-agreement", "agreement"],
  ["not-answered", "unknown-period", "unpublished"],
  ["not-answered", "unreachable", "down"],
  ["not-answered", "answer-invalid", "distrusted"],
  ["nothing-to-divide-by", undefined, "other"],
] as const)("%s with %s is %s", (why, reason, kind) => {
  expect(emptyOf("absent", why, reason).kind).toBe(kind);
});

test.each([
  ["withheld", "source-withheld", "Q", "*"],
  ["absent", "not-collected", "L", "...."],
  ["absent", "not-applicable", "M", "–"],
  ["absent", "missing", "O", "...."],
] as const)("%s, %s has its sign, and is never zero", (state, why, status, sign) => {
  const empty = emptyOf(state, why, undefined);
  expect(empty).toMatchObject({ status, why: problems[why] });
  expect([SIGNS[empty.state], obsStatuses[status].sign]).toEqual([sign, sign]);
});

describe("the catalogue", () => {
  const offer = (n: number): Offers => ({
    member: `IT-${String(n).padStart(6, "0")}`,
    name: { it: `Città ${n}`, en: `City ${n}` },
    datasets: ["2021", "2022"].map((period) => ({
      ...{
        id: `IT-000001/d/${period}/1`,
        dataset: "d",
        title: { it: "Povertà", en: "Poverty" },
        kind: "records",
        period,
        level: "municipality",
      },
      ...{ fields: [], axes: [], origin: "made", source: "s", licence: "l", smallest: 5 },
    })),
  });
  const index = indexOf(
    Array.from({ length: 30 }, (_, n) => offer(n)),
    "it",
  );
  test("a dataset is a line, with its years", () => {
    expect(search(index, "")).toHaveLength(30);
    expect(search(index, "")[0]).toMatchObject({ periods: ["2021", "2022"] });
  });
  test("every word must be there; accents and capitals do not matter", () => {
    expect(search(index, "CITTA poverta 7").map(({ name }) => name.it)).toEqual([
      "Città 17",
      "Città 27",
      "Città 7",
    ]);
    expect(search(index, "ricchezza")).toEqual([]);
  });
});

describe("places", () => {
  const tree: CodeTree = [
    [
      "IT",
      [
        [
          "05",
          [
            ["028", ["IT-028060", "IT-028001"]],
            ["029", ["IT-029041"]],
          ],
        ],
        ["08", ["034"]],
      ],
    ],
  ];
  test("the way to a place, and what lies inside", () => {
    expect(wayTo(tree, "028")).toEqual(["IT", "05", "028"]);
    expect(inside(tree, ["IT"])).toEqual(["05", "08"]);
    expect(inside(tree, ["IT", "05", "028"])).toEqual(["IT-028060", "IT-028001"]);
    expect(wayTo(tree, "99")).toEqual([]);
  });
  test("its level is the next one down", () =>
    expect(["IT", "05", "028"].map(levelInside)).toEqual(["region", "province", "municipality"]));
});
