/**
 * Averaging over all marginals by least squares: she is one more in every figure that counts her, so the mean excess over all of
 * them is the least-squares estimate of whether she is there. It is what makes independent noise in each table worthless
 * (Dwork, McSherry, Talwar, "The price of privacy and the limits of LP decoding", STOC 2007; for marginals Kasiviswanathan,
 * Rudelson, Smith, Ullman, STOC 2010). The attacker takes the errors for independent.
 */
import { addedBy, isIn } from "../model.ts";
import { excess, type Guess } from "./view.ts";

export const leastSquares: Guess = {
  name: "least-squares",
  about: {
    en: "presence, by the mean over all marginals (least squares)",
    it: "presenza, dalla media su tutte le tabelle (minimi quadrati)",
  },
  trials: 5000,
  async guess(view) {
    const { model, known } = view;
    let along = 0;
    let length = 0;
    for (const { released, cells, scale } of model.fields) {
      const adds = (addedBy(known.target, released, model.descriptor) / scale) as number;
      if (adds === 0) continue;
      for (const cell of cells) {
        if (!isIn(model, known.target, cell)) continue;
        along += (adds * excess(view, released.id, cell)) / released.grid / scale;
        length += adds * adds;
      }
    }
    return along / length > 0.5;
  },
};
