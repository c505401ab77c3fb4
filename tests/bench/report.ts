/** What was measured, on what, and how to read it: for the terminal, and as docs/benchmarks.md. */
import { availableParallelism, cpus, release, totalmem, type } from "node:os";
import { version as duckdb } from "@duckdb/node-api";
import type { Comparison, Measured, Spread, Table, Target } from "./measure.ts";

/** What was measured last, by section. */
export type Page = Readonly<
  Record<string, Measured & { readonly title: string; readonly at: string }>
>;

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
const between = ({ q1, q3 }: Spread, show: (value: number) => string) =>
  `${show(q1)} to ${show(q3)}`;
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

/** A table as the terminal shows it. */
export function plain({ title, head, rows }: Table): string {
  const widths = head.map((name, at) =>
    Math.max(name.length, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  return [
    title,
    ...[head, ...rows].map((row) => row.map((cell, at) => cell.padStart(widths[at]!)).join("  ")),
  ].join("\n");
}

const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
const grid = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");

function ratios(comparisons: readonly Comparison[]): string[] {
  if (comparisons.length === 0) return [];
  const sides = comparisons.flatMap(({ sides: titles, ours, other, memory }) =>
    [ours, other].map((spread, side) => {
      const held = memory?.[side];
      const taken = held ? `${mb(held.median)} (${between(held, mb)})` : "";
      return [
        titles[side]!,
        ms(spread.median),
        between(spread, ms),
        ms(spread.p95),
        String(spread.count),
        taken,
      ];
    }),
  );
  return [
    grid(
      ["what", "ratio, median", "quartiles", "target", ""],
      comparisons.map((one) => [
        one.name,
        `**${times(one.ratio.median)}**`,
        between(one.ratio, times),
        wanted(one.target),
        verdict(one),
      ]),
    ),
    grid(["", "p50", "quartiles", "p95", "runs", "peak memory"], sides),
    ...comparisons
      .filter(({ notes }) => notes.length > 0)
      .map(({ name, notes }) => `**${name}.** ${notes.join(" ")}`),
  ];
}

/** The page, whole. */
export function page(sections: readonly Page[string][]): string {
  const parts = sections.flatMap(({ title, at, comparisons, tables }) => [
    `## ${title}`,
    `Measured on ${at.slice(0, 16).replace("T", " ")} UTC.`,
    ...ratios(comparisons),
    ...tables.flatMap((table) => [
      `### ${table.title}`,
      grid(table.head, table.rows),
      ...table.notes,
    ]),
  ]);
  return `${[
    "# Benchmarks",
    "Written by `npm run bench`; do not edit. Each section can be measured alone.",
    "Both sides of a ratio are measured in the same run, in turn, after a warm-up. A round gives one ratio, of the medians of that round; the table has the median of the rounds and the quartiles, between which half of the rounds lie. Compare ratios, not milliseconds: those are of this machine and of what else it was doing.",
    ...parts,
    "## The machine",
    grid(["", ""], Object.entries(machine())),
  ].join("\n\n")}\n`;
}
