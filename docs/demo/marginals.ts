/**
 * What the made persons are drawn from, besides residents by age (real: ISTAT, `public/residenti-2022.csv`) and each city's habits
 * (assumed: cities.ts). **Every figure in this file is assumed**: set by hand to be plausible for a middle-sized city of the North, and
 * taken from no publication. Whoever has published coverage for their city puts it here, and names it.
 */
import type { City } from "./cities.ts";
import { residentsByAge } from "./public-tables.ts";

/** Codes of table 1 of D.M. 206/2014 that the demonstration knows. */
export type Benefit =
  | "A2.07"
  | "A2.08"
  | "A3.02"
  | "A3.01"
  | "A1.11"
  | "A1.16"
  | "A1.04"
  | "A1.05"
  | "A2.09"
  | "A3.03"
  | "A2.11"
  | "A2.12"
  | "other";
type Mix = Readonly<Partial<Record<Benefit, number>>>;

interface Class {
  readonly leaf: string;
  readonly from: number;
  readonly to: number;
  /** Home care: a factor on the city's `helped`. */
  readonly helped: number;
  /** Any other benefit: a share of residents under 75, from there on a factor on the city's `known` less `helped`. */
  readonly others: number;
  /** What the others have as their first benefit; weights. */
  readonly mix: Mix;
  /** Share of users who are women; who are citizens of an EU state, and of another one. */
  readonly women: number;
  readonly eu: number;
  readonly nonEu: number;
}

const school: Mix = { "A2.12": 62, "A2.11": 22, "A1.04": 6, other: 10 };
const youth: Mix = { "A2.11": 50, "A1.04": 20, "A1.16": 4, other: 26 };
const adult: Mix = {
  "A1.04": 38,
  "A1.05": 23,
  "A2.09": 13,
  "A1.11": 5,
  "A1.16": 3,
  "A3.01": 4,
  "A3.02": 1,
  other: 13,
};
const senior: Mix = {
  "A1.04": 26,
  "A1.05": 18,
  "A1.16": 11,
  "A1.11": 8,
  "A2.08": 6,
  "A3.02": 4,
  "A3.01": 3,
  other: 24,
};
const old: Mix = {
  "A1.16": 14,
  "A2.08": 12,
  "A1.11": 12,
  "A3.02": 10,
  "A1.04": 8,
  "A3.01": 6,
  "A1.05": 5,
  other: 33,
};
const oldest: Mix = {
  "A3.02": 30,
  "A2.08": 17,
  "A1.11": 16,
  "A3.01": 7,
  "A1.16": 5,
  "A1.04": 3,
  "A1.05": 2,
  other: 20,
};

const aged = (
  leaf: string,
  from: number,
  to: number,
  rest: Omit<Class, "leaf" | "from" | "to">,
): Class => ({ leaf, from, to, ...rest });
const minor = { helped: 0, women: 0.485, eu: 0.05, nonEu: 0.19 };
const working = { women: 0.56, eu: 0.07, nonEu: 0.24, mix: adult };

