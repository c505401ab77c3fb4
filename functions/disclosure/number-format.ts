/** How numbers are written in Italian and English, and how previews, reports and pages say a share, a width and a unit. Pure. */
import type { Language } from "../../schemas/words.ts";
import { boundedCache } from "../signing/bounded-cache.ts";

const formats = boundedCache<Intl.NumberFormat>(100);

/** 2.104,5 in Italian, 2,104.5 in English: always grouped, so that no year is mistaken for a count, and never minus nothing. */
export function numeral(value: number, decimals: number, language: Language): string {
  const format = formats.of(
    `${language} ${decimals}`,
    () =>
      new Intl.NumberFormat(language, {
        minimumFractionDigits: decimals,
        maximumFractionDigits: decimals,
        useGrouping: "always",
      }),
  );
  return format.format(Math.abs(value) < 0.5 / 10 ** decimals ? 0 : value);
}

/** Writes a value with so many decimals: a page has another minus sign than a report. */
type Say = (value: number, decimals: number) => string;

/** A share from 0 to 1 as a whole percentage; what is not quite nothing, or not quite all, is not rounded to it. */
export function percentOf(share: number, say: Say): string {
  const value = 100 * share;
  if (value > 0 && value < 0.5) return "<1%";
  if (value < 100 && value >= 99.5) return ">99%";
  return `${say(value, 0)}%`;
}

/** A width, with two or three figures that mean something. */
export function widthOf(value: number, say: Say): string {
  const step = value >= 1000 ? 100 : value >= 100 ? 10 : value >= 10 ? 1 : 0.1;
  return say(Math.round(value / step) * step, value >= 10 ? 0 : value >= 1 ? 1 : 2);
}

/** `1° febbraio 2027`, `1 February 2027`. */
export function dayText(day: Date, language: Language): string {
  const text = new Intl.DateTimeFormat(language === "it" ? "it-IT" : "en-GB", {
    day: "numeric",
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  }).format(day);
  return language === "it" ? text.replace(/^1 /, "1° ") : text;
}

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
/** A privacy unit in the plural, in either language; one that is not here stays as it is written. */
export const pluralOf = (unit: string): string => PLURALS[unit] ?? unit;
