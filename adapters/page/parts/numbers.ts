/** Numbers as Italians, or the English, write them. An interval has an en dash; a rounded nothing is "less than". */
import { dayText, numeral } from "../../../functions/disclosure/number-format.ts";
import type { Language } from "../../../schemas/words.ts";

/** A true minus sign, never a hyphen. */
export const number = (value: number, language: Language, decimals = 0): string =>
  numeral(value, decimals, language).replace("-", "−");

export const range = (low: number, high: number, language: Language, decimals = 0): string =>
  `${number(low, language, decimals)}–${number(high, language, decimals)}`;

/** `1° febbraio 2027`, `1 February 2027`. */
export const date = (day: Date, language: Language): string => dayText(day, language);

/** `10.42` in Italian, `10:42` in English; local time. */
export function time(at: Date, language: Language): string {
  const text = new Intl.DateTimeFormat("it-IT", {
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  }).format(at);
  return language === "it" ? text.replace(":", ".") : text;
}
