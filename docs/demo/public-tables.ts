/** The real figures that the generator draws from: our own small tables under public/. */
import { readFileSync } from "node:fs";
import type { Bilingual } from "../../schemas/words.ts";

const table = (name: string): string[][] =>
  readFileSync(new URL(`public/${name}`, import.meta.url), "utf8")
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","));

const memberOf = (istat: string): string => `IT-${istat}`;

const residents = new Map<string, number[]>();
for (const [istat, , age, count] of table("residenti-2022.csv")) {
  const ages = residents.get(memberOf(istat!)) ?? [];
  ages[Number(age)] = Number(count);
  residents.set(memberOf(istat!), ages);
}
const bodies = new Map(
  table("enti-2022.csv").map(([istat, , , thirdSector]) => [memberOf(istat!), Number(thirdSector)]),
);

/** A row of a table, by the names of its columns. */
function records(name: string): Record<string, string>[] {
  const [header, ...rows] = readFileSync(new URL(`public/${name}`, import.meta.url), "utf8")
    .trimEnd()
    .split("\n");
  const columns = header!.split(",");
  return rows.map((row) =>
    Object.fromEntries(row.split(",").map((value, at) => [columns[at]!, value])),
  );
}

/** Provinces with their regions and NUTS codes, of 2023. */
export const provinces = (): Record<string, string>[] => records("province-2023.csv");
/** The share of each municipality in the food aid of 2020. */
export const foodAid = (): Record<string, string>[] => records("solidarieta-2020.csv");
/** ISTAT codes that ended since 1991, and the code that the same municipality has now; none where it is no more. */
export const changedCodes = (): Record<string, string>[] => records("codici-cambiati.csv");

/** Names of regions, provinces and municipalities, by their codes. */
export function placeNames(): Map<string, Bilingual> {
  const named = (name: string): Bilingual => ({ it: name, en: name });
  const names = new Map<string, Bilingual>([["IT", { it: "Italia", en: "Italy" }]]);
  for (const { codice, provincia, codice_regione, regione } of provinces())
    names.set(codice!, named(provincia!)).set(codice_regione!, named(regione!));
  for (const { codice, comune } of foodAid()) names.set(codice!, named(comune!));
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
    records("superficie-2026.csv").map(({ codice, superficie_km2 }) => [
      codice!,
      Number(superficie_km2),
    ]),
  );
  const aid = new Map(
    foodAid().map((row) => [row.codice!, Number(row.quota_b) / Number(row.residenti)]),
  );
  return Object.fromEntries(
    [...residents.keys()].map((id) => {
      const all = residentsBetween(id, 0, 99);
      return [
        id,
        {
          residents: all,
          ageing: residentsBetween(id, 65, 99) / all,
          density: all / areas.get(id)!,
          lowIncome: aid.get(id)!,
        },
      ];
    }),
  );
}

/** Third-sector bodies in the 5 per thousand of 2022. */
export const thirdSectorBodies = (id: string): number => bodies.get(id) ?? 0;
