/** `tavolo describe`: looks at a file and drafts its descriptor. Nothing is stored, nothing leaves this machine. */
import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { type Drafted, describe } from "../../../functions/describe/describe.ts";
import type { Finding } from "../../../functions/describe/sample.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { sampleOf } from "../../source/source.ts";

interface Options {
  readonly out?: string;
  readonly kind?: "records" | "statistics";
  readonly sheet?: string;
}

export async function describeCommand(file: string, { out, kind, sheet }: Options): Promise<void> {
  const drafted = describe(await sampleOf(file, sheet), kind === undefined ? {} : { kind });
  if (drafted === undefined)
    throw new Refused(
      "file-unreadable",
      `${basename(file)} has no line of names with rows under it`,
    );
  const json = `${JSON.stringify(drafted.draft, null, 2)}\n`;
  if (out === undefined) process.stdout.write(json);
  else await writeFile(out, json, { mode: 0o600 });
  console.error(reportOf(file, drafted, out));
}

const TITLES: readonly [string, readonly Finding["what"][]][] = [
  [
    "How the file is written",
    [
      "encoding",
      "encoded-twice",
      "delimiter",
      "lines-before",
      "two-header-lines",
      "no-header",
      "notes-at-end",
      "ragged",
      "named-twice",
    ],
  ],
  [
    "",
    [
      "unnamed",
      "numbers",
      "no-number",
      "unit-sign",
      "missing-signs",
      "ambiguous-sign",
      "dates",
      "partial",
    ],
  ],
  [
    "Who or what a row is about",
    ["identifier", "direct-identifier", "free-text", "place", "running-number"],
  ],
  [
    "What can be asked of it",
    ["period", "wide", "dimension", "measure", "repeated", "not-known-codes"],
  ],
];

export function reportOf(
  file: string,
  { findings, open, rows, draft }: Drafted,
  out: string | undefined,
): string {
  const lines = [`${basename(file)}: ${rows.toLocaleString("en")} rows, drafted as ${draft.kind}.`];
  for (const [title, kinds] of TITLES) {
    const found = kinds.flatMap((kind) => findings.filter(({ what }) => what === kind));
    if (found.length > 0 && title !== "") lines.push("", title);
    for (const { say } of found) lines.push(`  - ${say}`);
  }
  return [
    ...lines,
    "",
    "What to do next",
    "  The draft is not accepted as it stands: these are yours to fill in.",
    ...open.map((pointer) => `    ${pointer}`),
    "  Codes, bounds and ranges were written down as they were seen in the rows, and may not stay so: one person could move",
    "  them, and they would show who is in the file. Replace each by a law, a tariff or a published list, and name it under source.",
    "  Until then the draft holds values of the file: keep it where you keep the file.",
    `  Then: npx tavolo ingest ${out ?? "DESCRIPTOR"} ${file} --as MEMBER`,
  ].join("\n");
}
