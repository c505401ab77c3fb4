/** Numbers as Italians, or the English, write them. An interval has an en dash; a rounded nothing is "less than". */
import { numeral } from "../../../functions/disclosure/number-format.ts";
import type { Language } from "../../../schemas/words.ts";

/** A true minus sign, never a hyphen. */
export const number = (value: number, language: Language, decimals = 0): string =>
  numeral(value, decimals, language).replace("-", "−");

export const range = (low: number, high: number, language: Language, decimals = 0): string =>
  `${number(low, language, decimals)}–${number(high, language, decimals)}`;

/** `1° febbraio 2027`, `1 February 2027`. */
export function date(day: Date, language: Language): string {
  const text = new Intl.DateTimeFormat(language === "it" ? "it-IT" : "en-GB", {
    day: "numeric",
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  }).format(day);
  return language === "it" ? text.replace(/^1 /, "1° ") : text;
}

/** `10.42` in Italian, `10:42` in English; local time. */
export function time(at: Date, language: Language): string {
  const text = new Intl.DateTimeFormat("it-IT", {
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  }).format(at);
  return language === "it" ? text.replace(":", ".") : text;
}

/** Whole parts of a hundred that make a hundred: the largest remainders are rounded up (Hamilton). Order of the parts kept. */
export function hundred(parts: readonly number[]): number[] {
  const whole = parts.reduce((sum, part) => sum + part, 0);
  if (!(whole > 0)) return parts.map(() => 0);
  const exact = parts.map((part) => (100 * part) / whole);
  const floors = exact.map(Math.floor);
  const left = 100 - floors.reduce((sum, part) => sum + part, 0);
  const byRemainder = exact
    .map((part, at) => ({ at, rest: part - Math.floor(part) }))
    .sort((a, b) => b.rest - a.rest || a.at - b.at);
  const up = new Set(byRemainder.slice(0, left).map(({ at }) => at));
  return floors.map((part, at) => (up.has(at) ? part + 1 : part));
}
