/**
 * No direct identifier of the input is in any file under a node's state, nor in any line that is printed. The whole demonstration
 * is set up and answers; then rows with faults are ingested, and persons withdraw, by the command line. That the scanner would
 * find what it looks for is shown by hiding one identifier in each kind of place.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openStores, paths } from "../../adapters/local/state.ts";
import { cityOf } from "../../docs/demo/cities.ts";
import { prestazioni } from "../../docs/demo/datasets.ts";
import { generate } from "../../docs/demo/generate.ts";
import { type Person, persons } from "../../docs/demo/persons.ts";
import { apostrophes, date } from "../../docs/demo/writing.ts";
import { storeLog } from "../../functions/log/append.ts";
import { signCompact } from "../../functions/signing/jws.ts";
import { demonstration } from "../world/demonstration.ts";
import { memorySigner } from "../world/federation.ts";
import { finder, found, plain, scanFolder, scanStores } from "./scanner.ts";

/** One city for each encoding, and one that writes in capitals. */
const CITIES = ["IT-016024", "IT-003106", "IT-029041", "IT-035033"].map(cityOf);
const [bergamo] = CITIES;
const PERSONS = 400;
const CLI = join(import.meta.dirname, "../../adapters/cli/cli.ts");

/** What names a person, by kind; as the input writes it, so that it must be found there. */
const identifiersOf = (person: Person): Record<string, string> => ({
  "tax code": person.code,
  "surname and name": `${person.surname} ${person.name}`,
  address: person.address,
  "date of birth": date(person.born),
});
/** The same in other orders. */
const others = ({ surname, name, born: { year, month, day } }: Person): string[] => [
  `${name} ${surname}`,
  `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`,
];
/** Short names are also words, and years near ours are also dates of something else. */
const unmistakable = ({ surname, name, born }: Person) =>
  plain(`${surname} ${name}`).length >= 11 && born.year < 1990;
const people = CITIES.map((city) => ({
  city,
  persons: persons(city).filter(unmistakable).slice(0, PERSONS),
}));
const everyone = people.flatMap((one) => one.persons);
const find = finder(
  everyone.flatMap((person) => [...Object.values(identifiersOf(person)), ...others(person)]),
);

let folder: string;
let printed = "";
const state = () => join(folder, "state");

