/**
 * Collusion: three consumers download the release, each under an agreement, and put together what they have. Did each get noise
 * of its own, the mean of three would tell more than one. They get the same bytes, and the attack on the mean is the attack on one.
 */

import { loadCube } from "../../../functions/disclosure/cube.ts";
import { CONSUMERS } from "../arena.ts";
import { figuresIn, likeliest } from "../model.ts";
import type { Guess } from "./view.ts";

export const collusion: Guess = {
  name: "collusion",
  about: {
    en: "presence, three consumers putting their cubes together",
    it: "presenza, tre consumatori che uniscono i loro cubi",
  },
  trials: 300,
  async guess({ arena, manifest, model, known }) {
    const taken: Uint8Array[] = [];
    for (const consumer of CONSUMERS) taken.push(await arena.take(manifest, consumer));
    if (!taken.every((bytes) => Buffer.compare(bytes, taken[0]!) === 0))
      throw new Error("two consumers got other bytes of one release");
    const cubes = await Promise.all(taken.map((bytes) => loadCube(bytes, manifest)));
    const each = cubes.map((cube) => figuresIn(model, cube));
    const mean = each[0]!.map((field, f) =>
      field.map((_, k) => each.reduce((sum, seen) => sum + seen[f]![k]!, 0) / each.length),
    );
    return likeliest(model, mean, [known.without, known.with]) === 1;
  },
};
