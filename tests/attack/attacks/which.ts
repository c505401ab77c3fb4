/** Which of several worlds is it? The likeliest, given every figure of the release: the best that anybody can do. */

import { normalQuantile } from "../../../functions/disclosure/normal.ts";
import type { Descriptor } from "../../../schemas/descriptor.ts";
import { fileOf, lehmer, type Person } from "../data.ts";
import { cholesky } from "../matrix.ts";
import { distance, figuresIn, figuresOf, inner, likeliest, minus, modelOf } from "../model.ts";
import { type Line, type Stage, toss } from "../stage.ts";
import { rightAt } from "../stats.ts";

export interface Worlds extends Pick<Line, "name" | "about" | "trials"> {
  readonly descriptor: Descriptor;
  /** All persons of each world; every one as likely as another. */
  readonly worlds: readonly (readonly Person[])[];
}

export function whichOf({ name, about, trials, descriptor, worlds }: Worlds): Stage {
  const model = modelOf(descriptor);
  const figures = worlds.map((persons) => figuresOf(model, persons));
  const [first, second] = figures as [(typeof figures)[0], (typeof figures)[0]];
  const products = figures.map((a) =>
    figures.map((b) => inner(model, minus(a, first), minus(b, first))),
  );
  const bound =
    figures.length === 2 ? rightAt(distance(model, first, second)) : rightAmong(products);
  return {
    name,
    lines: [{ name, about, guessing: 1 / worlds.length, bound, trials }],
    async open(arena) {
      const rows = await Promise.all(
        worlds.map((persons) => arena.ingest(descriptor, fileOf(persons))),
      );
      return async (guarded) => {
        const truth = toss(worlds.length);
        const node = await arena.node(rows[truth]!);
        const cube = await arena.cube(await node.release(guarded));
        return new Map([[name, likeliest(model, figuresIn(model, cube), figures) === truth]]);
      };
    },
  };
}

const DRAWS = 100_000;

/**
 * How often the likeliest of several Gaussians of one covariance is the right one: by integration over drawn noise, three
 * standard errors added. `products` are the inner products of their means.
 */
function rightAmong(products: readonly (readonly number[])[]): number {
  const half = cholesky(products.map((row) => [...row]));
  const draw = lehmer(7);
  let right = 0;
  for (let trial = 0; trial < DRAWS; trial++) {
    const truth = trial % products.length;
    const noise = half.map(() => normalQuantile(draw()));
    const scores = products.map((row, k) => {
      const along = row[truth]! + half[k]!.reduce((sum, value, j) => sum + value * noise[j]!, 0);
      return along - row[k]! / 2;
    });
    if (scores.indexOf(Math.max(...scores)) === truth) right++;
  }
  const share = right / DRAWS;
  return share + 3 * Math.sqrt((share * (1 - share)) / DRAWS);
}