/** Runs the command line; all that it prints is kept, and where it puts temporary files is ours to look at. */
async function tavolo(args: readonly string[], input = ""): Promise<number> {
  const env = { ...process.env, TAVOLO_STATE: state(), TMPDIR: join(folder, "tmp"), PORT: "0" };
  const child = spawn(process.execPath, [CLI, ...args], { env, cwd: join(folder, "cwd") });
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (printed += text));
  child.stdin.end(input);
  const [code] = await once(child, "close");
  return code as number;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tavolo-identifiers-"));
  for (const name of ["input", "planted"]) await mkdir(join(folder, name));
  printed = await demonstration(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(people)("the identifiers of $city.name are in its input", ({ city, persons: list }) => {
  const encoding = city.writing.encoding === "latin-1" ? "latin1" : city.writing.encoding;
  const text = apostrophes(
    new TextDecoder(encoding).decode(generate(city)["prestazioni-2022.csv"]),
    city,
  );
  const there = new Set(
    finder(list.flatMap((person) => Object.values(identifiersOf(person))))(text),
  );
  for (const kind of ["tax code", "surname and name", "address", "date of birth"]) {
    const values = list.map((person) => plain(identifiersOf(person)[kind]!));
    // a few rows have a fault in just this cell, or a person lives at two addresses
    expect([kind, values.filter((value) => there.has(value)).length / values.length]).toEqual([
      kind,
      expect.closeTo(1, 1),
    ]);
  }
  expect(there.size).toBeGreaterThan(1000);
});

describe("none is left after", () => {
  test("the demonstration has been set up and has answered", async () => {
    expect(printed).toContain("Setting up the demonstration");
    expect(find(printed)).toEqual([]);
    const { finds, files } = await scanFolder(folder, find);
    expect(finds).toEqual([]);
    expect(files).toBeGreaterThan(80);
  });

  test("an owner's commands on good and on faulty rows", async () => {
    const input = join(folder, "input");
    const file = join(input, "rows.csv");
    const bytes = generate(bergamo!)["prestazioni-2022.csv"];
    const descriptor = prestazioni(bergamo!);
    const as = ["--as", bergamo!.id];
    const described = async (name: string, changed: object) => {
      await writeFile(join(input, name), JSON.stringify({ ...descriptor, ...changed }));
      return join(input, name);
    };
    await writeFile(file, bytes);
    const good = await described("good.json", {});
    expect(await tavolo(["ingest", good, file, ...as])).toBe(0);
    // every date is a reject; a column that is not there; a delimiter that is not the file's; the rows taken for a descriptor
    expect(
      await tavolo([
        "ingest",
        await described("dates.json", { file: { ...descriptor.file, dates: "yyyymmdd" } }),
        file,
        ...as,
      ]),
    ).toBe(1);
    expect(
      await tavolo([
        "ingest",
        await described("columns.json", { period: { column: "PERIODO" } }),
        file,
        ...as,
      ]),
    ).toBe(1);
    expect(
      await tavolo([
        "ingest",
        await described("comma.json", { file: { ...descriptor.file, delimiter: "," } }),
        file,
        ...as,
      ]),
    ).toBe(1);
    expect(await tavolo(["ingest", file, file, ...as])).toBe(1);
    const [first, second] = people[0]!.persons;
    expect(
      await tavolo(
        ["withdraw", "prestazioni", "--yes", "--identifiers", ...as],
        `${first!.code}\n`,
      ),
    ).toBe(0);
    expect(
      await tavolo(
        ["withdraw", "prestazioni", "--yes", "--identifiers", ...as],
        `${second!.code};${second!.surname} ${second!.name}\n`,
      ),
    ).toBe(1);
    expect(await tavolo(["release", "prestazioni", ...as])).toBe(1);
    await rm(input, { recursive: true });

    expect(printed).toContain("rejected by rule");
    expect(printed).toContain('"rowsRemovedAtOnce": true');
    expect(find(printed)).toEqual([]);
    expect((await scanFolder(folder, find)).finds).toEqual([]);
    expect(await readdir(join(folder, "cwd"))).toEqual([]);
  });

  test("all of that, in any item of any table", async () => {
    const stores = await openStores(paths(state()));
    const { finds, items } = await scanStores(stores, find).finally(() => stores.close());
    expect(finds).toEqual([]);
    expect(items).toBeGreaterThan(150);
  });
});

describe("one that is hidden is found", () => {
  const { code, surname, name } = everyone.find((person) =>
    /[^\x20-\x7e]/.test(person.name + person.surname),
  )!;
  const text = `Beneficiario: ${surname};${name}.`;
  const pair = plain(`${surname} ${name}`);

  test.each<[string, () => Uint8Array | Promise<Uint8Array>]>([
    ["text in UTF-8", () => Buffer.from(text)],
    ["text in Latin-1", () => Buffer.from(text, "latin1")],
    ["text in UTF-16", () => Buffer.from(text, "utf16le")],
    ["text in UTF-16, the other way round", () => Buffer.from(text, "utf16le").swap16()],
    ["text in capitals", () => Buffer.from(text.toUpperCase())],
    ["a gzipped file", () => gzipSync(text)],
    ["a zstd file", () => zstdCompressSync(text)],
    [
      "JSON in base64",
      () => Buffer.from(JSON.stringify({ body: Buffer.from(text).toString("base64") })),
    ],
    [
      "the payload of a signature",
      async () => Buffer.from(await signCompact(memorySigner(), "tavolo-partial+jws", { text })),
    ],
    [
      "a signature inside another",
      async () => {
        const inner = await signCompact(memorySigner(), "tavolo-partial+jws", { text });
        return Buffer.from(
          JSON.stringify({
            v: 1,
            statement: await signCompact(memorySigner(), "tavolo-statement+jws", { inner }),
          }),
        );
      },
    ],
    ["Parquet with ZSTD", () => parquet("zstd")],
    ["Parquet with GZIP", () => parquet("gzip")],
    ["Parquet with Snappy", () => parquet("snappy")],
    ["Parquet, plain", () => parquet("uncompressed")],
  ])("in %s", async (_, hidden) => {
    const planted = join(folder, "planted");
    await writeFile(join(planted, ".tmp-file"), await hidden());
    expect((await scanFolder(planted, find)).finds).toEqual([`.tmp-file: ${pair}`]);
  });

  /** A table of many rows, one of which names somebody. */
  async function parquet(compression: string): Promise<Uint8Array> {
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    const file = join(folder, "planted", "table.parquet");
    const rows = `SELECT CASE WHEN i = 700 THEN '${text.replaceAll("'", "''")}' ELSE 'nobody ' || (i % 50) END AS a, i FROM range(2000) t(i)`;
    await connection.run(
      `COPY (${rows}) TO '${file}' (FORMAT parquet, COMPRESSION ${compression})`,
    );
    connection.closeSync();
    instance.closeSync();
    const bytes = await readFile(file);
    await rm(file);
    return bytes;
  }

  test.each(["tavolo-IT-016024", "keep#log"])("in an item of the stores: %s", async (where) => {
    const stores = await openStores(paths(state()));
    try {
      const store = await stores.store("IT-016024");
      if (where === "keep#log")
        await storeLog(store, "IT-016024", "keep#log").append("ingest", { note: text }, 1);
      else
        await store.put({
          pk: "answer#x",
          sk: "x",
          body: { jws: await signCompact(memorySigner(), "tavolo-release+jws", { text }) },
          revision: 1,
        });
      const { finds } = await scanStores(stores, find);
      expect(finds).toContainEqual(expect.stringContaining(`: ${pair}`));
    } finally {
      await stores.close();
    }
  });

  test("in a line that is printed, and a tax code that nobody of the input has", async () => {
    expect(find(`${printed}\nwarning: line 7, ${surname}, ${name}: date`)).toEqual([pair]);
    expect(find(`${printed}\n${code}`)).toContain(code);
    expect(find("x RSSMRA85T10A562S x")).toEqual(["RSSMRA85T10A562S"]);
    expect(await found(Buffer.from(`{"cf":"rssmra85t10a562s"}`), find)).toEqual([
      "RSSMRA85T10A562S",
    ]);
  });
});
