/** From a file as municipal software writes it to subjects: each rule once, on a row of its own. */
import { describe, expect, test } from "vitest";
import { Descriptor } from "../../schemas/descriptor.ts";
import { referenceCube } from "./release.ts";
import { readSubjects } from "./rows.ts";
import { isAbove, parseDate, parseDecimal, splitCsv, toGrid } from "./values.ts";

const both = (text: string) => ({ it: text, en: text });
const descriptor = {
  v: 1,
  id: "aiuti",
  kind: "records",
  title: both("Aiuti"),
  description: both("Aiuti"),
  origin: "made",
  source: "test",
  licence: "CC0",
  level: "municipality",
  legalBasis: { basis: "public-task", reference: "test" },
  file: {
    format: "csv",
    delimiter: ";",
    decimal: ",",
    thousands: ".",
    dates: "dd/mm/yyyy",
    missing: ["", "n.d."],
  },
  period: { column: "anno" },
  subject: { unit: both("persona"), columns: ["cf"], start: "inizio" },
  dimensions: [
    {
      id: "age",
      title: both("età"),
      column: "nascita",
      generalise: "age",
      codes: [
        ["minors", ["0-10", "11-17"]],
        ["adults", ["18-64", "65+"]],
      ],
      source: "t",
    },
    {
      id: "zone",
      title: both("zona"),
      column: "zona",
      codes: ["Nord", "Sud", "Ò", "other"],
      map: { N: "Nord" },
      other: "other",
      source: "t",
    },
    { id: "sex", title: both("sesso"), column: "sesso", codes: ["F", "M"], source: "t" },
  ],
  family: {
    id: "benefit",
    title: both("aiuto"),
    column: "codice",
    codes: ["A", "B", "C", "Z"].map((code) => ({ code, title: both(code) })),
    other: "Z",
    atMost: 2,
    source: "t",
  },
  fields: [
    { kind: "any", id: "any", title: both("persone") },
    { kind: "both", id: "A and B", title: both("A e B"), of: ["A", "B"] },
    { kind: "when", id: "many", title: both("molte ore"), column: "ore", above: 10, source: "t" },
    {
      kind: "sum",
      id: "hours",
      title: both("ore"),
      column: "ore",
      of: "A",
      bounds: [0, 30],
      grid: 0.01,
      unit: both("ore"),
      source: "t",
    },
  ],
  policy: { method: "lattice", calendar: { "2022": ["2023-06-30"] } },
};

const header = "cf;anno;inizio;nascita;zona;sesso;codice;ore";
const read = (...lines: string[]) =>
  readSubjects(Descriptor.parse(descriptor), [header, ...lines].join("\r\n"), "2022");

describe("one row a subject", () => {
  test("dimensions come from the row of latest start; among equals, each from the smallest code by its bytes", () => {
    const { subjects } = read(
      "p;2022;01/01/2022;31/12/2004;N;F;A;4,5",
      "p;2022;01/03/2022;31/12/2004;Ò;M;B;",
      "p;2022;01/03/2022;31/12/2004;Sud;F;C;",
      "p;2021;01/09/2022;31/12/2004;Nord;M;C;",
    );
    expect(subjects).toEqual([
      {
        dims: { age: "18-64", zone: "Sud", sex: "F" },
        adds: { any: 1000, A: 1000, B: 1000, "A and B": 1000, hours: -1050 },
      },
    ]);
  });

  test("a family keeps the first codes of its priority, an unknown code is the declared other", () => {
    const { subjects } = read(
      "p;2022;;01/01/1950;x;M;Q;",
      "p;2022;;01/01/1950;x;M;C;",
      "p;2022;;01/01/1950;x;M;B;",
      "q;2022;;01/01/1950;x;M;Q;",
    );
    expect(subjects.map(({ adds }) => Object.keys(adds))).toEqual([
      ["B", "C", "any"],
      ["Z", "any"],
    ]);
    expect(subjects[0]!.dims).toEqual({ age: "65+", zone: "other", sex: "M" });
  });

  test("a sum adds its code's rows, then clips, then takes the midpoint away; a threshold looks at all rows", () => {
    const { subjects } = read(
      "p;2022;;01/01/1950;N;M;A;1.020,5",
      "p;2022;;01/01/1950;N;M;A;1",
      "q;2022;;01/01/1950;N;M;A;4",
      "q;2022;;01/01/1950;N;M;B;6,01",
      "r;2022;;01/01/1950;N;M;A;10",
    );
    expect(subjects.map(({ adds }) => [adds.hours, adds.many])).toEqual([
      [1500, 1000],
      [-1100, 1000],
      [-500, undefined],
    ]);
  });

  test("rows that break a rule are left out, and counted by rule", () => {
    const good = "p;2022;01/01/2022;01/01/1950;N;M;A;1";
    const { subjects, rejects } = read(
      good,
      `${good};more`,
      good.replace("p;", "n.d.;"),
      good.replace("2022;", ";"),
      good.replace("01/01/2022", "29/02/2022"),
      good.replace(";1950", ";31/11/1950").replace("01/01/1950", "31/11/1950"),
      good.replace(";M;", ";X;"),
      good.replace("A;1", "A;one"),
      good.replace("A;1", "A;"),
      good.replace("1950", "2023"),
    );
    expect(subjects).toHaveLength(1);
    expect(rejects).toEqual({
      columns: 1,
      "no identifier": 1,
      "no period": 1,
      date: 2,
      "unknown code": 2,
      number: 1,
      "no measure": 1,
    });
  });
});

