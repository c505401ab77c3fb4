/** The persons of a city and what they have in a year, drawn from the marginals. Pure: a city in, its invented persons out. */
import { found } from "../../schemas/found.ts";
import { type City, habitsIn } from "./cities.ts";
import { codiceFiscale, type Identity } from "./codice-fiscale.ts";
import { type Benefit, further, lasting, paid, type Rate, rates, twice } from "./marginals.ts";
import { type Country, countries, elsewhere, italy, streets } from "./names.ts";
import { residentsByAge } from "./public-tables.ts";
import { bell, between, pick, type Random, random, weighted } from "./random.ts";

/** The last of the three years, and the one that everything else is of. */
export const YEAR = 2022;
export const YEARS = [2020, 2021, YEAR] as const;

export interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

export interface Person extends Identity {
  readonly code: string;
  readonly age: number;
  readonly citizenship: Country["citizenship"];
  readonly country: string;
  readonly address: string;
  readonly district: string;
  readonly grants: readonly Grant[];
}

/** One row: a benefit that begins on a day. `hours` a month and `cost` a year for home care; `paid` a year for cash. */
export interface Grant {
  readonly benefit: Benefit;
  readonly start: Day;
  readonly hours?: number;
  readonly cost?: number;
  readonly paid?: number;
  /** Where the person lived when it began, if elsewhere in the city. */
  readonly district?: string;
}

/** Everybody in a city who has at least one benefit in the year, in the order of their ages. Each year is drawn by itself. */
export function persons(home: City, year: number = YEAR): Person[] {
  const city = { ...home, habits: habitsIn(home, year) };
  const draw = random(`tavolo demonstration 1 ${city.id} prestazioni ${year}`);
  const residents = residentsByAge(city.id);
  const taken = new Set<string>();
  const all: Person[] = [];
  for (const rate of rates(city)) {
    for (let age = rate.from; age <= rate.to; age++) {
      const alive = residents[age] ?? 0;
      for (let resident = 0; resident < alive; resident++) {
        const chance = draw();
        if (chance >= rate.home + rate.elsewhere) continue;
        const first = chance < rate.home ? "A2.07" : weighted(draw, rate.mix);
        const person = invent(draw, city, rate, age, first, taken, year);
        taken.add(person.code);
        all.push(person);
      }
    }
  }
  return all;
}

function invent(
  draw: Random,
  city: City,
  rate: Rate,
  age: number,
  first: Benefit,
  taken: ReadonlySet<string>,
  year: number,
): Person {
  const sex = draw() < rate.women ? "F" : "M";
  const country = stateOf(draw, rate, city.habits.foreign);
  // Age is reached on 31 December. Whoever is born within the year is born in its first half, so that a benefit can follow.
  const born = {
    year: year - age,
    month: between(draw, 1, age === 0 ? 6 : 12),
    day: between(draw, 1, 28),
  };
  const identity = {
    surname: pick(draw, country.surnames),
    name: pick(draw, country[sex]),
    sex,
    born,
    place: birthplace(draw, city, country, age),
  } as const;
  const district = quarter(draw, city);
  return {
    ...identity,
    code: codiceFiscale(identity, taken),
    age,
    citizenship: country.citizenship,
    country: country.name,
    address: `${pick(draw, streets)}, ${between(draw, 1, 180)}`,
    district,
    grants: benefitsOf(draw, city, first).flatMap((benefit) =>
      grantsOf(draw, city, benefit, age, year),
    ),
  };
}

function stateOf(draw: Random, { eu, nonEu }: Rate, foreign: number): Country {
  const chance = draw();
  if (chance >= (eu + nonEu) * foreign) return italy;
  const citizenship = chance < eu * foreign ? "EU" : "other";
  // Squared, so that the first states of the list are the most frequent.
  const states = countries.filter((one) => one.citizenship === citizenship);
  return found(states[Math.floor(draw() ** 2 * states.length)]);
}

function birthplace(draw: Random, city: City, country: Country, age: number): string {
  const here = draw() < (country === italy || age < 12 ? 0.75 : 0.02);
  if (here) return city.cadastral;
  return country === italy ? pick(draw, elsewhere) : country.place;
}

/** The first quarters of the list are bigger than the last: how many live in each is not known here. */
const quarter = (draw: Random, city: City): string =>
  found(city.districts[Math.floor(draw() ** 1.3 * city.districts.length)]);

function benefitsOf(draw: Random, city: City, first: Benefit): Benefit[] {
  const others = Object.entries(further[first] ?? {}) as [Benefit, number][];
  if (first === "A2.07") others.unshift(["A2.08", city.habits.integrated]);
  return [first, ...others.filter(([, share]) => draw() < share).map(([benefit]) => benefit)];
}

function grantsOf(draw: Random, city: City, benefit: Benefit, age: number, year: number): Grant[] {
  const start = startOf(draw, benefit, age, year);
  const again = draw() < (twice[benefit] ?? 0);
  const moved = draw() < 0.015 ? { district: quarter(draw, city) } : {};
  if (benefit === "A2.07")
    return homeCare(draw, city, start, again, year).map((grant) => ({ ...grant, ...moved }));
  const mean = paid[benefit];
  const grant = (): Grant => ({
    benefit,
    start,
    ...moved,
    ...(mean === undefined ? {} : { paid: cents(mean * spread(draw)) }),
  });
  return again ? [grant(), { ...grant(), start: startOf(draw, benefit, age, year) }] : [grant()];
}

/** A user's hours, in one package or in two (weekdays and weekends) that add up. Cost at the tariff, up to its ceiling. */
function homeCare(draw: Random, city: City, start: Day, again: boolean, year: number): Grant[] {
  const { hours: mean, hourly, ceiling } = city.habits;
  const hours = Math.min(30, quarters(Math.max(0.5, mean * spread(draw))));
  const months = start.year < year ? 12 : 13 - start.month;
  const cost = Math.min(ceiling, hours * months * hourly);
  const grant = (part: number): Grant => ({
    benefit: "A2.07",
    start,
    hours: part,
    cost: cents((cost * part) / hours),
  });
  const weekend = quarters(hours * 0.3);
  return again && weekend > 0 ? [grant(hours - weekend), grant(weekend)] : [grant(hours)];
}

/** A factor about 1, never under 0.2, a long tail above: what people get differs more upwards than downwards. */
const spread = (draw: Random): number => {
  const value = bell(draw);
  return Math.max(0.2, 0.9 + 0.4 * value + 0.1 * value * value);
};
const quarters = (hours: number): number => Math.round(hours * 4) / 4;
const cents = (euro: number): number => Math.round(euro * 100) / 100;

function startOf(draw: Random, benefit: Benefit, age: number, year: number): Day {
  const day = between(draw, 1, 28);
  const earlier = lasting.has(benefit) && age > 0 && draw() < 0.7;
  if (earlier)
    return { year: year - between(draw, 1, Math.min(6, age)), month: between(draw, 1, 12), day };
  if (["A2.11", "A2.12", "A3.03"].includes(benefit))
    return { year, month: between(draw, 9, 10), day };
  return { year, month: between(draw, age === 0 ? 7 : 1, 12), day };
}
