/** A release against its own SQL statement: how much of it is not the database. */
import { execFile } from "node:child_process";
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Comparison, compare, spreadOf } from "./measure.ts";
import type { Run } from "./once.ts";

const execute = promisify(execFile);

async function once(...args: string[]): Promise<Run> {
  const { stdout } = await execute(process.execPath, [
    join(import.meta.dirname, "once.ts"),
    ...args,
  ]);
  return JSON.parse(stdout) as Run;
}

/** In a process of its own, over a state of its own that is gone afterwards. */
export async function runOnce(
  what: "release" | "statement",
  rows: string,
  scratch: string,
  descriptor?: string,
): Promise<Run> {
  const folder = join(scratch, "once");
  try {
    return await once(what, rows, folder, ...(descriptor ? [descriptor] : []));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A release in a process of its own, over a copy of a state, which is left as it was. */
export async function releaseCopy(state: string, scratch: string): Promise<Run> {
  const folder = join(scratch, "copy");
  try {
    await cp(state, folder, { recursive: true });
    return await once("prepared", "-", folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function releasing(
  rows: string,
  scratch: string,
  rounds: number,
  say: (line: string) => void,
): Promise<Comparison> {
  await runOnce("statement", rows, scratch);
  await runOnce("release", rows, scratch);
  const releases: Run[] = [];
  const statements: Run[] = [];
  for (let round = 0; round < rounds; round++) {
    // who goes first changes, so that neither always finds what the other left
    const turns = [
      () => runOnce("release", rows, scratch).then((run) => releases.push(run)),
      () => runOnce("statement", rows, scratch).then((run) => statements.push(run)),
    ];
    for (const turn of round % 2 === 0 ? turns : turns.reverse()) await turn();
    say(
      `  round ${round + 1} of ${rounds}: release ${releases.at(-1)!.ms.toFixed(0)} ms, statement ${statements.at(-1)!.ms.toFixed(0)} ms`,
    );
  }
  return compare(
    {
      name: "A release, against its own SQL statement alone",
      target: { at: "most", value: 1.5 },
      sides: ["release", "statement"],
      memory: [
        spreadOf(releases.map(({ rss }) => rss)),
        spreadOf(statements.map(({ rss }) => rss)),
      ],
      notes: [
        "Each run is a process of its own and begins cold, over a fresh state on disk with the embedded store: what is timed is the whole of the release, from reading the account to flipping the pointer, with fresh noise, and on the other side the same statement through the same engine with the same settings, its rows fetched (opening the database included, some 15 ms). Peak memory is the largest resident size of the process.",
      ],
    },
    releases.map(({ ms }, at) => ({ ours: [ms], other: [statements[at]!.ms] })),
  );
}
