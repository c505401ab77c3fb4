/** What an attack is made of. */
import type { Bilingual } from "../../schemas/words.ts";
import type { Arena } from "./arena.ts";

/** One line of the result: one way to attack. */
export interface Line {
  /** By it the command line picks. */
  readonly name: string;
  /** What the attacker tries to tell, for the table. */
  readonly about: Bilingual;
  /** How often somebody is right who has seen nothing. */
  readonly guessing: number;
  /** How often he may be right at the most, as the account promises. */
  readonly bound: number;
  /** Trials of the whole run. */
  readonly trials: number;
  /** The attack must come within two points of its bound: then the bound is not idle. */
  readonly tight?: true;
}

/** One trial: every line by its name, whether it was right; nothing where it only learnt. `guarded` is false for the control. */
export type Play = (
  guarded: boolean,
  lines: ReadonlySet<string>,
) => Promise<ReadonlyMap<string, boolean | undefined>>;

/** Lines that attack the same release, so that it is made once. */
export interface Stage {
  readonly name: string;
  readonly lines: readonly Line[];
  /** Data outside the checkout that it needs; it is left out where they are not there. */
  readonly needs?: string;
  open(arena: Arena): Promise<Play>;
}

/** A fair coin, from the operating system. */
export const toss = (sides = 2): number => crypto.getRandomValues(new Uint32Array(1))[0]! % sides;
