/** One of the processes that play trials: an arena of its own, told what to play over the channel of its parent. */
import { type Arena, openArena } from "./arena.ts";
import type { Play, Stage } from "./stage.ts";
import { suite } from "./suite.ts";

export interface Order {
  readonly stage: string;
  readonly lines: readonly string[];
  readonly guarded: boolean;
  readonly trials: number;
}
/** Trials and successes a line. */
export type Tally = Readonly<Record<string, readonly [trials: number, won: number]>>;
export type Reply = { readonly tally: Tally } | { readonly failed: string };

/** Plays trials of one stage after another; stages stay open. */
export function player(
  arena: Arena,
  stages: readonly Stage[] = suite,
): (order: Order) => Promise<Tally> {
  const open = new Map<string, Promise<Play>>();
  return async ({ stage, lines, guarded, trials }) => {
    const play = open.get(stage) ?? stages.find(({ name }) => name === stage)!.open(arena);
    open.set(stage, play);
    arena.day = "2026-07-01";
    const tally = new Map<string, [number, number]>();
    for (let trial = 0; trial < trials; trial++)
      for (const [line, right] of await (await play)(guarded, new Set(lines))) {
        if (right === undefined || !lines.includes(line)) continue;
        const [done, won] = tally.get(line) ?? [0, 0];
        tally.set(line, [done + 1, won + Number(right)]);
      }
    return Object.fromEntries(tally);
  };
}

if (process.send !== undefined && import.meta.main) {
  const arena = await openArena();
  const play = player(arena);
  const reply = (answer: Reply) => process.connected && process.send!(answer);
  // whoever is left alone leaves nothing behind
  process.on("disconnect", () => void arena.close().then(() => process.exit(1)));
  process.on("message", (order: Order | "close") => {
    if (order === "close") void arena.close().then(() => process.exit(0));
    else
      play(order).then(
        (tally) => reply({ tally }),
        (error: Error) => reply({ failed: `${order.stage}: ${error.stack ?? error.message}` }),
      );
  });
}
