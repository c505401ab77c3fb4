/**
 * The cities' own themes: who is in them, drawn from assumed habits, and the files as their software writes them. **Every figure in
 * this file is assumed.** Nobody in it exists.
 */
import { found } from "../../schemas/found.ts";
import { type City, cities } from "./cities.ts";
import { codiceFiscale, type Identity } from "./codice-fiscale.ts";
import { countries, italy } from "./names.ts";
import { type Day, YEAR, YEARS } from "./persons.ts";
import { bell, between, pick, type Random, random, weighted } from "./random.ts";
import { cell, date, decimal, encode } from "./writing.ts";

export const themes = [
  "attivita",
  "accesso",
  "marginalita",
  "doposcuola",
  "lavoro-povero",
] as const;
export type Theme = (typeof themes)[number];

/** How many subjects a city has in a year. Padova's participants fall by 60 %. */
const sizes: Readonly<Record<Theme, Readonly<Record<string, readonly number[]>>>> = {
  attivita: {
    "IT-016024": [860, 950, 1000],
    "IT-028060": [2600, 1700, 1040],
    "IT-034027": [1510, 1480, 1450],
  },
  // by quarters: four of 5 points beside two of Parma's other themes would be more than its year has
  accesso: { "IT-003106": [2400], "IT-035033": [2100] },
  marginalita: { "IT-108033": [720], "IT-003106": [470] },
  doposcuola: { "IT-013075": [520], "IT-029041": [410] },
  "lavoro-povero": { "IT-035033": [3000], "IT-034027": [2300] },
};
type Three = readonly [number, number, number];
type Four = readonly [number, number, number, number];
type ByCity<Habits> = Readonly<Record<string, Habits>>;
/** What differs between the cities of a theme: shares unless said otherwise. */
const habits: Readonly<{
  attivita: ByCity<Four>;
  accesso: ByCity<Three>;
  marginalita: ByCity<Four>;
  doposcuola: ByCity<Three>;
  "lavoro-povero": ByCity<Four>;
}> = {
  // lives alone; frail; residential within the year, of the frail; less lonely after six months
  attivita: {
    "IT-016024": [0.58, 0.34, 0.06, 0.44],
    "IT-028060": [0.34, 0.2, 0.09, 0.33],
    "IT-034027": [0.46, 0.42, 0.08, 0.38],
  },
  // median days to evaluation; closed at first level; plan made
  accesso: { "IT-003106": [19, 0.41, 0.47], "IT-035033": [27, 0.3, 0.56] },
  // out to a home; of these, back; with a national measure; nights
  marginalita: { "IT-108033": [0.2, 0.15, 0.36, 74], "IT-003106": [0.09, 0.34, 0.29, 118] },
  // known to social services; twenty weeks and more; EUR a week
  doposcuola: { "IT-013075": [0.36, 0.5, 27], "IT-029041": [0.21, 0.64, 19] },
  // ISEE below 9,000; of these, with income support; with another benefit; mean income from work, EUR
  "lavoro-povero": {
    "IT-035033": [0.34, 0.24, 0.21, 15_600],
    "IT-034027": [0.29, 0.31, 0.19, 17_200],
  },
};

/** The themes of a city, in their order. */
export const themesOf = (city: City): Theme[] => themes.filter((theme) => city.id in sizes[theme]);
/** The cities of a theme: never one alone, or nothing could be compared. */
export const citiesOf = (theme: Theme): City[] => cities.filter(({ id }) => id in sizes[theme]);
export const sizeOf = (theme: Theme, city: City, year: number): number => {
  const years = sizes[theme][city.id] ?? [];
  return years.at(years.length === 1 ? 0 : YEARS.indexOf(year as (typeof YEARS)[number])) ?? 0;
};
const yearsOf = (theme: Theme): readonly number[] => (theme === "attivita" ? YEARS : [YEAR]);

const columns: Readonly<Record<Theme, string>> = {
  attivita:
    "COGNOME;NOME;COD_FISCALE;PROFILO;VIVE_SOLO;DATA;ATTIVITA;SOLITUDINE;ESITO_12_MESI;CONSENSO;DATA_CONSENSO;ANNO",
  accesso: "COGNOME;NOME;COD_FISCALE;BISOGNO;CANALE;DATA_CONTATTO;DATA_VALUTAZIONE;ESITO;ANNO",
  marginalita: "COGNOME;NOME;COD_FISCALE;SERVIZIO;DATA_INGRESSO;NOTTI;MISURA_NAZIONALE;ESITO;ANNO",
  doposcuola:
    "COGNOME;NOME;COD_FISCALE;DATA_NASCITA;IN_CARICO;DATA_ISCRIZIONE;SETTIMANE;COSTO_ANNO;ANNO",
  "lavoro-povero": "NUMERO_DSU;DATA_DSU;LAVORO;ISEE;REDDITO;PRESTAZIONI;ANNO",
};

