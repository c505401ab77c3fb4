/** Places as a sentence says them: "a Parma", "nelle Marche", "nella provincia di Lodi", "presso INPS". Pure. */
import type { Language } from "../../../schemas/words.ts";
import { levelOf } from "./territory.ts";

/** A bilingual name is spoken in the language of the sentence: `Bolzano/Bozen`. */
const spoken = (name: string): string => name.split("/")[0] ?? name;

/** Regions with an article: Marche and Lazio, by their ISTAT codes. */
const REGIONS: Readonly<Record<string, string>> = { "11": "nelle", "12": "nel" };
/** Provinces whose names are no town's: Verbano-Cusio-Ossola, Sud Sardegna. */
const WITH_ARTICLE: ReadonlySet<string> = new Set(["103", "111"]);

function inItalian(code: string, name: string): string {
  switch (levelOf(code)) {
    case "nation":
      return `in ${name}`;
    case "region":
      return `${REGIONS[code] ?? "in"} ${name}`;
    case "province":
      if (/^L'/.test(name)) return `nella provincia dell'${name.slice(2)}`;
      if (/^La /.test(name)) return `nella provincia della ${name.slice(3)}`;
      return `nella provincia ${WITH_ARTICLE.has(code) ? "del" : "di"} ${name}`;
    case "municipality":
      if (/^L'/.test(name)) return `all'${name.slice(2)}`;
      return `${/^[AÀ]/.test(name) ? "ad" : "a"} ${name}`;
    default:
      return `presso ${name}`;
  }
}

function inEnglish(code: string, name: string): string {
  const level = levelOf(code);
  if (level === undefined) return `at ${name}`;
  return level === "province" ? `in the province of ${name}` : `in ${name}`;
}

/** Small at the beginning: `capital` makes it the beginning of a sentence. A member that is no place is somebody to be at. */
export const placeIn = (code: string, name: string, language: Language): string =>
  language === "it" ? inItalian(code, spoken(name)) : inEnglish(code, spoken(name));

export const capital = (text: string): string =>
  text.charAt(0).toLocaleUpperCase("it") + text.slice(1);
/** Small at the beginning, but for abbreviations: `ISEE`. */
export const small = (text: string): string =>
  /^\p{Lu}{2}/u.test(text) ? text : text.charAt(0).toLocaleLowerCase("it") + text.slice(1);
