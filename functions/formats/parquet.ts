/** Parquet (Snappy): the columns of the CSV, numbers as doubles, what belongs to the whole table as file metadata. */
import { parquetWriteBuffer } from "hyparquet-writer";
import { ATTRIBUTES, attributesOf, NUMBERS } from "./csv.ts";
import type { TidyTable } from "./table.ts";

export function parquet(table: TidyTable): Uint8Array {
  const attributes = attributesOf(table);
  const columns = [...table.dimensions.map(({ id }) => id), ...ATTRIBUTES];
  const rows = table.rows.map((row) => [...row.codes, ...attributes(row)]);
  const { dataset, period, title, maker, at, statement, contributions, notes } = table;
  const about = { dataset, period, title, maker, at, statement, members: contributions, notes };
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: columns.map((name, column) => ({
        name,
        data: rows.map((row) => row[column]),
        type: NUMBERS.has(name) ? ("DOUBLE" as const) : ("STRING" as const),
      })),
      kvMetadata: [{ key: "tavolo", value: JSON.stringify(about) }],
    }),
  );
}
