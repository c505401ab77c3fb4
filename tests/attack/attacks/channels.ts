/**
 * Timing and sizes: what an answer costs and how long it is, rather than what it says (Kocher, CRYPTO 1996; for private answers to
 * questions, Haeberlen, Pierce, Narayan, USENIX Security 2011). The attacker first learns both kinds of node, then tells one from
 * the other. All he can measure is made of released figures, so what bounds those bounds this. The controls: a node that takes
 * longer where there are rows, and one that leaves out of its file the cells in which there is nobody.
 */

import type { Handler } from "../../../adapters/local/serving/http-server.ts";
import { edge } from "../../../functions/answer/handler.ts";
import { muOfPoints } from "../../../functions/disclosure/gaussian-dp.ts";
import { type Arena, CITY, CONSUMERS, type Node } from "../arena.ts";
import { aiuti, fileOf, others, type Person, target } from "../data.ts";
import { isIn, modelOf } from "../model.ts";
import { type Line, type Stage, toss } from "../stage.ts";
import { rightAt } from "../stats.ts";

const CELL = ["0-17", "_T", "sud"];
const line = (name: string, about: Line["about"]): Line => ({
  name,
  about,
  guessing: 0.5,
  bound: rightAt(muOfPoints(10)),
  trials: 240,
});

export const channels: Stage = {
  name: "channels",
  lines: [
    line("timing", {
      en: "presence, from how long answers take",
      it: "presenza, dal tempo delle risposte",
    }),
    line("sizes", {
      en: "presence, from how long answers are",
      it: "presenza, dalla lunghezza delle risposte",
    }),
  ],
  async open(arena) {
    const worlds = [others, [...others, target]];
    const rows = await Promise.all(worlds.map((persons) => arena.ingest(aiuti(), fileOf(persons))));
    const learners = new Map(
      [true, false].map((guarded) => [guarded, { timing: learner(), sizes: learner() }]),
    );
    return async (guarded) => {
      const truth = toss();
      const node = await arena.node(rows[truth]!);
      const manifest = await node.release(true);
      if (!guarded) arena.serve(CITY, telling(node, worlds[truth]!));
      const { timing, sizes } = learners.get(guarded)!;
      const file = await arena.take(manifest, CONSUMERS[0], "csv");
      const right = (guess: number | undefined) =>
        guess === undefined ? undefined : guess === truth;
      return new Map([
        ["timing", right(timing(await lengthOfAsking(arena, node), truth))],
        ["sizes", right(sizes(file.length, truth))],
      ]);
    };
  },
};

/** How much longer an answer about her cell takes than one about another, in milliseconds: the least of some askings each. */
async function lengthOfAsking(arena: Arena, node: Node): Promise<number> {
  const least = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let at = 0; at < 3; at++)
    for (const [which, age] of ["0-17", "18-34"].entries()) {
      const from = performance.now();
      const where = { age: [age], zone: ["sud"] };
      await arena.ask({
        members: [CITY],
        dataset: node.dataset,
        measures: [{ count: "any" }],
        by: [],
        where,
      });
      least[which] = Math.min(least[which]!, performance.now() - from);
    }
  return least[0]! - least[1]!;
}

/** Trials from which a learner only learns. */
const LESSONS = 6;

/** Guesses which of two kinds a number is of, by the nearer median of those before; the truth is told afterwards. */
function learner(): (feature: number, truth: number) => number | undefined {
  const seen: [number[], number[]] = [[], []];
  const median = (list: number[]) =>
    [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
  return (feature, truth) => {
    const ready =
      seen[0].length + seen[1].length >= LESSONS && seen.every(({ length }) => length > 0);
    const [out, within] = seen.map(median) as [number, number];
    const nearer =
      Math.abs(feature - out) === Math.abs(feature - within)
        ? toss()
        : Math.abs(feature - out) > Math.abs(feature - within);
    seen[truth]!.push(feature);
    return ready ? Number(nearer) : undefined;
  };
}

/** An edge that tells by the way: 40 ms more a person in the cell asked for, and no line for a cell without anybody. */
function telling({ answering }: Node, persons: readonly Person[]): Handler {
  const honest: Handler = edge(answering);
  const model = modelOf(aiuti());
  const settled = (cell: readonly string[]) => persons.some((person) => isIn(model, person, cell));
  return async (event) => {
    const answer = await honest(event);
    if (event.rawPath.endsWith("/answer")) {
      const there = inHerCell(event.body ?? "")
        ? persons.filter((person) => isIn(model, person, CELL)).length
        : 0;
      await new Promise((done) => setTimeout(done, 40 * there));
    }
    if (!event.rawPath.endsWith("/cube")) return answer;
    const [head, ...lines] = (answer.body ?? "").trimEnd().split("\n");
    return {
      ...answer,
      body: [head, ...lines.filter((csv) => settled(csv.split(",").slice(0, 3)))].join("\n"),
    };
  };
}

/** Whether an envelope's question is about the cell that is attacked. */
function inHerCell(body: string): boolean {
  const payload = (jws: string) =>
    JSON.parse(Buffer.from(jws.split(".")[1]!, "base64url").toString("utf8"));
  return (
    payload(payload(Buffer.from(body, "base64").toString("utf8")).query).where.age[0] === "0-17"
  );
}
