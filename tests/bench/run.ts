/** `npm run bench`: what Tavolo costs and what it leaves, measured side by side, printed and written to docs/benchmarks.md. */
import { rmSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { checks } from "./checks.ts";
import { growth } from "./growth.ts";
import { logging } from "./logging.ts";
import { type Bench, type Section, timed } from "./measure.ts";
import { page as pageSection } from "./page.ts";
import { postgraphile } from "./postgraphile.ts";
import { lines, machine, type Page, page, plain } from "./report.ts";
import { spine } from "./spine.ts";
import { useful } from "./useful.ts";
import { withdrawn } from "./withdrawals.ts";

const SECTIONS: readonly Section[] = [
  spine,
  growth,
  useful,
  withdrawn,
  checks,
  logging,
  pageSection,
  postgraphile,
];

const HELP = `usage: npm run bench -- [--only SECTION] [--rows N] [--rounds N]

Measures side by side, about twelve minutes on two cores that do nothing else:
${SECTIONS.map(({ name, about }) => `  ${name.padEnd(13)} ${about}`).join("\n")}

  --only NAME  one section; the others keep what was measured before
  --rows N     rows of the large city (5000000); a tenth as many subjects
  --rounds N   rounds of a comparison (8)
  --help

docs/benchmarks.md is written where neither rows nor rounds are lowered. A target that is missed is said, and is no error.`;

const FULL = { rows: 5_000_000, rounds: 8 };
const DOCS = join(import.meta.dirname, "../../docs");

const say = (line: string) => process.stderr.write(`${line}\n`);

function atLeast(text: string, least: number, name: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least)
    throw new Error(`--${name} is a whole number of at least ${least}`);
  return value;
}

function sectionsOf(only: string | undefined): readonly Section[] {
  const chosen = SECTIONS.filter(({ name }) => only === undefined || name === only);
  if (chosen.length === 0)
    throw new Error(`there is no section ${only}: ${SECTIONS.map(({ name }) => name).join(", ")}`);
  return chosen;
}

/** Measures a section in a folder of its own. */
async function measured(
  section: Section,
  sizes: Pick<Bench, "rows" | "rounds">,
): Promise<Page[string]> {
  const scratch = await mkdtemp(join(tmpdir(), "tavolo-bench-"));
  const tidy = () => rmSync(scratch, { recursive: true, force: true });
  process.once("exit", tidy);
  try {
    say(`\n${section.title}`);
    const { ms, result } = await timed(() => section.measure({ scratch, ...sizes, say }));
    const { comparisons, tables } = result;
    say(`  ${section.name} took ${(ms / 1000).toFixed(0)} s`);
    console.log(`\n${[...comparisons.map(lines), ...tables.map(plain)].join("\n\n")}\n`);
    const missed = comparisons.filter(({ met }) => !met);
    if (missed.length > 0) console.log(`Missed: ${missed.map(({ name }) => name).join("; ")}.`);
    return { title: section.title, at: new Date().toISOString(), comparisons, tables };
  } finally {
    process.off("exit", tidy);
    await rm(scratch, { recursive: true, force: true });
  }
}

async function bench(
  sections: readonly Section[],
  sizes: Pick<Bench, "rows" | "rounds">,
): Promise<void> {
  for (const [name, fact] of Object.entries(machine())) say(`${name.padEnd(11)} ${fact}`);
  const file = join(DOCS, "benchmarks.json");
  const whole = sizes.rows >= FULL.rows && sizes.rounds >= FULL.rounds;
  for (const section of sections) {
    const result = await measured(section, sizes);
    if (!whole) continue;
    const before = JSON.parse(await readFile(file, "utf8").catch(() => "{}")) as Page;
    const known = Object.fromEntries(
      SECTIONS.flatMap(({ name }) => (before[name] ? [[name, before[name]]] : [])),
    );
    const after: Page = { ...known, [section.name]: result };
    await writeFile(file, `${JSON.stringify(after)}\n`);
    await writeFile(
      join(DOCS, "benchmarks.md"),
      page(SECTIONS.flatMap(({ name }) => after[name] ?? [])),
    );
  }
  console.log(
    whole
      ? "Written: docs/benchmarks.md"
      : "Less than the targets are for: docs/benchmarks.md is left as it is.",
  );
}

process.once("SIGINT", () => process.exit(130));
try {
  const { values } = parseArgs({
    options: {
      only: { type: "string" },
      rows: { type: "string", default: String(FULL.rows) },
      rounds: { type: "string", default: String(FULL.rounds) },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) console.log(HELP);
  else
    await bench(sectionsOf(values.only), {
      rows: atLeast(values.rows, 10_000, "rows"),
      rounds: atLeast(values.rounds, 1, "rounds"),
    });
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
