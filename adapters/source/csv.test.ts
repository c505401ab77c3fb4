import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { FileFormat } from "../../schemas/file-format.ts";
import { csv, file, folder, refusal, rowsOf } from "../../tests/world/source.ts";
import { fileSource } from "./source.ts";

describe("CSV", () => {
  test("counts lines as an editor does", async () => {
    const rows = await csv('\ufeffa,b\n1,"x\ny\r\nz"\n2,y\n\n3,z', ["b", "a"]);
    expect(rows).toEqual([
      { line: 2, values: { b: "x\ny\r\nz", a: "1" } },
      { line: 5, values: { b: "y", a: "2" } },
      { line: 7, values: { b: "z", a: "3" } },
    ]);
  });

  test("a row with another number of columns is broken", async () => {
    const rows = await csv("a,b\n1,2\n3\n4,5,6\n7,8\n", ["a"]);
    expect(rows.map(({ line, broken }) => [line, broken])).toEqual([
      [2, undefined],
      [3, "columns"],
      [4, "columns"],
      [5, undefined],
    ]);
  });

  test("a quote that is not closed costs its own line and no other", async () => {
    const many = Array.from({ length: 5000 }, (_, at) => `${at},"v${at}"`);
    const lines = ["a,b", ...many];
    lines[10] = '9,"open';
    lines[20] = '19,"o"pen"';
    lines[3000] = '2999,in"side';
    lines[5000] = '4999,"open';
    const rows = await csv(`${lines.join("\n")}\n`, ["a", "b"]);
    expect(rows).toHaveLength(5000);
    expect(
      rows.filter(({ broken }) => broken).map(({ line, broken, values }) => [line, broken, values]),
    ).toEqual([11, 21, 3001, 5001].map((line) => [line, "quote", {}]));
    expect(rows[10]).toEqual({ line: 12, values: { a: "10", b: "v10" } });
  });

  test("a quote that is not closed in a file beyond any record", async () => {
    const lines = [
      "a,b",
      '0,"open',
      ...Array.from({ length: 60_000 }, (_, at) => `${at},${"x".repeat(30)}`),
    ];
    const rows = await csv(lines.join("\n"), ["a"]);
    expect([rows.length, rows[0]!.broken, rows[1]!.line, rows.at(-1)!.values.a]).toEqual([
      60_001,
      "quote",
      3,
      "59999",
    ]);
  });

  test("a line beyond any record is no CSV", async () => {
    expect((await refusal(csv(`a,b\n${"x".repeat(3 << 20)}`, ["a"]))).reason).toBe(
      "file-unreadable",
    );
  });

  test("in a file of one column an empty line is a row without a value", async () => {
    expect((await csv("a\n1\n\n2\n", ["a"])).map(({ values }) => values.a)).toEqual([
      "1",
      null,
      "2",
    ]);
  });

  test.each([
    ["windows-1252", [0x80, 0x92, 0xe0], "€’à"],
    ["latin-1", [0xe8, 0xa4], "è¤"],
    ["iso-8859-15", [0xa4, 0xa6], "€Š"],
    ["utf-8", [0xe2, 0x82, 0xac], "€"],
  ])("in %s", async (encoding, bytes, text) => {
    expect(
      (await csv(Buffer.concat([Buffer.from("a\n"), Buffer.from(bytes)]), ["a"], { encoding }))[0]!
        .values.a,
    ).toBe(text);
  });

  test("letters cut in two by the pieces that are read are put together", async () => {
    const rows = await csv(`a\n${"èè€\n".repeat(200_000)}`, ["a"]);
    expect([rows.length, rows.every(({ values }) => values.a === "èè€")]).toEqual([200_000, true]);
  });

  test("another encoding is refused, and the sentence says what to do", async () => {
    const wrong = await refusal(csv(Buffer.from("a\nNicol\xf2\n", "latin1"), ["a"]));
    expect([wrong.reason, wrong.hint.detail]).toEqual([
      "file-unreadable",
      expect.stringMatching(/not written in utf-8.*file\.encoding/),
    ]);
    const cut = await refusal(csv(Buffer.from([0x61, 0x0a, 0xc3]), ["a"]));
    expect(cut.reason).toBe("file-unreadable");
    const marked = await refusal(csv("\ufeffa\nò", ["a"], { encoding: "windows-1252" }));
    expect(marked.hint.detail).toContain("mark of UTF-8");
  });

  test("columns are there exactly once, and only the descriptor's own are named", async () => {
    const error = await refusal(csv("SECRET,b, b\n1,2,3", ["a", "b", "c"]));
    expect([error.reason, error.hint.detail]).toEqual([
      "file-columns",
      "not in the file: a, c; there more than once: b; say which one in the descriptor: b#1, b#2",
    ]);
    for (const text of ["", "\n", 'a,"b\n1,2'])
      expect((await refusal(csv(text, ["a"]))).reason).toBe("file-columns");
  });

  test("a truncated gzip is refused", async () => {
    const whole = gzipSync(`a\n${Array.from({ length: 10_000 }, () => Math.random()).join("\n")}`);
    const error = await refusal(csv(whole.subarray(0, whole.length - 20), ["a"]));
    expect([error.reason, error.hint.detail]).toEqual([
      "file-unreadable",
      expect.stringContaining("cut short"),
    ]);
    whole.fill(0, 100, 200);
    expect((await refusal(csv(whole, ["a"]))).reason).toBe("file-unreadable");
  });

  test("a file that is not there, or a folder", async () => {
    for (const path of [join(folder, "nowhere"), folder])
      expect((await refusal(rowsOf(path, { format: "csv" }, ["a"]))).reason).toBe(
        "file-unreadable",
      );
  });

  test("a reader that stops early does no harm", async () => {
    const path = await file(gzipSync(`a\n${"1\n".repeat(500_000)}`));
    for await (const row of fileSource(path, FileFormat.parse({ format: "csv" }), ["a"]))
      if (row.line > 10) break;
  });
});
