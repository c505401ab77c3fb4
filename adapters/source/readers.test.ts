/** Every source format is held to the contract: the record below does not compile without one of them. */
import { parquetWriteBuffer } from "hyparquet-writer";
import { workbook } from "../../tests/world/source.ts";
import type { SourceFormat } from "./reader.ts";
import { type Cells, readerContract } from "./source.contract.ts";

const quoted = (text: string | null) => (text === null ? "" : `"${text.replaceAll('"', '""')}"`);

const made: Record<SourceFormat, (names: readonly string[], rows: Cells) => string | Uint8Array> = {
  csv: (names, rows) => `${[names, ...rows].map((row) => row.map(quoted).join(",")).join("\n")}\n`,
  json: (names, rows) =>
    JSON.stringify(rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at]])))),
  parquet: (names, rows) =>
    new Uint8Array(
      parquetWriteBuffer({
        columnData: names.map((name, at) => ({
          ...{ name, data: rows.map((row) => row[at] ?? null), type: "STRING" as const },
        })),
      }),
    ),
  xlsx: (names, rows) => workbook({ Foglio1: [[...names], ...rows.map((row) => [...row])] }),
};

for (const [format, make] of Object.entries(made)) readerContract(format as SourceFormat, make);
