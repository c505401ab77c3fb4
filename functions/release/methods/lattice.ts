/** exact + round(h·η). The noise alone is rounded, so that a released figure is exact on the grid whatever the data. */
import { noiseLattice } from "../../disclosure/lattice.ts";
import type { Protector } from "./protector.ts";

export const lattice: Protector = ({ trees, marginals }, { released, steps, scale }, draw) => {
  const noise = noiseLattice(trees, released.order, 1, (pairs) => draw(released.id, pairs));
  for (const [name, { values }] of marginals) {
    const eta = noise.marginals.get(name)!.values;
    for (let at = 0; at < values.length; at++)
      values[at] = values[at]! * steps + Math.floor(scale * eta[at]! + 0.5);
  }
};
