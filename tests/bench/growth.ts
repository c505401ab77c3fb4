/** How the time and memory of a release grow with the figures of its cube and with the rows of its version. */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { prestazioni } from "../../docs/demo/datasets.ts";
import { Descriptor } from "../../schemas/descriptor.ts";
import { type Section, spreadOf, type Table } from "./measure.ts";
import type { Run } from "./once.ts";
import { runOnce } from "./releasing.ts";
import { PERIOD, writeRows } from "./rows.ts";
import { LARGE } from "./world.ts";

const WIDE_ROWS = 200_000;
const codesOf = (letter: string, count: number) =>
  Array.from({ length: count }, (_, at) => `${letter}${at}`);

/** Three dimensions of so many codes, all tables up to the third order, so many count fields: fields × (codes + 1)³ figures. */
export function wide(codes: number, fields: number): Descriptor {
  const title = { it: "misura", en: "measure" };
  const family = codesOf("f", fields - 1).map((code) => ({ code, title }));
  return Descriptor.parse({
    ...prestazioni(LARGE),
    id: "larga",
    dimensions: ["a", "b", "c"].map((id) => ({
      id,
      title,
      column: id.toUpperCase(),
      codes: codesOf(id, codes),
      source: "made",
    })),
    ...(family.length === 0
      ? { family: undefined }
      : {
          family: {
            id: "service",
            title,
            column: "F",
            atMost: 1,
            order: 3,
            source: "made",
            codes: family,
          },
        }),
    fields: [{ id: "any", kind: "any", title, order: 3 }],
    derived: [],
  });
}

async function writeWide(file: string, codes: number, fields: number): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
  const connection = await instance.connect();
  const draw = (name: string, of: number) => `'${name}' || (hash(n || '${name}') % ${of})`;
  try {
    await connection.run(
      `COPY (SELECT left(md5('s' || n), 22) AS subject, '${PERIOD}' AS period, 18993::INTEGER AS start, ${[
        "a",
        "b",
        "c",
      ]
        .map((id) => `${draw(id, codes)} AS dim_${id}`)
        .join(
          ", ",
        )}${fields > 1 ? `, ${draw("f", fields - 1)} AS family` : ""} FROM range(${WIDE_ROWS}) AS t(n))
       TO '${file}' (FORMAT parquet, COMPRESSION zstd)`,
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const whole = (value: number) => Math.round(value).toLocaleString("en");

/** One line of a table of growth: the median of some cold runs, and what that makes a thousand of whatever grows. */
function line(size: number, runs: readonly Run[], unit: number): string[] {
  const [ms, rss] = [spreadOf(runs.map((run) => run.ms)), spreadOf(runs.map((run) => run.rss))];
  return [
    whole(size),
    `${whole(ms.median)} ms`,
    `${whole(ms.q1)} to ${whole(ms.q3)} ms`,
    `${(ms.median / (size / unit)).toFixed(1)} ms`,
    `${whole(rss.median)} MB`,
  ];
}

async function several(count: number, run: () => Promise<Run>): Promise<Run[]> {
  const runs: Run[] = [];
  for (let at = 0; at < count; at++) runs.push(await run());
  return runs;
}

export const growth: Section = {
  name: "growth",
  title: "How a release grows",
  about:
    "time and memory of a release from 1,000 to 1,000,000 figures, and from 1 to 20 million rows",
  async measure({ scratch, rounds, say }) {
    const times = Math.max(1, Math.min(5, rounds));
    const figures: string[][] = [];
    for (const [codes, fields] of [
      [9, 1],
      [9, 10],
      [21, 10],
      [45, 10],
    ] as const) {
      const [rows, descriptor] = [
        join(scratch, `wide-${codes}-${fields}.parquet`),
        join(scratch, "wide.json"),
      ];
      await writeWide(rows, codes, fields);
      await writeFile(descriptor, JSON.stringify(wide(codes, fields)));
      const runs = await several(times, () => runOnce("release", rows, scratch, descriptor));
      figures.push(line(fields * (codes + 1) ** 3, runs, 1000));
      say(`  ${figures.at(-1)!.join("  ")}`);
    }
    const counts: string[][] = [];
    for (const millions of [1, 5, 10, 20]) {
      const rows = join(scratch, "growth.parquet");
      await rm(rows, { force: true });
      await writeRows(rows, LARGE, millions * 1e6, millions * 1e5);
      counts.push(
        line(millions * 1e6, await several(times, () => runOnce("release", rows, scratch)), 1e6),
      );
      say(`  ${counts.at(-1)!.join("  ")}`);
    }
    const tables: Table[] = [
      {
        title: "A release as its cube grows",
        head: ["figures", "p50", "quartiles", "a thousand figures", "peak memory"],
        rows: figures,
        notes: [
          `Three dimensions, all tables up to the third order, ${whole(WIDE_ROWS)} rows; one to ten count fields. Each run is a process of its own that begins cold, so that small cubes cost what beginning costs.`,
        ],
      },
      {
        title: "A release as its rows grow",
        head: ["rows", "p50", "quartiles", "a million rows", "peak memory"],
        rows: counts,
        notes: [
          "The common dataset under its own policy, ten rows a subject. Each run is a process of its own that begins cold.",
        ],
      },
    ];
    return { comparisons: [], tables };
  },
};
