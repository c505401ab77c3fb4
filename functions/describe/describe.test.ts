import fc from "fast-check";
import { expect, test } from "vitest";
import { accept } from "../disclosure/descriptor-rules.ts";
import { type DescribeOptions, type Drafted, describe } from "./describe.ts";

const bytes = (text: string, encoding: "utf8" | "latin1" = "utf8") => Buffer.from(text, encoding);
function drafted(
  content: Uint8Array | string,
  name = "elenco.csv",
  options: DescribeOptions = {},
): Drafted {
  const found = describe(
    {
      kind: "bytes",
      name,
      bytes: typeof content === "string" ? bytes(content) : content,
      whole: true,
    },
    options,
  );
  if (found === undefined) throw new TypeError("there was nothing to describe");
  return found;
}
const said = ({ findings }: Drafted, what: string) =>
  findings.filter((one) => one.what === what).map(({ say }) => say);
const numbered = (count: number, line: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => line(at)).join("\n");

/** Made tax codes: of the form, of nobody. */
const taxCode = (at: number) =>
  `ZZZZZZ${String(at % 100).padStart(2, "0")}A${String(1 + (at % 28)).padStart(2, "0")}Z${String(at).padStart(3, "0")}Q`;
const desk = `CODICE_FISCALE;NOMINATIVO;NASCITA;SESSO;QUARTIERE;CONTRIBUTO;NOTE\n${numbered(
  200,
  (at) =>
    `${taxCode(at)};Rossi ${at};${10 + (at % 18)}/05/${1940 + (at % 70)};${at % 2 ? "F" : "M"};${["San Nicolò", "Città Alta"][at % 2]};${at % 9 ? `1.${100 + at},50` : "n.d."};Ha detto che tornerà domani con i documenti ${at}`,
)}\n`;

test("an office's list: who it is about, what can be asked, and what should not be there", () => {
  const found = drafted(bytes(desk, "latin1"));
  expect(found.draft).toMatchObject({
    v: 2,
    kind: "records",
    file: {
      format: "csv",
      delimiter: ";",
      encoding: "windows-1252",
      decimal: ",",
      thousands: ".",
      dates: "dd/mm/yyyy",
      missing: ["", "n.d."],
    },
    subject: { columns: ["CODICE_FISCALE"] },
    policy: { method: "lattice" },
  });
  expect(found.draft.dimensions).toMatchObject([
    { column: "SESSO", codes: ["F", "M", "other"], other: "other", source: "" },
    { column: "NASCITA", generalise: "age", source: "" },
    { column: "QUARTIERE", codes: ["Città Alta", "San Nicolò", "other"], source: "" },
  ]);
  expect(found.draft.fields).toMatchObject([
    { kind: "any" },
    { kind: "known", column: "CONTRIBUTO", of: "any" },
    { kind: "sum", column: "CONTRIBUTO", bounds: [0, 2000], grid: 0.01, source: "" },
  ]);
  expect(said(found, "identifier").join()).toContain("tax codes of persons");
  expect(said(found, "direct-identifier").join()).toContain("NOMINATIVO");
  expect(said(found, "free-text").join()).toContain("NOTE");
  expect(said(found, "encoding").join()).toContain("windows-1252");
  // nobody's code, name or words are said
  for (const value of [taxCode(7), "Rossi", "documenti"])
    expect(JSON.stringify(found)).not.toContain(value);
});

test("a draft is not accepted until somebody has filled it in", () => {
  const found = drafted(bytes(desk, "latin1"));
  expect(() => accept(found.draft)).toThrow("descriptor-invalid");
  expect(found.open).toEqual(
    expect.arrayContaining([
      "/source",
      "/licence",
      "/period/value",
      "/dimensions/0/source",
      "/policy/calendar",
    ]),
  );
  const named = {
    ...found.draft,
    source: "x",
    licence: "x",
    period: { value: "2023" },
    legalBasis: { basis: "public-task", reference: "x" },
  };
  expect(() => accept(named)).toThrow("descriptor-invalid");
});

test("two lines of names, a title above and a total below", () => {
  const found = drafted(
    `Servizi sociali\nDistretto,2022,,2023,\n,Utenti,Ore,Utenti,Ore\n${numbered(30, (at) => `D${at % 5},${at},2.5,${at},3.5`)}\nTotale,435,75,435,105\n`,
  );
  expect(found.draft).toMatchObject({
    kind: "statistics",
    file: { skipRows: 1, headerRows: 2, skipLast: 1 },
  });
  expect(found.draft.dimensions).toMatchObject([{ column: "Distretto" }]);
  expect(said(found, "measure").join()).toContain(
    "2022 / Utenti, 2022 / Ore, 2023 / Utenti, 2023 / Ore",
  );
});

