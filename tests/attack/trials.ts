/** Deals trials out to processes, as many as there are cores, and adds up what they say. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Line, Stage } from "./stage.ts";
import type { Order, Reply, Tally } from "./worker.ts";

export interface Amounts {
  /** Trials of a line against a protected node. */
  readonly guarded: (line: Line) => number;
  /** Against the control. */
  readonly control: (line: Line) => number;
}
export interface Outcome {
  readonly line: Line;
  readonly trials: number;
  readonly won: number;
  readonly control: { readonly trials: number; readonly won: number };
}

/** Trials of one order. */
const CHUNK = 20;

/**
 * Orders such that every line gets its trials, lines of one stage together as far as each goes. All stages and their controls go in
 * step, so that a run that ends early has the same part of each.
 */
export function ordersFor(stages: readonly Stage[], amounts: Amounts): Order[] {
  const all = stages.flatMap(({ name, lines }) =>
    [true, false].flatMap((guarded) => {
      const wanted = guarded ? amounts.guarded : amounts.control;
      const most = Math.max(...lines.map(wanted));
      const orders: { turn: number; order: Order }[] = [];
      for (let done = 0; done < most; done += CHUNK) {
        const going = lines.filter((line) => wanted(line) > done);
        const order = {
          stage: name,
          lines: going.map((line) => line.name),
          guarded,
          trials: Math.min(CHUNK, most - done),
        };
        orders.push({ turn: done / most, order });
      }
      return orders;
    }),
  );
  return all.sort((a, b) => a.turn - b.turn).map(({ order }) => order);
}

/** `until`: when it is aborted no further trials are begun, and what was played so far counts. */
export async function playAll(
  stages: readonly Stage[],
  amounts: Amounts,
  say: (text: string) => void,
  until?: AbortSignal,
): Promise<Outcome[]> {
  const orders = ordersFor(stages, amounts);
  const total = orders.reduce((sum, { trials }) => sum + trials, 0);
  const sums = {
    guarded: new Map<string, [number, number]>(),
    control: new Map<string, [number, number]>(),
  };
  let done = 0;
  const workers = Array.from({ length: Math.min(availableParallelism(), orders.length) }, () =>
    fork(join(import.meta.dirname, "worker.ts")),
  );
  const work = async (worker: ChildProcess) => {
    for (
      let order = orders.shift();
      order !== undefined && until?.aborted !== true;
      order = orders.shift()
    ) {
      add(order.guarded ? sums.guarded : sums.control, await told(worker, order));
      done += order.trials;
      say(`${done} of ${total} trials; ${order.stage}${order.guarded ? "" : ", control"}`);
    }
    worker.send("close");
    await once(worker, "exit");
  };
  try {
    await Promise.all(workers.map(work));
  } finally {
    // they clear up after themselves
    for (const worker of workers) if (worker.connected) worker.disconnect();
  }
  const sumOf = (map: Map<string, [number, number]>, { name }: Line) => ({
    trials: map.get(name)?.[0] ?? 0,
    won: map.get(name)?.[1] ?? 0,
  });
  return stages.flatMap(({ lines }) =>
    lines.map((line) => ({
      line,
      ...sumOf(sums.guarded, line),
      control: sumOf(sums.control, line),
    })),
  );
}

function add(sums: Map<string, [number, number]>, tally: Tally): void {
  for (const [name, [trials, won]] of Object.entries(tally)) {
    const before = sums.get(name) ?? [0, 0];
    sums.set(name, [before[0] + trials, before[1] + won]);
  }
}

async function told(worker: ChildProcess, order: Order): Promise<Tally> {
  worker.send(order);
  const over = new AbortController();
  const ended = once(worker, "exit", over).then(() => [
    { failed: `${order.stage}: the process ended` },
  ]);
  const [answer] = (await Promise.race([once(worker, "message", over), ended])) as [Reply];
  ended.catch(() => {});
  over.abort();
  if ("failed" in answer) throw new Error(answer.failed);
  return answer.tally;
}
