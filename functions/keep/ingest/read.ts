/** Step 1: the rows of several files, one after another. */
import type { RawRow, Source } from "../../../schemas/ports.ts";
import type { Plan } from "./row-plan.ts";

/** A row, and which file it is from where there are several. */
export interface ReadRow {
  readonly row: RawRow;
  readonly file?: number;
}

/** Throws what the source throws: `Refused` file-unreadable or file-columns. */
export async function* read(
  source: Source,
  files: readonly string[],
  plan: Plan,
): AsyncGenerator<ReadRow> {
  for (const [at, file] of files.entries())
    for await (const row of source(file, plan.format, plan.columns))
      yield files.length === 1 ? { row } : { row, file: at + 1 };
}
