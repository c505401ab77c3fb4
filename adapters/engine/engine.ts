/** The engine that counts, by where the rows lie: one file an engine. */
import type { Engine, RowsAt } from "../../schemas/ports.ts";
import { duckDbEngine } from "./duckdb.ts";

export const engine: Engine = {
  cross: async (request) => engineOf(request.rows).cross(request),
};

/** Throws where no engine reads them. */
function engineOf(rows: RowsAt): Engine {
  switch (rows.kind) {
    case "parquet":
      return duckDbEngine();
    default:
      throw new TypeError(`No engine reads rows of the kind ${String(rows.kind satisfies never)}`);
  }
}
