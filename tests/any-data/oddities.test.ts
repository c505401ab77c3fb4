/** Files with notes in their last row, with five signs for "no value", with a column named twice. */
import { expect, test } from "vitest";
import { accept } from "../../functions/disclosure/descriptor-rules.ts";
import { Refused } from "../../schemas/refusal.ts";
import { shared } from "../setup/shared.ts";
import {
  actionable,
  both,
  drafted,
  edited,
  findings,
  node,
  plainRows,
  refusal,
  refusalOf,
  sumBy,
  total,
} from "./setup.ts";

const { ingest, release } = node();
const desk = shared("data/social-services-desk/giovinazzo_richieste_in_entrata_2020.csv");
const fragility = shared("data/er-fragility/fragilita_comuni_2023.csv");
const services = shared("data/pdnd/e_service_con_piu_enti_abilitati_from_the_beginning.csv");
const wellBeing = shared("data/bes-provinces/bes_province_2004_2024.csv");

const rows = { id: "any", kind: "any", title: both("Righe") };
const source = "public table";
const sum = (id: string, column: string, rest: object = {}) => ({
  ...{
    id,
    kind: "sum",
    title: both(id),
    column,
    of: "any",
    grid: 1,
    unit: both("richieste"),
    source,
    ...rest,
  },
});
const known = (id: string, column: string, rest: object = {}) => ({
  ...{ id, kind: "when", title: both(id), column, above: -1e6, grid: 1, source, ...rest },
});

test.runIf(desk)(
  "a desk's own count: a remark in the last row, - for none or not recorded",
  async () => {
    const found = await drafted(desk!);
    expect(found.draft).toMatchObject({
      kind: "statistics",
      file: { skipLast: 1, missing: ["", "-"] },
      period: { value: "2020" },
    });
    expect(findings(found, "notes-at-end").join()).toContain("line 51");
    const fields = [
      rows,
      sum("calls", "CHIAM.IN."),
      known("vouchers-given", "B.SPESA"),
      sum("vouchers", "B.SPESA", { of: "vouchers-given" }),
    ];
    // the desk says that - means none: then it is a true zero, and no row is a reject
    const edits = { id: "desk", dimensions: [], fields, file: { missing: [""], zeros: ["-"] } };
    const descriptor = edited(found, edits, "2020");
    const report = await ingest(descriptor, desk!);
    actionable(report, ["INIZIO"]);
    expect([report.read, report.rejected]).toEqual([49, 0]);
    const { exact } = await release(descriptor, "2020");
    const [header, ...all] = plainRows(desk!);
    const column = (name: string) =>
      all.slice(0, -1).map((line) => Number(line[header!.indexOf(name)]!.replace("-", "0")));
    expect([exact("any"), exact("calls"), exact("vouchers")]).toEqual([
      49,
      total(column("CHIAM.IN.")),
      total(column("B.SPESA")),
    ]);
    expect(exact("vouchers-given")).toBe(49);
    // with the remark left in, it is the one reject: its line, the first field that it lacks, and nothing of what it says
    const { skipLast: _, ...whole } = descriptor.file as { skipLast?: number };
    const again = await ingest(
      { ...descriptor, id: "desk-whole", file: whole, rejects: { share: 0.05 } },
      desk!,
    );
    actionable(again, ["INIZIO"]);
    expect(again.rejects).toEqual([{ line: 51, field: "CHIAM.IN.", rule: "missing" }]);
  },
);

test.runIf(fragility)(
  "indicators with a source note in the last row, and numbers with an exponent",
  async () => {
    const found = await drafted(fragility!);
    expect(found.draft).toMatchObject({
      kind: "statistics",
      file: { skipLast: 1 },
      period: { column: "anno_rif" },
    });
    expect(findings(found, "no-number").join()).toContain("5 cells of demind2");
    const provinces = [
      "Bologna",
      "Ferrara",
      "Forlì-Cesena",
      "Modena",
      "Parma",
      "Piacenza",
      "Ravenna",
      "Reggio nell'Emilia",
      "Rimini",
    ];
    const [header, ...all] = plainRows(fragility!);
    const lines = all.slice(0, -1);
    const at = (name: string) => header!.indexOf(name);
    const listed = [...new Set(lines.map((line) => line[at("den_prov")]!))].sort();
    expect(listed).toHaveLength(provinces.length);
    const descriptor = edited(
      found,
      {
        id: "fragility",
        dimensions: [
          {
            id: "province",
            title: both("Provincia"),
            column: "den_prov",
            codes: listed,
            source: "Istat, province",
          },
        ],
        fields: [
          rows,
          sum("income", "econind2", { grid: 0.01, unit: both("EUR") }),
          sum("balance", "demind2", { grid: 0.01, unit: both("%") }),
        ],
      },
      "2023",
    );
    const report = await ingest(descriptor, fragility!);
    actionable(report, ["Fonte"]);
    const odd = lines.flatMap((line, index) =>
      line[at("demind2")]!.includes("E") ? [index + 2] : [],
    );
    expect(odd).toHaveLength(5);
    expect(report.rejects).toEqual(odd.map((line) => ({ line, field: "demind2", rule: "number" })));
    const { exact } = await release(descriptor, "2023");
    const good = lines.filter((_, index) => !odd.includes(index + 2));
    const cents = (name: string) => (line: string[]) =>
      Math.sign(Number(line[at(name)])) * Math.round(Math.abs(Number(line[at(name)])) * 100);
    for (const name of ["income", "balance"] as const) {
      const sums = sumBy(
        good,
        (line) => line[at("den_prov")]!,
        cents(name === "income" ? "econind2" : "demind2"),
      );
      for (const [province, amount] of sums)
        expect(Math.round(exact(name, { province }) * 100)).toBe(amount);
    }
  },
);

