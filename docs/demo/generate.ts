/**
 * The files of a city, as its software would export them: `node docs/demo/generate.ts FOLDER` writes all eight cities. Persons and
 * services come from persons.ts and supply.ts; here they are written down, with the faults that real exports have.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { found } from "../../schemas/found.ts";
import { type City, cities } from "./cities.ts";
import { descriptorsOf } from "./datasets.ts";
import { unlisted } from "./names.ts";
import { type Grant, type Person, persons, YEAR, YEARS } from "./persons.ts";
import { pick, type Random, random } from "./random.ts";
import { supply } from "./supply.ts";
import { themeFile, themesOf } from "./themes.ts";
import { cell, date, decimal, encode, quarterAs } from "./writing.ts";

const COLUMNS =
  "COGNOME;NOME;COD_FISCALE;DATA_NASCITA;SESSO;CITTADINANZA;INDIRIZZO;QUARTIERE;ANNO;COD_PRESTAZIONE;DATA_INIZIO;ORE_MESE;COSTO_ANNO;CONTRIBUTO_ANNO";
const SUPPLY_COLUMNS =
  "DENOMINAZIONE;AREA;TARGET;TIPO_ENTE;FINANZIAMENTO;POSTI;ORE_VOLONTARI;QUARTIERE;ANNO";

export interface Files {
  readonly "prestazioni-2022.csv": Uint8Array;
  readonly "mappa-2022.csv": Uint8Array;
}

/** Both files of a city. The same city gives the same bytes, always. */
export const generate = (city: City): Files => ({
  "prestazioni-2022.csv": encode([COLUMNS, ...benefitRows(city)], city),
  "mappa-2022.csv": encode([SUPPLY_COLUMNS, ...supplyRows(city)], city),
});

/** Benefits of one year. */
export const benefitsFile = (city: City, year: number): Uint8Array =>
  encode([COLUMNS, ...benefitRows(city, year)], city);

interface File {
  readonly dataset: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Everything that a city publishes, by the name of its file: benefits of three years, the last one by district too where it has that, the map, its own themes. */
export function allFiles(city: City): File[] {
  const benefits = YEARS.map((year) => ({
    dataset: "prestazioni",
    name: `prestazioni-${year}.csv`,
    bytes: benefitsFile(city, year),
  }));
  const byDistrict = descriptorsOf(city)
    .filter(({ id }) => id === "quartieri")
    .map(({ id }) => ({
      dataset: id,
      name: `${id}-${YEAR}.csv`,
      bytes: found(benefits.at(-1)).bytes,
    }));
  return [
    ...benefits,
    ...byDistrict,
    {
      dataset: "mappa",
      name: `mappa-${YEAR}.csv`,
      bytes: encode([SUPPLY_COLUMNS, ...supplyRows(city)], city),
    },
    ...themesOf(city).map((theme) => ({
      dataset: theme,
      name: `${theme}.csv`,
      bytes: themeFile(city, theme),
    })),
  ];
}

function benefitRows(city: City, year: number = YEAR): string[] {
  const draw = random(`tavolo demonstration 1 ${city.id} writing ${year}`);
  return persons(city, year)
    .flatMap((person) => person.grants.map((grant) => ({ person, grant, order: draw() })))
    .sort((a, b) => a.order - b.order)
    .map(({ person, grant }) => benefitRow(draw, city, person, grant, year));
}

function benefitRow(draw: Random, city: City, person: Person, grant: Grant, year: number): string {
  const { capitals, thousands } = city.writing;
  const text = (value: string) => cell(capitals ? value.toUpperCase() : value);
  const district = grant.district ?? person.district;
  const cells = [
    text(person.surname),
    text(person.name),
    person.code,
    date(person.born),
    person.sex,
    text(draw() < 0.002 ? pick(draw, unlisted) : person.country),
    text(draw() < 0.03 ? `${person.address}; int. ${1 + Math.floor(draw() * 9)}` : person.address),
    cell(draw() < 0.02 ? pick(draw, ["FUORI COMUNE", "N.D.", "99"]) : quarterAs(district, city)),
    String(year),
    // A code that the demonstration has no name for: other services of the city's own.
    grant.benefit === "other" ? pick(draw, ["A2.01", "A2.02", "A1.06", "A1.20"]) : grant.benefit,
    date(grant.start),
    decimal(grant.hours, thousands),
    decimal(grant.cost, thousands),
    decimal(grant.paid, thousands),
  ];
  return (draw() < 0.006 ? spoil(draw, cells, grant, year) : cells).join(";");
}

/** One fault of those that real exports have. Hours go missing only where there were any. */
function spoil(draw: Random, cells: readonly string[], { hours }: Grant, year: number): string[] {
  const faults: readonly ((row: readonly string[]) => string[])[] = [
    (row) => row.with(3, pick(draw, ["31/02/1944", "00/00/0000", "30/02/1961"])),
    (row) => row.with(10, `31/04/${year}`),
    (row) => row.with(4, pick(draw, ["X", "?", "1"])),
    (row) => row.slice(0, -1),
    (row) => [...row, ""],
    ...(hours === undefined
      ? []
      : [
          (row: readonly string[]) => row.with(11, ""),
          (row: readonly string[]) => row.with(11, ""),
        ]),
  ];
  return pick(draw, faults)(cells);
}

function supplyRows(city: City): string[] {
  const draw = random(`tavolo demonstration 1 ${city.id} writing mappa ${YEAR}`);
  return supply(city).map(
    ({ number, area, target, kind, funding, places, volunteerHours, district }) => {
      const name = `${kind} ${city.name} ${number}`;
      const quarter = draw() < 0.03 ? "Tutta la città" : quarterAs(district, city);
      return [
        cell(name),
        area,
        target,
        kind,
        funding,
        places,
        volunteerHours,
        cell(quarter),
        YEAR,
      ].join(";");
    },
  );
}

/** Writes a folder a city: its files, and the descriptors that say how to read them. */
function writeAll(folder: string): void {
  for (const city of cities) {
    const files = allFiles(city);
    mkdirSync(join(folder, city.id), { recursive: true });
    for (const { name, bytes } of files) writeFileSync(join(folder, city.id, name), bytes);
    for (const descriptor of descriptorsOf(city))
      writeFileSync(
        join(folder, city.id, `${descriptor.id}.json`),
        `${JSON.stringify(descriptor, null, 2)}\n`,
      );
    console.log(
      `${city.id} ${city.name}: ${files.map(({ name, bytes }) => `${name} ${Math.round(bytes.length / 1000)} kB`).join(", ")}`,
    );
  }
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) throw new Error("usage: node docs/demo/generate.ts FOLDER");
  writeAll(folder);
}
