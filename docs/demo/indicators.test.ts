import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { codesOf } from "../../functions/disclosure/axes.ts";
import { fieldsOf } from "../../functions/disclosure/fields.ts";
import { planRelease } from "../../functions/disclosure/release-plan.ts";
import { sentenceOf } from "../../functions/indicators/compare/sentences.ts";
import type { Descriptor } from "../../schemas/descriptor.ts";
import { Indicator, type IndicatorPart, Theme } from "../../schemas/indicator.ts";
import { yearOf } from "../../schemas/period.ts";
import type { Measure } from "../../schemas/query.ts";
import { cities, cityOf } from "./cities.ts";
import { datasets, descriptorsOf, theme } from "./datasets.ts";
import { citiesOf, sizeOf, themeFile, themes, themesOf } from "./themes.ts";

const read = (folder: string) => {
  const from = new URL(`${folder}/`, import.meta.url);
  return readdirSync(from).map((name) => ({
    name,
    value: JSON.parse(readFileSync(new URL(name, from), "utf8")),
  }));
};
const indicators = read("indicators").map(({ name, value }) => ({
  name,
  indicator: Indicator.parse(value),
}));
const partsOf = ({ numerator, denominator, need }: Indicator): IndicatorPart[] =>
  [numerator, denominator, need?.need, need?.reached].filter((part) => part !== undefined);
/** Every field that a measure is read from. */
const fieldsIn = (measure: Measure): string[] => {
  if ("count" in measure) return [measure.count];
  if ("share" in measure) return [measure.share, measure.over];
  if ("quantile" in measure) return [measure.quantile];
  return ["sum" in measure ? measure.sum : measure.mean];
};
const everything = datasets();
const owners = (part: IndicatorPart): Descriptor[] =>
  everything
    .filter(
      ({ member, descriptor }) =>
        descriptor.id === part.dataset && (part.member === undefined || member === part.member),
    )
    .map(({ descriptor }) => descriptor);

