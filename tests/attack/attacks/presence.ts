/**
 * Is a certain person among the data? The attacker knows every other record, has downloaded the whole release and holds the
 * ratio of its likelihoods with and without her against one: no test does better (Neyman and Pearson, Phil. Trans. R. Soc. A 231,
 * 1933, 289-337). The other lines attack the same releases in the ways that have broken published statistics.
 */
import { muOfPoints } from "../../../functions/disclosure/gaussian-dp.ts";
import { type Arena, CONSUMERS } from "../arena.ts";
import { aiuti, fileOf, others, target } from "../data.ts";
import { figuresIn, figuresOf, likeliest, type Model, modelOf } from "../model.ts";
import { type Stage, toss } from "../stage.ts";
import { rightAt } from "../stats.ts";
import { collusion } from "./collusion.ts";
import { filters, unions } from "./differencing.ts";
import { leastSquares } from "./least-squares.ts";
import { lowBits } from "./low-bits.ts";
import { knownTotal, oneFigure } from "./one-figure.ts";
import { partitions } from "./partitions.ts";
import { reconstruction } from "./reconstruction.ts";
import type { Guess, View } from "./view.ts";

/** What the policy of the made data promises: 10 points. */
export const PROMISE = rightAt(muOfPoints(10));

const optimal: Guess = {
  name: "presence",
  about: {
    en: "presence, by the likelihood ratio over all figures",
    it: "presenza, dal rapporto di verosimiglianza su tutte le cifre",
  },
  trials: 5000,
  tight: true,
  guess: async ({ model, cube, known }) =>
    likeliest(model, figuresIn(model, cube), [known.without, known.with]) === 1,
};

const guesses: readonly Guess[] = [
  optimal,
  oneFigure,
  leastSquares,
  lowBits,
  knownTotal,
  reconstruction,
  collusion,
  filters,
  unions,
  partitions,
];

export const presence: Stage = {
  name: "presence",
  lines: guesses.map(({ guess: _, ...line }) => ({ guessing: 0.5, bound: PROMISE, ...line })),
  async open(arena) {
    const model = modelOf(aiuti());
    const rows = await rowsOf(arena, model);
    const known = {
      others,
      target,
      without: figuresOf(model, others),
      with: figuresOf(model, [...others, target]),
    };
    return async (guarded, lines) => {
      const isIn = toss() === 1;
      const wanted = guesses.filter(({ name }) => lines.has(name));
      const consumers = wanted.includes(collusion) ? CONSUMERS : CONSUMERS.slice(0, 1);
      const node = await arena.node(isIn ? rows.with : rows.without, { consumers });
      const manifest = await node.release(guarded);
      const view: View = {
        arena,
        node,
        manifest,
        model,
        known,
        cube: await arena.cube(manifest),
        total: others.length + (isIn ? 1 : 0),
      };
      const right = new Map<string, boolean>();
      for (const { name, guess } of wanted) right.set(name, (await guess(view)) === isIn);
      return right;
    };
  },
};

async function rowsOf(arena: Arena, { descriptor }: Model) {
  return {
    without: await arena.ingest(descriptor, fileOf(others)),
    with: await arena.ingest(descriptor, fileOf([...others, target])),
  };
}
