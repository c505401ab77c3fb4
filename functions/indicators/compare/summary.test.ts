/** The sentence above everything, and the row of all together: worked out by hand beside the code. */
import { expect, test } from "vitest";
import { demonstrationDefinitions } from "../../../adapters/demo/demonstration-indicators.ts";
import type { ComparedFigure, Comparison, ShownFigure } from "../../../schemas/comparison.ts";
import type { Indicator } from "../../../schemas/indicator.ts";
import { between, saidAs } from "./sentences.ts";
import { plainly, rounded } from "./summary.ts";
import { together } from "./together.ts";

const definitions = await demonstrationDefinitions();
const named = (id: string): Indicator => definitions.find((one) => one.id === id)!;
const coverage: Indicator = { ...named("home-care-coverage"), chance: "none" };
const hours = named("home-care-intensity");
const names = new Map([["IT-028060", { it: "Padova", en: "Padua" }]]);

const figure = (change: Partial<ShownFigure> = {}): ShownFigure => ({
  ...{
    member: "IT-028060",
    period: "2022",
    state: "shown",
    mark: "shown",
    value: 6.1,
    low: 5.7,
    high: 6.5,
    noise: 0.1,
    sd: 0.1,
    letter: "A",
  },
  ...{
    numerator: { value: 1240, sd: 9 },
    denominator: { value: 20_319, sd: 0 },
    overlap: { low: 6, high: 6 },
  },
  ...{
    need: { value: 4308, low: 4200, high: 4400 },
    reached: { value: 1240, low: 1200, high: 1280 },
  },
  beside: { indicator: "home-care-intensity", state: "shown", value: 9.1, low: 8.6, high: 9.6 },
  sentence: { it: "", en: "" },
  ...change,
});
const text = (...given: Parameters<typeof plainly>) =>
  plainly(...given)
    .map((piece) => piece.text)
    .join("");

test("it is said in one breath, in both languages", () => {
  expect(text(coverage, names, figure(), "it", hours)).toBe(
    "A Padova il Comune conosce 21,2 anziani su 100 tra 75 e 84 anni; ne aiuta a casa 6,1, che ricevono circa 9,1 ore al mese.",
  );
  expect(text(coverage, names, figure(), "en", hours)).toBe(
    "In Padua the municipality knows 21.2 of every 100 people of 75 to 84; it helps 6.1 at home, for about 9.1 hours a month.",
  );
  const strong = plainly(coverage, names, figure(), "it", hours).filter((piece) => piece.strong);
  expect(strong.map((piece) => piece.text)).toEqual(["Padova", "21,2", "6,1", "9,1"]);
});

test("of a group it says so", () => {
  expect(text(coverage, names, figure({ group: "F" }), "it", hours)).toMatch(
    / ore al mese\. Solo per il gruppo F\.$/,
  );
  expect(text(coverage, names, figure({ group: "F" }), "en", hours)).toMatch(
    / hours a month\. Only for the group F\.$/,
  );
});

test("where a part of it is hidden, the plain sentence stands, and what is shown beside it", () => {
  const { need: _, ...without } = figure();
  expect(text(coverage, names, without, "it", hours)).toMatch(
    /^A Padova, nel 2022, .* 6,1 .*Accanto si legge: intensità.*, 9,1 ore al mese/,
  );
  const hidden = figure({
    beside: { indicator: "home-care-intensity", state: "withheld", why: "unreliable" },
  });
  expect(text(coverage, names, hidden, "it", hours)).not.toContain("ore");
});

