/** Tables as offices publish them: ragged lines, suppressed cells, euro signs, notes at the end, text encoded twice. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { shared } from "../setup/shared.ts";
import {
  actionable,
  both,
  drafted,
  edited,
  findings,
  node,
  plainRows,
  refusalOf,
  sumBy,
  total,
} from "./setup.ts";

const { ingest, release } = node();
const taxpayers = shared("data/mef-irpef/irpef_comuni_2021.csv");
const classes = shared("data/mef-irpef/irpef_classi_2024_soppresse.csv");
const fiveInThousand = shared("data/municipal-funds/cinque_per_mille_2022.csv.gz");
const pensions = shared("data/inps-pensions/pensioniItalia.json");
const euro = shared("data/comuni/redditi_imposte_formato_italiano.csv");

const rows = { id: "any", kind: "any", title: both("Righe") };
const dimension = (id: string, column: string, codes: readonly string[], rest: object = {}) => ({
  ...{ id, title: both(id), column, codes, source: "published list", ...rest },
});
const sum = (id: string, column: string, rest: object = {}) => ({
  ...{
    id,
    kind: "sum",
    title: both(id),
    column,
    of: "any",
    grid: 1,
    unit: both("EUR"),
    source: "public table",
    ...rest,
  },
});
const known = (id: string, column: string, rest: object = {}) => ({
  ...{
    id,
    kind: "when",
    title: both(id),
    column,
    above: -1e9,
    grid: 1,
    source: "public table",
    ...rest,
  },
});

test.runIf(taxpayers)(
  "income tax by municipality: lines longer than their header, empty for withheld",
  async () => {
    const found = await drafted(taxpayers!);
    expect(found.draft).toMatchObject({
      kind: "statistics",
      file: { delimiter: ";", ragged: "blank-ends" },
      period: { column: "Anno di imposta" },
    });
    const [header, ...lines] = plainRows(taxpayers!, { delimiter: ";" });
    const at = (name: string) => header!.indexOf(name);
    const regions = found.draft.dimensions as readonly {
      column: string;
      codes: readonly string[];
      map?: object;
    }[];
    const drawn = regions.find(({ column }) => column === "Regione")!;
    const dwelling = "Reddito da fabbricati - Ammontare in euro";
    const withheld = "Reddito da pensione - Frequenza";
    const edits = {
      id: "irpef",
      dimensions: [
        dimension("region", "Regione", drawn.codes, { map: drawn.map, other: drawn.codes.at(-1) }),
      ],
      fields: [
        rows,
        {
          id: "taxpayers",
          kind: "count",
          title: both("Contribuenti"),
          column: "Numero contribuenti",
        },
        sum("dwellings", dwelling),
        known("with-pensions", withheld),
        sum("pensioners", withheld, { of: "with-pensions" }),
      ],
    };
    const descriptor = edited(found, edits, "2021");
    const report = await ingest(descriptor, taxpayers!);
    actionable(report, ["INGRIA", "Mancante"]);
    expect(lines.length).toBe(7905);
    const filled = lines.filter((line) => line[at(dwelling)] !== "");
    // a sum over every row needs a value on every row: where the Ministry withholds one, the row is a reject that says which
    expect([report.read, report.kept]).toEqual([7905, filled.length]);
    const { exact } = await release(descriptor, "2021");
    expect(exact("any")).toBe(filled.length);
    const amount = (name: string) => (line: string[]) => Number(line[at(name)]);
    for (const [region, people] of sumBy(
      filled,
      (line) => line[at("Regione")]!,
      amount("Numero contribuenti"),
    ))
      expect(
        exact("taxpayers", { region: (drawn.map as Record<string, string>)?.[region] ?? region }),
      ).toBe(people);
    expect(exact("dwellings")).toBe(total(filled.map(amount(dwelling))));
    expect([exact("with-pensions"), exact("pensioners")]).toEqual([
      filled.filter((line) => line[at(withheld)] !== "").length,
      total(filled.map(amount(withheld))),
    ]);
    // without the option every line is broken, and the refusal says so by line
    const { ragged: _, ...strict } = descriptor.file as { ragged?: string };
    const refused = await refusalOf(ingest({ ...descriptor, file: strict }, taxpayers!));
    expect(refused.hint.detail).toBe(
      "7905 of 7905 rows (columns 7905); at most a share of 0.02 may be. First: line 2: columns; line 3: columns; line 4: columns",
    );
  },
);

test.runIf(classes)(
  "income classes with suppressed cells: *** is no value, and no row is lost to it",
  async () => {
    const found = await drafted(classes!);
    expect(findings(found, "missing-signs").join()).toContain("***");
    const [header, ...lines] = plainRows(classes!, { delimiter: ";" });
    const last = lines.at(-1)![0]!;
    expect(found.draft).toMatchObject({
      file: { decimal: ",", missing: ["", "***"], skipLast: 1 },
      period: { value: "2024" },
    });
    const [name, mean] = ["Reddito dominicale - Ammontare", "Reddito dominicale - Media"] as const;
    const fields = [
      rows,
      sum("taxpayers", "Numero contribuenti", { unit: both("persone") }),
      known("shown", name),
      sum("land", name, { of: "shown", unit: both("1,000 EUR") }),
      known("mean-shown", mean, { grid: 0.01 }),
      sum("mean", mean, { of: "mean-shown", grid: 0.01 }),
    ];
    const descriptor = edited(found, { id: "classes", dimensions: [], fields }, "2024");
    const report = await ingest(descriptor, classes!);
    actionable(report, ["***", last]);
    const body = lines.slice(0, -1);
    expect([report.read, report.rejected]).toEqual([body.length, 0]);
    const { exact } = await release(descriptor, "2024");
    const values = (column: string) =>
      body
        .map((line) => line[header!.indexOf(column)]!)
        .filter((text) => text !== "***" && text !== "");
    expect(values(name).length).toBeLessThan(body.length);
    expect(exact("taxpayers")).toBe(total(values("Numero contribuenti").map(Number)));
    expect([exact("shown"), exact("land")]).toEqual([
      values(name).length,
      total(values(name).map(Number)),
    ]);
    expect(exact("mean")).toBe(
      total(values(mean).map((text) => Math.round(Number(text.replace(",", ".")) * 100))) / 100,
    );
  },
);

test.runIf(fiveInThousand)(
  "the 5 per thousand: 71,498 bodies, one of them with 70 million",
  async () => {
    const found = await drafted(fiveInThousand!);
    expect(found.draft).toMatchObject({ kind: "statistics", period: { value: "2022" } });
    expect(findings(found, "direct-identifier").join()).toContain("no persons");
    const drawn = (
      found.draft.dimensions as readonly {
        column: string;
        codes: readonly string[];
        map?: Record<string, string>;
      }[]
    )[0]!;
    expect(drawn.column).toBe("regione");
    const mark = (id: string) => dimension(id, id, ["X", "other"], { other: "other" });
    const money = "importo_totale_erogabile";
    const descriptor = edited(
      found,
      {
        id: "five-in-thousand",
        dimensions: [
          dimension("region", "regione", drawn.codes, { map: drawn.map }),
          mark("comuni"),
          mark("ets_e_onlus"),
        ],
        fields: [
          rows,
          { id: "choices", kind: "count", title: both("Scelte"), column: "numero_scelte" },
          sum("amount", money, { grid: 0.01 }),
        ],
      },
      "2022",
    );
    const report = await ingest(descriptor, fiveInThousand!);
    actionable(report, ["AIRC", "80051890152"]);
    expect([report.read, report.rejected]).toEqual([71_498, 0]);
    const { exact } = await release(descriptor, "2022");
    const [header, ...lines] = plainRows(fiveInThousand!);
    const at = (name: string) => header!.indexOf(name);
    const cents = (line: string[]) => Math.round(Number(line[at(money)]) * 100);
    for (const [cell, amount] of sumBy(
      lines,
      (line) => `${line[at("regione")]}|${line[at("comuni")] || "other"}`,
      cents,
    )) {
      const [region, comuni] = cell.split("|");
      expect(
        Math.round(
          exact("amount", { region: drawn.map?.[region!] ?? region!, comuni: comuni! }) * 100,
        ),
      ).toBe(amount);
    }
    expect(exact("choices")).toBe(total(lines.map((line) => Number(line[at("numero_scelte")]))));
  },
);

test.runIf(pensions)(
  "INPS: JSON encoded twice, taken apart by codes with the accents that they had",
  async () => {
    const found = await drafted(pensions!);
    expect(found.draft).toMatchObject({
      file: { format: "json", rows: ["datastore", "data"], repair: "utf-8-twice" },
      period: { column: "Anno_decorrenza" },
    });
    type Row = Readonly<Record<string, string | number>>;
    const list = (JSON.parse(readFileSync(pensions!, "utf8")) as { datastore: { data: Row[] } })
      .datastore.data;
    const once = (text: string | number) => Buffer.from(String(text), "latin1").toString("utf8");
    const codes = (column: string) =>
      [...new Set(list.map((row) => once(row[column]!).trim()))].sort();
    const regions = codes("Regione");
    const schemes = codes("gestione");
    expect(schemes.filter((name) => name.includes("contabilità")).length).toBeGreaterThan(0);
    const scheme = Object.fromEntries(schemes.map((name, at) => [name, `scheme ${at + 1}`]));
    const descriptor = edited(
      found,
      {
        id: "pensions",
        dimensions: [
          dimension("region", "Regione", regions),
          dimension("scheme", "gestione", Object.values(scheme), { map: scheme }),
        ],
        fields: [
          rows,
          { id: "pensions", kind: "count", title: both("Pensioni"), column: "Numero_pensioni" },
        ],
      },
      "2024",
    );
    const report = await ingest(descriptor, pensions!);
    actionable(report, ["contabilit"]);
    expect([report.read, report.rejected]).toEqual([8554, 0]);
    const { exact } = await release(descriptor, "2024");
    const sums = sumBy(
      list,
      (row) => `${once(row.Regione!).trim()}|${once(row.gestione!).trim()}`,
      (row) => Number(row.Numero_pensioni),
    );
    for (const [cell, number] of sums) {
      const [region, name] = cell.split("|");
      expect(exact("pensions", { region: region!, scheme: scheme[name!]! })).toBe(number);
    }
    expect(exact("pensions")).toBe(187_223);
    // without the repair, the codes of the public list are not found, and nothing is stored
    const { repair: _, ...unrepaired } = descriptor.file as { repair?: string };
    const refused = await refusalOf(ingest({ ...descriptor, file: unrepaired }, pensions!));
    expect(refused.hint.detail).toMatch(/\(code \d+\).*First: line \d+ gestione: code/);
  },
);

test.runIf(euro)(
  "incomes with euro signs, thousands points and decimal commas; some points have lost their zero",
  async () => {
    const found = await drafted(euro!);
    expect(found.draft).toMatchObject({ file: { decimal: ",", thousands: ".", signs: ["€"] } });
    expect(findings(found, "no-number").join()).toContain("Contribuenti");
    const kinds = [
      "Reddito imponibile",
      "Reddito imp. addizionale",
      "Imposta netta",
      "Addizionale regionale",
      "Addizionale comunale",
    ];
    const [, ...lines] = plainRows(euro!);
    expect([...new Set(lines.map((line) => line[0]!))].sort()).toEqual([...kinds].sort());
    const edits = (share: number) => ({
      id: "incomes",
      period: { value: "2019" },
      dimensions: [dimension("kind", "Categoria", kinds)],
      fields: [
        rows,
        { id: "taxpayers", kind: "count", title: both("Contribuenti"), column: "Contribuenti" },
        sum("income", "Reddito"),
      ],
      rejects: { share },
    });
    // 34.03 is 34.030 without its last zero: nobody can tell, so the row is a reject
    const broken = lines.flatMap((line, at) =>
      /^\d{1,3}(\.\d{3})*$/.test(line[1]!) ? [] : [at + 2],
    );
    const refused = await refusalOf(ingest(edited(found, edits(0.02), "2019"), euro!));
    expect(refused.hint.detail).toContain(`(number ${broken.length})`);
    const descriptor = edited(found, edits(0.1), "2019");
    const report = await ingest(descriptor, euro!);
    actionable(report, ["34.03", "Agrigento"]);
    expect(report.rejects.map(({ line }) => line)).toEqual(broken.slice(0, 1000));
    expect(new Set(report.rejects.map(({ field, rule }) => `${field} ${rule}`))).toEqual(
      new Set(["Contribuenti number"]),
    );
    const { exact } = await release(descriptor, "2019");
    const good = lines.filter((_, at) => !broken.includes(at + 2));
    for (const [kind, amount] of sumBy(
      good,
      (line) => line[0]!,
      (line) => Number(line[2]!.replace(/[^\d-]/g, "")),
    ))
      expect(exact("income", { kind })).toBe(amount);
  },
);