/** One entry a leaf of the descriptor's tree of ages. */
export const classes: readonly Class[] = [
  aged("0-2", 0, 2, { ...minor, others: 0, mix: { "A3.03": 88, "A1.04": 5, other: 7 } }),
  aged("3-5", 3, 5, {
    ...minor,
    others: 0.08,
    mix: { "A2.12": 45, "A2.11": 20, "A1.04": 15, other: 20 },
  }),
  aged("6-10", 6, 10, { ...minor, others: 0.16, mix: school }),
  aged("11-13", 11, 13, { ...minor, others: 0.1, mix: { ...youth, "A2.12": 30 } }),
  aged("14-15", 14, 15, { ...minor, others: 0.06, mix: youth }),
  aged("16-17", 16, 17, { ...minor, others: 0.05, mix: youth }),
  aged("18-29", 18, 29, { ...working, helped: 0.01, others: 0.025 }),
  aged("30-44", 30, 44, { ...working, helped: 0.015, others: 0.034 }),
  aged("45-59", 45, 59, { ...working, helped: 0.025, others: 0.031 }),
  aged("60-64", 60, 64, {
    helped: 0.06,
    others: 0.034,
    women: 0.55,
    eu: 0.03,
    nonEu: 0.12,
    mix: senior,
  }),
  aged("65-69", 65, 69, {
    helped: 0.12,
    others: 0.048,
    women: 0.55,
    eu: 0.02,
    nonEu: 0.07,
    mix: senior,
  }),
  aged("70-74", 70, 74, {
    helped: 0.3,
    others: 0.07,
    women: 0.57,
    eu: 0.01,
    nonEu: 0.04,
    mix: senior,
  }),
  aged("75-79", 75, 79, {
    helped: 0.74,
    others: 0.85,
    women: 0.61,
    eu: 0.01,
    nonEu: 0.02,
    mix: old,
  }),
  aged("80-84", 80, 84, {
    helped: 1.3,
    others: 1.18,
    women: 0.65,
    eu: 0.005,
    nonEu: 0.015,
    mix: old,
  }),
  aged("85+", 85, 99, {
    helped: 1.8,
    others: 1.2,
    women: 0.73,
    eu: 0.005,
    nonEu: 0.01,
    mix: oldest,
  }),
];

/** Of those whose first benefit it is: who has another one as well. `A2.07` with `A2.08` follows the city's habit. */
export const further: Readonly<Partial<Record<Benefit, Mix>>> = {
  "A2.07": { "A1.16": 0.08, "A1.11": 0.06, "A1.04": 0.03 },
  "A2.08": { "A1.11": 0.1, "A1.16": 0.05 },
  "A3.01": { "A1.16": 0.25 },
  "A1.04": { "A1.05": 0.17, "A2.09": 0.09 },
  "A1.05": { "A1.04": 0.14 },
  "A3.03": { "A1.04": 0.04 },
  "A2.11": { "A1.04": 0.06 },
  "A2.12": { "A2.11": 0.12, "A1.04": 0.05 },
  other: { "A1.04": 0.04 },
};

/** Who has two rows of one benefit in a year: a second package of hours, a second payment. */
export const twice: Mix = { "A2.07": 0.04, "A1.04": 0.07, "A1.05": 0.03, "A2.11": 0.02 };

/** EUR a year of what is paid in cash, on average. */
export const paid: Mix = { "A1.04": 1150, "A1.05": 1900, "A1.11": 3100, "A1.16": 420 };

/** Benefits that run on from year to year; the others begin within the year. */
export const lasting: ReadonlySet<Benefit> = new Set([
  "A2.07",
  "A2.08",
  "A3.02",
  "A3.01",
  "A1.11",
  "A1.16",
]);

export interface Rate extends Class {
  readonly home: number;
  readonly elsewhere: number;
}

/** What share of a city's residents, a class of age, is drawn: with home care, and with something else. */
export function rates(city: City): Rate[] {
  const { known, helped, nursery, minors, adults } = city.habits;
  const residents = residentsByAge(city.id);
  const count = ({ from, to }: Class) =>
    residents.slice(from, to + 1).reduce((sum, one) => sum + one, 0);
  const target = classes.filter(({ from, to }) => from >= 75 && to <= 84);
  /** So that the classes from 75 to 84 together come to the city's habit, whatever their sizes. */
  const level = (factor: (one: Class) => number) =>
    target.reduce((sum, one) => sum + count(one), 0) /
    target.reduce((sum, one) => sum + factor(one) * count(one), 0);
  const home = helped * level((one) => one.helped);
  const other = (known - helped) * level((one) => one.others);
  const share = (one: Class) => {
    if (one.from >= 75) return other * one.others;
    if (one.from >= 18) return adults * one.others;
    return one.from >= 3 ? minors * one.others : (nursery * 100) / 88;
  };
  return classes.map((one) => ({ ...one, home: home * one.helped, elsewhere: share(one) }));
}
