/** Twenty-five thousand households of a synthetic European survey as nine regions would publish them: for the tests that use them. */
import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { Descriptor } from "../../schemas/descriptor.ts";
import { shared } from "../setup/shared.ts";

/** Where the population lies; undefined where it is not at hand. */
export const population = shared("data/silc/silc_population.csv.gz");
const both = (text: string) => ({ it: text, en: text });
/** A round ceiling for a household's year, in EUR. */
export const CEILING = 12_000;
export const YOUNGEST = ["0-17", "18-34", "35-49", "50-64", "65+"];

/**
 * Rows are persons, subjects are households. Persons of one household have no order in time, so that of their codes the smallest
 * counts: the class of the youngest, and AT before EU before Other. The newborn after the interview have age -1.
 */
export const support = Descriptor.parse({
  v: 1,
  id: "sostegni",
  kind: "records",
  title: both("Household benefits"),
  description: both("Households with their housing and family allowances"),
  origin: "made",
  source: "R package simFrame 0.5.4, data set eusilcP (A. Alfons)",
  licence: "GPL-2.0-or-later",
  level: "region",
  legalBasis: { basis: "public-task", reference: "synthetic population, about nobody" },
  file: { format: "csv" },
  period: { value: "2025" },
  subject: { unit: both("household"), columns: ["hid"] },
  dimensions: [
    {
      id: "size",
      title: both("persons"),
      column: "hsize",
      generalise: "band",
      codes: ["1", "2", "3", "4", "5+"],
      source: "classes of this test",
    },
    {
      id: "youngest",
      title: both("age of the youngest"),
      column: "age",
      generalise: "band",
      map: { "-1": "0-17" },
      codes: YOUNGEST,
      source: "classes of this test",
    },
    {
      id: "citizenship",
      title: both("citizenship"),
      column: "citizenship",
      codes: ["AT", "EU", "Other"],
      other: "Other",
      source: "the survey's own classes",
    },
  ],
  fields: [
    { id: "any", kind: "any", title: both("households") },
    {
      id: "housing",
      kind: "when",
      title: both("with housing allowance"),
      column: "hy070n",
      combine: "max",
      above: 0,
      source: "any payment",
    },
    {
      id: "family",
      kind: "when",
      title: both("with family allowance"),
      column: "hy050n",
      combine: "max",
      above: 0,
      source: "any payment",
    },
    {
      id: "paid",
      kind: "sum",
      title: both("family allowances"),
      column: "hy050n",
      of: "family",
      combine: "max",
      bounds: [0, CEILING],
      grid: 0.01,
      unit: both("EUR a year"),
      order: 1,
      source:
        "A round ceiling, above the rates of the Austrian Familienlastenausgleichsgesetz 1967, section 8, for a large household",
    },
  ],
  policy: { method: "lattice", advantage: 10, calendar: { "2025": ["2026-06-30"] } },
});

/** The population by region, as lines of its CSV, and what its header says. */
export async function byRegion(
  file: string,
): Promise<{ header: string; regions: Map<string, string[]>; at: (column: string) => number }> {
  const [header = "", ...lines] = gunzipSync(await readFile(file))
    .toString("utf8")
    .trimEnd()
    .split("\n");
  const names = header.replaceAll('"', "").split(",");
  const at = (column: string) => names.indexOf(column);
  const regionOf = (line: string) =>
    line.split(",")[at("region")]!.replaceAll('"', "").toLowerCase().replaceAll(" ", "-");
  return { header, regions: Map.groupBy(lines, regionOf), at };
}
