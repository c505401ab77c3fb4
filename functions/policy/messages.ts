/** How previews and reports speak: Italian and English, numbers and plurals. No sentence is glued together from parts that inflect. */
import type { Bilingual, Language } from "../../schemas/words.ts";
import { numeral, percentOf, pluralOf, widthOf } from "../disclosure/number-format.ts";
import type { Focus } from "./focus.ts";
import type { Preview } from "./preview.ts";

export const width = (value: number, language: Language): string =>
  widthOf(value, (one, decimals) => numeral(one, decimals, language));
export const percent = (share: number, language: Language): string =>
  percentOf(share, (one, decimals) => numeral(one, decimals, language));
export const plural = (unit: Bilingual, language: Language): string => pluralOf(unit[language]);

/** That all sums share little of the loss, and what it costs them; undefined where there are none. */
export const sumsLine = ({ sums }: Preview, language: Language): string | undefined =>
  sums && words[language].sums(percent(sums.share, language), numeral(sums.wider, 1, language));

/** What the picture is of, in words. */
export const focusTitle = ({ field, within }: Focus, language: Language): string =>
  words[language].withMargin(
    field.title[language],
    plural(field.unit, language),
    within && `${within.title[language]} ${within.code}`,
  );

interface Words {
  readonly orders: readonly string[];
  readonly previewTitle: (title: string, period: string) => string;
  readonly standIn: (subjects: string) => string;
  readonly sees: string;
  readonly withMargin: (field: string, unit: string, within?: string) => string;
  readonly pointsByOrder: string;
  readonly key: { readonly points: string; readonly intervals: string; readonly withheld: string };
  readonly withheld: string;
  readonly margin: string;
  readonly at95: string;
  readonly sums: (share: string, times: string) => string;
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
    standIn: (subjects) =>
      `Su dati di prova inventati con la stessa forma (${subjects} soggetti): nessuna riga vera è stata guardata.`,
    sees: "Che cosa vedrà chi legge",
    withMargin: (field, unit, within) =>
      `${field}${within ? ` (${within})` : ""}: ${unit}, con il margine al 95%`,
    pointsByOrder: "Cifre con un numero",
    key: { points: "un numero", intervals: "solo l'intervallo", withheld: "non si mostra" },
    withheld: "non si mostra",
    margin: "Margine di una cifra",
    at95: "19 volte su 20",
    sums: (share, times) =>
      `somme: insieme il ${share} della perdita, margine ${times} volte quello con un quarto`,
    apart: "Si distinguono",
    pairs: (apart, all) => `${apart} coppie su ${all}`,
    noPairs: "nessuna coppia",
    attacker: "Chi attacca indovina al massimo",
    inHundred: (value) => `${value} volte su 100`,
    later: (five) => `${five} dopo cinque anni; a caso 50`,
    account: "Nel conto dell'anno",
    fits: (points) => `entra: ${points} punti`,
    fitsNot: (points, room, ceiling) =>
      `non entra: ${points} punti, e sotto il tetto di ${ceiling} ne restano ${room}`,
    notReleased: "non pubblicate",
    more: (count) => `e altri ${count}`,
  },
  en: {
    orders: ["total", "1-way", "2-way", "3-way", "4-way", "5-way"],
    previewTitle: (title, period) => `${title} ${period}: trying a policy`,
    standIn: (subjects) =>
      `On a made stand-in of the same shape (${subjects} subjects): no real row was looked at.`,
    sees: "What a reader will see",
    withMargin: (field, unit, within) =>
      `${field}${within ? ` (${within})` : ""}: ${unit}, with the 95% margin`,
    pointsByOrder: "Figures with a number",
    key: { points: "a number", intervals: "an interval alone", withheld: "not shown" },
    withheld: "not shown",
    margin: "Margin of a figure",
    at95: "19 times in 20",
    sums: (share, times) =>
      `sums: ${share} of the loss together, a margin ${times} times that of a quarter`,
    apart: "Can be told apart",
    pairs: (apart, all) => `${apart} of ${all} pairs`,
    noPairs: "no pair",
    attacker: "An attacker is right at most",
    inHundred: (value) => `${value} times in 100`,
    later: (five) => `${five} after five years; a coin 50`,
    account: "In the year's account",
    fits: (points) => `fits: ${points} points`,
    fitsNot: (points, room, ceiling) =>
      `does not fit: ${points} points, and ${room} are left under the ceiling of ${ceiling}`,
    notReleased: "not published",
    more: (count) => `and ${count} more`,
  },
};
