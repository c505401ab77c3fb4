/** The real figures that the generator draws from: our own small tables under public/. */
import { readFileSync } from "node:fs";

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
const bodies = new Map(table("enti-2022.csv").map(([istat, , , thirdSector]) => [memberOf(istat!), Number(thirdSector)]));

/** Residents of 1 January 2022 by single year of age, 0 to 99, of one of the ten cities of the table. */
export const residentsByAge = (id: string): readonly number[] => residents.get(id) ?? [];

/** Residents from one age to another, both included. */
export const residentsBetween = (id: string, from: number, to: number): number =>
  residentsByAge(id)
    .slice(from, to + 1)
    .reduce((sum, count) => sum + count, 0);

/** Third-sector bodies in the 5 per thousand of 2022. */
export const thirdSectorBodies = (id: string): number => bodies.get(id) ?? 0;
