/**
 * Reconstruction of a table from its margins by a linear programme: the table that no one released, of counts of at least zero,
 * whose margins are nearest to those released (Dinur and Nissim, PODS 2003; in the L1 norm, Dwork, McSherry, Talwar, STOC 2007).
 * Knows nobody's record, only how many others are in her cell.
 */
import highs from "highs";
import { isIn } from "../model.ts";
import { type Guess, othersIn, type View } from "./view.ts";

// its types are written for CommonJS
const solver = (highs as unknown as typeof highs.default)();

export const reconstruction: Guess = {
  name: "reconstruction",
  about: {
    en: "presence, by reconstructing the table from its margins (linear programme)",
    it: "presenza, ricostruendo la tabella dai suoi margini (programmazione lineare)",
  },
  trials: 1000,
  guess: async (view) =>
    (await cellOf(view, view.known.target.codes)) - othersIn(view, view.known.target.codes) > 0.5,
};

/** The count in one leaf cell of the nearest table. */
export async function cellOf(
  { model, cube }: Pick<View, "model" | "cube">,
  codes: readonly string[],
): Promise<number> {
  const { trees } = model;
  const { released } = model.fields[0]!;
  const leaves = trees.map(({ nodes }) =>
    nodes.filter(({ children }) => children.length === 0).map(({ code }) => code),
  );
  const table = leaves.reduce<string[][]>(
    (all, own) => all.flatMap((cell) => own.map((code) => [...cell, code])),
    [[]],
  );
  const everyCode = trees.map(({ nodes }) => nodes.map(({ code }) => code));
  const margins = everyCode
    .reduce<string[][]>(
      (all, own) => all.flatMap((cell) => own.map((code) => [...cell, code])),
      [[]],
    )
    .filter((cell) => cell.filter((code) => code !== "_T").length <= released.order);
  const rows = margins.map((margin, at) => {
    const inside = table.flatMap((leaf, x) =>
      isIn(model, { id: "", codes: leaf, services: [] }, margin) ? [`x${x}`] : [],
    );
    return ` r${at}: ${inside.join(" + ")} + a${at} - b${at} = ${cube.value(released, margin) * released.grid}`;
  });
  const errors = margins.map((_, at) => `a${at} + b${at}`).join(" + ");
  const solution = (await solver).solve(
    `Minimize\n obj: ${errors}\nSubject To\n${rows.join("\n")}\nEnd\n`,
  );
  const wanted = solution.Columns[`x${table.findIndex((leaf) => leaf.join() === codes.join())}`]!;
  if (!("Primal" in wanted)) throw new Error(`the linear programme is ${solution.Status}`);
  return wanted.Primal;
}
