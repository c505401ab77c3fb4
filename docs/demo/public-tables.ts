/** The real figures that the generator draws from: our own small tables under public/. */
import { readFileSync } from "node:fs";
import * as z from "zod";
import { found } from "../../schemas/found.ts";
import type { Bilingual } from "../../schemas/words.ts";

/** The rows of a table, by the names of its columns; throws where it has others. */
function records<Column extends string>(
  name: string,
  columns: readonly Column[],
): Record<Column, string>[] {
  const [header, ...rows] = readFileSync(new URL(`public/${name}`, import.meta.url), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
  if (header?.join() !== columns.join()) throw new Error(`${name} has other columns`);
  const Row = z.record(z.enum(columns), z.string());
  return rows.map((row) => Row.parse(Object.fromEntries(columns.map((one, at) => [one, row[at]]))));
}

const memberOf = (istat: string): string => `IT-${istat}`;

const residents = new Map<string, number[]>();
for (const row of records("residenti-2022.csv", ["codice_istat", "comune", "eta", "residenti"])) {
  const member = memberOf(row.codice_istat);
  const ages = residents.get(member) ?? [];
  ages[Number(row.eta)] = Number(row.residenti);
  residents.set(member, ages);
}
const bodies = new Map(
  records("enti-2022.csv", ["codice_istat", "comune", "enti", "terzo_settore"]).map(
    ({ codice_istat, terzo_settore }) => [memberOf(codice_istat), Number(terzo_settore)],
  ),
);

/** Provinces with their regions and NUTS codes, of 2023. */
export const provinces = () =>
  records("province-2023.csv", [
    "codice",
    "provincia",
    "sigla",
    "nuts3",
    "codice_regione",
    "regione",
    "nuts2",
  ]);
/** The share of each municipality in the food aid of 2020. */
export const foodAid = () =>
  records("solidarieta-2020.csv", ["codice", "comune", "residenti", "quota_a", "quota_b"]);
/** ISTAT codes that ended since 1991, and the code that the same municipality has now; none where it is no more. */
export const changedCodes = () =>
  records("codici-cambiati.csv", ["codice", "codice_ora", "fine", "comune"]);

/** Names of regions, provinces and municipalities, by their codes. */
export function placeNames(): Map<string, Bilingual> {
  const named = (name: string): Bilingual => ({ it: name, en: name });
  const names = new Map<string, Bilingual>([["IT", { it: "Italia", en: "Italy" }]]);
  for (const { codice, provincia, codice_regione, regione } of provinces())
    names.set(codice, named(provincia)).set(codice_regione, named(regione));
  for (const { codice, comune } of foodAid()) names.set(codice, named(comune));
  return names;
}

/** Residents of 1 January 2022 by single year of age, 0 to 99, of one of the ten cities of the table. */
export const residentsByAge = (id: string): readonly number[] => residents.get(id) ?? [];

/** Residents from one age to another, both included. */
export const residentsBetween = (id: string, from: number, to: number): number =>
  residentsByAge(id)
    .slice(from, to + 1)
    .reduce((sum, count) => sum + count, 0);

/**
 * What a city does not choose, from public figures: residents, share of 65 and over, residents a square kilometre, and, in place of
 * income, the share of the food aid of 2020 that was given for low income (EUR a resident; 0 where income is above the mean).
 */
export function contexts(): Record<string, Record<string, number>> {
  const areas = new Map(
    records("superficie-2026.csv", ["codice", "comune", "superficie_km2"]).map(
      ({ codice, superficie_km2 }) => [codice, Number(superficie_km2)],
    ),
  );
  const aid = new Map(
    foodAid().map((row) => [row.codice, Number(row.quota_b) / Number(row.residenti)]),
  );
  return Object.fromEntries(
    [...residents.keys()].map((id) => {
      const all = residentsBetween(id, 0, 99);
      return [
        id,
        {
          residents: all,
          ageing: residentsBetween(id, 65, 99) / all,
          density: all / found(areas.get(id)),
          lowIncome: found(aid.get(id)),
        },
      ];
    }),
  );
}

/** Third-sector bodies in the 5 per thousand of 2022. */
export const thirdSectorBodies = (id: string): number => bodies.get(id) ?? 0;
