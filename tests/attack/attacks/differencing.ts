/**
 * Differencing: two answers that differ by one small group, each harmless by itself (Denning, Denning, Schwartz, "The tracker",
 * ACM TODS 4, 1979, 76-96; asked of DataSHIELD's users since 2021). By filters, by unions of codes, by members of the
 * federation; all through the hub's interface.
 */
import { muOfPoints } from "../../../functions/disclosure/gaussian-dp.ts";
import { CITY, OTHER } from "../arena.ts";
import { aiuti, fileOf, others, target } from "../data.ts";
import { modelOf } from "../model.ts";
import { type Stage, toss } from "../stage.ts";
import { rightAt } from "../stats.ts";
import { countOf, type Guess, othersIn } from "./view.ts";

/** All of an age less those of it who do not live in her zone. */
export const filters: Guess = {
  name: "filters",
  about: { en: "presence, by differencing filters", it: "presenza, per differenza fra filtri" },
  trials: 300,
  async guess(view) {
    const all = await countOf(view, { by: [], where: { age: ["0-17"] } });
    const elsewhere = await countOf(view, {
      by: [],
      where: { age: ["0-17"], zone: ["nord", "centro"] },
    });
    return all - elsewhere - othersIn(view, ["0-17", "_T", "sud"]) > 0.5;
  },
};

/** Her age together with another one, less that other one; again with each other age, and the mean of all. */
export const unions: Guess = {
  name: "unions",
  about: {
    en: "presence, by differencing unions of codes",
    it: "presenza, per differenza fra unioni di codici",
  },
  trials: 300,
  async guess(view) {
    const looks: number[] = [];
    for (const age of ["18-34", "35-54", "75+"]) {
      const both = await countOf(view, { by: [], where: { age: ["0-17", age], zone: ["sud"] } });
      looks.push(both - (await countOf(view, { by: [], where: { age: [age], zone: ["sud"] } })));
    }
    return (
      looks.reduce((total, look) => total + look, 0) / looks.length -
        othersIn(view, ["0-17", "_T", "sud"]) >
      0.5
    );
  },
};

/** A total over two cities less the other city alone. */
export const members: Stage = {
  name: "members",
  lines: [
    {
      name: "members",
      about: { en: "presence, by differencing cities", it: "presenza, per differenza fra città" },
      guessing: 0.5,
      bound: rightAt(muOfPoints(10)),
      trials: 200,
    },
  ],
  async open(arena) {
    const model = modelOf(aiuti());
    const without = await arena.ingest(aiuti(), fileOf(others));
    const within = await arena.ingest(aiuti(), fileOf([...others, target]));
    const elsewhere = await arena.ingest(aiuti(), fileOf(others.slice(0, 40)), OTHER);
    return async (guarded) => {
      const isIn = toss() === 1;
      const node = await arena.node(isIn ? within : without);
      await node.release(guarded);
      await (await arena.node(elsewhere, { member: OTHER, dataset: node.dataset })).release(
        guarded,
      );
      const where = { age: ["0-17"], zone: ["sud"] };
      const together = await countOf({ arena, node }, { members: [CITY, OTHER], by: [], where });
      const apart = await countOf({ arena, node }, { members: [OTHER], by: [], where });
      const known = { others, target, without: [], with: [] };
      const guess = together - apart - othersIn({ model, known }, ["0-17", "_T", "sud"]) > 0.5;
      return new Map([["members", guess === isIn]]);
    };
  },
};
