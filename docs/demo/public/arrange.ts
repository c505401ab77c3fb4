/**
 * Arranges public figures into the small tables beside this file: `node docs/demo/public/arrange.ts FOLDER`, FOLDER holding the
 * sources under the names that SOURCES.md gives. The tables are committed; the sources are not.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import * as z from "zod";

/** The eight cities of the demonstration, Mantova and Ravenna, under their ISTAT codes and ISTAT's own names. */
const municipalities: Record<string, string> = {
  "003106": "Novara",
  "013075": "Como",
  "016024": "Bergamo",
  "020030": "Mantova",
  "028060": "Padova",
  "029041": "Rovigo",
  "034027": "Parma",
  "035033": "Reggio nell'Emilia",
  "039014": "Ravenna",
  "108033": "Monza",
};

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: node docs/demo/public/arrange.ts FOLDER");

const records = <Row>(bytes: Uint8Array, row: z.ZodType<Row>): Row[] =>
  z.array(row).parse(parse(Buffer.from(bytes), { columns: true, bom: true }));
const source = (path: string): Uint8Array => readFileSync(join(folder, path));
const write = (name: string, header: string, rows: readonly string[]): void => {
  writeFileSync(new URL(name, import.meta.url), `${[header, ...rows].join("\n")}\n`);
  console.log(`${name}: ${rows.length} rows`);
};

/** UTF-8 that was read as Latin-1 and encoded once more, put right. */
const once = (text: string): string => Buffer.from(text, "latin1").toString("utf8");

/** Residents by single year of age: the rows of the ten cities, as they are. */
function residents(): void {
  const Resident = z.object({ codice_istat: z.string(), eta: z.string(), residenti: z.string() });
  const rows = records(source("comuni/capoluoghi_eta_singola_2022.csv"), Resident)
    .filter((row) => row.codice_istat in municipalities)
    .sort((a, b) => a.codice_istat.localeCompare(b.codice_istat) || Number(a.eta) - Number(b.eta))
    .map(
      (row) =>
        `${row.codice_istat},${municipalities[row.codice_istat]},${row.eta},${row.residenti}`,
    );
  write("residenti-2022.csv", "codice_istat,comune,eta,residenti", rows);
}

const Pensions = z.object({
  datastore: z.object({
    data: z.array(
      z.object({
        Regione: z.string(),
        SESSO: z.string(),
        classe_eta: z.string(),
        Categoria: z.string(),
        Numero_pensioni: z.number().int(),
      }),
    ),
  }),
});

/** Pensions started, summed over scheme and class of amount. */
function pensions(): void {
  const { data } = Pensions.parse(
    JSON.parse(Buffer.from(source("inps-pensions/pensioniItalia.json")).toString("utf8")),
  ).datastore;
  const sums = new Map<string, number>();
  for (const row of data) {
    const key = [row.Regione, row.SESSO, row.classe_eta, row.Categoria]
      .map(once)
      .map((text) => text.replace("Invalidita'", "Invalidità"))
      .join(",");
    sums.set(key, (sums.get(key) ?? 0) + row.Numero_pensioni);
  }
  const rows = [...sums].map(([key, sum]) => `${key},${sum}`).sort();
  write("pensioni-2024.csv", "regione,sesso,classe_eta,categoria,pensioni", rows);
}

/** How many bodies in each city could be given the 5 per thousand, and how many of them are of the third sector. */
function bodies(): void {
  const all = records(
    gunzipSync(source("municipal-funds/cinque_per_mille_2022.csv.gz")),
    z.object({ codice_comune: z.string(), ets_e_onlus: z.string() }),
  );
  const rows = Object.entries(municipalities)
    .sort()
    .map(([code, name]) => {
      const here = all.filter((row) => row.codice_comune === code);
      return `${code},${name},${here.length},${here.filter((row) => row.ets_e_onlus === "X").length}`;
    });
  write("enti-2022.csv", "codice_istat,comune,enti,terzo_settore", rows);
}

residents();
pensions();
bodies();
