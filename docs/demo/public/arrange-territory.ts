/**
 * Arranges ISTAT's codes of places and the food aid of 2020 into the tables beside this file: `node docs/demo/public/arrange-territory.ts
 * FOLDER`, as arrange.ts does. Names of regions come from ISTAT's list; provinces are the first three digits of a municipality's code.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import * as z from "zod";
import { found } from "../../../schemas/found.ts";

const [folder] = process.argv.slice(2);
if (folder === undefined)
  throw new Error("usage: node docs/demo/public/arrange-territory.ts FOLDER");

const TEN = [
  "003106",
  "013075",
  "016024",
  "020030",
  "028060",
  "029041",
  "034027",
  "035033",
  "039014",
  "108033",
];
const text = z.string();
const source = <Row>(path: string, row: z.ZodType<Row>, delimiter = ","): Row[] =>
  z
    .array(row)
    .parse(parse(readFileSync(join(folder, path)), { columns: true, bom: true, delimiter }));
const cell = (text: string): string =>
  /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
function write(name: string, header: string, rows: readonly (readonly string[])[]): void {
  writeFileSync(
    new URL(name, import.meta.url),
    `${[header, ...rows.map((row) => row.map(cell).join(","))].join("\n")}\n`,
  );
  console.log(`${name}: ${rows.length} rows`);
}

const CODE = "Codice Comune formato alfanumerico";
const PROVINCE = "Denominazione dell'Unità territoriale sovracomunale (valida a fini statistici)";
const list = source(
  "codes/istat_elenco_comuni_nuts.csv",
  z.object({
    [CODE]: text,
    [PROVINCE]: text,
    "Denominazione in italiano": text,
    "Sigla automobilistica": text,
    "Codice NUTS3 2021": text,
    "Codice Regione": text,
    "Denominazione Regione": text,
    "Codice NUTS2 2021 (3)": text,
  }),
);
const provinceOf = (code: string): string => code.slice(0, 3);

function provinces(): void {
  const seen = new Map<string, readonly [code: string, ...string[]]>();
  for (const row of list) {
    const code = provinceOf(row[CODE]);
    seen.set(code, [
      code,
      row[PROVINCE],
      row["Sigla automobilistica"],
      row["Codice NUTS3 2021"],
      row["Codice Regione"],
      row["Denominazione Regione"],
      row["Codice NUTS2 2021 (3)"],
    ]);
  }
  const rows = [...seen.values()].sort(([a], [b]) => a.localeCompare(b));
  write("province-2023.csv", "codice,provincia,sigla,nuts3,codice_regione,regione,nuts2", rows);
}

/** Capitals without accents, apostrophes and hyphens: how two lists write one name. */
const plain = (name: string): string =>
  name
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toUpperCase()
    .replace(/['’]/g, "")
    .replace(/[-/]/g, " ")
    .replace(/\s+/g, " ")
    .trim();
const region = (name: string): string =>
  plain(name.replace(/\/.*/s, "")).replace("TRENTINO ALTO ADIGE", "TRENTINO");

/**
 * The share of each municipality. The source's list of codes gives municipalities of one name each other's codes besides their own, and 23 none:
 * of those that it gives, or of the name where it gives none, the one that lies in the region that the row names is taken.
 */
function foodAid(): void {
  const codes = Map.groupBy(
    source(
      "municipal-funds/solidarieta_alimentare_codici_istat.csv",
      z.object({ codINT: text, PRO_COM_T: text }),
    ),
    ({ codINT }) => codINT,
  );
  const regions = new Map(list.map((row) => [provinceOf(row[CODE]), row["Denominazione Regione"]]));
  const names = new Map(list.map((row) => [row[CODE], row["Denominazione in italiano"]]));
  const Share = z.object({
    ...{ codINT: text, ENTE: text, REGIONE: text, POP: text },
    ...{ "Quota a)": text, "Quota b)": text },
  });
  const codeOf = (row: z.infer<typeof Share>): string => {
    const given = codes.get(row.codINT)?.map(({ PRO_COM_T }) => PRO_COM_T.padStart(6, "0"));
    const named = () =>
      list
        .filter((one) => plain(one["Denominazione in italiano"]) === plain(row.ENTE))
        .map((one) => one[CODE]);
    const here = (given ?? named()).filter((code) =>
      region(found(regions.get(provinceOf(code)))).startsWith(region(row.REGIONE)),
    );
    const [only] = here;
    if (only === undefined || here.length > 1)
      throw new Error(`${row.ENTE}: ${here.length} municipalities of this name in ${row.REGIONE}`);
    return only;
  };
  const euro = (text: string): string => (Math.round(Number(text || "0") * 100) / 100).toFixed(2);
  const rows = source("municipal-funds/solidarieta_alimentare_2020.csv", Share).map((row) => {
    const code = codeOf(row);
    const shares = [euro(row["Quota a)"]), euro(row["Quota b)"])];
    return [`IT-${code}`, names.get(code) ?? row.ENTE, row.POP, ...shares] as const;
  });
  if (new Set(rows.map(([code]) => code)).size !== rows.length)
    throw new Error("two municipalities have one code");
  rows.sort(([x], [y]) => x.localeCompare(y));
  write("solidarieta-2020.csv", "codice,comune,residenti,quota_a,quota_b", rows);
}

/** Codes that a municipality had before: the same cadastral code, another ISTAT code. Ended since 1991. */
function changes(): void {
  const all = source(
    "codes/comuni_validita_codici.csv",
    z.object({
      ...{ stato_validita: text, codice_belfiore: text, codice_istat: text },
      ...{ denominazione_ita: text, data_fine_validita: text },
    }),
    ";",
  );
  const now = new Map(
    all
      .filter(({ stato_validita }) => stato_validita === "Attivo")
      .map((row) => [row.codice_belfiore, row.codice_istat]),
  );
  const rows = all.flatMap(
    ({ stato_validita, codice_belfiore, codice_istat, denominazione_ita, data_fine_validita }) => {
      const [day, month, year] = data_fine_validita.split("/");
      if (stato_validita === "Attivo" || Number(year) < 1991) return [];
      const after = now.get(codice_belfiore) ?? "";
      return after === codice_istat
        ? []
        : [[codice_istat, after, `${year}-${month}-${day}`, denominazione_ita]];
    },
  );
  const unique = new Map(rows.map((row) => [row.slice(0, 2).join(), row]));
  const sorted = [...unique.values()].sort((x, y) => x.join().localeCompare(y.join()));
  write("codici-cambiati.csv", "codice,codice_ora,fine,comune", sorted);
}

/** Area in square kilometres of the ten cities of the demonstration. */
function areas(): void {
  const rows = source(
    "codes/istat_comuni_superficie_popolazione.csv",
    z.object({ codice_istat: text, denominazione: text, superficie_km2: text }),
  ).filter(({ codice_istat }) => TEN.includes(codice_istat));
  write(
    "superficie-2026.csv",
    "codice,comune,superficie_km2",
    rows.map((row) => [`IT-${row.codice_istat}`, row.denominazione, row.superficie_km2]),
  );
}

provinces();
areas();
foodAid();
changes();
