/** A small dataset for tests that live through something: two hundred invented persons who are helped for some hours. */
import { readFile } from "node:fs/promises";
import { zstdDecompressSync } from "node:zlib";
import { parquetReadObjects } from "hyparquet";
import { Descriptor } from "../../schemas/descriptor.ts";

const both = (text: string) => ({ it: text, en: text });

/** The descriptor as it would lie in a file, before it is parsed. */
export const aiutiJson = {
  v: 1,
  id: "aiuti",
  kind: "records",
  title: both("Aiuti"),
  description: both("Invented persons who are helped for some hours a month"),
  origin: "made",
  source: "tests/world/small.ts",
  licence: "CC0-1.0",
  level: "municipality",
  legalBasis: { basis: "public-task", reference: "GDPR art. 6(1)(e)" },
  file: { format: "csv", delimiter: ";", decimal: ",", dates: "dd/mm/yyyy" },
  period: { value: "2025" },
  subject: { unit: both("person"), columns: ["CODICE"] },
  dimensions: [
    {
      id: "age",
      title: both("age"),
      column: "NATO",
      generalise: "age",
      codes: ["0-17", ["adults", ["18-64", "65+"]]],
      source: "classes of this test",
    },
    {
      id: "sex",
      title: both("sex"),
      column: "SESSO",
      codes: ["F", "M"],
      source: "classes of this test",
    },
    {
      id: "zone",
      title: both("zone"),
      column: "ZONA",
      codes: ["nord", "centro", "sud"],
      source: "classes of this test",
    },
  ],
  fields: [
    { id: "any", kind: "any", title: both("helped"), order: 2 },
    {
      id: "hours",
      kind: "sum",
      title: both("hours"),
      column: "ORE",
      bounds: [0, 40],
      grid: 0.01,
      unit: both("hours a month"),
      order: 1,
      source: "regulation of this test: at most 40 hours",
    },
  ],
  policy: { method: "lattice", advantage: 10, calendar: { "2025": ["2026-06-30"] } },
};

export const aiuti = (change: object = {}): Descriptor =>
  Descriptor.parse({ ...aiutiJson, ...change });

/** A table about nobody, in exact figures: persons helped by zone. */
export const tavola = Descriptor.parse({
  ...aiutiJson,
  id: "tavola",
  kind: "statistics",
  legalBasis: { basis: "open-data", reference: "published table" },
  subject: undefined,
  dimensions: [aiutiJson.dimensions[2]],
  fields: [{ id: "helped", kind: "count", title: both("helped"), column: "N" }],
  policy: { method: "none", calendar: { "2025": ["2026-06-30"] }, smallest: 1 },
});
export const tavolaCsv = "ZONA;N\nnord;70\ncentro;60\nsud;70\n";

export const HEADER = "CODICE;COGNOME;NATO;SESSO;ZONA;ORE";
/** The n-th person. The surname is in no column that a descriptor names: it must never be seen again. */
export const person = (n: number): string => {
  const born = `${String(1 + (n % 28)).padStart(2, "0")}/${String(1 + (n % 12)).padStart(2, "0")}/${1930 + ((n * 37) % 90)}`;
  return `CF${String(n).padStart(6, "0")};Canarino${n};${born};${n % 2 ? "F" : "M"};${["nord", "centro", "sud"][(n * 7) % 3]};${(n * 13) % 41},${n % 100 < 10 ? "0" : ""}${n % 100}`;
};
/** The file of two hundred, without some. */
export const csv = (without: readonly number[] = []): string =>
  `${[HEADER, ...Array.from({ length: 200 }, (_, n) => n).flatMap((n) => (without.includes(n) ? [] : [person(n)]))].join("\n")}\n`;
export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The rows of a stored version. */
export async function storedRows(path: string): Promise<Record<string, unknown>[]> {
  const file = new Uint8Array(await readFile(path)).buffer;
  return parquetReadObjects({
    file,
    compressors: { ZSTD: (input: Uint8Array) => zstdDecompressSync(input) },
  });
}
