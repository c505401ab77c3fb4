import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zstdDecompressSync } from "node:zlib";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { VersionColumns, VersionRow } from "../../schemas/ports.ts";
import { duckdbVersions } from "./duckdb.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "version-"));
});
afterAll(() => rm(folder, { recursive: true }));

const columns: VersionColumns = {
  dimensions: ["age", "sex of 'a' \"b\""],
  family: true,
  measures: ["ore", "importo €"],
};
const rowAt = (at: number): VersionRow => ({
  subject: `s${at % 1000}`,
  period: "2023",
  start: at - 500,
  codes: [at % 2 === 0 ? "0-17" : "65+", "è"],
  family: at % 3 === 0 ? null : "A2.07",
  measures: [at % 5 === 0 ? null : -at, Number.MAX_SAFE_INTEGER - at],
});
const rows = (count: number) => Array.from({ length: count }, (_, at) => rowAt(at));
const digestOf = async (path: string) =>
  createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
const read = async (path: string) =>
  parquetReadObjects({
    file: await asyncBufferFromFile(path),
    compressors: { ZSTD: (bytes) => zstdDecompressSync(bytes) },
  });

test("writes what it is given, in order, under the names that the engines look for", async () => {
  const path = join(folder, "it's one.parquet");
  await duckdbVersions.write(path, columns, rows(5));
  expect(await read(path)).toEqual(
    rows(5).map(({ subject, period, start, codes, family, measures: [ore, importo] }) => ({
      subject,
      period,
      start,
      dim_age: codes[0],
      "dim_sex of 'a' \"b\"": codes[1],
      family,
      val_ore: ore === null ? null : BigInt(ore!),
      "val_importo €": BigInt(importo!),
    })),
  );
  const metadata = await parquetMetadataAsync(await asyncBufferFromFile(path));
  expect(
    metadata.row_groups[0]!.columns.every(({ meta_data }) => meta_data?.codec === "ZSTD"),
  ).toBe(true);
});

test("without a family, dimensions or rows", async () => {
  const path = join(folder, "bare.parquet");
  const bare: VersionColumns = { dimensions: [], family: false, measures: [] };
  await duckdbVersions.write(path, bare, [
    { subject: "", period: "2023", start: 0, codes: [], family: null, measures: [] },
  ]);
  expect(await read(path)).toEqual([{ subject: "", period: "2023", start: 0 }]);
  await duckdbVersions.write(path, columns, []);
  expect(await read(path)).toEqual([]);
});

test("the same rows give the same bytes, from an array or as they come", async () => {
  const [one, two] = [join(folder, "one.parquet"), join(folder, "two.parquet")];
  await duckdbVersions.write(one, columns, rows(150_000));
  await duckdbVersions.write(
    two,
    columns,
    (async function* () {
      yield* rows(150_000);
    })(),
  );
  expect(await digestOf(two)).toBe(await digestOf(one));
  await duckdbVersions.without(one, two, []);
  expect(await digestOf(two)).toBe(await digestOf(one));
});

test("leaving subjects out gives the bytes that writing the others gives", async () => {
  const [from, to, written] = [
    join(folder, "many.parquet"),
    join(folder, "fewer.parquet"),
    join(folder, "fewer-written.parquet"),
  ];
  await duckdbVersions.write(from, columns, rows(300_000));
  await duckdbVersions.without(from, to, ["s1", "s999"]);
  await duckdbVersions.write(
    written,
    columns,
    rows(300_000).filter(({ subject }) => subject !== "s1" && subject !== "s999"),
  );
  expect(await digestOf(to)).toBe(await digestOf(written));
  await duckdbVersions.without(to, from, ["s1"]);
  expect(await digestOf(from)).toBe(await digestOf(to));
});

test("leaves subjects out and keeps the others in order", async () => {
  const [from, to] = [join(folder, "from.parquet"), join(folder, "to.parquet")];
  await duckdbVersions.write(from, columns, rows(5000));
  const gone = ["s3", "s7", "nobody"];
  await duckdbVersions.without(from, to, gone);
  const kept = rows(5000).filter(({ subject }) => !gone.includes(subject));
  expect((await read(to)).map(({ subject, start }) => [subject, start])).toEqual(
    kept.map(({ subject, start }) => [subject, start]),
  );
  const first = await digestOf(to);
  await duckdbVersions.without(from, to, gone);
  expect(await digestOf(to)).toBe(first);
  await duckdbVersions.without(
    from,
    to,
    Array.from({ length: 3000 }, (_, at) => `s${at}`),
  );
  expect(await read(to)).toEqual([]);
});

test("gives subjects other names, takes periods and early rows out, and knows the earliest start", async () => {
  const [from, to] = [join(folder, "named.parquet"), join(folder, "renamed.parquet")];
  const all = rows(3000).map((row, at) => ({ ...row, period: at % 2 ? "2022" : "2023" }));
  await duckdbVersions.write(from, columns, all);
  const rename = (subject: string) => `new-${subject}`;
  await duckdbVersions.without(from, to, ["new-s3", "s4"], {
    rename,
    periods: ["2022"],
    startBefore: -100,
  });
  const kept = all.filter(
    ({ subject, period, start }) => subject !== "s3" && period === "2023" && start >= -100,
  );
  expect((await read(to)).map(({ subject, start }) => [subject, start])).toEqual(
    kept.map(({ subject, start }) => [rename(subject), start]),
  );
  expect([await duckdbVersions.earliest(from), await duckdbVersions.earliest(to)]).toEqual([
    -500, -100,
  ]);
  await duckdbVersions.without(
    to,
    from,
    kept.map(({ subject }) => rename(subject)),
  );
  expect(await duckdbVersions.earliest(from)).toBeUndefined();
});

test("writes over a file as it is, so that nobody else may read it, and leaves nothing beside it", async () => {
  const path = join(folder, "x.parquet");
  await writeFile(path, "", { mode: 0o600 });
  await duckdbVersions.write(path, columns, rows(10));
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await readdir(folder)).filter((name) => name.startsWith("x.parquet"))).toEqual([
    "x.parquet",
  ]);
});

test("passes on what the rows throw", async () => {
  const failing = (function* () {
    yield rowAt(1);
    throw new RangeError("the source stopped");
  })();
  await expect(
    duckdbVersions.write(join(folder, "failed.parquet"), columns, failing),
  ).rejects.toThrow(RangeError);
});
