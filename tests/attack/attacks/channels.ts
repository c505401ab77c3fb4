/**
 * Timing and sizes: what an answer costs and how long it is, rather than what it says (Kocher, CRYPTO 1996; for private answers to
 * questions, Haeberlen, Pierce, Narayan, USENIX Security 2011). The attacker first learns both kinds of node, then tells one from
 * the other. All he can measure is made of released figures, so what bounds those bounds this. The controls: a node that takes
 * longer where there are rows, and one that leaves out of its file the cells in which there is nobody.
 */

import type { Handler } from "../../../adapters/local/http-server.ts";
import { edge } from "../../../functions/answer/handler.ts";
import { muOfPoints } from "../../../functions/release/protect/gdp.ts";
import { type Arena, CITY, CONSUMERS, type Node } from "../arena.ts";
import { aiuti, fileOf, others, type Person, target } from "../data.ts";
import { isIn, modelOf } from "../model.ts";
import { type Line, type Stage, toss } from "../stage.ts";
import { rightAt } from "../stats.ts";

const CELL = ["0-17", "_T", "sud"];
const line = (name: string, about: string): Line => ({ name, about, guessing: 0.5, bound: rightAt(muOfPoints(10)), trials: 400 });

export const channels: Stage = {
  name: "channels",
  lines: [line("timing", "presence, from how long answers take"), line("sizes", "presence, from how long answers are")],
  async open(arena) {
    const worlds = [others, [...others, target]];
    const rows = await Promise.all(worlds.map((persons) => arena.ingest(aiuti(), fileOf(persons))));
    const learners = new Map([true, false].map((guarded) => [guarded, { timing: learner(), sizes: learner() }]));
    return async (guarded) => {
      const truth = toss();
      const node = await arena.node(rows[truth]!);
      const manifest = await node.release(true);
      if (!guarded) arena.serve(CITY, telling(node, worlds[truth]!));
      const { timing, sizes } = learners.get(guarded)!;
      const file = await arena.take(manifest, CONSUMERS[0], "csv");
      const right = (guess: number | undefined) => (guess === undefined ? undefined : guess === truth);
      return new Map([
        ["timing", right(timing(await lengthOfAsking(arena, node), truth))],
        ["sizes", right(sizes(file.length, truth))],
      ]);
    };
  },
};

/** The least of some askings, in milliseconds: the rest is the machine's. */
async function lengthOfAsking(arena: Arena, node: Node): Promise<number> {
  const times: number[] = [];
  for (let at = 0; at < 4; at++) {
    const from = performance.now();
    const where = { age: ["0-17"], zone: ["sud"] };
    await arena.ask({ members: [CITY], dataset: node.dataset, measures: [{ count: "any" }], by: [], where });
    times.push(performance.now() - from);
  }
  return Math.min(...times);
}

/** Trials from which a learner only learns. */
const LESSONS = 20;

/** Guesses which of two kinds a number is of, by the nearer median of those before; the truth is told afterwards. */
function learner(): (feature: number, truth: number) => number | undefined {
  const seen: [number[], number[]] = [[], []];
  const median = (list: number[]) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
  return (feature, truth) => {
    const ready = seen[0].length + seen[1].length >= LESSONS && seen.every(({ length }) => length > 0);
    const [out, within] = seen.map(median) as [number, number];
    const nearer = Math.abs(feature - out) === Math.abs(feature - within) ? toss() : Math.abs(feature - out) > Math.abs(feature - within);
    seen[truth]!.push(feature);
    return ready ? Number(nearer) : undefined;
  };
}

/** An edge that tells by the way: 4 ms more a person in the cell asked for, and no line for a cell without anybody. */
function telling({ answering }: Node, persons: readonly Person[]): Handler {
  const honest: Handler = edge(answering);
  const model = modelOf(aiuti());
  const settled = (cell: readonly string[]) => persons.some((person) => isIn(model, person, cell));
  return async (event) => {
    const answer = await honest(event);
    if (event.rawPath.endsWith("/answer")) {
      const there = persons.filter((person) => isIn(model, person, CELL)).length;
      await new Promise((done) => setTimeout(done, 4 * there));
    }
    if (!event.rawPath.endsWith("/cube")) return answer;
    const [head, ...lines] = (answer.body ?? "").trimEnd().split("\n");
    return { ...answer, body: [head, ...lines.filter((csv) => settled(csv.split(",").slice(0, 3)))].join("\n") };
  };
}
