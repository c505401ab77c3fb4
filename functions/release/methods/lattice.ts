/** exact + round(h·η). The noise alone is rounded, so that a released figure is exact on the grid whatever the data. */
import { found } from "../../../schemas/found.ts";
import { noiseLattice } from "../../disclosure/lattice.ts";
import type { Protector } from "./protector.ts";

export const lattice: Protector = ({ trees, marginals }, { released, steps, scale }, draw) => {
  const noise = noiseLattice(trees, released.order, 1, (pairs) => draw(released.id, pairs));
  for (const [name, { values }] of marginals) {
    const { values: eta } = found(noise.marginals.get(name));
    for (const [at, value] of values.entries())
      values[at] = value * steps + Math.floor(scale * found(eta[at]) + 0.5);
  }
};
