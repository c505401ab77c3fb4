/**
 * Tax codes for people who do not exist: the form of the real thing (D.M. 23 December 1976), so that a reader which checks the form has
 * something to check. Whether a living person happens to bear the same code cannot be known; the rows say nothing about them.
 */

import { found } from "../../schemas/found.ts";

export interface Identity {
  readonly surname: string;
  readonly name: string;
  readonly sex: "F" | "M";
  readonly born: { readonly year: number; readonly month: number; readonly day: number };
  /** Cadastral code of the place of birth: a letter and three digits, `Z` for a foreign state. */
  readonly place: string;
}

const ODD = [
  1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
];
const MONTHS = "ABCDEHLMPRST";
const DIGITS_AS_LETTERS = "LMNPQRSTUV";
/** Positions of the digits, from the right: the order in which they give way where two people have the same code. */
const NUMERIC = [14, 13, 12, 10, 9, 7, 6];

/** The sixteenth character, from the fifteen before it. */
export function checkCharacter(fifteen: string): string {
  let sum = 0;
  for (let at = 0; at < 15; at++) {
    const code = fifteen.charCodeAt(at);
    const value = code < 65 ? code - 48 : code - 65;
    sum += at % 2 === 0 ? found(ODD[value]) : value;
  }
  return String.fromCharCode(65 + (sum % 26));
}

const letters = (text: string): string =>
  text
    .normalize("NFD")
    .toUpperCase()
    .replace(/[^A-Z]/g, "");
const consonants = (text: string): string => letters(text).replace(/[AEIOU]/g, "");
const vowels = (text: string): string => letters(text).replace(/[^AEIOU]/g, "");
const three = (text: string): string => `${consonants(text)}${vowels(text)}XXX`.slice(0, 3);

/** A first name of four consonants or more gives its first, third and fourth. */
function threeOfName(name: string): string {
  const hard = consonants(name);
  return hard.length > 3 ? `${hard[0]}${hard[2]}${hard[3]}` : three(name);
}

const two = (number: number): string => String(number).padStart(2, "0");

/** The code of a person; `taken` says which codes others have, and digits become letters until it is free. */
export function codiceFiscale(person: Identity, taken: ReadonlySet<string> = new Set()): string {
  const { year, month, day } = person.born;
  const date = `${two(year % 100)}${MONTHS[month - 1]}${two(person.sex === "F" ? day + 40 : day)}`;
  let fifteen = `${three(person.surname)}${threeOfName(person.name)}${date}${person.place}`;
  for (const at of NUMERIC) {
    const code = fifteen + checkCharacter(fifteen);
    if (!taken.has(code)) return code;
    fifteen = `${fifteen.slice(0, at)}${DIGITS_AS_LETTERS[Number(fifteen[at])]}${fifteen.slice(at + 1)}`;
  }
  return fifteen + checkCharacter(fifteen);
}
