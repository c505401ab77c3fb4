/** What was measured, on what, and how to read it: for the terminal, and as docs/benchmarks.md. */
import { availableParallelism, cpus, release, totalmem, type } from "node:os";
import { version as duckdb } from "@duckdb/node-api";
import type { Comparison, Spread, Target } from "./measure.ts";

export interface Sizes {
  readonly rows: number;
  readonly subjects: number;
  readonly figures: number;
}

export const machine = (): Record<string, string> => ({
  node: process.version,
  duckdb: duckdb(),
  system: `${type()} ${release()}, ${process.arch}`,
  processor: cpus()[0]?.model.trim() ?? "unknown",
  cores: String(availableParallelism()),
  memory: `${Math.round(totalmem() / 1024 ** 3)} GB`,
});

const times = (ratio: number) => `${ratio.toFixed(2)} ×`;
const ms = (value: number) => `${value < 100 ? value.toFixed(1) : value.toFixed(0)} ms`;
const mb = (value: number) => `${value.toFixed(0)} MB`;
const between = ({ q1, q3 }: Spread, show: (value: number) => string) => `${show(q1)} to ${show(q3)}`;
const wanted = ({ at, value }: Target) => `at ${at} ${times(value)}`;
const verdict = ({ met }: Comparison) => (met ? "pass" : "FAIL");

/** A comparison in a few lines of the terminal. */
export function lines(comparison: Comparison): string {
  const { name, target, sides, ours, other, ratio, memory } = comparison;
  const side = (title: string, spread: Spread, held?: Spread) =>
    `  ${title}: p50 ${ms(spread.median)} (quartiles ${between(spread, ms)}), p95 ${ms(spread.p95)}, ${spread.count} runs${held ? `; peak memory ${mb(held.median)}` : ""}`;
  return [
    `${verdict(comparison)}  ${name}: ${times(ratio.median)} (quartiles ${between(ratio, times)}), wanted ${wanted(target)}`,
    side(sides[0], ours, memory?.[0]),
    side(sides[1], other, memory?.[1]),
  ].join("\n");
}

/** The page, whole. */
export function page(comparisons: readonly Comparison[], { rows, subjects, figures }: Sizes, at: Date): string {
  const ratios = comparisons.map(
    (one) => `| ${one.name} | **${times(one.ratio.median)}** | ${between(one.ratio, times)} | ${wanted(one.target)} | ${verdict(one)} |`,
  );
  const sides = comparisons.flatMap(({ sides: titles, ours, other, memory }) =>
    [ours, other].map((spread, side) => {
      const held = memory?.[side];
      return `| ${titles[side]} | ${ms(spread.median)} | ${between(spread, ms)} | ${ms(spread.p95)} | ${spread.count} | ${held ? `${mb(held.median)} (${between(held, mb)})` : ""} |`;
    }),
  );
  const notes = comparisons.map(({ name, notes: said }) => `**${name}.** ${said.join(" ")}`);
  const facts = Object.entries(machine()).map(([name, fact]) => `| ${name} | ${fact} |`);
  return `# Benchmarks

Written by \`npm run bench\` on ${at.toISOString().slice(0, 16).replace("T", " ")} UTC; do not edit. ${rows.toLocaleString("en")} made rows about ${subjects.toLocaleString("en")}
subjects, released under the policy of the common dataset (\`docs/demo/datasets/prestazioni.json\`, Padova's quarters): ${figures.toLocaleString("en")} figures.

## Ratios

| what | ratio, median | quartiles | target | |
| --- | --- | --- | --- | --- |
${ratios.join("\n")}

## Times

| | p50 | quartiles | p95 | runs | peak memory |
| --- | --- | --- | --- | --- | --- |
${sides.join("\n")}

## The machine

| | |
| --- | --- |
${facts.join("\n")}

## How to read this

Both sides of a ratio are measured in the same run, in turn, after a warm-up. A round gives one ratio, of the medians of that
round; the table has the median of the rounds and the quartiles, between which half of the rounds lie. Compare ratios, not
milliseconds: those are of this machine and of what else it was doing.

${notes.join("\n\n")}
`;
}
