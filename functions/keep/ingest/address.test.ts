import { expect, test } from "vitest";
import { example, goodRow, job, keep, storedRows } from "../../../tests/world/keep.ts";
import { streetTable } from "./address.ts";
import { ingest } from "./ingest.ts";

const streets = [
  { street: "Via Roma", to: 99, side: "even" as const, code: "north" },
  { street: "Via Roma", code: "south" },
  { street: "Via XX Settembre", from: 10, to: 20, code: "north" },
  { street: "Piazza dell'Unità d'Italia", code: "centre" },
  { street: "Via 4 Novembre", code: "south" },
];

test.each([
  ["Via Roma 12", "north"],
  ["VIA ROMA, 12/B scala 3", "north"],
  ["via roma 13", "south"],
  ["Via Roma 100", "south"],
  ["Via Roma", "south"],
  ["Via Roma s.n.c.", "south"],
  ["Via XX Settembre 10", "north"],
  ["Via XX Settembre 9", undefined],
  ["Via XX Settembre", undefined],
  ["piazza dell'unita d'italia 1", "centre"],
  ["Via 4 Novembre 7", "south"],
  ["Via Romagna 12", undefined],
  ["", undefined],
])("%s lies in %s", (address, code) => expect(streetTable(streets)(address)).toBe(code));

test("in a file the address becomes a district, and is gone", async () => {
  const both = { it: "zona", en: "district" };
  const home = {
    id: "district",
    title: both,
    column: "indirizzo",
    generalise: "address",
    streets,
    map: { "senza dimora": "none" },
  };
  const codes = ["north", "south", "centre", "none", "other"];
  const dimensions = [{ ...home, codes, other: "other", source: "municipal table of streets" }];
  const rows = ["Via Roma 12", "Via Sconosciuta 3", "senza dimora"].map((indirizzo) => ({
    ...goodRow,
    indirizzo,
  }));
  const deps = await keep({ a: rows });
  const report = await ingest(deps, job({ dimensions }));
  const stored = (await storedRows(deps))!;
  expect(stored.map((row) => row.codes)).toEqual([["north"], ["other"], ["none"]]);
  expect(report.recoded).toEqual({ district: 1 });
  expect(JSON.stringify([stored, report, example.id])).not.toMatch(/via |sconosciuta|senza/i);
});
