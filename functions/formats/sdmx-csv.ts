/** SDMX-CSV 2.0 (sdmx-twg/sdmx-csv): ids only, comma, decimal point. Pure; runs in a browser. */
import { found } from "../../schemas/found.ts";
import { lengthOf } from "../../schemas/period.ts";
import { attributesOf } from "./csv.ts";
import { csvText } from "./csv-text.ts";
import { MEASURE, MEMBER, TIME, type TidyTable } from "./table.ts";

/** Concepts that SDMX has a name for. */
const CONCEPTS: Readonly<Record<string, string>> = {
  [MEMBER]: "DATA_PROVIDER",
  [MEASURE]: "INDICATOR",
  [TIME]: TIME,
};
const ATTRIBUTES = [
  "SD",
  "LOW",
  "HIGH",
  "UNIT_MEASURE",
  "OBS_STATUS",
  "CONF_STATUS",
  "MARK",
  "LETTER",
  "REVISED",
  "GRID",
  "RELEASE",
  "SOURCE",
  "LICENCE",
];
const TAKEN = new Set([
  ...Object.values(CONCEPTS),
  ...ATTRIBUTES,
  "STRUCTURE",
  "STRUCTURE_ID",
  "ACTION",
  "FREQ",
  "OBS_VALUE",
]);

/** An id as SDMX has them: capitals, digits, `_`, beginning with a letter; unlike those that are taken. */
function conceptId(id: string, taken: Set<string>): string {
  const plain = id
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toUpperCase()
    .replace(/[^A-Z0-9_]+/g, "_");
  const base = /^[A-Z]/.test(plain) ? plain : `D_${plain}`;
  let name = base;
  for (let n = 2; taken.has(name); n++) name = `${base}_${n}`;
  taken.add(name);
  return name;
}

/** `AGENCY:ID(VERSION)`. Who made the table is the agency: the hub of a statement, the member of a release. */
const structureId = ({ maker, dataset }: TidyTable): string =>
  `${maker}:${dataset.toUpperCase().replaceAll("-", "_")}(1.0.0)`;

/** SDMX's CL_FREQ. */
const FREQUENCIES = { year: "A", quarter: "Q", month: "M" } as const;

/** A row a figure, with the frequency of its period. A hidden figure has no OBS_VALUE and OBS_STATUS Q, a missing one O. */
export function sdmxCsv(table: TidyTable): string {
  const taken = new Set(TAKEN);
  const attributes = attributesOf(table);
  const dimensions = table.dimensions.map(({ id }) => CONCEPTS[id] ?? conceptId(id, taken));
  const head = [
    "STRUCTURE",
    "STRUCTURE_ID",
    "ACTION",
    "FREQ",
    ...dimensions,
    "OBS_VALUE",
    ...ATTRIBUTES,
  ];
  const structure = structureId(table);
  const time = table.dimensions.findIndex(({ id }) => id === TIME);
  const rows = table.rows.map((row) => [
    ...["dataflow", structure, "I", FREQUENCIES[lengthOf(found(row.codes[time]))]],
    ...row.codes,
    ...attributes(row),
  ]);
  return csvText([head, ...rows]);
}
