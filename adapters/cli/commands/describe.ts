/** `tavolo describe`: looks at a file and drafts its descriptor. Nothing is stored, nothing leaves this machine. */
import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { type Drafted, describe } from "../../../functions/describe/describe.ts";
import type { Finding, Sample } from "../../../functions/describe/sample.ts";
import { FileFormat } from "../../../schemas/descriptor.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { bytesOf } from "../../source/bytes.ts";
import { parquetColumns } from "../../source/parquet.ts";
import { fileSource } from "../../source/source.ts";
import { sheetTexts } from "../../source/xlsx.ts";

interface Options {
  readonly out?: string;
  readonly kind?: "records" | "statistics";
  readonly sheet?: string;
}

/** What is looked at of a longer file: bytes of text, rows of Parquet. */
const MOST_BYTES = 64 << 20;
const MOST_ROWS = 200_000;

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

/** A file as far as it is looked at. Throws `Refused` file-unreadable. */
export async function sampleOf(file: string, sheet?: string): Promise<Sample> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of bytesOf(file)) {
    pieces.push(piece);
    length += piece.length;
    if (length > MOST_BYTES || formatOf(pieces[0]!) !== "text") break;
  }
  const name = basename(file);
  switch (formatOf(pieces[0] ?? new Uint8Array())) {
    case "xlsx": {
      const format = FileFormat.parse({
        format: "xlsx",
        ...(sheet === undefined ? {} : { sheet }),
      });
      return {
        kind: "cells",
        name,
        format: "xlsx",
        rows: await sheetTexts(file, format as Extract<FileFormat, { format: "xlsx" }>),
        whole: true,
      };
    }
    case "parquet":
      return parquetSample(file, name);
    case "text":
      return {
        kind: "bytes",
        name,
        bytes: Buffer.concat(pieces).subarray(0, MOST_BYTES),
        whole: length <= MOST_BYTES,
      };
  }
}

/** By the first bytes, whatever the name says: a ZIP is a workbook. */
function formatOf(bytes: Uint8Array): "xlsx" | "parquet" | "text" {
  const magic = Buffer.from(bytes.subarray(0, 4)).toString("latin1");
  return magic === "PAR1" ? "parquet" : magic === "PK\u0003\u0004" ? "xlsx" : "text";
}

async function parquetSample(file: string, name: string): Promise<Sample> {
  const columns = await parquetColumns(file);
  const rows: string[][] = [columns];
  for await (const { values } of fileSource(
    file,
    FileFormat.parse({ format: "parquet" }),
    columns,
  )) {
    if (rows.length > MOST_ROWS)
      return { kind: "cells", name, format: "parquet", rows, whole: false };
    rows.push(columns.map((column) => values[column] ?? ""));
  }
  return { kind: "cells", name, format: "parquet", rows, whole: true };
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
