/**
 * Parity: noise that is not whole in grid steps, or contributions that are not, leave traces in the last digits of released
 * figures (Mironov, "On significance of the least significant bits for differential privacy", CCS 2012). Everybody else's amount
 * is in whole euro and hers is not: the last digit of the sums over cells that hold her would give her away.
 */
import { excess, type Guess } from "./view.ts";

export const lowBits: Guess = {
  name: "low-bits",
  about: {
    en: "presence, from the parity of the last digit of sums",
    it: "presenza, dalla parità dell'ultima cifra delle somme",
  },
  trials: 5000,
  async guess(view) {
    const cells = [
      ["_T", "_T", "_T"],
      ["young", "_T", "_T"],
      ["0-17", "_T", "_T"],
      ["_T", "F", "_T"],
      ["_T", "_T", "sud"],
    ];
    const odd = cells.filter(
      (cell) => Math.abs(Math.round(excess(view, "cost", cell) * 100)) % 2 === 1,
    );
    return odd.length > cells.length / 2;
  },
};
