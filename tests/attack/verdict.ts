/** What the trials say, held against the bar. */
import type { Bilingual } from "../../schemas/words.ts";
import { exceeds, wilson } from "./stats.ts";
import type { Outcome } from "./trials.ts";

/** One line of docs/attacks.json. Shares from 0 to 1; `unprotected` is null where no control was played. */
export interface Result {
  readonly name: string;
  readonly about: Bilingual;
  readonly trials: number;
  readonly success: number;
  /** 95 % interval of `success`. */
  readonly low: number;
  readonly high: number;
  readonly guessing: number;
  readonly bound: number;
  readonly unprotected: number | null;
}

/** As the leak report repeats it: in times of a hundred. */
export const spoken = ({ about, trials, success, bound, unprotected }: Result) => ({
  name: about,
  trials,
  success: 100 * success,
  bound: 100 * bound,
  ...(unprotected === null ? {} : { unprotected: 100 * unprotected }),
});

const round = (share: number) => Math.round(share * 1e4) / 1e4;

export function resultOf({ line, trials, won, control }: Outcome): Result {
  const [low, high] = wilson(won, trials);
  return {
    name: line.name,
    about: line.about,
    trials,
    success: round(won / trials),
    low: round(low),
    high: round(high),
    guessing: round(line.guessing),
    bound: round(line.bound),
    unprotected: control.trials === 0 ? null : round(control.won / control.trials),
  };
}

/** How near to its bound the best attack must come, so that the bound says something. */
const NEAR = 0.02;

/** The quick run is made at every check and has many lines at their bound: it may cry wolf once in some thousand runs, no more. */
const QUICK_ERROR = 1e-5;

/** Where the bar is missed, a sentence each. `whole` is false where only the upper bounds can be judged. */
export function missed(outcomes: readonly Outcome[], whole: boolean): string[] {
  return outcomes.flatMap(({ line, trials, won, control }) => {
    const { name, bound } = line;
    const said: string[] = [];
    const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
    if (trials === 0) said.push(`${name}: no trial was played`);
    else if (exceeds(won, trials, bound, whole ? 0.001 : QUICK_ERROR))
      said.push(
        `${name}: right in ${percent(won / trials)} of ${trials}, beyond its bound of ${percent(bound)}`,
      );
    if (!whole) return said;
    // fewer trials than a whole run has say less: there only what sampling does not explain is said
    const idle =
      trials < line.trials
        ? exceeds(trials - won, trials, 1 - bound + NEAR)
        : won / trials < bound - NEAR;
    if (line.tight && idle)
      said.push(
        `${name}: right in ${percent(won / trials)}, more than two points below ${percent(bound)}: the bound is idle, or the attack is poor`,
      );
    if (!exceeds(control.won, control.trials, bound))
      said.push(
        `${name}: right in ${control.won} of ${control.trials} without protection, which does not win`,
      );
    return said;
  });
}
