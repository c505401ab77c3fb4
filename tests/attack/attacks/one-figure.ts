/**
 * One figure alone: who knows how many others are in a small cell looks whether there is one more. It is what a reader can do
 * without any statistics, and the reason why no exact small figure may be shown (Hundepool et al., Statistical Disclosure
 * Control, 2012, ch. 5). With the exact total of the city from outside, the noise of the total is known and is taken out of the
 * figure as well as it can be.
 */
import { excess, type Guess } from "./view.ts";

const CELL = ["0-17", "_T", "sud"];
const WHOLE = ["_T", "_T", "_T"];

export const oneFigure: Guess = {
  name: "one-figure",
  about: { en: "presence, from one small cell", it: "presenza, da una sola cella piccola" },
  trials: 5000,
  guess: async (view) => excess(view, "any", CELL) > 0.5,
};

/** Knows who else is in the cell and how many there are in the city, though not who they are. */
export const knownTotal: Guess = {
  name: "known-total",
  about: {
    en: "presence, from one small cell, the city's total known exactly",
    it: "presenza, da una cella piccola, noto il totale esatto della città",
  },
  trials: 5000,
  async guess(view) {
    const { model, cube, total } = view;
    const { released } = model.fields[0]!;
    const noise = cube.value(released, WHOLE) * released.grid - total;
    // the regression of the cell's noise on the total's: the products of 1 over the siblings, down to the cell
    const { covariance, cells } = model.fields[0]!;
    const whole = cells.findIndex((cell) => cell.every((code) => code === "_T"));
    const nord = cells.findIndex((cell) => cell.join() === "0-17,_T,nord");
    return excess(view, "any", CELL) - covariance[nord]![whole]! * noise > 0.5;
  },
};
