/**
 * The eight cities of the demonstration: what is real about them (name, codes, residents, quarters), how their made files are written,
 * and the habits that were assumed so that comparison has something to show. The habits are **not** the cities' real figures.
 */
import type { Bilingual } from "../../schemas/words.ts";

/** How a city's made files are written. Each says another thing that municipal software really does. */
interface Writing {
  readonly encoding: "utf-8" | "latin-1" | "windows-1252";
  readonly newline: "\n" | "\r\n";
  /** Names, addresses and quarters in capitals. */
  readonly capitals: boolean;
  /** Quarters by name, or by their place in the list. */
  readonly quarters: "name" | "number";
  readonly thousands?: ".";
}

/** Assumed, every figure. Shares of residents unless said otherwise. */
interface Habits {
  /** Of those of 75 to 84: with any benefit; with home care (A2.07). */
  readonly known: number;
  readonly helped: number;
  /** Mean monthly hours a home care user gets: fewer where more are helped. */
  readonly hours: number;
  /** Of home care users: with integrated care (A2.08) as well. */
  readonly integrated: number;
  /** Of the children of 0 to 2: in a municipal nursery. */
  readonly nursery: number;
  /** Factors on the coverage of minors over 2, and of those of 18 to 74. */
  readonly minors: number;
  readonly adults: number;
  /** Factor on the share of users who are not Italian citizens. */
  readonly foreign: number;
  /** EUR an hour of home care, and the most that the tariff lets one person cost in a year (even, whole EUR). */
  readonly hourly: number;
  readonly ceiling: number;
}

export interface City {
  readonly id: string;
  readonly name: string;
  readonly names: Bilingual;
  /** Cadastral code: the place in a tax code. */
  readonly cadastral: string;
  /** ISTAT, 1 January 2022, ages 0 to 99. */
  readonly residents: number;
  /** Quarters, the biggest first as the generator assumes. A few small ones are put together or left to "altro". */
  readonly districts: readonly string[];
  readonly writing: Writing;
  readonly habits: Habits;
}

const plain: Writing = { encoding: "utf-8", newline: "\n", capitals: false, quarters: "name" };
const list = (text: string): string[] => text.split(",");

