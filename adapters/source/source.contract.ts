/** What every reader of a source format keeps to. Beside it stand the tests of what is each format's own. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FileFormat } from "../../schemas/file-format.ts";
import type { RawRow } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import type { SourceFormat } from "./reader.ts";
import { fileSource, sampleOf } from "./source.ts";

/** Cells as text; `null` where a row has nothing. */
export type Cells = readonly (readonly (string | null)[])[];

const NAMES = ["name", "unused", "code"];
const ROWS: Cells = [
  ["Nicolò, «il Grande»", "SECRET", "007"],
  ['so "called"', "x", "=1+1"],
  [null, "x", "n.d."],
  ["two\nlines", "x", " n.d. "],
  ["ends", "x", "'1,5"],
];

/** Runs the contract on files that `made` makes of a line of names and rows below it. */
export function readerContract(
  format: SourceFormat,
  made: (names: readonly string[], rows: Cells) => string | Uint8Array,
): void {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "reader-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const fileOf = async (content: string | Uint8Array) => {
    const path = join(folder, "file");
    await writeFile(path, content);
    return path;
  };
  const rowsOf = async (path: string, columns: string[], missing: string[] = [""]) => {
    const rows: RawRow[] = [];
    const file = FileFormat.parse({ format, missing });
    for await (const row of fileSource(path, file, columns)) rows.push(row);
    return rows;
  };
  const refusalOf = async (rows: Promise<unknown>): Promise<Refused> => {
    const error: unknown = await rows.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(Refused);
    return error as Refused;
  };

  describe(`a reader of ${format}`, () => {
    test("yields the rows in the order of the file, their lines counted upwards", async () => {
      const rows = await rowsOf(await fileOf(made(NAMES, ROWS)), ["name"]);
      const names = rows.map(({ values }) => values.name);
      expect(names).toEqual(ROWS.map(([name]) => name));
      const lines = rows.map(({ line }) => line);
      expect(lines).toEqual([...new Set(lines)].sort((one, other) => one - other));
    });

    test("yields only the columns asked for, in the words of the file", async () => {
      const rows = await rowsOf(await fileOf(made(NAMES, ROWS)), ["code", "name"]);
      expect(rows.map(({ values }) => values)).toEqual(
        ROWS.map(([name, , code]) => ({ code, name })),
      );
    });

    test("reads the signs for no value as none, with or without blanks round them", async () => {
      const rows = await rowsOf(await fileOf(made(NAMES, ROWS)), ["code"], ["", "n.d."]);
      const codes = rows.map(({ values }) => values.code);
      expect(codes).toEqual(["007", "=1+1", null, null, "'1,5"]);
    });

    test("yields nothing where there are names and no rows", async () => {
      expect(await rowsOf(await fileOf(made(NAMES, [])), ["name"])).toEqual([]);
    });

    test("refuses columns that are not there, and names none of the file's own", async () => {
      const path = await fileOf(made(NAMES, ROWS));
      const refused = await refusalOf(rowsOf(path, ["name", "age", "born"]));
      expect(refused.reason).toBe("file-columns");
      expect(refused.hint.detail).toContain("not in the file: age, born");
      expect(JSON.stringify(refused.hint)).not.toMatch(/unused|SECRET/);
    });

    test("refuses what is no such file, and what is no file", async () => {
      const noise = await fileOf(Uint8Array.of(0xff, 0xfe, 0xfd, 0x00, 0xc0, 0x80));
      for (const path of [noise, join(folder, "nowhere"), folder]) {
        const refused = await refusalOf(rowsOf(path, ["name"]));
        expect(refused.reason).toBe("file-unreadable");
        expect(JSON.stringify(refused.hint)).not.toContain(tmpdir());
      }
      for (const path of [join(folder, "nowhere"), folder])
        expect((await refusalOf(sampleOf(path))).reason).toBe("file-unreadable");
    });

    test("lets a caller stop early", async () => {
      const path = await fileOf(made(NAMES, ROWS));
      const seen: string[] = [];
      for await (const { values } of fileSource(path, FileFormat.parse({ format }), ["code"])) {
        seen.push(values.code ?? "");
        break;
      }
      expect(seen).toEqual(["007"]);
    });

    test("recognises its own, whatever it is called, and shows all of it", async () => {
      const content = made(NAMES, ROWS);
      const path = await fileOf(content);
      const sample = await sampleOf(path);
      expect(sample).toMatchObject({ name: "file", whole: true });
      if (sample.kind === "bytes")
        return expect(Buffer.from(sample.bytes)).toEqual(await readFile(path));
      expect(sample.format).toBe(format);
      expect(sample.rows).toEqual([NAMES, ...ROWS.map((row) => row.map((text) => text ?? ""))]);
    });
  });
}
