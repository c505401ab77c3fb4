/** `npm run attack`: every attack, against protected nodes and against nodes without protection. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { shared } from "../setup/shared.ts";
import { document, table } from "./report.ts";
import type { Line } from "./stage.ts";
import { chosen } from "./suite.ts";
import { type Amounts, playAll } from "./trials.ts";
import { missed, resultOf, spoken } from "./verdict.ts";

const HELP = `Attacks made releases over HTTP, each trial a fresh release of a throwaway node, and says how often it succeeds.

  npm run attack                     the whole, about ten minutes on two cores; writes docs/attacks.md and docs/attacks.json
  npm run attack -- --minutes N      the same, but after so many minutes no further trials are begun: lines have about the same part of
                                     its trials, and the page says how many
  npm run attack -- --quick          a minute's worth, upper bounds alone
  npm run attack -- --only NAME      one attack, or one group of them; writes nothing

Ends with 1 where an attack does better than its bound by more than sampling error (one-sided: 99.9 % a line in the whole run,
99.999 % in the quick one, which is made at every check). In the whole run
also where the best attack stays more than two points below its bound, and where an attack does not win without protection.`;

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    minutes: { type: "string" },
    only: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  },
});
const DOCS = join(import.meta.dirname, "../../docs");

/** Trials of a control: an attack that works is right nearly always, and thirty times tells that from any bound here. */
const CONTROLS = 40;
const WHOLE: Amounts = { guarded: ({ trials }: Line) => trials, control: () => CONTROLS };
const QUICK: Amounts = {
  guarded: ({ trials }: Line) => Math.max(20, Math.round(trials / 14 / 20) * 20),
  control: () => 0,
};

async function run(): Promise<number> {
  const { quick, only, minutes } = values;
  const stages = chosen(only).filter(({ name, needs }) => {
    if (needs === undefined) return true;
    if (quick) console.log(`${name} is left out of --quick`);
    return !quick && shared(needs) !== undefined;
  });
  const began = Date.now();
  const said = process.stderr.isTTY ? 0 : 15_000;
  let last = 0;
  const say = (text: string) => {
    if (Date.now() - last < said) return;
    last = Date.now();
    process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
  };
  const until =
    minutes === undefined ? undefined : AbortSignal.timeout(Math.round(60_000 * Number(minutes)));
  const outcomes = await playAll(stages, quick ? QUICK : WHOLE, say, until);
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  const results = outcomes.map(resultOf);
  const seconds = Math.round((Date.now() - began) / 1000);
  console.log(`${table(results)}\n${seconds} s`);
  const faults = missed(outcomes, !quick);
  const whole = outcomes.reduce((sum, { line }) => sum + line.trials, 0);
  if (!quick && only === undefined) {
    const { version } = JSON.parse(await readFile(join(DOCS, "../package.json"), "utf8")) as {
      version: string;
    };
    const date = new Date().toISOString().slice(0, 10);
    await writeFile(
      join(DOCS, "attacks.json"),
      `${JSON.stringify({ version, date, attacks: results, lines: results.map(spoken) }, null, 2)}\n`,
    );
    await writeFile(
      join(DOCS, "attacks.md"),
      document(results, { version, date, seconds, whole, faults }),
    );
  }
  for (const fault of faults) console.error(`✗ ${fault}`);
  return faults.length === 0 ? 0 : 1;
}

if (values.help) console.log(HELP);
else process.exitCode = await run();
