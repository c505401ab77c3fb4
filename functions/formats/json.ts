/** The table as plain JSON: what a program without any library of ours reads. Pure; runs in a browser. */
import { found } from "../../schemas/found.ts";
import type { Contribution, TidyRow, TidyTable } from "./table.ts";

/** One figure, its codes by dimension. */
type JsonRow = Omit<TidyRow, "codes"> & { readonly codes: Readonly<Record<string, string>> };
interface JsonTable extends Omit<TidyTable, "rows" | "contributions"> {
  readonly v: 1;
  readonly members: readonly Contribution[];
  readonly rows: readonly JsonRow[];
}

function jsonTable({ rows, contributions, ...table }: TidyTable): JsonTable {
  const ids = table.dimensions.map(({ id }) => id);
  return {
    v: 1,
    ...table,
    members: contributions,
    rows: rows.map(({ codes, ...row }) => ({
      codes: Object.fromEntries(ids.map((id, at) => [id, found(codes[at])])),
      ...row,
    })),
  };
}

export const json = (table: TidyTable): string => `${JSON.stringify(jsonTable(table))}\n`;