test("units under the names", () => {
  const found = drafted(
    `comune,spesa,utenti\n,euro,persone\n${numbered(30, (at) => `C${at % 6},${at * 7},${at}`)}\n`,
  );
  expect(found.draft).toMatchObject({
    file: { headerRows: 2 },
    dimensions: [{ column: "comune" }],
  });
});

test.each([
  [
    "points alone, and never four digits in a row: thousands",
    "85\n4.133\n12.250",
    { decimal: ",", thousands: "." },
  ],
  ["a comma that is never followed by three digits: decimal", "0,5\n12,25\n7", { decimal: "," }],
  ["both: the last one is decimal", "1,234.50\n2.25", { decimal: ".", thousands: "," }],
  ["apostrophes", "1'234.50\n2'000'000", { decimal: ".", thousands: "'" }],
  ["blanks that do not break", "1\u00a0234,5\n22\u00a0000", { decimal: ",", thousands: " " }],
  ["points among plain numbers: decimal", "4.133\n41330", { decimal: "." }],
])("%s", (_, lines, manner) => {
  expect(drafted(`n;x\n${lines.split("\n").join(";a\n")};b\n`).draft.file).toMatchObject(manner);
});

test("NA may be Napoli", () => {
  const found = drafted(
    `sigla,valore\n${numbered(60, (at) => `${["NA", "MI", "RM"][at % 3]},${at % 7 ? at : "NA"}`)}\n`,
  );
  expect(found.draft.file).toMatchObject({ missing: ["", "NA"] });
  expect(said(found, "ambiguous-sign").join()).toContain("Napoli");
});

test("codes that no question could name get one that it can", () => {
  const found = drafted(
    `classe,n\n${numbered(60, (at) => `${["<5", "_T", "*Città", "altro"][at % 4]},${at + 0.5}`)}\n`,
  );
  expect(found.draft.dimensions).toMatchObject([
    { codes: ["t", "citta", "5", "altro"], map: { "<5": "5", "*Città": "citta", _T: "t" } },
  ]);
});

test("rows of JSON, wherever they are", () => {
  const text = JSON.stringify({
    meta: [{ a: 1 }],
    data: {
      list: Array.from({ length: 40 }, (_, at) => ({ anno: 2023, tipo: `t${at % 3}`, n: at / 2 })),
    },
  });
  expect(drafted(text, "dati.json").draft).toMatchObject({
    file: { format: "json", rows: ["data", "list"] },
    period: { column: "anno" },
  });
});

test.each([
  ["quarters", (at: number) => `2023-Q${1 + (at % 4)}`],
  ["months", (at: number) => `2023-${String(1 + (at % 12)).padStart(2, "0")}`],
])("a column of %s is the period that a row is of", (_, of) => {
  const rows = numbered(48, (at) => `${of(at)};t${at % 3};${at}`);
  const found = drafted(`TIME_PERIOD;tipo;n\n${rows}\n`);
  expect(found.draft).toMatchObject({ v: 2, period: { column: "TIME_PERIOD" } });
  expect(said(found, "period")).toEqual([
    "TIME_PERIOD holds quarters or months: the period that a row is of.",
  ]);
});

test("nothing to describe", () => {
  for (const text of ["", "\n\n", "solo,nomi\n", "{}", "[]"])
    expect(describe({ kind: "bytes", name: "x", bytes: bytes(text), whole: true })).toBeUndefined();
});

test("whatever the file, a draft or nothing", () => {
  const cell = fc.oneof(
    fc.string(),
    fc.constantFrom("", "-", "1.234", "1,5", "€ 3", "2023-01-01", '"', "è", "Ã¨", "NA"),
  );
  const table = fc.array(fc.array(cell, { maxLength: 5 }), { maxLength: 12 });
  fc.assert(
    fc.property(table, fc.constantFrom(",", ";", "\t"), (lines, delimiter) => {
      const text = lines.map((line) => line.join(delimiter)).join("\n");
      for (const whole of [true, false]) {
        const found = describe({ kind: "bytes", name: "any.csv", bytes: bytes(text), whole });
        if (found !== undefined) expect(() => accept(found.draft)).toThrow("descriptor-invalid");
      }
      describe({ kind: "cells", name: "any.xlsx", format: "xlsx", rows: lines, whole: true });
    }),
    { numRuns: 300 },
  );
});