/** All years of a theme in one file. The same city gives the same bytes, always. */
export function themeFile(city: City, theme: Theme): Uint8Array {
  const rows = yearsOf(theme).flatMap((year) => {
    const draw = random(`tavolo demonstration 1 ${city.id} ${theme} ${year}`);
    const taken = new Set<string>();
    const subjects = Array.from({ length: sizeOf(theme, city, year) }, (_, at) =>
      rowsOf[theme]({ draw, city, taken, year, at }),
    );
    return subjects.flat();
  });
  const order = random(`tavolo demonstration 1 ${city.id} ${theme} writing`);
  const mixed = rows.map((row) => ({ row, at: order() })).sort((a, b) => a.at - b.at);
  // one fault in two hundred rows: a cell too few
  return encode(
    [
      columns[theme],
      ...mixed.map(({ row }) => (order() < 0.005 ? row.slice(0, -1) : row).join(";")),
    ],
    city,
  );
}

interface Making {
  readonly draw: Random;
  readonly city: City;
  readonly taken: Set<string>;
  readonly year: number;
  /** Which one of the year. */
  readonly at: number;
}
const rowsOf: Readonly<Record<Theme, (making: Making) => string[][]>> = {
  attivita: activities,
  accesso: access,
  marginalita: marginality,
  doposcuola: afterSchool,
  "lavoro-povero": workingPoor,
};

const yes = (draw: Random, share: number): "S" | "N" => (draw() < share ? "S" : "N");
const dayIn = (draw: Random, year: number, from = 1, to = 12): Day => ({
  year,
  month: between(draw, from, to),
  day: between(draw, 1, 28),
});
const word = (text: string, { writing }: City): string =>
  cell(writing.capitals ? text.toUpperCase() : text);

/** Surname, name and tax code of somebody who does not exist. */
function invented(
  { draw, city, taken, year }: Making,
  age: number,
  foreign: number,
): { cells: string[]; born: Day } {
  const country = draw() < foreign ? pick(draw, countries) : italy;
  const sex = draw() < 0.56 ? ("F" as const) : ("M" as const);
  const born = { year: year - age, month: between(draw, 1, 12), day: between(draw, 1, 28) };
  const place = country === italy ? city.cadastral : country.place;
  const identity: Identity = {
    surname: pick(draw, country.surnames),
    name: pick(draw, country[sex]),
    sex,
    born,
    place,
  };
  const code = codiceFiscale(identity, taken);
  taken.add(code);
  return { cells: [word(identity.surname, city), word(identity.name, city), code], born };
}

/** A row at entry, and for seven in ten another one after six months, when they were asked again. */
function activities(making: Making): string[][] {
  const { draw, city, year } = making;
  const [alone, frail, residential, better] = found(habits.attivita[city.id]);
  const { cells } = invented(making, between(draw, 65, 92), 0.02);
  const profile = draw() < frail ? "Fragile" : draw() < 0.12 ? "Non autosufficiente" : "Autonomo";
  const leaves = profile === "Autonomo" ? 0.01 : residential;
  const outcome = draw() < leaves ? "Residenza" : draw() < 0.22 ? "Uscito" : "Attivo";
  const lonely = between(draw, 3, 9);
  const after = Math.min(
    9,
    Math.max(3, lonely + (draw() < better ? -between(draw, 1, 3) : draw() < 0.2 ? 1 : 0)),
  );
  // one in fifty on the platform has not consented: their rows are there and are never counted
  const consent = yes(draw, 0.98);
  const start = dayIn(draw, year, 1, 6);
  const solo = yes(draw, alone);
  const activity = pick(draw, [
    "Ginnastica dolce",
    "Telecompagnia",
    "Orto",
    "Coro",
    "Corso di telefono",
  ]);
  const row = (day: Day, score: number) => [
    ...cells,
    word(profile, city),
    solo,
    date(day),
    word(activity, city),
    String(score),
    word(outcome, city),
    consent,
    consent === "S" ? date({ ...start, day: 1 }) : "",
    String(year),
  ];
  return draw() < 0.7
    ? [row(start, lonely), row({ ...start, month: start.month + 6 }, after)]
    : [row(start, lonely)];
}

