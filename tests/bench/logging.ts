/** Whether answers queue at the log: answers a second as concurrent askers grow, every answer recorded before it leaves. */
import { join } from "node:path";
import { openStores, paths } from "../../adapters/local/state.ts";
import { httpPeer } from "../../adapters/peer/http.ts";
import { storeLog } from "../../functions/log/append.ts";
import { publicLogDeps, sequence } from "../../functions/log/sequence.ts";
import { readHead } from "../../functions/log/tree.ts";
import { memorySigner } from "../world/federation.ts";
import { abreast, type Run } from "./abreast.ts";
import { envelope } from "./asking.ts";
import { compare, quantile, type Round, type Section, type Table, timed } from "./measure.ts";
import { partsOf } from "./parts.ts";
import { writeRows } from "./rows.ts";
import { LARGE, startWorld, type World } from "./world.ts";

const ASKERS = [1, 2, 4, 8, 16, 32, 64];
const [ONE, MOST] = [ASKERS[0]!, ASKERS.at(-1)!];
/** What an answer costs depends on its release alone. */
const ROWS = 50_000;
/** Questions of one run: as many for one asker as for sixty-four. */
const QUESTIONS = 256;

/** Questions of another city to one node over HTTP. They are signed beforehand: what is measured is answering. */
async function answers(world: World, askers: number): Promise<Run> {
  const url = world.federation.nodes.find(({ member }) => member === LARGE.id)!.url;
  const line = httpPeer();
  const envelopes = await Promise.all(Array.from({ length: QUESTIONS }, () => envelope(world)));
  return abreast(
    askers,
    envelopes.map((sent) => () => line.ask(url, sent, AbortSignal.timeout(30_000))),
  );
}

const row = (count: number, runs: readonly Run[]): string[] => {
  const each = quantile(
    runs.map((run) => run.each),
    0.5,
  );
  const waits = runs.flatMap((run) => run.waits);
  return [
    String(count),
    (1000 / each).toFixed(0),
    `${quantile(waits, 0.5).toFixed(1)} ms`,
    `${quantile(waits, 0.95).toFixed(1)} ms`,
  ];
};

/** Appends to the log of a store of its own, and what giving places costs beside them, as the tree grows. */
async function bare(
  scratch: string,
  rounds: number,
): Promise<{ appends: string[][]; passes: string[][] }> {
  const stores = await openStores(paths(join(scratch, "log")));
  try {
    const store = await stores.store("bench");
    const log = storeLog(store, "bench");
    const book = publicLogDeps(store, "bench", memorySigner(), () => Math.floor(Date.now() / 1000));
    const passes: string[][] = [];
    const pass = async () => {
      const before = (await readHead(store, "log")).size;
      const { ms, result } = await timed(() => sequence(book));
      const placed = result.size - before;
      passes.push([
        before.toLocaleString("en"),
        placed.toLocaleString("en"),
        `${ms.toFixed(0)} ms`,
        `${(ms / placed).toFixed(2)} ms`,
      ]);
    };
    const appends: string[][] = [];
    for (const askers of ASKERS) {
      const runs: Run[] = [];
      for (let round = 0; round < rounds; round++) {
        const entries = Array.from(
          { length: QUESTIONS },
          (_, n) => () => log.append("answer", { query: String(n) }, 1),
        );
        runs.push(await abreast(askers, entries));
      }
      appends.push(row(askers, runs));
      await pass();
    }
    return { appends, passes };
  } finally {
    await stores.close();
  }
}

export const logging: Section = {
  name: "logging",
  title: "A warm answer, and no queue at the log",
  about:
    "an answer's share spent on checks, signing and log; answers a second from 1 to 64 concurrent askers; appends alone; the sequencer",
  async measure({ scratch, rounds, say }) {
    const rows = join(scratch, "rows.parquet");
    await writeRows(rows, LARGE, ROWS, ROWS / 10);
    const world = await startWorld(join(scratch, "world"), rows, httpPeer(), say);
    const answered = new Map<number, Run[]>(ASKERS.map((askers) => [askers, []]));
    const measured: Round[] = [];
    const parts: Table[] = [];
    try {
      parts.push(await partsOf(world, say));
      await answers(world, 8);
      for (let round = 0; round < rounds; round++) {
        for (const askers of ASKERS) answered.get(askers)!.push(await answers(world, askers));
        measured.push({
          ours: [answered.get(MOST)!.at(-1)!.each],
          other: [answered.get(ONE)!.at(-1)!.each],
        });
        say(
          `  round ${round + 1} of ${rounds}: ${(1000 / measured.at(-1)!.ours[0]!).toFixed(0)} answers a second for ${MOST} askers`,
        );
      }
    } finally {
      await world.close();
    }
    const { appends, passes } = await bare(scratch, rounds);
    const head = ["askers", "a second", "p50", "p95"];
    const tables: Table[] = [
      ...parts,
      {
        title: "Answers of one node as askers grow",
        head,
        rows: [...answered].map(([askers, runs]) => row(askers, runs)),
        notes: [
          `${QUESTIONS} questions a run, signed beforehand, over HTTP to a node behind its wall, each with every check, its log entry and its signature. p50 and p95 are what an asker waits: once the processor is busy, more askers wait longer and get no more.`,
        ],
      },
      {
        title: "Appends alone",
        head,
        rows: appends,
        notes: ["One put each, into the embedded store, without anything to answer."],
      },
      {
        title: "The sequencer as the tree grows",
        head: ["entries before", "placed", "a pass", "an entry"],
        rows: passes,
        notes: [
          "Giving places goes on beside answering and never before it; what it costs an entry does not grow with the tree.",
        ],
      },
    ];
    const comparison = compare(
      {
        name: `Time an answer takes of the node with ${MOST} askers at once, against one`,
        target: { at: "least", value: 1 },
        sides: [`${MOST} askers`, "one asker"],
        notes: [
          "The whole run divided by its answers, so that waiting for each other would show: a log that made answers queue would make this ratio fall below one.",
        ],
      },
      measured,
    );
    return { comparisons: [comparison], tables };
  },
};