test("a number that is too wide is said as between what and what, or not at all", () => {
  const beside = (low: number, high: number) =>
    figure({
      beside: { indicator: "home-care-intensity", state: "shown", value: 9.1, low, high },
    });
  expect(text(coverage, names, beside(7.93, 10.27), "it", hours)).toMatch(
    / 6,1, che ricevono tra 7,9 e 10,3 ore al mese\.$/,
  );
  expect(text(coverage, names, beside(7.93, 10.27), "en", hours)).toMatch(
    / 6\.1 at home, for between 7\.9 and 10\.3 hours a month\.$/,
  );
  expect(text(coverage, names, beside(4, 14.2), "it", hours)).toBe("");
  // over a point of a share, though not a tenth of it
  const wide = { value: 54, low: 52.4, high: 55.6 };
  expect(saidAs(wide, coverage)).toBe("between");
  expect(saidAs(wide, hours)).toBe("number");
  // where no decimal is dropped the sentence has the numbers of the column, each rounded by itself
  expect(between({ value: 73.7, low: 70.24, high: 77.02 }, 1, "it")).toBe("tra 70,2 e 77,0");
  expect(between({ value: 2750, low: 1034, high: 4467 }, 2, "it")).toBe("tra 1.000 e 4.500");
  expect(between({ value: 2750, low: 1034, high: 4467 }, 2, "en")).toBe("between 1,000 and 4,500");
});

test("there is no sentence where the figure beside it is not shown", () => {
  for (const state of ["interval", "withheld"] as const)
    expect(
      text(
        coverage,
        names,
        figure({
          beside: {
            ...{ indicator: "home-care-intensity", why: "unreliable", low: 0, high: 9 },
            state,
          },
        }),
        "it",
        hours,
      ),
    ).toBe("");
});

test("a total has in it what is too uncertain for a point", () => {
  const parts = { numerator: { value: 100, sd: 3 }, denominator: { value: 1000, sd: 0 } };
  const small: ComparedFigure = {
    ...{ member: "b", period: "2022", state: "interval", why: "unreliable", low: 0, high: 4 },
    ...{ numerator: { value: 20, sd: 9, uncertain: true }, denominator: { value: 1000, sd: 0 } },
    sentence: { it: "", en: "" },
  };
  const all = together(
    comparison(coverage, [figure({ member: "a", ...parts }), small]),
    "2022",
    undefined,
  );
  expect(all).toMatchObject({ members: 2, main: { value: 6 } });
});

test.each([
  [6.4, 1, "6,4"],
  [9.5, 1, "9,5"],
  [0.6, 1, "0,6"],
  [0.02, 1, "meno di 0,1"],
  [0, 1, "0,0"],
] as const)("%d is said as a person would", (value, decimals, said) =>
  expect(rounded(value, decimals, "it")).toBe(said),
);

const comparison = (indicator: Indicator, figures: readonly ComparedFigure[]): Comparison => ({
  ...{
    v: 1,
    indicator,
    level: "municipality",
    members: figures.map(({ member }) => member),
    periods: ["2022"],
    figures,
  },
  ...{ groupings: [], trends: [], sources: [], origin: "made", notes: [] },
});

/** A mean is divided by nothing that is shown. */
function mean(member: string, value: number, sd: number): ShownFigure {
  const { denominator: _, ...formed } = figure({ member, value, sd });
  return formed;
}

test("all together: numerators over denominators, hours by those who get them", () => {
  const a = figure({
    member: "a",
    numerator: { value: 100, sd: 3 },
    denominator: { value: 1000, sd: 0 },
  });
  const b = figure({
    member: "b",
    numerator: { value: 300, sd: 4 },
    denominator: { value: 3000, sd: 0 },
  });
  const [main, partner] = [
    comparison(coverage, [a, b]),
    comparison(hours, [mean("a", 12, 0.4), mean("b", 8, 0.3)]),
  ];
  const all = together(main, "2022", undefined, partner);
  // 400 of 4000; variance of the noise 9 + 16
  expect(all.main).toMatchObject({ value: 10, low: expect.closeTo(10 - (1.96 * 5) / 40, 3) });
  // (100·12 + 300·8) / 400 = 9; variance ((100·0.4)² + (300·0.3)² + (3·3)² + (1·4)²) / 400²
  expect(all.beside!.value).toBeCloseTo(9, 10);
  expect(all.beside!.high).toBeCloseTo(9 + (1.96 * Math.sqrt(1600 + 8100 + 81 + 16)) / 400, 3);
  expect(all.members).toBe(2);
  expect(together(main, "2022", undefined, comparison(named("known"), [])).beside).toBeUndefined();
});
