/** So many things at a time. */
import { timed } from "./measure.ts";

export interface Run {
  /** Milliseconds a task: the whole run by its tasks. */
  readonly each: number;
  /** What every task took, from its beginning. */
  readonly waits: readonly number[];
}

/** All tasks, so many at a time. */
export async function abreast(
  count: number,
  tasks: readonly (() => Promise<unknown>)[],
): Promise<Run> {
  const [waits, left] = [[] as number[], [...tasks]];
  const worker = async () => {
    for (let task = left.pop(); task !== undefined; task = left.pop())
      waits.push((await timed(task)).ms);
  };
  const { ms } = await timed(() => Promise.all(Array.from({ length: count }, worker)));
  return { each: ms / tasks.length, waits };
}
