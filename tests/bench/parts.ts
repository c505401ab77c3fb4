/** Of what a warm answer consists: checks, selecting, log and signature, in one process and over the same embedded store. */
import { diskBlobs } from "../../adapters/blobs/disk.ts";
import { HUB } from "../../adapters/demo/demonstration.ts";
import { keyOf } from "../../adapters/local/members.ts";
import { type AnswerDeps, answer } from "../../functions/answer/answer.ts";
import { releases } from "../../functions/answer/releases.ts";
import { storeLog } from "../../functions/log/append.ts";
import { directory } from "../../functions/members/directory.ts";
import type { Store } from "../../schemas/ports.ts";
import { envelope } from "./asking.ts";
import { quantile, type Table } from "./measure.ts";
import { LARGE, type World } from "./world.ts";

const WARM = 50;
const ANSWERS = 300;

const PARTS = ["checks", "selecting from the release", "log", "signing"] as const;
interface Taken {
  /** Milliseconds of each part, in the order of `PARTS`. */
  readonly parts: readonly number[];
  /** Of the checks: waiting for the store. */
  readonly reading: number;
}

/** The node's answering step with a stopwatch at its edges: what lies between two of them is one part. */
async function stopwatch({ at, stores }: World): Promise<(sent: string) => Promise<Taken>> {
  const [held, hub] = [await stores.store(LARGE.id), await stores.store(HUB.id)];
  const entries = await directory(hub).some([LARGE.id, HUB.id]);
  const self = entries.get(LARGE.id)!;
  let reading = 0;
  let marks: number[] = [];
  const mark = () => marks.push(performance.now());
  const waited = async <T>(work: Promise<T>): Promise<T> => {
    const from = performance.now();
    return work.finally(() => {
      reading += performance.now() - from;
    });
  };
  const store: Store = {
    ...held,
    get: (...key) => waited(held.get(...key)),
    getMany: (...keys) => waited(held.getMany(...keys)),
    put: (...write) => waited(held.put(...write)),
    async *query(...what) {
      const items = [];
      const from = performance.now();
      for await (const item of held.query(...what)) items.push(item);
      reading += performance.now() - from;
      yield* items;
    },
  };
  const made = releases(store, diskBlobs(at.published(LARGE.id)), self);
  const log = storeLog(held, LARGE.id);
  const deps: AnswerDeps = {
    trust: { self, hub: entries.get(HUB.id)! },
    store,
    releases: {
      ...made,
      async current(...which) {
        const current = await made.current(...which);
        const cube = () => {
          mark();
          return current.cube();
        };
        return { ...current, cube };
      },
    },
    signer: await keyOf(at, LARGE.id, "answer"),
    log: {
      ...log,
      async append(...entry) {
        mark();
        const receipt = await log.append(...entry);
        mark();
        return receipt;
      },
    },
    clock: () => Math.floor(Date.now() / 1000),
  };
  return async (sent) => {
    [marks, reading] = [[], 0];
    mark();
    await answer(deps, sent);
    mark();
    if (marks.length !== PARTS.length + 1)
      throw new Error("the answering step is not what this stopwatch is for");
    return { parts: PARTS.map((_, part) => marks[part + 1]! - marks[part]!), reading };
  };
}

const ms = (value: number) => `${value.toFixed(2)} ms`;

/** One after another: what an answer takes of a node that has nothing else to do. */
export async function partsOf(world: World, say: (line: string) => void): Promise<Table> {
  const time = await stopwatch(world);
  const envelopes: string[] = [];
  for (let made = 0; made < WARM + ANSWERS; made++) envelopes.push(await envelope(world));
  const taken: Taken[] = [];
  for (const sent of envelopes) taken.push(await time(sent));
  const warm = taken.slice(WARM);
  const whole = warm.map(({ parts }) => parts.reduce((sum, part) => sum + part, 0));
  const row = (name: string, of: (one: Taken) => number) => {
    const times = warm.map(of);
    const share = quantile(
      times.map((time, at) => time / whole[at]!),
      0.5,
    );
    return [
      name,
      ms(quantile(times, 0.5)),
      ms(quantile(times, 0.95)),
      `${(100 * share).toFixed(0)} %`,
    ];
  };
  const rows = [
    ...PARTS.map((name, part) => row(name, ({ parts }) => parts[part]!)),
    row("of the checks, waiting for the store", ({ reading }) => reading),
    row("the whole answer", ({ parts }) => parts.reduce((sum, part) => sum + part, 0)),
  ];
  for (const line of rows) say(`  ${line.join("  ")}`);
  return {
    title: "Of what a warm answer consists",
    head: ["", "p50", "p95", "share"],
    rows,
    notes: [
      `${ANSWERS} answers one after another, counts by age and sex for another city, without the way over HTTP. Checks: what the node has heard of itself and its hub, the envelope, replay, the pointer to the release, the agreement, the consumer's keys and signature, the plan, and the calls of a day. The log is one write that the answer waits for; signing is the answer as JSON and one ES256 signature. The store is the embedded one, in the same process: most of what checking takes is waiting for it.`,
    ],
  };
}
