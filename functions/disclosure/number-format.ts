/** How previews, reports and pages say a share, a width and a unit. How a number is written is the caller's: `say` (value, decimals). Pure. */

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
