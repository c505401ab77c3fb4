/** The few marks that our pictures are made of. Text is escaped; there is no script, no link, nothing from outside. */

import { found } from "../../schemas/found.ts";

export const INK = "#17324D";
export const SLATE = "#455A6F";
export const BLUE = "#0066CC";
export const PEER = "#5C6F82";
export const PILL = "#DCE4EB";
export const OWN_PILL = "#B9D6F3";
export const BAND = "#E6F0FA";
export const AMBER = "#995C00";
export const AMBER_PALE = "#FFF8E6";
export const GRID = "#E3E9EF";
export const AXIS = "#8A9BAB";

export const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (sign) =>
    found({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" }[sign]),
  );

const round = (value: number): string => String(Math.round(value * 10) / 10);

type Attributes = Readonly<Record<string, string | number>>;
const attributes = (all: Attributes): string =>
  Object.entries(all)
    .map(
      ([name, value]) => ` ${name}="${typeof value === "number" ? round(value) : escaped(value)}"`,
    )
    .join("");

export const mark = (name: string, all: Attributes): string => `<${name}${attributes(all)}/>`;

export interface TextStyle {
  readonly size?: number;
  readonly bold?: boolean;
  readonly fill?: string;
  readonly anchor?: "start" | "middle" | "end";
}
export const text = (
  x: number,
  y: number,
  words: string,
  { size = 15, bold, fill = INK, anchor }: TextStyle = {},
): string =>
  `<text${attributes({ x, y, "font-size": size, fill, ...(bold ? { "font-weight": "700" } : {}), ...(anchor ? { "text-anchor": anchor } : {}) })}>${escaped(words)}</text>`;

/** Words broken into lines of at most so many signs. */
export function wrap(words: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of words.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= most)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** A whole picture: an image with a title and a description that says what it finds. */
export function picture(
  id: string,
  size: readonly [number, number],
  title: string,
  description: string,
  marks: readonly string[],
): string {
  const [wide, high] = size;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="${id}-title ${id}-desc" viewBox="0 0 ${round(wide)} ${round(high)}"`,
    ` font-family="'Titillium Web', 'Segoe UI', Roboto, Helvetica, Arial, sans-serif">`,
    `<title id="${id}-title">${escaped(title)}</title><desc id="${id}-desc">${escaped(description)}</desc>`,
    `<defs><pattern id="${id}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">`,
    `<rect width="6" height="6" fill="#fff"/><rect width="3" height="6" fill="${PEER}"/></pattern></defs>`,
    mark("rect", { x: 0, y: 0, width: wide, height: high, fill: "#fff" }),
    ...marks,
    "</svg>",
  ].join("");
}

/** 0 and a few round numbers up to at least `most`, the same for every row. */
export function ticks(most: number): number[] {
  const rough = Math.max(most, 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = found([1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= rough));
  const count = Math.ceil(Math.max(most, 1) / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, at) => at * step);
}
