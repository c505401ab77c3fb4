/** Where things stand in the picture of four policies: a column of names at the left, a column a policy. */
import type { Neighbour } from "./alternatives.ts";
import type { Preview } from "./preview.ts";
import * as s from "./svg.ts";

export interface Shown {
  readonly neighbour: Neighbour;
  readonly preview: Preview;
}

export const LEFT = 250;
export const COLUMN = 262;
export const WIDE = LEFT + 4 * COLUMN + 20;
export const ROW = 27;

/** A part of the picture: how high it is, and its marks from a given y on. */
export interface Panel {
  readonly high: number;
  draw(y: number): string[];
}

export const x0 = (at: number) => LEFT + at * COLUMN + 14;
export const tint = (at: number) =>
  at === 0 ? { dot: s.BLUE, pill: s.OWN_PILL } : { dot: s.PEER, pill: s.PILL };

export const label = (y: number, [title, note]: readonly [string, string]): string[] => [
  ...s
    .wrap(title, 27)
    .map((line, row) => s.text(20, y + 28 + 20 * row, line, { size: 16, bold: true })),
  ...s.wrap(note, 33).map((line, row) =>
    s.text(20, y + 28 + 20 * s.wrap(title, 27).length + 18 * row, line, {
      size: 14,
      fill: s.SLATE,
    }),
  ),
];