export const cities: readonly City[] = [
  {
    id: "IT-016024",
    name: "Bergamo",
    names: { it: "Bergamo", en: "Bergamo" },
    cadastral: "A794",
    residents: 119_415,
    districts: list(
      "Borgo Palazzo,Centro,Redona,Valtesse,Malpensata,Colognola,Longuelo,Santa Caterina,Città Alta",
    ),
    writing: plain,
    habits: {
      known: 0.21,
      helped: 0.055,
      hours: 10.4,
      integrated: 0.28,
      nursery: 0.2,
      minors: 1.05,
      adults: 0.95,
      foreign: 1.1,
      hourly: 23.5,
      ceiling: 6000,
    },
  },
  {
    id: "IT-013075",
    name: "Como",
    names: { it: "Como", en: "Como" },
    cadastral: "C933",
    residents: 83_328,
    districts: list(
      "Como Centro,Borghi,Rebbio,Albate,Monte Olimpino,Camerlata,Breccia,Lora,Tavernola",
    ),
    writing: { ...plain, thousands: "." },
    habits: {
      known: 0.175,
      helped: 0.044,
      hours: 13.2,
      integrated: 0.2,
      nursery: 0.14,
      minors: 0.9,
      adults: 0.8,
      foreign: 0.95,
      hourly: 24.8,
      ceiling: 7200,
    },
  },
  {
    id: "IT-108033",
    name: "Monza",
    names: { it: "Monza", en: "Monza" },
    cadastral: "F704",
    residents: 121_939,
    districts: list(
      "Centro,Triante,San Fruttuoso,San Rocco,Regina Pacis,San Biagio,Cederna,Libertà,Sant'Albino",
    ),
    writing: plain,
    habits: {
      known: 0.16,
      helped: 0.039,
      hours: 15.1,
      integrated: 0.17,
      nursery: 0.15,
      minors: 0.85,
      adults: 0.9,
      foreign: 0.9,
      hourly: 24.2,
      ceiling: 7200,
    },
  },
  {
    id: "IT-003106",
    name: "Novara",
    names: { it: "Novara", en: "Novara" },
    cadastral: "F952",
    residents: 101_332,
    districts: list(
      "Centro,Sant'Agabio,San Rocco,Santa Rita,Sant'Andrea,Bicocca,Vignale,Pernate,Lumellogno",
    ),
    writing: { ...plain, encoding: "latin-1", newline: "\r\n" },
    habits: {
      known: 0.192,
      helped: 0.066,
      hours: 8.1,
      integrated: 0.24,
      nursery: 0.18,
      minors: 0.95,
      adults: 1.15,
      foreign: 1.15,
      hourly: 21.5,
      ceiling: 5000,
    },
  },
  {
    id: "IT-028060",
    name: "Padova",
    names: { it: "Padova", en: "Padua" },
    cadastral: "G224",
    residents: 206_563,
    districts: list("Est,Sud-Est,Nord,Ovest,Sud-Ovest,Centro"),
    writing: { ...plain, quarters: "number" },
    habits: {
      known: 0.215,
      helped: 0.062,
      hours: 9.2,
      integrated: 0.35,
      nursery: 0.17,
      minors: 1,
      adults: 1,
      foreign: 1.1,
      hourly: 22.4,
      ceiling: 6000,
    },
  },
  {
    id: "IT-034027",
    name: "Parma",
    names: { it: "Parma", en: "Parma" },
    cadastral: "G337",
    residents: 195_355,
    districts: list(
      "Lubiana-San Lazzaro,Montanara-Vigatto,San Leonardo-Cortile San Martino,Parma Centro,Molinetto,Pablo,Cittadella,Golese-San Pancrazio,Oltretorrente",
    ),
    writing: plain,
    habits: {
      known: 0.238,
      helped: 0.074,
      hours: 7,
      integrated: 0.4,
      nursery: 0.27,
      minors: 1.1,
      adults: 1.05,
      foreign: 1.2,
      hourly: 22.9,
      ceiling: 5200,
    },
  },
  {
    id: "IT-035033",
    name: "Reggio nell'Emilia",
    names: { it: "Reggio nell'Emilia", en: "Reggio Emilia" },
    cadastral: "H223",
    residents: 169_863,
    districts: list(
      "Ospizio,Santa Croce,Rosta Nuova,Centro storico,Regina Pacis,Orologio,Rivalta,Pieve Modolena,Massenzatico",
    ),
    writing: { ...plain, capitals: true },
    habits: {
      known: 0.252,
      helped: 0.08,
      hours: 5.8,
      integrated: 0.38,
      nursery: 0.3,
      minors: 1.15,
      adults: 1.1,
      foreign: 1.25,
      hourly: 23.1,
      ceiling: 4800,
    },
  },
  {
    id: "IT-029041",
    name: "Rovigo",
    names: { it: "Rovigo", en: "Rovigo" },
    cadastral: "H620",
    residents: 50_181,
    districts: list(
      "Commenda,Centro,San Pio X,Tassina,San Bortolo,Borsea,Boara Polesine,Sant'Apollinare",
    ),
    writing: { ...plain, encoding: "windows-1252", newline: "\r\n" },
    habits: {
      known: 0.182,
      helped: 0.05,
      hours: 11.6,
      integrated: 0.3,
      nursery: 0.16,
      minors: 0.9,
      adults: 1,
      foreign: 0.85,
      hourly: 20.6,
      ceiling: 5600,
    },
  },
];

/** Assumed: what the habits of a year were, as a factor on those of 2022. Schools and nurseries were shut for part of 2020. */
const years: Readonly<
  Record<
    number,
    {
      readonly known: number;
      readonly nursery: number;
      readonly minors: number;
      readonly adults: number;
    }
  >
> = {
  2020: { known: 0.93, nursery: 0.78, minors: 0.66, adults: 1.22 },
  2021: { known: 0.97, nursery: 0.9, minors: 0.86, adults: 1.1 },
};
/** Assumed: by how much a year home care reached more people than the year before. What more of them share, each has less of. */
const growth: Readonly<Record<string, number>> = {
  "IT-013075": -0.04,
  "IT-108033": 0,
  "IT-003106": 0.02,
  "IT-028060": 0.01,
  "IT-034027": 0.07,
  "IT-035033": 0.1,
  "IT-029041": -0.02,
};

/** A city's habits in a year: those of 2022, and what was different in the two years before. */
export function habitsIn({ id, habits }: City, year: number): Habits {
  const then = years[year];
  if (then === undefined) return habits;
  const less = (1 + (growth[id] ?? 0)) ** (year - 2022);
  return {
    ...habits,
    known: habits.known * then.known,
    helped: habits.helped * less,
    hours: habits.hours / less,
    nursery: habits.nursery * then.nursery,
    minors: habits.minors * then.minors,
    adults: habits.adults * then.adults,
  };
}

export const cityOf = (id: string): City => {
  const city = cities.find((one) => one.id === id);
  if (city === undefined) throw new RangeError(`no city of the demonstration has the id ${id}`);
  return city;
};
