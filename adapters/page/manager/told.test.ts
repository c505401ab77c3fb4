/** What is told apart, what is not, and what nobody compared: in rows and words; and by what cities are near. */
import { describe, expect, test } from "vitest";
import type { Comparison } from "../../../schemas/comparison.ts";
import type { Indicator } from "../../../schemas/indicator.ts";
import { criteriaIn, type Likeness, similarTo } from "./likeness.ts";
import { words } from "./messages.ts";
import { neighbours, type Row, rowsOf, type Value, valueAs } from "./rows.ts";
import { axisFor, limitsOf, widthOf } from "./view/columns.ts";

const shown = (
  told: "apart" | "not-apart" | "not-tested",
  value = 6,
  low = 5,
  high = 7,
): Value => ({
  ...{ state: "shown", told, value, low, high },
});
const band: Value = valueAs(
  { indicator: "hours", state: "interval", why: "unreliable", low: 2, high: null },
  "apart",
  undefined,
);
const none: Value = valueAs(
  { indicator: "hours", state: "absent", why: "not-answered" },
  "apart",
  "unreachable",
);

describe("three states", () => {
  const rows: Row[] = [
    { member: "own", own: true, main: shown("not-tested") },
    { member: "far", own: false, main: shown("apart") },
    { member: "near", own: false, main: shown("not-apart") },
    { member: "lone", own: false, main: shown("not-tested") },
    { member: "wide", own: false, main: band },
    { member: "gone", own: false, main: none },
  ];
  const told = neighbours(rows, "main");

  test("a figure without a point was never compared; one that is not there is nobody's neighbour", () => {
    expect(told).toEqual({
      apart: ["far"],
      "not-apart": ["near"],
      "not-tested": ["lone", "wide"],
    });
  });

  test("each is said as it is, in both languages, and none for another", () => {
    expect(words.it.toldApart("Padova", told)).toBe(
      "la differenza di Padova da near rientra nel margine; da far è certa; con lone e wide il confronto non è fatto.",
    );
    expect(words.en.toldApart("Padua", told)).toBe(
      "Padua cannot be told apart from near; differs from far; was not compared with lone and wide.",
    );
    const untested = { apart: [], "not-apart": [], "not-tested": ["a", "b"] };
    expect(words.it.toldApart("Padova", untested)).toBe(
      "il confronto di Padova con gli altri non è fatto.",
    );
    expect(words.en.toldApart("Padua", { ...untested, "not-tested": [], apart: ["a"] })).toBe(
      "Padua differs from all others.",
    );
  });

  test("of a comparison that could not be formed every pair is untested", () => {
    const figure = { member: "b", period: "2022", sentence: { it: "", en: "" } };
    const empty = { groupings: [], figures: [] } as unknown as Comparison;
    const comparison = {
      ...empty,
      indicator: { multiplier: 100 },
      figures: [
        {
          ...{ ...figure, state: "shown", value: 6, low: 5, high: 7 },
          beside: { indicator: "p", state: "shown", value: 4, low: 3, high: 5 },
        },
      ],
    } as unknown as Comparison;
    const wanted = { members: ["b"] } as never;
    const [row] = rowsOf(
      {
        wanted,
        comparison,
        partner: empty,
        silent: new Map(),
        distrusted: [],
        checked: {} as never,
      },
      "2022",
      undefined,
      "a",
    );
    expect(row).toMatchObject({ main: { told: "not-tested" }, beside: { told: "not-tested" } });
  });
});

describe("widths", () => {
  test("an exact figure has none, and a band has those limits that bound it", () => {
    expect(widthOf({ value: 5, low: 5, high: 5 }, "it", 1)).toBe("");
    expect(widthOf({ value: 5, low: 4, high: 6 }, "it", 1)).toBe("4,0–6,0");
    expect(limitsOf({ low: 2, high: 9 }, "it", 1)).toBe("2,0–9,0");
    expect(limitsOf({ low: 2, high: null }, "it", 1)).toBe("almeno 2,0");
    expect(limitsOf({ low: null, high: null }, "en", 1)).toBe("cannot be told");
  });
  test("a band that is far wider does not press the points together", () => {
    const wide: Value = valueAs(
      { indicator: "hours", state: "interval", why: "unreliable", low: 0, high: 400 },
      "apart",
      undefined,
    );
    expect(axisFor([shown("apart"), wide]).top).toBeLessThan(15);
    expect(axisFor([wide]).top).toBeGreaterThanOrEqual(400);
  });
});

test("cities are near in what tells them apart alone, each with its distance", () => {
  const indicators = ["residents", "aid"].map((id) => ({ id }) as Indicator);
  const likeness: Likeness = {
    indicators,
    contexts: {
      a: { residents: 10, aid: 0 },
      b: { residents: 20, aid: 0 },
      c: { residents: 40, aid: 0 },
      elsewhere: { residents: 10, aid: 5 },
    },
  };
  expect(criteriaIn("a", likeness, ["b", "c"]).map(({ id }) => id)).toEqual(["residents"]);
  expect(similarTo("a", likeness, ["b", "c"], 1)).toEqual([
    { member: "b", distance: expect.closeTo(10 / Math.sqrt(1400 / 9), 10) },
  ]);
});