describe("indicators", () => {
  test("twenty at least, each theme with its own, under the name of their file", () => {
    expect(indicators.length).toBeGreaterThanOrEqual(20);
    expect(new Set(indicators.map(({ indicator }) => indicator.theme))).toEqual(
      new Set(Theme.options),
    );
    for (const { name, indicator } of indicators) expect(name).toBe(`${indicator.id}.json`);
  });

  test("whom a city already knows is never need: need has a source of its own, or is a part that asked", () => {
    for (const { name, indicator } of indicators) {
      const { need } = indicator;
      if (need === undefined || need.kind === "known") continue;
      const everybody = need.need.dataset === need.reached.dataset && "count" in need.need.measure;
      expect(everybody && Object.keys(need.need.where).length === 0, name).toBe(false);
    }
  });

  test("what is read beside another is there", () => {
    const ids = new Set(indicators.map(({ indicator }) => indicator.id));
    for (const { indicator } of indicators)
      if (indicator.beside) expect(ids).toContain(indicator.beside);
    expect(
      indicators
        .filter(({ indicator }) => indicator.coverage)
        .every(({ indicator }) => indicator.beside !== undefined),
    ).toBe(true);
  });

  test.each(indicators)(
    "$name asks for fields, codes and periods that its datasets have",
    ({ indicator }) => {
      for (const part of partsOf(indicator)) {
        const found = owners(part);
        // one city alone has nobody to be compared with
        expect(found.length).toBeGreaterThan(part.member === undefined ? 1 : 0);
        for (const descriptor of found) {
          const fields = fieldsOf(descriptor).map(({ id }) => id);
          const banded = descriptor.fields
            .filter(({ kind }) => kind === "bands")
            .map(({ id }) => id);
          for (const measure of [part.measure, ...part.plus])
            for (const id of fieldsIn(measure))
              expect("quantile" in measure ? banded : fields).toContain(id);
          for (const [id, codes] of Object.entries(part.where)) {
            const tree = descriptor.dimensions.find((dimension) => dimension.id === id)!.codes;
            expect(codesOf(tree as Exclude<typeof tree, string>)).toEqual(
              expect.arrayContaining(codes),
            );
          }
          if (part.period) expect(Object.keys(descriptor.policy.calendar)).toContain(part.period);
        }
      }
    },
  );

  test("of a standardised one, the classes are codes of both parts", () => {
    for (const { indicator } of indicators)
      for (const part of indicator.standard ? partsOf(indicator) : [])
        for (const descriptor of owners(part)) {
          const tree = descriptor.dimensions.find(
            ({ id }) => id === indicator.standard!.dimension,
          )!.codes;
          expect(codesOf(tree as Exclude<typeof tree, string>)).toEqual(
            expect.arrayContaining(Object.keys(indicator.standard!.weights)),
          );
        }
  });

  test("residents are never a source for need, and data that is made is not called real", () => {
    const origins = (indicator: Indicator) =>
      new Set(
        partsOf(indicator)
          .flatMap(owners)
          .map(({ origin }) => origin),
      );
    for (const { indicator } of indicators) {
      for (const part of indicator.need ? [indicator.need.need, indicator.need.reached] : [])
        expect(part.dataset).not.toBe("residenti");
      const found = origins(indicator);
      expect(indicator.origin).toBe(found.size > 1 ? "mixed" : [...found][0]);
    }
  });

  test("sentences name the city and its figure, in both languages", () => {
    for (const { indicator } of indicators)
      for (const text of [indicator.sentence.it, indicator.sentence.en]) {
        expect(text).toMatch(/^\{place\}/);
        expect(text).toContain("{value}");
        expect([...text.matchAll(/\{(\w+)\}/g)].map(([, id]) => id)).toSatisfy((ids: string[]) =>
          ids.every((id) =>
            ["place", "name", "value", "period", "numerator", "denominator"].includes(id),
          ),
        );
      }
  });

  test("where a source for need is at hand, need, reached and gap go with the figure", () => {
    const sources = ["lavoro-povero", "marginalita", "accesso"];
    const shares = indicators.filter(
      ({ indicator: { numerator, denominator, place } }) =>
        place === "output" &&
        sources.includes(numerator.dataset) &&
        denominator?.dataset === numerator.dataset,
    );
    expect(shares.map(({ indicator }) => indicator.id).sort()).toEqual([
      "national-measure",
      "plan-made",
      "working-poor-known",
    ]);
    // of homeless people those in contact are counted, which is whom the city knows
    for (const { indicator } of shares)
      expect(indicator.need?.kind, indicator.id).toBe(
        indicator.id === "national-measure" ? "known" : "need",
      );
    // reached is a part of need: every restriction of need is one of reached too
    for (const { indicator } of indicators)
      if (indicator.need) {
        const { need, reached } = indicator.need;
        expect(reached.dataset).toBe(need.dataset);
        for (const [dimension, codes] of Object.entries(need.where))
          expect(codes).toEqual(expect.arrayContaining(reached.where[dimension] ?? [""]));
      }
  });

  test("sentences can be spoken: of a town, a region, a province and a body, with any number", () => {
    const places = new Map([
      ["IT-034027", { it: "Parma", en: "Parma" }],
      ["IT-066049", { it: "L'Aquila", en: "L'Aquila" }],
      ["11", { it: "Marche", en: "Marche" }],
      ["098", { it: "Lodi", en: "Lodi" }],
      ["inps", { it: "INPS", en: "INPS" }],
    ]);
    for (const { indicator } of indicators)
      for (const member of places.keys())
        for (const value of [8, 11, 80.4, 8000]) {
          const estimate = { value, low: value - 1, high: value + 1 };
          const spoken = sentenceOf(indicator, places, {
            member,
            period: "2022",
            value: estimate,
            numerator: estimate,
            denominator: { value: 100, low: 100, high: 100 },
          });
          for (const text of Object.values(spoken)) {
            expect(text).toMatch(/^\p{Lu}.*\.$/u);
            expect(text).not.toMatch(/[{}]| {2}| ,|undefined|NaN/);
          }
          expect(spoken.it).not.toMatch(
            /\b(il|lo|la|del|dello|della|al|dal|nel|sul|un) (8|11|80)\b/i,
          );
          expect(spoken.it).not.toMatch(/^A (A|L'|Marche|INPS)/);
        }
  });

  test("practice cards hang on indicators and on cities that have their data", () => {
    const cards = read("practices").map(
      ({ value }) => value as { member: string; indicator: string },
    );
    expect(cards.length).toBeGreaterThan(3);
    for (const { member, indicator } of cards) {
      const { numerator } = indicators.find((one) => one.indicator.id === indicator)!.indicator;
      expect(descriptorsOf(cityOf(member)).map(({ id }) => id)).toContain(numerator.dataset);
    }
  });
});

describe("themes", () => {
  const of2022 = ({ policy }: Descriptor) =>
    Object.entries(policy.calendar).filter(([period]) => yearOf(period) === "2022");
  const pairs = cities.flatMap((city) =>
    themesOf(city).map((id) => ({ name: city.name, city, id })),
  );

  test("each in two cities at least, with 300 to 3,000 subjects", () => {
    for (const id of themes) expect(citiesOf(id).length).toBeGreaterThanOrEqual(2);
    for (const { city, id } of pairs) {
      expect(sizeOf(id, city, 2022)).toBeGreaterThanOrEqual(300);
      expect(sizeOf(id, city, 2022)).toBeLessThanOrEqual(3000);
    }
  });

  test.each(pairs)(
    "$name $id: 5 points, at most three dimensions and two units of loss, and the columns of its file",
    ({ city, id }) => {
      const descriptor = theme(city, id);
      expect(descriptor.policy.advantage).toBe(5);
      expect(descriptor.dimensions.length).toBeLessThanOrEqual(3);
      const groups = new Map(fieldsOf(descriptor).map(({ group, units }) => [group, units]));
      expect([...groups.values()].reduce((sum, units) => sum + units, 0)).toBeLessThanOrEqual(2);
      for (const [period, days] of of2022(descriptor)) {
        const counts = planRelease(descriptor, period).fields.filter(
          ({ released }) => released.kind === "count",
        );
        for (const { released } of counts) {
          expect(Math.sqrt(released.variance)).toBeGreaterThan(6);
          // two releases of one period share its points
          expect(Math.sqrt(released.variance)).toBeLessThan(14 * Math.sqrt(days.length));
        }
      }
      const { encoding } = city.writing;
      const [header] = new TextDecoder(encoding === "latin-1" ? "latin1" : encoding)
        .decode(themeFile(city, id))
        .split(/\r?\n/);
      const columns = [
        ...descriptor.dimensions.map(({ column }) => column),
        ...descriptor.subject!.columns,
        descriptor.subject!.start!,
      ];
      expect(header!.split(";")).toEqual(expect.arrayContaining(columns));
    },
  );

  test("all that a city publishes of one year stays under its ceiling of 15 points", () => {
    for (const city of cities) {
      const mu2 = descriptorsOf(city)
        .filter(({ policy }) => policy.method === "lattice")
        .flatMap((descriptor) =>
          of2022(descriptor).map(
            ([period, days]) => planRelease(descriptor, period).mu2 * days.length,
          ),
        )
        .reduce((sum, one) => sum + one, 0);
      // 15 points: μ = 2·Φ⁻¹(0.65) = 0.7706
      expect(Math.sqrt(mu2)).toBeLessThan(0.7706);
      if (city.name === "Parma") expect(Math.sqrt(mu2)).toBeCloseTo(2 * 0.3095, 2);
      if (city.name === "Novara") expect(Math.sqrt(mu2)).toBeCloseTo(2 * 0.3783, 2);
    }
  });

  test("the same seed gives the same bytes", () => {
    for (const { city, id } of pairs)
      expect(Buffer.from(themeFile(city, id)).equals(Buffer.from(themeFile(city, id)))).toBe(true);
  });

  test("Padova's participants fall by 60 % in three years, Bergamo's do not", () => {
    const fall = (id: string) =>
      1 - sizeOf("attivita", cityOf(id), 2022) / sizeOf("attivita", cityOf(id), 2020);
    expect(fall("IT-028060")).toBeCloseTo(0.6, 10);
    expect(fall("IT-016024")).toBeLessThan(0);
  });
});