test("a cube has every cell of the code lists up to each field's order, and a known variance", () => {
  const { cells } = referenceCube({
    descriptor,
    csv: `${header}\np;2022;;01/01/1950;N;M;A;1`,
    period: "2022",
    key: new Uint8Array(32),
    releaseId: "x/aiuti/2022/1",
  });
  const count = (field: string) => cells.filter((cell) => cell.field === field).length;
  const byTwo = 1 + (6 + 4 + 2) + (6 * 4 + 6 * 2 + 4 * 2);
  expect(["any", "A", "hours"].map(count)).toEqual([byTwo, byTwo, 1 + 6 + 4 + 2]);
  const whole = cells.find(
    ({ field, codes }) => field === "any" && Object.values(codes).every((code) => code === "_T"),
  )!;
  expect(whole.exactGrid).toBe(1000);
  // h = 1/3 + 1/3, 3/5, 1/3; three single counts and a family of four codes, of which a subject enters two, share 0.9 by 1 to √8
  const L1 = 1 + 2 / 3 + 3 / 5 + 1 / 3;
  const L2 = L1 + (2 / 3) * (3 / 5) + (2 / 3) * (1 / 3) + (3 / 5) * (1 / 3);
  const mu2 = 0.5066942062715996 ** 2;
  expect(whole.sd).toBeCloseTo(Math.sqrt((L2 * (3 + Math.sqrt(8))) / (0.9 * mu2)), 10);
  const code = cells.find(({ field }) => field === "A")!;
  expect(code.sd).toBeCloseTo(
    Math.sqrt((2 * L2 * (3 + Math.sqrt(8))) / (Math.sqrt(8) * 0.9 * mu2)),
    10,
  );
  const hours = cells.find(({ field }) => field === "hours")!;
  expect(hours.sd).toBeCloseTo(15 * Math.sqrt(L1 / (0.1 * mu2)), 10);
});

describe("values", () => {
  test("quotes, doubled quotes, delimiters and line ends inside them, empty lines", () => {
    expect(splitCsv('\uFEFFa;b\r\n"x;""y""\n";5" tall\n\n"";\n', ";", '"')).toEqual([
      ["a", "b"],
      ['x;"y"\n', '5" tall'],
      ["", ""],
    ]);
  });

  test("numbers and dates that are none", () => {
    for (const text of ["", "x", "1,", ",5", "1,2,3", "1.5.", "1e3", "--1"])
      expect(parseDecimal(text, ","), text).toBeUndefined();
    for (const text of ["29/02/2023", "31/04/2022", "0/1/2022", "00/01/2022", "2022-01-01"])
      expect(parseDate(text, "dd/mm/yyyy"), text).toBeUndefined();
    expect(parseDate("29/02/2024", "dd/mm/yyyy")).toBe("2024-02-29");
  });

  test("rounding is exact on the grid, halves go up", () => {
    const steps = (text: string, grid: number) => toGrid(parseDecimal(text, ".")!, grid);
    expect([
      steps("1.005", 0.01),
      steps("-1.005", 0.01),
      steps("2.675", 0.01),
      steps("7", 5),
      steps("8", 5),
    ]).toEqual([101, -100, 268, 1, 2]);
    expect([isAbove(29, 0.01, 0.29), isAbove(30, 0.01, 0.29)]).toEqual([false, true]);
  });
});
