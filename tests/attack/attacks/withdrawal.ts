/**
 * Two releases around a withdrawal: the difference of two cubes cancels everybody who stayed, so nobody's record need be known
 * (Fung, Wang, Chen, Yu, ACM Computing Surveys 42(4), 2010, on releases in sequence; for what the dates of a release show, the
 * same and Jagielski et al., arXiv 2207.00099). Each release has noise of its own; what both together tell is in the account.
 */
import { muOfPoints } from "../../../functions/disclosure/gaussian-dp.ts";
import { fileOf, others, target, twice } from "../data.ts";
import { figuresIn, figuresOf, inner, likeliest, minus, modelOf } from "../model.ts";
import { type Stage, toss } from "../stage.ts";
import { rightAt } from "../stats.ts";

const MU = muOfPoints(10);
const FIRST = "2026-04-01";
const SECOND = "2026-07-01";

export const withdrawal: Stage = {
  name: "withdrawal",
  lines: [
    {
      name: "two-releases",
      about: {
        en: "whether she withdrew, from the difference of two releases",
        it: "se ha revocato il consenso, dalla differenza fra due rilasci",
      },
      guessing: 0.5,
      // she is in the first one in either case: only the second can tell
      bound: rightAt(MU / Math.SQRT2),
      trials: 200,
    },
    {
      name: "two-releases-all-known",
      about: { en: "the same, everybody else known", it: "lo stesso, note tutte le altre persone" },
      guessing: 0.5,
      bound: rightAt(MU / Math.SQRT2),
      trials: 200,
    },
  ],
  async open(arena) {
    const model = modelOf(twice());
    const rows = await arena.ingest(twice(), fileOf([...others, target]));
    const hers = figuresOf(model, [target]);
    const worlds = [figuresOf(model, [...others, target]), figuresOf(model, others)];
    return async (guarded) => {
      const leaves = toss() === 1;
      arena.day = FIRST;
      const node = await arena.node(rows, { ingest: true });
      const before = figuresIn(model, await arena.cube(await node.release(guarded)));
      arena.day = "2026-05-10";
      if (leaves) await arena.withdraw(node, [target.id]);
      arena.day = SECOND;
      const after = figuresIn(model, await arena.cube(await node.release(guarded)));
      const gone = inner(model, minus(before, after), hers) / inner(model, hers, hers) > 0.5;
      return new Map([
        ["two-releases", gone === leaves],
        ["two-releases-all-known", (likeliest(model, after, worlds) === 1) === leaves],
      ]);
    };
  },
};

/** In all releases of a period or in none: what the account promises for the whole period. */
export const period: Stage = {
  name: "period",
  lines: [
    {
      name: "period",
      about: {
        en: "presence, from both releases of a period",
        it: "presenza, dai due rilasci di un periodo",
      },
      guessing: 0.5,
      bound: rightAt(MU),
      trials: 200,
    },
  ],
  async open(arena) {
    const model = modelOf(twice());
    const rows = [
      await arena.ingest(twice(), fileOf(others)),
      await arena.ingest(twice(), fileOf([...others, target])),
    ];
    const worlds = [figuresOf(model, others), figuresOf(model, [...others, target])] as const;
    const direction = minus(worlds[1], worlds[0]);
    const threshold = inner(model, direction, direction) / 2;
    return async (guarded) => {
      const isIn = toss();
      arena.day = FIRST;
      const node = await arena.node(rows[isIn]!);
      const seen = [figuresIn(model, await arena.cube(await node.release(guarded)))];
      arena.day = SECOND;
      seen.push(figuresIn(model, await arena.cube(await node.release(guarded))));
      // the noises of two releases are independent: log likelihoods add
      const along = seen.reduce(
        (sum, figures) => sum + inner(model, minus(figures, worlds[0]), direction) - threshold,
        0,
      );
      return new Map([["period", along > 0 === (isIn === 1)]]);
    };
  },
};