test.runIf(services)("a column named twice is asked for by its number", async () => {
  const found = await drafted(services!);
  expect(findings(found, "named-twice")).toHaveLength(2);
  const [, ...lines] = plainRows(services!);
  const codes = (at: number) =>
    [...new Set(lines.map((line) => line[at]!))].sort((one, other) => Number(one) - Number(other));
  const dimension = (id: string, column: string, at: number) => ({
    ...{ id, title: both(id), column, source: "PDND, categorie" },
    codes: codes(at),
  });
  const edits = {
    id: "services",
    period: { value: "2023" },
    dimensions: [dimension("from", "id#1", 0), dimension("to", "id#2", 2)],
    fields: [
      rows,
      known("counted", "subscribersCount"),
      sum("members", "subscribersCount", { of: "counted" }),
    ],
  };
  const descriptor = edited(found, edits, "2023");
  const report = await ingest(descriptor, services!);
  actionable(report);
  expect([report.read, report.rejected]).toEqual([776, 0]);
  const { exact } = await release(descriptor, "2023");
  for (const [cell, members] of sumBy(
    lines,
    (line) => `${line[0]}|${line[2]}`,
    (line) => Number(line[6]),
  )) {
    const [from, to] = cell.split("|");
    const codes = { from: from!, to: to! };
    // where no row has the value there is no figure, and not a zero
    if (exact("counted", codes) === 0) expect(() => exact("members", codes)).toThrow(Refused);
    else expect(exact("members", codes)).toBe(members);
  }
  expect(exact("counted")).toBe(lines.filter((line) => line[6] !== "").length);
  const ambiguous = { ...descriptor, dimensions: [{ ...descriptor.dimensions[0]!, column: "id" }] };
  expect((await refusalOf(ingest(ambiguous, services!))).hint.detail).toBe(
    "there more than once: id; say which one in the descriptor: id#1, id#2",
  );
});

test.runIf(wellBeing)(
  "well-being of the provinces: five signs for no value, one of which is zero",
  async () => {
    const found = await drafted(wellBeing!);
    expect(found.draft).toMatchObject({
      file: { decimal: ",", missing: ["", "-", "....", "..", "....  (a)"] },
    });
    expect(findings(found, "wide").join()).toContain("V2004 to V2024");
    const [header, ...lines] = plainRows(wellBeing!);
    const at = (name: string) => header!.indexOf(name);
    const domains = [...new Set(lines.map((line) => line[at("W_DOMINIO")]!))].sort();
    const edits = {
      id: "well-being",
      period: { value: "2019" },
      dimensions: [
        {
          id: "domain",
          title: both("Dominio"),
          column: "W_DOMINIO",
          codes: domains,
          source: "Istat, Bes",
        },
        {
          id: "sex",
          title: both("Sesso"),
          column: "SESSO",
          codes: ["Maschi", "Femmine", "Totale"],
          source: "Istat, Bes",
        },
      ],
      fields: [
        rows,
        known("shown", "V2019", { grid: 0.01 }),
        sum("value", "V2019", { of: "shown", grid: 0.01, unit: both("unità") }),
      ],
      file: { missing: ["", "....", "..", "....  (a)"], zeros: ["-"] },
    };
    const descriptor = edited(found, edits, "2019");
    const report = await ingest(descriptor, wellBeing!);
    actionable(report, ["...."]);
    expect([report.read, report.rejected]).toEqual([10_727, 0]);
    const { exact } = await release(descriptor, "2019");
    const shown = lines.filter((line) => /^(-|-?\d+(,\d+)?)$/.test(line[at("V2019")]!));
    const hundredths = (line: string[]) =>
      Math.round(Number(line[at("V2019")]!.replace(/^-$/, "0").replace(",", ".")) * 100);
    expect(shown.some((line) => line[at("V2019")] === "-")).toBe(true);
    expect([exact("any"), exact("shown")]).toEqual([10_727, shown.length]);
    for (const [cell, amount] of sumBy(
      shown,
      (line) => `${line[at("W_DOMINIO")]}|${line[at("SESSO")]}`,
      hundredths,
    )) {
      const [domain, sex] = cell.split("|");
      expect(Math.round(exact("value", { domain: domain!, sex: sex! }) * 100)).toBe(amount);
    }
    // codes seen in the rows are there to be replaced: with their source empty nothing accepts them
    const drawn = { ...descriptor, dimensions: found.draft.dimensions };
    expect(refusal(() => accept(drawn))?.hint.errors?.[0]?.pointer).toBe("/dimensions/0/source");
  },
);
