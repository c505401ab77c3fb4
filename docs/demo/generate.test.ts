import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type City, cities, cityOf } from "./cities.ts";
import { checkCharacter } from "./codice-fiscale.ts";
import { prestazioni, quartieri } from "./datasets.ts";
import { type Files, generate } from "./generate.ts";
import { type Person, persons } from "./persons.ts";
import { residentsBetween, thirdSectorBodies } from "./public-tables.ts";

const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const people = new Map<City, Person[]>(cities.map((city) => [city, persons(city)]));
const files = new Map<City, Files>(cities.map((city) => [city, generate(city)]));
const everyone = [...people.values()].flat();

function lines(city: City, name: keyof Files): string[] {
  const { encoding } = city.writing;
  const text = new TextDecoder(encoding === "latin-1" ? "latin1" : encoding).decode(
    files.get(city)![name],
  );
  return text.trimEnd().split(city.writing.newline);
}

/** What a table of the first question would show for those of 75 to 84. */
function first(city: City) {
  const old = people.get(city)!.filter(({ age }) => age >= 75 && age <= 84);
  const hours = old
    .map(({ grants }) => grants.reduce((sum, { hours: own = 0 }) => sum + own, 0))
    .filter((own) => own > 0);
  const residents = residentsBetween(city.id, 75, 84);
  return {
    known: old.length / residents,
    helped: hours.length / residents,
    hours: hours.reduce((sum, own) => sum + own, 0) / hours.length,
  };
}

describe("persons", () => {
  test("between 60,000 and 90,000 have a benefit, most of them one", () => {
    expect(everyone.length).toBeGreaterThan(60_000);
    expect(everyone.length).toBeLessThan(90_000);
    const several = everyone.filter(
      ({ grants }) => new Set(grants.map(({ benefit }) => benefit)).size > 1,
    ).length;
    expect(several / everyone.length).toBeGreaterThan(0.05);
    expect(several / everyone.length).toBeLessThan(0.3);
    expect(
      everyone.some(
        ({ grants }) => grants.filter(({ benefit }) => benefit === "A2.07").length === 2,
      ),
    ).toBe(true);
  });

  test.each(cities)("habits of $name show in its figures", (city) => {
    const { known, helped, hours } = first(city);
    expect(known).toBeGreaterThan(0.15);
    expect(known).toBeLessThan(0.26);
    expect(helped).toBeGreaterThan(0.035);
    expect(helped).toBeLessThan(0.085);
    expect(hours).toBeGreaterThan(5);
    expect(hours).toBeLessThan(16);
  });

  test("whoever helps more people gives each of them fewer hours", () => {
    const seen = cities.map(first);
    const mean = (of: (one: (typeof seen)[number]) => number) =>
      seen.reduce((sum, one) => sum + of(one), 0) / seen.length;
    const [helped, hours] = [mean((one) => one.helped), mean((one) => one.hours)];
    const covariance = mean((one) => (one.helped - helped) * (one.hours - hours));
    const spread = Math.sqrt(
      mean((one) => (one.helped - helped) ** 2) * mean((one) => (one.hours - hours) ** 2),
    );
    expect(covariance / spread).toBeLessThan(-0.9);
  });

  test("each has a tax code of their own, with the right check character", () => {
    expect(
      everyone.every(({ code }) =>
        /^[A-Z]{6}[\dL-V]{2}[A-Z][\dL-V]{2}[A-Z][\dL-V]{3}[A-Z]$/.test(code),
      ),
    ).toBe(true);
    expect(everyone.every(({ code }) => checkCharacter(code.slice(0, 15)) === code[15])).toBe(true);
    for (const here of people.values())
      expect(new Set(here.map(({ code }) => code)).size).toBe(here.length);
  });

  test("home care keeps to its bounds, and nothing begins before birth", () => {
    const day = ({ year, month, day }: { year: number; month: number; day: number }) =>
      (year * 100 + month) * 100 + day;
    for (const [city, here] of people)
      for (const { grants, born } of here) {
        expect(grants.reduce((sum, { hours = 0 }) => sum + hours, 0)).toBeLessThanOrEqual(30);
        expect(grants.reduce((sum, { cost = 0 }) => sum + cost, 0)).toBeLessThanOrEqual(
          city.habits.ceiling + 0.01,
        );
        expect(grants.every(({ start }) => day(start) >= day(born))).toBe(true);
      }
  });
});

describe("files", () => {
  test("the same seed gives the same bytes", () => {
    for (const city of cities)
      for (const [name, bytes] of Object.entries(generate(city)))
        expect(digest(bytes)).toBe(digest(files.get(city)![name as keyof Files]));
  });

  test.each(cities)(
    "$name: the descriptor's columns are there, and under one row in a hundred is broken",
    (city) => {
      const [header, ...rows] = lines(city, "prestazioni-2022.csv");
      const { dimensions, file } = prestazioni(city);
      expect(file.format === "csv" && file.encoding).toBe(city.writing.encoding);
      expect(dimensions.every(({ column }) => header!.split(";").includes(column))).toBe(true);
      const broken = rows.filter((row) => {
        const cells = row.replace(/"[^"]*"/g, "").split(";");
        const noHours = cells[9] === "A2.07" && cells[11] === "";
        return (
          cells.length !== 14 ||
          !/^[FM]$/.test(cells[4]!) ||
          noHours ||
          /00\/00|3[01]\/02|31\/04/.test(row)
        );
      });
      expect(broken.length / rows.length).toBeGreaterThan(0.002);
      expect(broken.length / rows.length).toBeLessThan(0.01);
    },
  );

  test.each(cities)("$name: quarters are read back, but for about two in a hundred", (city) => {
    const rows = lines(city, "prestazioni-2022.csv").slice(1);
    const { map, codes } = quartieri(city).dimensions.find(({ id }) => id === "district")!;
    const unknown = rows.filter((row) => !(row.replace(/"[^"]*"/g, "").split(";")[7]! in map!));
    expect(Object.values(map!).every((code) => (codes as readonly string[]).includes(code))).toBe(
      true,
    );
    expect(unknown.length / rows.length).toBeGreaterThan(0.01);
    expect(unknown.length / rows.length).toBeLessThan(0.03);
  });

  test("one city writes in capitals, two in an old encoding", () => {
    expect(lines(cityOf("IT-035033"), "prestazioni-2022.csv")[1]).toMatch(
      /^[A-ZÀ-Ý' "]+;[A-ZÀ-Ý ]+;/,
    );
    for (const id of ["IT-003106", "IT-029041"])
      expect(() =>
        new TextDecoder("utf-8", { fatal: true }).decode(
          files.get(cityOf(id))!["prestazioni-2022.csv"],
        ),
      ).toThrow(TypeError);
    expect(
      lines(cityOf("IT-029041"), "prestazioni-2022.csv").some((row) => row.includes("D’Angelo")),
    ).toBe(true);
  });

  test.each(cities)("$name: the map has as many third-sector bodies as there are", (city) => {
    const rows = lines(city, "mappa-2022.csv").slice(1);
    expect(rows.filter((row) => row.split(";")[3] === "Ente del Terzo settore").length).toBe(
      thirdSectorBodies(city.id),
    );
  });
});
