/** How previews and reports speak: Italian and English, numbers and plurals. No sentence is glued together from parts that inflect. */
import type { Bilingual } from "../../schemas/words.ts";
import type { Focus } from "./focus.ts";

export type Language = "it" | "en";

export const number = (value: number, decimals: number, language: Language): string =>
  new Intl.NumberFormat(language, { minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping: "always" }).format(
    value,
  );

/** A width, with two or three figures that mean something. */
export const width = (value: number, language: Language): string => {
  const step = value >= 1000 ? 100 : value >= 100 ? 10 : value >= 10 ? 1 : 0.1;
  return number(Math.round(value / step) * step, value >= 10 ? 0 : value >= 1 ? 1 : 2, language);
};

/** A share from 0 to 1 as a whole percentage; what is not quite nothing, or not quite all, is not rounded to it. */
export function percent(share: number, language: Language): string {
  const value = 100 * share;
  if (value > 0 && value < 0.5) return "<1%";
  if (value < 100 && value >= 99.5) return ">99%";
  return `${number(value, 0, language)}%`;
}

/** Privacy units in the plural; a unit that is not here stays as it is written. */
const PLURALS: Readonly<Record<string, string>> = {
  persona: "persone",
  famiglia: "famiglie",
  nucleo: "nuclei",
  "nucleo familiare": "nuclei familiari",
  minore: "minori",
  utente: "utenti",
  ragazzo: "ragazzi",
  contatto: "contatti",
  person: "persons",
  household: "households",
  family: "families",
  minor: "minors",
  user: "users",
  child: "children",
  contact: "contacts",
};
export const plural = (unit: Bilingual, language: Language): string => PLURALS[unit[language]] ?? unit[language];

/** What the picture is of, in words. */
export const focusTitle = ({ field, within }: Focus, language: Language): string =>
  words[language].withMargin(field.title[language], plural(field.unit, language), within && `${within.title[language]} ${within.code}`);

export interface Words {
  readonly orders: readonly string[];
  readonly previewTitle: (title: string, period: string) => string;
  readonly standIn: (subjects: string) => string;
  readonly sees: string;
  readonly withMargin: (field: string, unit: string, within?: string) => string;
  readonly shownByOrder: string;
  readonly key: { readonly shown: string; readonly flagged: string; readonly hidden: string };
  readonly hidden: string;
  readonly margin: string;
  readonly at95: string;
  readonly apart: string;
  readonly pairs: (apart: number, all: number) => string;
  readonly noPairs: string;
  readonly attacker: string;
  readonly inHundred: (value: string) => string;
  readonly later: (five: string) => string;
  readonly account: string;
  readonly fits: (points: string) => string;
  readonly fitsNot: (points: string, room: string, ceiling: string) => string;
  readonly notReleased: string;
  readonly more: (count: number) => string;
}

export const words: Readonly<Record<Language, Words>> = {
  it: {
    orders: ["totale", "1 entrata", "2 entrate", "3 entrate", "4 entrate", "5 entrate"],
    previewTitle: (title, period) => `${title} ${period}: prova di una politica`,
    standIn: (subjects) => `Su dati di prova inventati con la stessa forma (${subjects} soggetti): nessuna riga vera è stata guardata.`,
    sees: "Che cosa vedrà chi legge",
    withMargin: (field, unit, within) => `${field}${within ? ` (${within})` : ""}: ${unit}, con il margine al 95%`,
    shownByOrder: "Cifre che si vedono",
    key: { shown: "si vede", flagged: "si vede, incerta (D, E)", hidden: "nascosta" },
    hidden: "nascosto",
    margin: "Margine di una cifra",
    at95: "19 volte su 20",
    apart: "Si distinguono",
    pairs: (apart, all) => `${apart} coppie su ${all}`,
    noPairs: "nessuna coppia",
    attacker: "Chi attacca indovina al massimo",
    inHundred: (value) => `${value} volte su 100`,
    later: (five) => `${five} dopo cinque anni; a caso 50`,
    account: "Nel conto dell'anno",
    fits: (points) => `entra: ${points} punti`,
    fitsNot: (points, room, ceiling) => `non entra: ${points} punti, e sotto il tetto di ${ceiling} ne restano ${room}`,
    notReleased: "non pubblicate",
    more: (count) => `e altri ${count}`,
  },
  en: {
    orders: ["total", "1-way", "2-way", "3-way", "4-way", "5-way"],
    previewTitle: (title, period) => `${title} ${period}: trying a policy`,
    standIn: (subjects) => `On a made stand-in of the same shape (${subjects} subjects): no real row was looked at.`,
    sees: "What a reader will see",
    withMargin: (field, unit, within) => `${field}${within ? ` (${within})` : ""}: ${unit}, with the 95% margin`,
    shownByOrder: "Figures that are shown",
    key: { shown: "shown", flagged: "shown, uncertain (D, E)", hidden: "hidden" },
    hidden: "hidden",
    margin: "Margin of a figure",
    at95: "19 times in 20",
    apart: "Can be told apart",
    pairs: (apart, all) => `${apart} of ${all} pairs`,
    noPairs: "no pair",
    attacker: "An attacker is right at most",
    inHundred: (value) => `${value} times in 100`,
    later: (five) => `${five} after five years; a coin 50`,
    account: "In the year's account",
    fits: (points) => `fits: ${points} points`,
    fitsNot: (points, room, ceiling) => `does not fit: ${points} points, and ${room} are left under the ceiling of ${ceiling}`,
    notReleased: "not published",
    more: (count) => `and ${count} more`,
  },
};
