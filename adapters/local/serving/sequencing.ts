/** The sequencer of a log on this machine: every few seconds, and whenever its head is asked for. */
import { traceFault } from "../../../functions/edge/fault.ts";
import type { LogDeps } from "../../../functions/log/handler.ts";
import { publicLogDeps, sequencer } from "../../../functions/log/sequence.ts";
import type { Clock, Signer, Store } from "../../../schemas/ports.ts";

const EVERY_MS = 5000;

/** Logs of one process take turns: a store that they share answers questions besides. */
let turns: Promise<unknown> = Promise.resolve();

/** What the log's handler needs, with a timer behind it. `stop` resolves when nothing is under way any more. */
export function sequencing(
  store: Store,
  member: string,
  signer: Signer,
  clock: Clock,
): LogDeps & { stop(): Promise<void> } {
  const sequence = sequencer(publicLogDeps(store, member, signer, clock));
  let run: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    // what could not be placed now is placed at the next turn: nothing that waits is lost
    turns = turns.then(sequence).catch(traceFault);
    run = turns;
  }, EVERY_MS).unref();
  return {
    store,
    sequence,
    async stop() {
      clearInterval(timer);
      await run;
    },
  };
}