function access(making: Making): string[][] {
  const { draw, city, year } = making;
  const [median, closed, plan] = found(habits.accesso[city.id]);
  const { cells } = invented(making, between(draw, 18, 95), 0.16);
  const need = weighted(draw, { Assistenza: 44, Reddito: 26, Casa: 16, Famiglia: 14 });
  const channel = weighted(draw, { Sportello: 52, Telefono: 30, Ospedale: 18 });
  const chance = draw();
  const outcome =
    chance < closed ? "Chiuso al primo livello" : chance < closed + plan ? "Progetto" : "In attesa";
  const contact = dayIn(draw, year);
  // about symmetric in proportion: half are evaluated before the median, a few much later
  const days = Math.max(
    1,
    Math.round(median * Math.max(0.1, 1 + 0.62 * bell(draw) + 0.12 * Math.abs(bell(draw)))),
  );
  const evaluated = outcome === "In attesa" ? "" : date(later(contact, days));
  return [
    [
      ...cells,
      word(need, city),
      word(channel, city),
      date(contact),
      evaluated,
      word(outcome, city),
      String(year),
    ],
  ];
}

function marginality(making: Making): string[][] {
  const { draw, city, year } = making;
  const [housed, back, national, nights] = found(habits.marginalita[city.id]);
  const { cells } = invented(making, between(draw, 19, 74), 0.58);
  const service = weighted(draw, {
    Dormitorio: 46,
    "Centro diurno": 24,
    "Unità di strada": 22,
    "Housing first": 8,
  });
  const out = draw() < housed * (service === "Housing first" ? 2.2 : 0.9);
  const outcome = out
    ? draw() < back
      ? "Casa, poi rientro"
      : "Casa"
    : draw() < 0.3
      ? "Altro"
      : "In contatto";
  const slept =
    service === "Dormitorio" || service === "Housing first"
      ? Math.round(nights * Math.max(0.05, 1 + 0.6 * bell(draw)))
      : 0;
  const row = [
    word(service, city),
    date(dayIn(draw, year)),
    String(Math.min(366, slept)),
    yes(draw, national),
    word(outcome, city),
  ];
  return [[...cells, ...row, String(year)]];
}

function afterSchool(making: Making): string[][] {
  const { draw, city, year } = making;
  const [known, steady, weekly] = found(habits.doposcuola[city.id]);
  const { cells, born } = invented(
    making,
    Number(weighted(draw, { 11: 26, 12: 25, 13: 21, 14: 16, 15: 12 })),
    0.2,
  );
  const weeks = draw() < steady ? between(draw, 20, 33) : between(draw, 2, 19);
  const cost = Math.min(1200, weeks * weekly * Math.max(0.4, 1 + 0.15 * bell(draw)));
  const row = [
    date(born),
    yes(draw, known),
    date(dayIn(draw, year, 1, 9)),
    String(weeks),
    decimal(cost, city.writing.thousands),
  ];
  return [[...cells, ...row, String(year)]];
}

/** A household goes by the number of its declaration: no name in the file. */
function workingPoor({ draw, city, year, at }: Making): string[][] {
  const [poor, supported, other, income] = found(habits["lavoro-povero"][city.id]);
  const below = draw() < poor;
  const isee = below ? between(draw, 0, 8999) : 9000 + Math.round(Math.abs(bell(draw)) * 9500);
  const chance = draw() * (below ? 1 : 4);
  const benefit =
    chance < supported ? "Sostegno al reddito" : chance < supported + other ? "Altra" : "Nessuna";
  const work = weighted(
    draw,
    below
      ? { Dipendente: 52, Autonomo: 14, Intermittente: 34 }
      : { Dipendente: 71, Autonomo: 20, Intermittente: 9 },
  );
  const earned = Math.max(
    600,
    income * (below ? 0.62 : 1.2) * Math.max(0.1, 1 + 0.35 * bell(draw)),
  );
  const number = `INPS-ISEE-${year}-${String((at + 1) * 37 + 100_000).padStart(8, "0")}P-00`;
  const { thousands } = city.writing;
  const row = [
    number,
    date(dayIn(draw, year)),
    word(work, city),
    decimal(isee, thousands),
    decimal(earned, thousands),
    word(benefit, city),
  ];
  return [[...row, String(year)]];
}

/** A day some days later, in the calendar. */
function later({ year, month, day }: Day, days: number): Day {
  const then = new Date(Date.UTC(year, month - 1, day + days));
  return { year: then.getUTCFullYear(), month: then.getUTCMonth() + 1, day: then.getUTCDate() };
}
