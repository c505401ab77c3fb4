/** Files as municipal software exports them: `;` between cells, decimal commas, dd/mm/yyyy, now and then an old encoding. */
import type { City } from "./cities.ts";
import type { Day } from "./persons.ts";

const two = (number: number): string => String(number).padStart(2, "0");

export const date = ({ year, month, day }: Day): string => `${two(day)}/${two(month)}/${year}`;

/** Two decimals after a comma; thousands set apart only where the city does so. */
export function decimal(value: number | undefined, thousands?: string): string {
  if (value === undefined) return "";
  const [whole = "", cents] = value.toFixed(2).split(".");
  return `${thousands === undefined ? whole : whole.replace(/\B(?=(\d{3})+$)/g, thousands)},${cents}`;
}

export const cell = (text: string): string =>
  /[;"\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

/** Lines to bytes in the city's encoding. Windows-1252 differs from Latin-1 here by its curled apostrophe alone. */
export function encode(lines: readonly string[], { writing }: City): Uint8Array {
  const text = lines.map((line) => line + writing.newline).join("");
  if (writing.encoding === "utf-8") return new TextEncoder().encode(text);
  return Uint8Array.from(
    Buffer.from(
      writing.encoding === "windows-1252" ? text.replace(/['’]/g, "\u0092") : text,
      "latin1",
    ),
  );
}

/** Which quarter a row names, as this city writes quarters. */
export function quarterAs(district: string, city: City): string {
  if (city.writing.quarters === "number") return String(city.districts.indexOf(district) + 1);
  return apostrophes(city.writing.capitals ? district.toUpperCase() : district, city);
}

/** The same text as it will be read back: windows-1252 files carry curled apostrophes. */
export const apostrophes = (text: string, { writing }: City): string =>
  writing.encoding === "windows-1252" ? text.replaceAll("'", "’") : text;
