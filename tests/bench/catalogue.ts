/** A catalogue of ten thousand datasets, as a hub would list them: of nobody, for measuring how it is searched. */
import type { Offered, Offers } from "../../schemas/catalogue.ts";

const DATASETS = 10;
const both = (text: string) => ({ it: text, en: text });

const THEMES = [
  "anziani",
  "minori",
  "disabilità",
  "famiglie",
  "casa",
  "povertà",
  "immigrazione",
  "salute mentale",
  "dipendenze",
  "lavoro",
];
const PLACES = [
  "Borgo",
  "Castel",
  "Monte",
  "Ponte",
  "Rocca",
  "San Giovanni",
  "Torre",
  "Valle",
  "Villa",
  "Città",
];
const FIELDS = ["persone", "ore di assistenza", "spesa", "giorni di attesa", "posti"];

const dataset = (member: string, name: string, at: number): Offered => ({
  id: `${member}/dataset-${at}/2022/1`,
  dataset: `dataset-${at}`,
  title: both(`Interventi per ${THEMES[at % THEMES.length]}, ${name}`),
  kind: "records",
  period: "2022",
  level: "municipality",
  unit: both("persona"),
  fields: FIELDS.map((field, k) => ({
    id: `f${k}`,
    title: both(field),
    kind: "count",
    order: 2,
    unit: both("persone"),
  })),
  axes: [{ id: "sex", title: both("sesso"), codes: ["F", "M"] }],
  origin: "made",
  source: `Servizi sociali di ${name}`,
  licence: "CC BY 4.0",
  smallest: 5,
});

/** A thousand members with ten datasets each. */
export const manyOffers = (count: number): Offers[] =>
  Array.from({ length: count / DATASETS }, (_, at) => {
    const member = `IT-${String(900_000 + at)}`;
    const name = `${PLACES[at % PLACES.length]} ${at}`;
    return {
      member,
      name: both(name),
      datasets: Array.from({ length: DATASETS }, (_, k) => dataset(member, name, k)),
    };
  });

/** What somebody looks for, each with another result than the one before: a theme of some places, a place, one without its accent. */
export const searches = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => {
    const accented = at - (at % PLACES.length) + PLACES.length - 1;
    return [
      `${THEMES[at % THEMES.length]} ${at}`,
      `${PLACES[at % PLACES.length]} ${at}`,
      `citta ${accented}`,
    ][at % 3]!;
  });
