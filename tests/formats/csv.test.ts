/**
 * Everything that leaves as CSV, opened in a spreadsheet: no cell is a formula (OWASP, CSV injection; CWE-1236). Read with our own
 * reader, and the apostrophes taken off as docs/how-to/formats.md says, every text is what it was.
 */
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { parquetWriteBuffer } from "hyparquet-writer";
import { beforeAll, describe, expect, test } from "vitest";
import { csvOf } from "../../adapters/cli/csv.ts";
import { csv } from "../../functions/formats/csv.ts";
import { cubeCsv } from "../../functions/formats/cube.ts";
import { sdmxCsv } from "../../functions/formats/sdmx-csv.ts";
import type { TidyTable } from "../../functions/formats/table.ts";
import { tidyStatement } from "../../functions/formats/tidy.ts";
import { sha256 } from "../../functions/signing/jws.ts";
import type { Question, Statement } from "../../schemas/query.ts";
import { makeManifest } from "../world/federation.ts";
import { NAMES, sampleStatement } from "../world/formats.ts";
import { file, rowsOf } from "../world/source.ts";

let table: TidyTable;
beforeAll(async () => {
  table = tidyStatement(await sampleStatement(), NAMES);
});

const nasty = fc
  .array(fc.constantFrom(..."=+-@\t\r\n; ',\"a1", "\uFF1D", "\uFF0B", "\r\n", "=1+1"), {
    minLength: 1,
    maxLength: 8,
  })
  .map((parts) => parts.join(""));

/** Each puts a text where a code or a source stands; the column that it stands in. */
const writers: [string, string, (text: string) => Promise<string> | string][] = [
  [
    "a table",
    "sex",
    (text) => csv({ ...table, rows: table.rows.map((row) => ({ ...row, codes: at(row, text) })) }),
  ],
  [
    "SDMX-CSV",
    "SOURCE",
    (text) =>
      sdmxCsv({
        ...table,
        contributions: table.contributions.map((part) => ({ ...part, source: text })),
      }),
  ],
  [
    "a whole release",
    "sex",
    (text) => {
      const columns = { sex: [text], FIELD: ["any"], OBS_STATUS: ["A"], CONF_STATUS: ["F"] };
      const bytes = new Uint8Array(
        parquetWriteBuffer({
          columnData: [
            ...Object.entries(columns).map(([name, data]) => ({
              ...{ name, data, type: "STRING" as const },
            })),
            { name: "OBS_VALUE", data: [-1.5], type: "DOUBLE" },
            { name: "SD", data: [0], type: "DOUBLE" },
          ],
        }),
      );
      const axes = [{ id: "sex", title: { it: "sesso", en: "sex" }, codes: [text] }];
      return cubeCsv(bytes, makeManifest("IT-028060", { axes, cube: sha256(bytes) }));
    },
  ],
  [
    "the answers to a sheet",
    "question",
    (text) => {
      const figure = { sum: "hours", of: "any", value: -1, grid: 1, sd: 2, mid: -3, mark: "shown" };
      const cells = [{ member: "IT-028060", by: { sex: "F" }, figures: [figure] }];
      const statement = { outcomes: [], table: { cells, totals: [] } } as unknown as Statement;
      return csvOf({ [text]: {} as Question }, { [text]: statement });
    },
  ],
];
const at = ({ codes }: { readonly codes: readonly string[] }, text: string) =>
  codes.map((code, place) => (place === 1 ? text : code));

/** As docs/how-to/formats.md tells a program to take the apostrophes off. */
const plain = (cell: string) =>
  cell.replace(/^'(?='*[\t\r])/, "").replace(/(^|[;\r\n])(\s*)'(?='*[=+\-@＝＋－＠])/g, "$1$2");

describe.each(writers)("%s", (_, column, write) => {
  test("no cell begins as a formula would, unless it is a number", async () => {
    await fc.assert(
      fc.asyncProperty(nasty, async (text) => {
        const written = await write(text);
        for (const cell of (parse(written, { relax_column_count: false }) as string[][]).flat())
          if (!/^-?\d+(\.\d+)?(e[+-]\d+)?$/.test(cell)) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
        // where a spreadsheet parts cells at semicolons, and knows no quotes of ours
        expect(written).not.toMatch(/;\s*[=+@\uFF1D\uFF0B]/);
      }),
    );
  });

  test("our own reader reads the same texts", async () => {
    await fc.assert(
      fc.asyncProperty(nasty, async (text) => {
        const format = { format: "csv", missing: [] };
        const rows = await rowsOf(await file(await write(text)), format, [column]);
        expect(rows.length).toBeGreaterThan(0);
        const found = rows.map(({ values }) => plain(values[column]!));
        expect(found).toContain(text);
        // who did not answer has no source
        if (column !== "SOURCE") expect(new Set(found)).toEqual(new Set([text]));
      }),
      { numRuns: 60 },
    );
  });
});
